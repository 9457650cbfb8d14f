"""gonogo: quality standards as code.

>>> import gonogo
>>> standard = gonogo.load("milling-cell")
>>> standard.rules[0]
'heat-dissipation'

Names are imported when they are first used, so that ``import gonogo`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gonogo.answer import Finding
    from gonogo.evidence import Evidence
    from gonogo.explanation import Explanation, RuleReport, Unknown
    from gonogo.facts import FactsOptions
    from gonogo.facts.paths import expand_paths
    from gonogo.flips import Flip
    from gonogo.history import History, LotHistory
    from gonogo.inspection.cluster import ClusterInspection
    from gonogo.inspection.columnar import ColumnarInspection
    from gonogo.inspection.engines import engine_for
    from gonogo.inspection.one_by_one import Inspection
    from gonogo.levels.counting import Levels
    from gonogo.levels.verdict import LevelVerdict, ObjectiveResult
    from gonogo.library import shipped_packs, standard_files
    from gonogo.pack import Standard, load
    from gonogo.printout import show
    from gonogo.problems import Problem, Refused
    from gonogo.standard.concessions import Concession
    from gonogo.tally import FactPlace, Summary, Unusable
    from gonogo.verdict import Verdict

_HOMES = {
    "ClusterInspection": "gonogo.inspection.cluster",
    "ColumnarInspection": "gonogo.inspection.columnar",
    "Concession": "gonogo.standard.concessions",
    "Evidence": "gonogo.evidence",
    "Explanation": "gonogo.explanation",
    "FactPlace": "gonogo.tally",
    "FactsOptions": "gonogo.facts",
    "Finding": "gonogo.answer",
    "Flip": "gonogo.flips",
    "History": "gonogo.history",
    "Inspection": "gonogo.inspection.one_by_one",
    "LevelVerdict": "gonogo.levels.verdict",
    "Levels": "gonogo.levels.counting",
    "LotHistory": "gonogo.history",
    "ObjectiveResult": "gonogo.levels.verdict",
    "Problem": "gonogo.problems",
    "Refused": "gonogo.problems",
    "RuleReport": "gonogo.explanation",
    "Standard": "gonogo.pack",
    "Summary": "gonogo.tally",
    "Unknown": "gonogo.explanation",
    "Unusable": "gonogo.tally",
    "Verdict": "gonogo.verdict",
    "engine_for": "gonogo.inspection.engines",
    "expand_paths": "gonogo.facts.paths",
    "load": "gonogo.pack",
    "shipped_packs": "gonogo.library",
    "show": "gonogo.printout",
    "standard_files": "gonogo.library",
}

__all__ = [
    "ClusterInspection",
    "ColumnarInspection",
    "Concession",
    "Evidence",
    "Explanation",
    "FactPlace",
    "FactsOptions",
    "Finding",
    "Flip",
    "History",
    "Inspection",
    "LevelVerdict",
    "Levels",
    "LotHistory",
    "ObjectiveResult",
    "Problem",
    "Refused",
    "RuleReport",
    "Standard",
    "Summary",
    "Unknown",
    "Unusable",
    "Verdict",
    "engine_for",
    "expand_paths",
    "load",
    "shipped_packs",
    "show",
    "standard_files",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module `gonogo` has no attribute `{name}`")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value

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
    from gonogo.causes.actions import Plan, PlannedAction, Planner, PlanPoint
    from gonogo.causes.fmea import FmeaRow, fmea
    from gonogo.causes.graph import Path
    from gonogo.causes.loading import find_causes, load_causes
    from gonogo.causes.pack import CauseGraph
    from gonogo.causes.run import Pareto, TracedUnit, Tracing, pareto
    from gonogo.causes.trace import CauseSet, Contribution, Known, NextCheck, RankedCause, Trace
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
    from gonogo.standard.causes.numbers import read_amount, read_days, read_probability
    from gonogo.standard.concessions import Concession
    from gonogo.tally import FactPlace, Summary, Unusable
    from gonogo.verdict import Verdict

_HOMES = {
    "CauseGraph": "gonogo.causes.pack",
    "CauseSet": "gonogo.causes.trace",
    "ClusterInspection": "gonogo.inspection.cluster",
    "ColumnarInspection": "gonogo.inspection.columnar",
    "Concession": "gonogo.standard.concessions",
    "Contribution": "gonogo.causes.trace",
    "Evidence": "gonogo.evidence",
    "Explanation": "gonogo.explanation",
    "FactPlace": "gonogo.tally",
    "FactsOptions": "gonogo.facts",
    "Finding": "gonogo.answer",
    "Flip": "gonogo.flips",
    "FmeaRow": "gonogo.causes.fmea",
    "History": "gonogo.history",
    "Inspection": "gonogo.inspection.one_by_one",
    "Known": "gonogo.causes.trace",
    "LevelVerdict": "gonogo.levels.verdict",
    "Levels": "gonogo.levels.counting",
    "LotHistory": "gonogo.history",
    "NextCheck": "gonogo.causes.trace",
    "ObjectiveResult": "gonogo.levels.verdict",
    "Pareto": "gonogo.causes.run",
    "Path": "gonogo.causes.graph",
    "Plan": "gonogo.causes.actions",
    "PlanPoint": "gonogo.causes.actions",
    "PlannedAction": "gonogo.causes.actions",
    "Planner": "gonogo.causes.actions",
    "Problem": "gonogo.problems",
    "RankedCause": "gonogo.causes.trace",
    "Refused": "gonogo.problems",
    "RuleReport": "gonogo.explanation",
    "Standard": "gonogo.pack",
    "Summary": "gonogo.tally",
    "Trace": "gonogo.causes.trace",
    "TracedUnit": "gonogo.causes.run",
    "Tracing": "gonogo.causes.run",
    "Unknown": "gonogo.explanation",
    "Unusable": "gonogo.tally",
    "Verdict": "gonogo.verdict",
    "engine_for": "gonogo.inspection.engines",
    "expand_paths": "gonogo.facts.paths",
    "find_causes": "gonogo.causes.loading",
    "fmea": "gonogo.causes.fmea",
    "load": "gonogo.pack",
    "load_causes": "gonogo.causes.loading",
    "pareto": "gonogo.causes.run",
    "read_amount": "gonogo.standard.causes.numbers",
    "read_days": "gonogo.standard.causes.numbers",
    "read_probability": "gonogo.standard.causes.numbers",
    "shipped_packs": "gonogo.library",
    "show": "gonogo.printout",
    "standard_files": "gonogo.library",
}

__all__ = [
    "CauseGraph",
    "CauseSet",
    "ClusterInspection",
    "ColumnarInspection",
    "Concession",
    "Contribution",
    "Evidence",
    "Explanation",
    "FactPlace",
    "FactsOptions",
    "Finding",
    "Flip",
    "FmeaRow",
    "History",
    "Inspection",
    "Known",
    "LevelVerdict",
    "Levels",
    "LotHistory",
    "NextCheck",
    "ObjectiveResult",
    "Pareto",
    "Path",
    "Plan",
    "PlanPoint",
    "PlannedAction",
    "Planner",
    "Problem",
    "RankedCause",
    "Refused",
    "RuleReport",
    "Standard",
    "Summary",
    "Trace",
    "TracedUnit",
    "Tracing",
    "Unknown",
    "Unusable",
    "Verdict",
    "engine_for",
    "expand_paths",
    "find_causes",
    "fmea",
    "load",
    "load_causes",
    "pareto",
    "read_amount",
    "read_days",
    "read_probability",
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

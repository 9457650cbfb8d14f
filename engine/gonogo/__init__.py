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
    from gonogo.causes.actions import Frontier, Plan, PlannedAction, Planner, PlanPoint
    from gonogo.causes.fmea import FmeaRow, fmea
    from gonogo.causes.graph import Path
    from gonogo.causes.loading import find_causes, load_causes
    from gonogo.causes.pack import CauseGraph
    from gonogo.causes.run import Pareto, TracedUnit, Tracing, pareto
    from gonogo.causes.trace import CauseSet, Contribution, Known, NextCheck, RankedCause, Trace
    from gonogo.counterfactuals import Counterfactual
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
    from gonogo.ledger.judgement import Replay, judgement, replay
    from gonogo.ledger.record import Break, Record
    from gonogo.ledger.store import Ledger
    from gonogo.levels.counting import Levels
    from gonogo.levels.verdict import LevelVerdict, ObjectiveResult
    from gonogo.library import shipped_packs, standard_files
    from gonogo.loading import load
    from gonogo.pack import Standard
    from gonogo.printout import show
    from gonogo.problems import Problem, Refused
    from gonogo.redline.difference import Difference
    from gonogo.redline.standards import differences
    from gonogo.repository import TreeState
    from gonogo.specs.approval import approval, rule_hashes
    from gonogo.specs.coverage import POINT_KINDS, Coverage, Point, coverage
    from gonogo.specs.documents import FeatureDocument, StepText, feature_documents
    from gonogo.specs.evidence import Asked, Circumstances, Tool, circumstances, feature_hashes, spec_record
    from gonogo.specs.matrix import MatrixRow, Shown, judged_by, matrix
    from gonogo.specs.messages import spec_messages
    from gonogo.specs.mutants import MUTANT_KINDS, Mutant
    from gonogo.specs.mutation import Mutation, TriedMutant, check_mutants
    from gonogo.specs.proposing.writing import ProposedFile, propose_specs
    from gonogo.specs.running import ScenarioResult, SpecRun, StepResult, feature_folders, run_specs
    from gonogo.specs.vocabulary import Phrase, spec_steps
    from gonogo.standard.causes.numbers import read_amount, read_days, read_probability
    from gonogo.standard.changes import Change
    from gonogo.standard.concessions import Concession
    from gonogo.tally import FactPlace, Summary, Unusable
    from gonogo.verdict import Verdict
    from gonogo.versions import load_version
    from gonogo.whatif.acts import Acting, Recurrence
    from gonogo.whatif.comparison import Comparison, Flipped, Judged, Target
    from gonogo.whatif.in_columns import ColumnarComparison
    from gonogo.whatif.one_by_one import ScalarComparison
    from gonogo.whatif.prices import Prices
    from gonogo.whatif.settings import Setting, changed_facts, read_settings
    from gonogo.whatif.sweep import Step, SweepPoint, read_sweep, swept, swept_in_columns, written_value

_HOMES = {
    "Acting": "gonogo.whatif.acts",
    "Asked": "gonogo.specs.evidence",
    "Break": "gonogo.ledger.record",
    "CauseGraph": "gonogo.causes.pack",
    "CauseSet": "gonogo.causes.trace",
    "Change": "gonogo.standard.changes",
    "Circumstances": "gonogo.specs.evidence",
    "ClusterInspection": "gonogo.inspection.cluster",
    "ColumnarComparison": "gonogo.whatif.in_columns",
    "ColumnarInspection": "gonogo.inspection.columnar",
    "Comparison": "gonogo.whatif.comparison",
    "Concession": "gonogo.standard.concessions",
    "Contribution": "gonogo.causes.trace",
    "Counterfactual": "gonogo.counterfactuals",
    "Coverage": "gonogo.specs.coverage",
    "Difference": "gonogo.redline.difference",
    "Evidence": "gonogo.evidence",
    "Explanation": "gonogo.explanation",
    "FactPlace": "gonogo.tally",
    "FactsOptions": "gonogo.facts",
    "FeatureDocument": "gonogo.specs.documents",
    "Finding": "gonogo.answer",
    "Flip": "gonogo.flips",
    "Flipped": "gonogo.whatif.comparison",
    "FmeaRow": "gonogo.causes.fmea",
    "Frontier": "gonogo.causes.actions",
    "History": "gonogo.history",
    "Inspection": "gonogo.inspection.one_by_one",
    "Judged": "gonogo.whatif.comparison",
    "Known": "gonogo.causes.trace",
    "Ledger": "gonogo.ledger.store",
    "LevelVerdict": "gonogo.levels.verdict",
    "Levels": "gonogo.levels.counting",
    "LotHistory": "gonogo.history",
    "MUTANT_KINDS": "gonogo.specs.mutants",
    "MatrixRow": "gonogo.specs.matrix",
    "Mutant": "gonogo.specs.mutants",
    "Mutation": "gonogo.specs.mutation",
    "NextCheck": "gonogo.causes.trace",
    "ObjectiveResult": "gonogo.levels.verdict",
    "POINT_KINDS": "gonogo.specs.coverage",
    "Pareto": "gonogo.causes.run",
    "Path": "gonogo.causes.graph",
    "Phrase": "gonogo.specs.vocabulary",
    "Plan": "gonogo.causes.actions",
    "PlanPoint": "gonogo.causes.actions",
    "PlannedAction": "gonogo.causes.actions",
    "Planner": "gonogo.causes.actions",
    "Point": "gonogo.specs.coverage",
    "Prices": "gonogo.whatif.prices",
    "Problem": "gonogo.problems",
    "ProposedFile": "gonogo.specs.proposing.writing",
    "RankedCause": "gonogo.causes.trace",
    "Record": "gonogo.ledger.record",
    "Recurrence": "gonogo.whatif.acts",
    "Refused": "gonogo.problems",
    "Replay": "gonogo.ledger.judgement",
    "RuleReport": "gonogo.explanation",
    "ScalarComparison": "gonogo.whatif.one_by_one",
    "ScenarioResult": "gonogo.specs.running",
    "Setting": "gonogo.whatif.settings",
    "Shown": "gonogo.specs.matrix",
    "SpecRun": "gonogo.specs.running",
    "Standard": "gonogo.pack",
    "Step": "gonogo.whatif.sweep",
    "StepResult": "gonogo.specs.running",
    "StepText": "gonogo.specs.documents",
    "Summary": "gonogo.tally",
    "SweepPoint": "gonogo.whatif.sweep",
    "Target": "gonogo.whatif.comparison",
    "Tool": "gonogo.specs.evidence",
    "Trace": "gonogo.causes.trace",
    "TracedUnit": "gonogo.causes.run",
    "Tracing": "gonogo.causes.run",
    "TreeState": "gonogo.repository",
    "TriedMutant": "gonogo.specs.mutation",
    "Unknown": "gonogo.explanation",
    "Unusable": "gonogo.tally",
    "Verdict": "gonogo.verdict",
    "approval": "gonogo.specs.approval",
    "changed_facts": "gonogo.whatif.settings",
    "check_mutants": "gonogo.specs.mutation",
    "circumstances": "gonogo.specs.evidence",
    "coverage": "gonogo.specs.coverage",
    "differences": "gonogo.redline.standards",
    "engine_for": "gonogo.inspection.engines",
    "expand_paths": "gonogo.facts.paths",
    "feature_documents": "gonogo.specs.documents",
    "feature_folders": "gonogo.specs.running",
    "feature_hashes": "gonogo.specs.evidence",
    "find_causes": "gonogo.causes.loading",
    "fmea": "gonogo.causes.fmea",
    "judged_by": "gonogo.specs.matrix",
    "judgement": "gonogo.ledger.judgement",
    "load": "gonogo.loading",
    "load_causes": "gonogo.causes.loading",
    "load_version": "gonogo.versions",
    "matrix": "gonogo.specs.matrix",
    "pareto": "gonogo.causes.run",
    "propose_specs": "gonogo.specs.proposing.writing",
    "read_amount": "gonogo.standard.causes.numbers",
    "read_days": "gonogo.standard.causes.numbers",
    "read_probability": "gonogo.standard.causes.numbers",
    "read_settings": "gonogo.whatif.settings",
    "read_sweep": "gonogo.whatif.sweep",
    "replay": "gonogo.ledger.judgement",
    "rule_hashes": "gonogo.specs.approval",
    "run_specs": "gonogo.specs.running",
    "shipped_packs": "gonogo.library",
    "show": "gonogo.printout",
    "spec_messages": "gonogo.specs.messages",
    "spec_record": "gonogo.specs.evidence",
    "spec_steps": "gonogo.specs.vocabulary",
    "standard_files": "gonogo.library",
    "swept": "gonogo.whatif.sweep",
    "swept_in_columns": "gonogo.whatif.sweep",
    "written_value": "gonogo.whatif.sweep",
}

__all__ = [
    "MUTANT_KINDS",
    "POINT_KINDS",
    "Acting",
    "Asked",
    "Break",
    "CauseGraph",
    "CauseSet",
    "Change",
    "Circumstances",
    "ClusterInspection",
    "ColumnarComparison",
    "ColumnarInspection",
    "Comparison",
    "Concession",
    "Contribution",
    "Counterfactual",
    "Coverage",
    "Difference",
    "Evidence",
    "Explanation",
    "FactPlace",
    "FactsOptions",
    "FeatureDocument",
    "Finding",
    "Flip",
    "Flipped",
    "FmeaRow",
    "Frontier",
    "History",
    "Inspection",
    "Judged",
    "Known",
    "Ledger",
    "LevelVerdict",
    "Levels",
    "LotHistory",
    "MatrixRow",
    "Mutant",
    "Mutation",
    "NextCheck",
    "ObjectiveResult",
    "Pareto",
    "Path",
    "Phrase",
    "Plan",
    "PlanPoint",
    "PlannedAction",
    "Planner",
    "Point",
    "Prices",
    "Problem",
    "ProposedFile",
    "RankedCause",
    "Record",
    "Recurrence",
    "Refused",
    "Replay",
    "RuleReport",
    "ScalarComparison",
    "ScenarioResult",
    "Setting",
    "Shown",
    "SpecRun",
    "Standard",
    "Step",
    "StepResult",
    "StepText",
    "Summary",
    "SweepPoint",
    "Target",
    "Tool",
    "Trace",
    "TracedUnit",
    "Tracing",
    "TreeState",
    "TriedMutant",
    "Unknown",
    "Unusable",
    "Verdict",
    "approval",
    "changed_facts",
    "check_mutants",
    "circumstances",
    "coverage",
    "differences",
    "engine_for",
    "expand_paths",
    "feature_documents",
    "feature_folders",
    "feature_hashes",
    "find_causes",
    "fmea",
    "judged_by",
    "judgement",
    "load",
    "load_causes",
    "load_version",
    "matrix",
    "pareto",
    "propose_specs",
    "read_amount",
    "read_days",
    "read_probability",
    "read_settings",
    "read_sweep",
    "replay",
    "rule_hashes",
    "run_specs",
    "shipped_packs",
    "show",
    "spec_messages",
    "spec_record",
    "spec_steps",
    "standard_files",
    "swept",
    "swept_in_columns",
    "written_value",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module `gonogo` has no attribute `{name}`")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value

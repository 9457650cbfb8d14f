"""Explanations of verdicts: why, why not, and how far from another verdict; plain data, printed elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, TypeAlias

from gonogo.answer import Outcome
from gonogo.counterfactuals import Counterfactual
from gonogo.evidence import Evidence
from gonogo.facts.columns import UnusableCell
from gonogo.flips import Flip
from gonogo.uncertainty import likelihood

Said: TypeAlias = Literal["spoke", "silent", "unknown", "does not apply"]

ORDER: Final[dict[Said, int]] = {"spoke": 0, "unknown": 1, "silent": 2, "does not apply": 3}
"""The order in which rules are told of."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A rule that could not be judged.

    Parameters
    ----------
    rule : str
        Its id.
    missing : tuple of str
        The fields whose missing values leave it open, in the order of their names; none where a value is there, and
        its measurement uncertainty leaves it open.
    """

    rule: str
    missing: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """The unknown rule with the keys that other programs rely on."""
        return {"rule": self.rule, "missing": list(self.missing)}


@dataclass(frozen=True, slots=True)
class RuleReport:
    """What one rule said about an item, and the evidence that decided it.

    Parameters
    ----------
    said : {"spoke", "silent", "unknown", "does not apply"}
        Whether it found a nonconformity.
    place : str
        ``path:line:column`` of the rule.
    when : str
        What makes it speak, as its author wrote it; empty for characteristics.
    missing : tuple of str
        Of an unknown rule: the fields that leave it open.
    reasons : tuple of str
        The same, to be read: what is missing, or why something has no value, or is not decided, though nothing is
        missing.
    conformance_probability : float or None
        Of a characteristic that is ``measured within`` an uncertainty: how likely it is that the true value conforms,
        taken as normally distributed around the measured one (JCGM 106:2012, 7). None where something is missing.
    concession : str or None
        Of a rule that spoke: the id of the concession that permits what it found.
    """

    rule: str
    title: str | None
    class_: str
    nonconformity: str
    clause: str | None
    side: str | None
    said: Said
    place: str
    when: str
    evidence: tuple[Evidence, ...]
    missing: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    conformance_probability: float | None = None
    concession: str | None = None

    @property
    def likelihood(self) -> str | None:
        """The conformance probability, to be read: ``99.7 % likely to conform``."""
        return None if self.conformance_probability is None else likelihood(self.conformance_probability)

    def as_dict(self) -> dict[str, object]:
        """The report as plain data; `concession` only where there is one."""
        permitted = {} if self.concession is None else {"concession": self.concession}
        return permitted | {
            "rule": self.rule,
            "title": self.title,
            "class": self.class_,
            "nonconformity": self.nonconformity,
            "clause": self.clause,
            "side": self.side,
            "said": self.said,
            "place": self.place,
            "when": self.when,
            "evidence": [evidence.as_dict() for evidence in self.evidence],
            "missing": list(self.missing),
            "reasons": list(self.reasons),
            "conformance_probability": self.conformance_probability,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict, rule by rule, and the single changes that would flip it.

    Parameters
    ----------
    rules : tuple of RuleReport
        All rules of the standard: those that spoke first, then unknown, silent and not applying ones.
    flips : tuple of Flip
        For each field the smallest change that alone gives another outcome; the smallest in proportion first.
    other_dispositions : tuple of Flip
        Of a nonconforming item, for the other fields: the smallest change that gives another disposition.
    unit : str
        What it is about: ``item``, ``lot``, or a unit of a level above.
    unless : str or None
        Of a lot, what unjudged items could make of it.
    counterfactuals : tuple of Counterfactual or None
        The smallest changes that reach the outcome that was asked for; None where none was.
    """

    item: str
    lot: str | None
    outcome: Outcome
    class_: str | None
    disposition: str | None
    standard: Mapping[str, str]
    rules: tuple[RuleReport, ...]
    flips: tuple[Flip, ...]
    unusable: tuple[UnusableCell, ...]
    other_dispositions: tuple[Flip, ...] = ()
    unit: str = "item"
    unless: str | None = None
    counterfactuals: tuple[Counterfactual, ...] | None = None

    NO_FLIP: ClassVar[str] = "no single change of one field gives another outcome"

    def __str__(self) -> str:
        """The explanation to be read: the rules that spoke or could not be judged, and the flips."""
        words = [self.outcome, *filter(None, (self.class_, self.disposition))]
        lines = [f"{self.unit} {self.item}: {', '.join(words)}"]
        for report in self.rules:
            if report.said in ("spoke", "unknown"):
                lines.append(f"  {report.rule}{'' if report.said == 'spoke' else ' (not judged)'}")
                told = report.reasons if report.said == "unknown" else [each.sentence for each in report.evidence]
                told = (*told, *filter(None, [report.likelihood]))
                lines += [f"    {sentence}" for sentence in dict.fromkeys(told)]
        flips = [flip.sentence for flip in (*self.flips, *self.other_dispositions)] or [self.NO_FLIP]
        return "\n".join([*lines, *(f"  {sentence}" for sentence in flips)])

    def as_dict(self) -> dict[str, object]:
        """The explanation as plain data, ready for JSON."""
        named = {"item": self.item, "lot": self.lot}
        if self.unit != "item":
            named = {self.unit: self.item, "unless": self.unless}
        reaching = (
            {} if self.counterfactuals is None else {"counterfactuals": [c.as_dict() for c in self.counterfactuals]}
        )
        return named | {
            "outcome": self.outcome,
            "class": self.class_,
            "disposition": self.disposition,
            "standard": dict(self.standard),
            "rules": [report.as_dict() for report in self.rules],
            "flips": [flip.as_dict() for flip in self.flips],
            "unusable": [{"column": u.column, "text": u.text, "problem": u.problem} for u in self.unusable],
            **reaching,
        }

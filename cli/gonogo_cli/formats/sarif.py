"""SARIF: a result for each finding, where its fact stands, and for each rule that could not be judged.

INVARIANT: missing data never passes: what could not be judged is a warning, a level that every consumer heeds. SARIF
also has results that are `open`, but they have no level, and consumers leave them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TextIO, TypeAlias

import gonogo
from gonogo_cli import wording
from gonogo_cli.checkout import Checkout, split_place
from gonogo_cli.formats.report import Placing, Report, dumps
from gonogo_cli.formats.sarif_log import (
    Json,
    driver,
    fingerprint,
    frame,
    line_region,
    notification,
    physical,
    write_log,
)
from gonogo_cli.formats.spool import elements, new_spool

OPEN: Final = "warning"

AnyVerdict: TypeAlias = gonogo.Verdict | gonogo.LevelVerdict


@dataclass(frozen=True, slots=True)
class Subject:
    """What a result is about: an item, or a lot, or a unit of a level above, which stand in no one place."""

    kind: str
    name: str
    lot: str | None
    place: gonogo.FactPlace | None


@dataclass(frozen=True, slots=True)
class Said:
    """What a result says, and at which level; `is_open`: that a rule could not be judged."""

    level: str
    text: str
    is_open: bool = False


class Sarif(Report):
    """Spools results and notifications, and writes the log at the end.

    Parameters
    ----------
    stream : TextIO
        Where it goes.
    standard : Standard
        What judges.
    """

    def __init__(self, stream: TextIO, standard: gonogo.Standard) -> None:
        self._stream = stream
        self._standard = standard
        self._checkout = Checkout.here()
        self._findings = {rule: standard.finding(rule) for rule in standard.rules}
        self._places: dict[str, Json | None] = {}
        self._results = new_spool()
        self._notifications = new_spool()

    def add(self, verdict: gonogo.Verdict, at: Placing) -> None:
        if verdict.findings or verdict.answer.unknown:
            subject = Subject("item", verdict.item, verdict.lot, at.place)
            self._add(verdict, subject, "; ".join(verdict.reasons))

    def _add(self, verdict: AnyVerdict, subject: Subject, reasons: str) -> None:
        """Write the results of a verdict: what was found, and what could not be judged."""
        for finding in verdict.findings:
            text = "; ".join(wording.sentences(verdict.evidence(finding)))
            level = level_of(finding.class_, self._standard.classes)
            self._write(verdict, subject, finding, Said(level, text))
        for rule in verdict.answer.unknown:
            text = f"{rule} could not be judged: {reasons or 'a value is missing'}"
            self._write(verdict, subject, self._finding(rule, verdict), Said(OPEN, text, is_open=True))

    def add_unusable(self, cell: gonogo.Unusable) -> None:
        self.add_problem(cell.as_problem())

    def add_problem(self, problem: gonogo.Problem) -> None:
        self._notifications.write(dumps(notification(problem, self._checkout)) + "\n")

    def finish(self, summary: gonogo.Summary) -> None:
        standard = self._standard
        for verdict in (each for verdicts in summary.levels.verdicts.values() for each in verdicts):
            subject = Subject(verdict.unit, wording.unit_name(verdict), None, None)
            self._add(verdict, subject, wording.missing_above(verdict) or "")
        for objective in summary.levels.objectives:
            if not objective.met:
                self._results.write(dumps(self._missed(objective)) + "\n")
        told = {"id": standard.id, "title": standard.title, "version": standard.version, "hash": standard.hash}
        rules = [self._descriptor(finding) for finding in self._findings.values()]
        run = {
            "tool": {"driver": driver([*rules, *map(_objective_rule, summary.levels.objectives)])},
            **frame(self._checkout, f"gonogo/check/{standard.id}"),
            "properties": {"standard": told, "facts": summary.rows, "summary": summary.as_dict()},
        }
        write_log(self._stream, run, elements(self._results), elements(self._notifications))

    def release(self) -> None:
        self._results.close()
        self._notifications.close()

    def _finding(self, rule: str, verdict: AnyVerdict) -> gonogo.Finding:
        """What a rule finds, be it one of items or of a level above."""
        if rule not in self._findings and isinstance(verdict, gonogo.LevelVerdict):
            self._findings[rule] = verdict.finding(rule)
        return self._findings[rule]

    def _write(self, verdict: AnyVerdict, subject: Subject, finding: gonogo.Finding, said: Said) -> None:
        self._findings.setdefault(finding.rule, finding)
        rule, place = self._place_of(finding), subject.place
        found = (physical(place.path, self._checkout, line_region(place.line)) if place else None) or rule
        name, lot = subject.name, subject.lot
        conceded = {"kind": "external", "status": "accepted", "justification": f"concession {finding.concession}"}
        result = {
            "ruleId": finding.rule,
            "kind": "fail",
            "level": said.level,
            "message": {"text": f"{subject.kind} {name}: {said.text}"},
            "locations": [{**({"physicalLocation": found} if found else {}), **_logical(subject)}],
            "relatedLocations": _related(finding, rule),
            "partialFingerprints": fingerprint(
                self._standard.id, finding.rule, finding.side, subject.kind, name, lot, "open" if said.is_open else None
            ),
            **({"suppressions": [conceded]} if finding.concession else {}),
            "properties": {
                subject.kind: name,
                **({"lot": lot, "row": place.row} if place else {}),
                "outcome": verdict.outcome,
                "class": finding.class_,
                "disposition": verdict.disposition,
                "clause": finding.clause,
            },
        }
        self._results.write(dumps(result) + "\n")

    def _missed(self, objective: gonogo.ObjectiveResult) -> Json:
        """The result of an objective that is missed, or of which nobody knows."""
        place = physical(self._standard.path, self._checkout)
        return {
            "ruleId": _objective_id(objective),
            "kind": "fail",
            "level": OPEN if objective.met is None else "error",
            "message": {"text": f"objective {objective.id}: {objective.sentence}"},
            "locations": [{"physicalLocation": place}] if place else [],
            "partialFingerprints": fingerprint(self._standard.id, "objective", objective.id, str(objective.met)),
            "properties": {"objective": objective.id, "clause": objective.clause},
        }

    def _place_of(self, finding: gonogo.Finding) -> Json | None:
        """Where a rule stands; without a column, which would count characters."""
        if finding.place not in self._places:
            path, line, _ = split_place(finding.place)
            self._places[finding.place] = physical(path, self._checkout, line_region(line)) if path else None
        return self._places[finding.place]

    def _descriptor(self, finding: gonogo.Finding) -> Json:
        """A rule of the standard."""
        standard = self._standard
        clause = f"Clause: {finding.clause}. " if finding.clause else ""
        told = f"{clause}Class: {finding.class_}. Nonconformity: {finding.nonconformity}."
        return {
            "id": finding.rule,
            "name": finding.nonconformity,
            "shortDescription": {"text": finding.title or finding.rule},
            "fullDescription": {"text": told},
            "help": {"text": f"{told} Standard: {standard.title}, {standard.id} {standard.version}."},
            "defaultConfiguration": {"level": level_of(finding.class_, standard.classes)},
            "properties": {
                "class": finding.class_,
                "clause": finding.clause,
                "tags": list(dict.fromkeys((standard.id, finding.class_))),
            },
        }


def level_of(class_: str, classes: Sequence[str]) -> str:
    """The level of a class: the most severe is an error, the mildest of several a note, others are warnings."""
    rank = classes.index(class_)
    return "error" if rank == 0 else "note" if rank == len(classes) - 1 else "warning"


def _logical(subject: Subject) -> Json:
    """The item, and its row, which files without lines have, too; or the lot."""
    place = subject.place
    whole = f"{place.path}, row {place.row}" if place else f"{subject.kind} {subject.name}"
    return {"logicalLocations": [{"name": subject.name, "fullyQualifiedName": whole, "kind": subject.kind}]}


def _related(finding: gonogo.Finding, rule: Json | None) -> list[Json]:
    if rule is None:
        return []
    return [{"id": 0, "physicalLocation": rule, "message": {"text": f"rule {finding.rule}"}}]


def _objective_id(objective: gonogo.ObjectiveResult) -> str:
    return f"objective/{objective.id}"


def _objective_rule(objective: gonogo.ObjectiveResult) -> Json:
    clause = f" Clause: {objective.clause}." if objective.clause else ""
    told = {"text": f"Target: {objective.target}.{clause}"}
    return {
        "id": _objective_id(objective),
        "shortDescription": {"text": objective.title or objective.id},
        "fullDescription": told,
        "help": told,
        "defaultConfiguration": {"level": "error"},
    }

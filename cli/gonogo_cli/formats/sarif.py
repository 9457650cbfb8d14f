"""SARIF: a result for each finding, where its fact stands, and for each rule that could not be judged.

INVARIANT: missing data never passes: what could not be judged is a warning, a level that every consumer heeds. SARIF
also has results that are `open`, but they have no level, and consumers leave them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TextIO

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
        self._indices = {rule: index for index, rule in enumerate(standard.rules)}
        self._rule_places = {rule: self._place_of(finding) for rule, finding in self._findings.items()}
        self._results = new_spool()
        self._notifications = new_spool()

    def add(self, verdict: gonogo.Verdict, at: Placing) -> None:
        for finding in verdict.findings:
            told = "; ".join(wording.sentences(verdict.evidence(finding)))
            level = level_of(finding.class_, self._standard.classes)
            self._write(verdict, at, finding, (level, told))
        reasons = verdict.reasons
        for rule in verdict.answer.unknown:
            told = f"{rule} could not be judged: {'; '.join(reasons) or 'a value is missing'}"
            self._write(verdict, at, self._findings[rule], (OPEN, told))

    def add_unusable(self, cell: gonogo.Unusable) -> None:
        self.add_problem(cell.as_problem())

    def add_problem(self, problem: gonogo.Problem) -> None:
        self._notifications.write(dumps(notification(problem, self._checkout)) + "\n")

    def finish(self, summary: gonogo.Summary) -> None:
        standard = self._standard
        told = {"id": standard.id, "title": standard.title, "version": standard.version, "hash": standard.hash}
        run = {
            "tool": {"driver": driver([self._descriptor(finding) for finding in self._findings.values()])},
            **frame(self._checkout, f"gonogo/check/{standard.id}"),
            "properties": {"standard": told, "facts": summary.rows, "summary": summary.as_dict()},
        }
        write_log(self._stream, run, elements(self._results), elements(self._notifications))

    def release(self) -> None:
        self._results.close()
        self._notifications.close()

    def _write(self, verdict: gonogo.Verdict, at: Placing, finding: gonogo.Finding, said: tuple[str, str]) -> None:
        """Write a result: its level, and what is said of it."""
        (level, told), place = said, at.place
        rule = self._rule_places[finding.rule]
        is_open = finding.rule in verdict.answer.unknown
        found = physical(place.path, self._checkout, line_region(place.line)) or rule
        result = {
            "ruleId": finding.rule,
            "ruleIndex": self._indices[finding.rule],
            "kind": "fail",
            "level": level,
            "message": {"text": f"item {verdict.item}: {told}"},
            "locations": [{**({"physicalLocation": found} if found else {}), **_logical(verdict, place)}],
            "relatedLocations": _related(finding, rule),
            "partialFingerprints": fingerprint(
                self._standard.id, finding.rule, finding.side, verdict.item, verdict.lot, "open" if is_open else None
            ),
            "properties": {
                "item": verdict.item,
                "lot": verdict.lot,
                "row": place.row,
                "outcome": verdict.outcome,
                "class": finding.class_,
                "disposition": verdict.disposition,
                "clause": finding.clause,
            },
        }
        self._results.write(dumps(result) + "\n")

    def _place_of(self, finding: gonogo.Finding) -> Json | None:
        """Where a rule stands; without a column, which would count characters."""
        path, line, _ = split_place(finding.place)
        return physical(path, self._checkout, line_region(line)) if path else None

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


def _logical(verdict: gonogo.Verdict, place: gonogo.FactPlace) -> Json:
    """The item, and its row, which files without lines have, too."""
    whole = f"{place.path}, row {place.row}"
    return {"logicalLocations": [{"name": verdict.item, "fullyQualifiedName": whole, "kind": "item"}]}


def _related(finding: gonogo.Finding, rule: Json | None) -> list[Json]:
    if rule is None:
        return []
    return [{"id": 0, "physicalLocation": rule, "message": {"text": f"rule {finding.rule}"}}]

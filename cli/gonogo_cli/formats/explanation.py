"""One verdict, explained to a person: why, why not, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import gonogo
from gonogo_cli import wording
from gonogo_cli.page import FAINT, OUTCOMES, Line, Words, class_style, grid, heading, line


def explanation_lines(told: gonogo.Explanation, place: str, classes: Sequence[str]) -> Iterator[Line]:
    """The page of one explanation.

    Parameters
    ----------
    told : Explanation
        Of the verdict.
    place : str
        ``path:line`` of the fact, or what stands for it.
    classes : sequence of str
        Of the standard, most severe first.
    """
    lot = f", lot {told.lot}" if told.lot else ""
    head = [(f"{told.unit} {told.item}", "bold"), (lot, ""), (": ", ""), (told.outcome, OUTCOMES[told.outcome])]
    if told.class_:
        head += [(", ", ""), (told.class_, class_style(told.class_, classes))]
    if told.disposition:
        head += [(f", {told.disposition}", "")]
    yield line(*head, hang=2)
    yield line((f"  {place}, judged by {told.standard['id']} {told.standard['version']}", FAINT), hang=2)
    if told.unless:
        yield line(("  ", ""), (told.unless, "yellow"), hang=4)
    for cell in told.unusable:
        yield line(("  ", ""), (f"{cell.column}: {cell.problem}; it counts as missing", "yellow"), hang=4)
    yield from _found([report for report in told.rules if report.said == "spoke"], classes)
    yield from _open([report for report in told.rules if report.said == "unknown"])
    yield from _silent([report for report in told.rules if report.said in ("silent", "does not apply")])
    yield from _flips("a single change that would give another outcome", told.flips)
    if not told.flips and told.unit == "item":
        yield line()
        yield line((told.NO_FLIP, FAINT), hang=2)
    yield from _flips("a single change that would give another disposition", told.other_dispositions)
    if told.counterfactuals is not None:
        yield from _reaching(told.counterfactuals)


def _found(reports: Sequence[gonogo.RuleReport], classes: Sequence[str]) -> Iterator[Line]:
    yield from _headed("found", reports)
    for report in reports:
        side = f" {report.side}" if report.side else ""
        class_ = (report.class_, class_style(report.class_, classes))
        title = f"  {report.title}" if report.title else ""
        permitted = wording.permitted(report.concession)
        yield line("  ", (report.rule, "bold"), side, "  ", class_, title, *permitted, hang=4)
        for sentence in (*wording.sentences(report.evidence), *_likely(report)):
            yield line("    ", sentence, hang=4)
        clause = f"{report.clause}; " if report.clause else ""
        yield line("    ", (f"{clause}{near_path(report.place)}", FAINT), hang=4)


def _open(reports: Sequence[gonogo.RuleReport]) -> Iterator[Line]:
    yield from _headed("not judged", reports)
    rows: list[list[str | Words]] = []
    for report in reports:
        for number, reason in enumerate((*(report.reasons or ("a value is missing",)), *_likely(report))):
            rows.append([("" if number else report.rule, "bold"), (reason, "yellow")])
    yield from grid(rows, "<<")


def _silent(reports: Sequence[gonogo.RuleReport]) -> Iterator[Line]:
    yield from _headed("not found", reports)
    rows: list[list[str | Words]] = []
    for report in reports:
        why = wording.sentences(report.evidence)
        if report.said == "does not apply":
            why = [f"does not apply: {', '.join(why)}"]
        why += _likely(report)
        rows += [["" if number else report.rule, text] for number, text in enumerate(why or [""])]
    yield from grid(rows, "<<")


def _flips(title: str, flips: Sequence[gonogo.Flip]) -> Iterator[Line]:
    yield from _headed(title, flips)
    rows: list[list[str | Words]] = []
    for flip in flips:
        becomes = f"{flip.outcome}, {flip.disposition}" if flip.disposition else flip.outcome
        rows.append(
            [flip.field, f"{flip.value} -> {flip.changed}", flip.change or "", (becomes, OUTCOMES[flip.outcome])]
        )
    yield from grid(rows, "<<><")


def _reaching(found: Sequence[gonogo.Counterfactual]) -> Iterator[Line]:
    """What reaches the outcome that was asked for."""
    yield line()
    yield heading("the smallest changes that reach the outcome that is asked for")
    if not found:
        yield line(("  none of one field or of two was found, or it is the outcome already", FAINT))
    rows: list[list[str | Words]] = []
    for each in found:
        becomes = f"{each.outcome}, {each.disposition}" if each.disposition else each.outcome
        for number, change in enumerate(each.changes):
            last = number == len(each.changes) - 1
            lead = "and " if number else ""
            told = (becomes, OUTCOMES[each.outcome]) if last else ("", "")
            rows.append([f"{lead}{change.field}", f"{change.value} -> {change.changed}", change.change or "", told])
    yield from grid(rows, "<<><")


def _likely(report: gonogo.RuleReport) -> list[str]:
    """How likely it is that a measured characteristic conforms, where its uncertainty is known."""
    return [report.likelihood] if report.likelihood else []


def _headed(title: str, what: Sequence[object]) -> Iterator[Line]:
    if what:
        yield line()
        yield heading(title)


def near_path(place: str) -> str:
    """A place, told from the folder that one is in, where it is below that."""
    here = str(Path.cwd())
    return place.removeprefix(f"{here}/")

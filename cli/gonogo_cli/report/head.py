"""The head of a report: by what was judged, what, and what came of it, in one line and in counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import gonogo
from gonogo_cli.formats.explanation import near_path
from gonogo_cli.formats.table import share
from gonogo_cli.report.content import Content
from gonogo_cli.report.markup import Child, Html, element, joined, prose
from gonogo_cli.report.numbers import counted
from gonogo_cli.report.parts import OUTCOMES, Column, class_tag, note, outcome_tag, section, table, tag
from gonogo_cli.wording import listed

FILES: dict[bool, str] = {True: "Facts", False: "Files of facts"}
MOST_FILES = 8
MOST_DISPOSITIONS = 12


def head(content: Content) -> Html:
    """What the page is about."""
    standard = content.standard
    told: list[tuple[str, Child]] = [
        ("Standard", f"{standard.title} ({standard.id}), version {standard.version}{_status(standard)}"),
        ("Standard file", near_path(standard.path)),
        ("Content hash", element("code", standard.hash, class_="hash")),
        ("Effective", _effective(standard.effective_from, standard.effective_until)),
        ("Judged as of", content.told.as_of.isoformat()),
        ("Owner", standard.owner),
        ("Source", standard.source),
        ("Policy", standard.policy),
        (FILES[len(content.told.facts) == 1], _files(content)),
        ("Made", f"{content.told.made:%Y-%m-%d %H:%M %Z} by gonogo {content.told.program}"),
    ]
    pairs = (element("div", element("dt", name), element("dd", text)) for name, text in told if text)
    return element(
        "header",
        element("p", "Inspection report", class_="kind"),
        element("h1", content.told.title),
        element("dl", pairs, class_="about"),
        verdict_line(content.summary),
    )


def _status(standard: gonogo.Standard) -> str:
    return "" if standard.status == "effective" else f", {standard.status}"


def _effective(first: date | None, last: date | None) -> str:
    parts = [f"from {first.isoformat()}" if first else "", f"until {last.isoformat()}" if last else ""]
    return " ".join(filter(None, parts))


def _files(content: Content) -> Html:
    names = [element("li", near_path(name)) for name in content.told.facts[:MOST_FILES]]
    if len(content.told.facts) > MOST_FILES:
        names.append(element("li", f"… and {len(content.told.facts) - MOST_FILES:,} more"))
    return joined(element("ul", names, class_="bare"), element("div", counted(content.summary.rows, "item")))


# -------------------------------------------------------------------------------------------------- verdict


def verdict_line(summary: gonogo.Summary) -> Html:
    """What came of it, in one line."""
    word, kind, sign = _verdict(summary)
    sentence = ". ".join(_sentences(summary))
    return element("p", tag(word, kind, sign), " ", f"{sentence}.", class_=f"verdict {kind}")


def _verdict(summary: gonogo.Summary) -> tuple[str, str, str]:
    if not summary.rows:
        return "nothing judged", *OUTCOMES["indeterminate"]
    units = [verdict.outcome for verdicts in summary.levels.verdicts.values() for verdict in verdicts]
    met = [objective.met for objective in summary.levels.objectives]
    if summary.is_good and summary.conceded:
        return "conforming but for concessions", *OUTCOMES["conforming"]
    if summary.nonconforming or "nonconforming" in units:
        return "nonconforming", *OUTCOMES["nonconforming"]
    if summary.indeterminate or "indeterminate" in units:
        return "indeterminate", *OUTCOMES["indeterminate"]
    if False in met:
        return "objectives missed", *OUTCOMES["nonconforming"]
    if None in met:
        return "objectives not known", *OUTCOMES["indeterminate"]
    return "conforming", *OUTCOMES["conforming"]


def _sentences(summary: gonogo.Summary) -> Iterator[str]:
    if not summary.rows:
        yield "There are no facts in it"
        return
    yield _of(summary.rows, "item", summary.nonconforming, summary.indeterminate, _classes(summary))
    for verdicts in summary.levels.verdicts.values():
        bad, open_ = (sum(each.outcome == word for each in verdicts) for word in ("nonconforming", "indeterminate"))
        if verdicts:
            yield _of(len(verdicts), verdicts[0].unit, bad, open_)
    objectives = summary.levels.objectives
    missed, unknown = (sum(each.met is met for each in objectives) for met in (False, None))
    if missed or unknown:
        parts = [f"{missed:,} {_is(missed)} missed"] * bool(missed)
        parts += [f"{unknown:,} {_is(unknown)} not known"] * bool(unknown)
        one = f"The one objective is {'missed' if missed else 'not known'}"
        yield one if len(objectives) == 1 else f"Of {len(objectives):,} objectives, {listed(parts)}"
    elif objectives:
        yield "All objectives are met" if len(objectives) > 1 else "The objective is met"


def _classes(summary: gonogo.Summary) -> str:
    parts = [f"{count:,} {name}" for name, count in summary.by_class.items() if count]
    conceded = f"; {summary.conceded:,} under concession" if summary.conceded else ""
    return f" ({', '.join(parts)}{conceded})" if parts else ""


def _of(count: int, unit: str, bad: int, open_: int, classes: str = "") -> str:
    if not bad and not open_:
        return f"All {counted(count, unit)} conform" if count > 1 else f"The one {unit} conforms"
    if count == 1:
        return f"The one {unit} {'is nonconforming' if bad else 'could not be judged'}"
    parts = [f"{bad:,} {_is(bad)} nonconforming{classes}"] * bool(bad)
    parts += [f"{open_:,} could not be judged"] * bool(open_)
    return f"Of {counted(count, unit)}, {listed(parts)}"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


# --------------------------------------------------------------------------------------------------- counts


def outcomes(content: Content) -> Html:
    """How many items came out how, of which classes, and what happens to them."""
    summary = content.summary
    rows = [
        (outcome_tag(outcome), f"{count:,}", share(count, summary.rows))
        for outcome in OUTCOMES
        for count in [getattr(summary, outcome)]
    ]
    columns = (Column("Outcome"), Column("Items", True), Column("Share", True))
    tables = [table("Items by outcome", columns, rows, is_slim=True)]
    if classes := [(class_tag(content, name), f"{count:,}") for name, count in summary.by_class.items() if count]:
        tables.append(
            table("Nonconforming items by class", (Column("Class"), Column("Items", True)), classes, is_slim=True)
        )
    if dispositions := sorted((+summary.by_disposition).items(), key=lambda pair: (-pair[1], pair[0])):
        if others := dispositions[MOST_DISPOSITIONS:]:
            dispositions = [*dispositions[:MOST_DISPOSITIONS], ("others", sum(count for _, count in others))]
        told = [(name, f"{count:,}", share(count, summary.rows)) for name, count in dispositions]
        columns = (Column("Disposition"), Column("Items", True), Column("Share", True))
        tables.append(table("What happens to them", columns, told, is_slim=True))
    return section("summary", "Summary", element("div", tables, class_="side-by-side"))


MET = {True: ("met", *OUTCOMES["conforming"]), False: ("missed", *OUTCOMES["nonconforming"]),
       None: ("not known", *OUTCOMES["indeterminate"])}  # fmt: skip


def objectives(content: Content) -> Html | None:
    """What quality management set out to reach, and by how much that was met or missed."""
    results = content.summary.levels.objectives
    if not results:
        return None
    rows = [
        (
            joined(each.title or each.id, element("div", each.id, class_="small") if each.title else None),
            prose(each.target),
            tag(*MET[each.met]),
            prose(each.sentence),
            each.clause or "",
        )
        for each in results
    ]
    headings = ("Objective", "Target", "Result", "Measured", "Clause")
    columns = [Column(name, is_text=name == "Measured") for name in headings]
    return section("objectives", "Objectives", table("What was to be reached, and what was", columns, rows))


# ----------------------------------------------------------------------------------------------------- foot


METHOD = (
    "Missing data never passes: a value that is missing, or can't be used, leaves open what stands on it.",
    "An item with an open rule and no finding is indeterminate, never conforming.",
    "Decimals are compared as they were written, exactly, and units were checked before anything was judged.",
)


def foot(content: Content) -> Html:
    """How it was judged."""
    standard, history = content.standard, content.history
    sentences = [
        f"Judged by gonogo {content.told.program}, by {standard.id} {standard.version}, whose content the hash tells.",
        *METHOD,
    ]
    if history.time:
        what = f"Times are those of the column `{history.time}`"
        sentences.append(f"{what}; a time with a zone is told in UTC, one without as it stands.")
    return section("method", "How it was judged", [note(prose(sentence)) for sentence in sentences])

"""What a reader has to look at first: files that could not be read, scenarios that failed, those not approved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import gonogo
from gonogo_cli.evidence.content import Content, Scenario
from gonogo_cli.report.markup import Html, element, joined, prose
from gonogo_cli.report.numbers import counted
from gonogo_cli.report.parts import Column, note, section, small, table

MOST: Final = 50
MOST_NAMED: Final = 5

ORIGIN: Final = (
    "What a proposed scenario expects came from gonogo itself: it shows what the standard does, and not that this is "
    "what is wanted. Only a person's approval makes it evidence: by the tag `@approved`, or without `@proposed`."
)
STALE: Final = "A stale scenario was written for a rule that is another one now; a person has to look at it again."


def unread(content: Content) -> Html | None:
    """The files that could not be read."""
    problems = content.run.problems
    if not problems:
        return None
    rows = [(content.name(str(each.place)), prose(each.what), prose(each.mend)) for each in problems[:MOST]]
    columns = (Column("Where"), Column("What", is_text=True), Column("How to mend it", is_text=True))
    caption = f"{counted(len(problems), 'problem')}; nothing of these files was run"
    return section("unread", "Could not be read", table(caption, columns, rows), _more(len(problems), len(rows)))


def failures(content: Content) -> Html | None:
    """The scenarios that failed: what was expected, and what found."""
    failed = [(scenario, result) for scenario in content.scenarios for result in scenario.failed]
    if not failed:
        return None
    rows = [(_named(content, scenario, result), *_differing(result)) for scenario, result in failed[:MOST]]
    columns = (Column("Scenario"), Column("Expected", is_text=True), Column("Found", is_text=True))
    caption = f"{counted(len(failed), 'scenario')}, in the order of the files"
    return section("failed", "Failed", table(caption, columns, rows), _more(len(failed), len(rows)))


def _link(content: Content, scenario: Scenario) -> Html:
    first = scenario.first
    return element("a", content.title(first.path, first.line), href=f"#{scenario.anchor}")


def _named(content: Content, scenario: Scenario, result: gonogo.ScenarioResult) -> Html:
    values = ", ".join(f"{key} {value}" for key, value in result.example.items())
    place = small(f"example {result.number + 1}: {values}") if values else None
    return joined(_link(content, scenario), place)


def _differing(result: gonogo.ScenarioResult) -> tuple[Html, Html]:
    if result.expected is None:
        return joined(), prose(result.message or "")
    return prose(result.expected), prose(result.found or "")


def unapproved(content: Content) -> Html | None:
    """The scenarios that no person stands behind yet."""
    proposed, stale = content.by_approval("proposed"), content.by_approval("stale")
    if not proposed and not stale:
        return None
    paths = dict.fromkeys(each.first.path for each in content.scenarios if each.approval != "approved")
    rows = [(content.name(path), *(_of_file(content, path, found) for found in (proposed, stale))) for path in paths]
    return section(
        "approval",
        "Waiting for approval",
        element("p", prose(ORIGIN)) if proposed else None,
        element("p", prose(STALE)) if stale else None,
        table(
            f"{counted(len(proposed) + len(stale), 'scenario')} that no rule can stand on yet",
            (Column("File"), Column("Proposed", is_text=True), Column("Stale", is_text=True)),
            rows,
        ),
    )


def _of_file(content: Content, path: str, found: Sequence[Scenario]) -> Html:
    """The scenarios of one file, folded where they are many."""
    links = [element("li", _link(content, each)) for each in found if each.first.path == path]
    named = element("ul", links, class_="bare")
    if len(links) <= MOST_NAMED:
        return named if links else joined()
    return element("details", element("summary", counted(len(links), "scenario")), named, class_="why")


def _more(count: int, shown: int) -> Html | None:
    left = count - shown
    return note(prose(f"… and {left:,} more, in `evidence.json`.")) if left > 0 else None

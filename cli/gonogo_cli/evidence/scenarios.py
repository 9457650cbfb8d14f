"""The scenarios, one by one: their steps and tables, examples folded into one table, and why each verdict is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

import gonogo
from gonogo_cli.evidence.content import Content, Scenario
from gonogo_cli.evidence.marks import APPROVALS, FAILED, PASSED, STEPS, mark
from gonogo_cli.report.markup import Child, Html, element, joined, prose, raw
from gonogo_cli.report.numbers import counted
from gonogo_cli.report.parts import Column, Group, Span, grouped_table, note, section, table

MOST_EXPLAINED: Final = 20
"""So many examples of one outline are explained, those that failed first."""

MOST_OPEN: Final = 50
"""So many examples stand open; more have to be opened first."""

MOST_SLIM: Final = 24
"""So many characters of one example fit side by side on a phone."""

_NO_STEP: Final = gonogo.StepText("", ())


def scenarios(content: Content) -> Html:
    """The section of scenarios, feature by feature and rule by rule."""
    features = groupby(content.scenarios, key=lambda each: each.first.path)
    return section(
        "scenarios",
        "Scenarios",
        [_feature(content, path, list(of_file)) for path, of_file in features],
        note("No scenario was run.") if not content.scenarios else None,
    )


def _feature(content: Content, path: str, found: Sequence[Scenario]) -> Html:
    document = content.document[path]
    rules = document.rule_descriptions
    parts: list[Child] = [
        element("h3", found[0].first.feature),
        element("p", content.name(path), class_="small place"),
        _description(document.description),
    ]
    for rule, of_rule in groupby(found, key=lambda each: each.first.rule):
        if rule is not None:
            parts += [element("h4", rule), _description(rules.get(rule, ""))]
        parts += [_scenario(document, each) for each in of_rule]
    return element("div", parts, class_="feature")


def _description(text: str) -> Html | None:
    lines = [joined(element("br") if place else None, line) for place, line in enumerate(text.splitlines())]
    return element("p", lines, class_="description") if text else None


def _scenario(document: gonogo.FeatureDocument, scenario: Scenario) -> Html:
    first, count = scenario.first, len(scenario.results)
    look, word = (FAILED, "failed") if scenario.failed else (PASSED, "passed")
    told = f"{counted(count, 'example')}" if scenario.is_outline else ""
    if scenario.is_outline and scenario.failed:
        told = f"{len(scenario.failed):,} of {counted(count, 'example')} failed"
    name = element("span", document.names[first.line], class_="name")
    approval, waiting = scenario.approval, scenario.approvals.count(scenario.approval)
    state = approval if waiting == count else f"{waiting:,} of them {approval}"
    head = element(
        "summary", mark(word, look), " ", name, element("span", f" {told}", class_="small-inline") if told else None,
        joined(" ", mark(state, APPROVALS[approval])) if approval != "approved" else None,
    )  # fmt: skip
    body = element(
        "div",
        _description(document.descriptions.get(first.line, "")),
        _tags(sorted({tag for each in scenario.results for tag in each.tags})),
        _steps(document, scenario),
        _examples(document, scenario) if scenario.is_outline else _failure(first),
        _explanations(scenario),
        id=scenario.anchor,
        class_="body",
    )
    return element("details", head, body, class_="scenario", open=bool(scenario.failed))


def _tags(tags: Sequence[str]) -> Html | None:
    return element("p", [element("code", f"@{tag} ") for tag in tags], class_="tags") if tags else None


def _steps(document: gonogo.FeatureDocument, scenario: Scenario) -> Html:
    """The steps with their tables; of an outline as they are written, with its placeholders."""
    known = document.steps
    lines = []
    for step in scenario.first.steps:
        written = known.get(step.line, _NO_STEP) if scenario.is_outline else _NO_STEP
        text, rows = written.text or step.text, written.table or step.table
        sign = None if scenario.is_outline else _sign(step.status)
        keyword = element("span", step.keyword, class_="keyword")
        lines.append(element("li", sign, keyword, " ", text, _data(rows), class_=f"step {step.status}"))
    return element("ol", lines, class_="steps")


def _sign(status: str) -> Html:
    """How a step went, for those who see it and for those who hear it."""
    kind, sign = STEPS[status]
    return element("span", sign, class_=f"sign {kind}", role="img", aria_label=status)


def _data(rows: Sequence[Sequence[str]]) -> Html | None:
    """The table below a step: a lot has a heading of its columns, and what is a table of pairs has none."""
    if not rows:
        return None
    cells = [element("tr", [element("td", cell) for cell in row]) for row in rows]
    return element("div", element("table", element("tbody", cells), class_="data"), class_="scroll")


# ------------------------------------------------------------------------------------------------------- examples


def _examples(document: gonogo.FeatureDocument, scenario: Scenario) -> Html:
    """All examples as one table, in which those that failed say why; of many first those."""
    found = scenario.results
    if len(found) <= MOST_OPEN:
        return _table(document, found, counted(len(found), "example"))
    failed = scenario.failed[:MOST_OPEN]
    told = counted(len(scenario.failed), "example") + " failed"
    told += f", the first {len(failed):,} of them" if len(failed) < len(scenario.failed) else ""
    title = element("summary", f"All {counted(len(found), 'example')}")
    return joined(
        _table(document, failed, told) if failed else None,
        element("details", title, _table(document, found, counted(len(found), "example")), class_="why"),
    )


def _table(document: gonogo.FeatureDocument, results: Sequence[gonogo.ScenarioResult], caption: str) -> Html:
    """Examples below each other, below the names of the tables that they come from where those have names."""
    first = results[0]
    names = document.examples.get(first.line, ())
    columns = [Column("Example", style="numbered"), *(Column(name) for name in first.example), Column("Result")]
    is_slim = all(sum(map(len, each.example.values())) <= MOST_SLIM for each in results)
    named = [names[each.number] if each.number < len(names) else "" for each in results]
    if not any(named):
        rows = [row for each in results for row in _example(each)]
        return table(caption, columns, rows, is_slim=is_slim)
    groups = groupby(zip(named, results, strict=True), key=lambda pair: pair[0])
    parts = [
        Group(name or "examples", [row for _, each in of_table for row in _example(each)]) for name, of_table in groups
    ]
    return grouped_table(caption, columns, parts, is_slim=is_slim)


def _example(result: gonogo.ScenarioResult) -> Iterator[list[Child | Span]]:
    number = f"{result.number + 1:,}"
    look, word = (PASSED, "passed") if result.passed else (FAILED, "failed")
    yield [number, *result.example.values(), mark(word, look)]
    if not result.passed:
        step = next((each for each in result.steps if each.status == "failed"), None)
        at = element("div", f"at {step.keyword} {step.text}") if step else None
        yield [number, Span(joined(at, _difference(result)), len(result.example) + 1, "Why")]


def _failure(result: gonogo.ScenarioResult) -> Html | None:
    return element("div", _difference(result), class_="failure") if not result.passed else None


def _difference(result: gonogo.ScenarioResult) -> Html:
    if result.expected is None:
        return element("div", prose(result.message or "it failed"))
    pairs = (("expected", result.expected), ("found", result.found or ""))
    told = [element("div", element("dt", name), element("dd", prose(text))) for name, text in pairs]
    return element("dl", told, class_="difference")


# --------------------------------------------------------------------------------------------------- explanations


def _explanations(scenario: Scenario) -> Html | None:
    """Why the verdict is what it is; of an outline, example by example, of many only some."""
    told = [each for each in scenario.results if each.explanation]
    if not scenario.is_outline:
        return _why("Why the verdict is what it is", told[0]) if told else None
    chosen = sorted(told, key=lambda each: each.passed)[:MOST_EXPLAINED]
    left = len(told) - len(chosen)
    return joined(
        [_why(_title(each), each) for each in sorted(chosen, key=lambda each: each.number)],
        note(prose(f"`evidence.json` explains the other {counted(left, 'example')}.")) if left else None,
    )


def _title(result: gonogo.ScenarioResult) -> str:
    return f"Why example {result.number + 1:,} comes to that"


def _why(title: str, result: gonogo.ScenarioResult) -> Html:
    lines = [joined(line, raw("\n")) for line in result.explanation.splitlines()]
    return element("details", element("summary", title), element("pre", lines), class_="why", open=not result.passed)

"""The head of the evidence: which standard, under which circumstances, and what came of it, in a line and in counts."""

from __future__ import annotations

from collections.abc import Iterator

import gonogo
from gonogo_cli.evidence.content import Content
from gonogo_cli.evidence.marks import APPROVALS, FAILED, OPEN, PASSED, STATES, mark
from gonogo_cli.formats.table import share
from gonogo_cli.report.markup import Child, Html, element, joined, prose
from gonogo_cli.report.numbers import counted
from gonogo_cli.report.parts import Column, note, section, small, table
from gonogo_cli.wording import listed

MOST_NAMES = 8
"""So many rules, or files, are named in one sentence."""


def head(content: Content) -> Html:
    """What the page is about."""
    standard, told = content.standard, content.told
    status = "" if standard.status == "effective" else f", {standard.status}"
    pairs: list[tuple[str, Child]] = [
        ("Standard", f"{standard.title} ({standard.id}), version {standard.version}{status}"),
        ("Standard file", content.name(standard.path)),
        ("Content hash", element("code", standard.hash, class_="hash")),
        ("Git", _git(told.tree)),
        ("Run by", told.asked.by),
        ("Reason", told.asked.reason),
        ("Only tags", joined(element("code", told.asked.tags)) if told.asked.tags else None),
        ("Began", _moment(told.began.isoformat(sep=" ", timespec="seconds"))),
        ("Ended", _moment(told.ended.isoformat(sep=" ", timespec="seconds"))),
        ("Tools", ", ".join(f"{tool.name} {tool.version}" for tool in told.tools)),
        ("Machine", told.platform),
    ]
    about = (element("div", element("dt", name), element("dd", text)) for name, text in pairs if text)
    return element(
        "header",
        element("p", "Evidence of specs", class_="kind"),
        element("h1", standard.title),
        element("dl", about, class_="about"),
        verdict_line(content),
    )


def _git(tree: gonogo.TreeState) -> Html:
    if tree.commit is None:
        return joined(f"no commit: {tree.reason}")
    commit = element("code", tree.commit, class_="hash")
    if not tree.changed:
        return joined(commit, small("the pack is as it was committed"))
    names = ", ".join(tree.changed[:MOST_NAMES])
    rest = len(tree.changed) - MOST_NAMES
    more = f" and {rest:,} more" if rest > 0 else ""
    return joined(commit, element("div", mark("not as committed", OPEN), f": {names}{more}"))


def _moment(text: str) -> str:
    """A time with its zone apart: `2026-03-14 15:09:26 +01:00`."""
    return f"{text[:-6]} {text[-6:]}"


# -------------------------------------------------------------------------------------------------- verdict


def verdict_line(content: Content) -> Html:
    """What came of it, in one line."""
    word, (kind, sign) = _verdict(content)
    sentences = " ".join(f"{each}." for each in _sentences(content))
    return element("p", mark(word, (kind, sign)), " ", prose(sentences), class_=f"verdict {kind}")


def _verdict(content: Content) -> tuple[str, tuple[str, str]]:
    if content.failed or content.run.problems:
        return "failed", FAILED
    if not content.run.scenarios:
        return "nothing was run", OPEN
    return ("passed, with holes", OPEN) if content.holes else ("passed", PASSED)


def _sentences(content: Content) -> Iterator[str]:
    count, failed = len(content.run.scenarios), content.failed
    if not count:
        yield "No scenario was run"
    elif failed:
        yield f"Of {counted(count, 'scenario')}, {failed:,} failed" if count > 1 else "The one scenario failed"
    else:
        yield f"All {counted(count, 'scenario')} passed" if count > 1 else "The one scenario passed"
    if content.told.asked.tags:
        yield "Others were left out by their tags"
    if unread := len(content.run.problems):
        yield f"{counted(unread, 'problem')} kept files from being run"
    rules, holes = len(content.rows), len(content.holes)
    if holes == rules > 0:
        yield f"None of {counted(rules, 'rule')} has an approved scenario that passed"
    elif holes:
        names = [f"`{row.rule}`" for row in content.holes[:MOST_NAMES]]
        names += [f"{holes - MOST_NAMES:,} more"] if holes > MOST_NAMES else []
        verb = "is" if holes == 1 else "are"
        yield f"Of {counted(rules, 'rule')}, {holes:,} {verb} without an approved scenario that passed: {listed(names)}"
    elif rules:
        yield "Each rule has an approved scenario that passed" if rules > 1 else "The rule has one that is approved"
    if others := content.elsewhere:
        verbs = ("judges", "is") if others == 1 else ("judge", "are")
        yield f"{counted(others, 'scenario')} {verbs[0]} by another standard, and {verbs[1]} no evidence for this one"
    for told in ("proposed", "stale"):
        if waiting := content.count(told):
            verbs = ("is", "shows") if waiting == 1 else ("are", "show")
            yield f"{counted(waiting, 'scenario')} {verbs[0]} {told}, and {verbs[1]} nothing yet"


# --------------------------------------------------------------------------------------------------- counts


def summary(content: Content) -> Html:
    """How many scenarios came out how, who stands behind them, and for how many rules there is evidence."""
    count, failed = len(content.run.scenarios), content.failed
    results = [(mark("passed", PASSED), count - failed), (mark("failed", FAILED), failed)]
    states = [(mark(*STATES[state]), sum(row.state == state for row in content.rows)) for state in STATES]
    approvals = [(mark(told, look), content.count(told)) for told, look in APPROVALS.items()]
    tables = [
        _counts("Scenarios by result", "Result", "Scenarios", [each for each in results if each[1] or not failed]),
        _counts("Scenarios by approval", "Approval", "Scenarios", [each for each in approvals if each[1]]),
        _counts("Rules by evidence", "Evidence", "Rules", [each for each in states if each[1]]),
    ]
    return section(
        "summary",
        "Summary",
        element("div", tables, class_="side-by-side"),
        note("Each example of an outline counts as a scenario."),
    )


def _counts(caption: str, what: str, unit: str, rows: list[tuple[Html, int]]) -> Html:
    whole = sum(count for _, count in rows)
    columns = (Column(what), Column(unit, True), Column("Share", True))
    return table(caption, columns, [(name, f"{n:,}", share(n, whole)) for name, n in rows], is_slim=True)


# ----------------------------------------------------------------------------------------------------- foot


METHOD = (
    "A scenario is evidence for a rule where its tag or one of its `Then` names the rule, or the rule spoke in it.",
    "What was asked of a changed standard is no evidence for the standard as it is.",
    "A rule without an approved scenario that passed is a hole.",
    "What a person wrote is approved. What gonogo proposed is, when a person says so, while its rule stays as it is.",
)


def foot(content: Content) -> Html:
    """How it was made, and from what."""
    program = next(tool.version for tool in content.told.tools if tool.name == "gonogo")
    first = (
        f"Run by gonogo {program} on {content.standard.id} {content.standard.version}, whose content the hash tells."
    )
    counts = {path: sum(each.path == path for each in content.run.scenarios) for path in content.hashes}
    rows = [
        (content.name(path), f"{counts[path]:,}", element("code", told, class_="hash"))
        for path, told in content.hashes.items()
    ]
    columns = (Column("Feature file"), Column("Scenarios", True), Column("SHA-256"))
    return section(
        "method",
        "How this was made",
        [note(prose(sentence)) for sentence in (first, *METHOD)],
        table("The feature files that were run", columns, rows) if rows else None,
    )

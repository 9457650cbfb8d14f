"""What is wrong with a text that is no YAML, in the words of its author: the cause, not where the parser gave up."""

from __future__ import annotations

import re
from typing import Final, Protocol

from gonogo.problems import Problem, Source, Span

QUOTE_IT: Final = "quote the expression: inside braces or brackets a plain value ends at `,` `[` `]` `{` `}`"
_OUR_WORDS: Final = {
    "while parsing a flow mapping": "inside these braces",
    "while parsing a flow sequence": "inside these brackets",
    "while parsing a flow node": "inside braces or brackets",
    "while parsing a block mapping": "among these keys",
    "while parsing a block collection": "in this list",
    "while scanning for the next token": "",
}
_FLOWS: Final = ("inside these braces", "inside these brackets")
_KEY: Final = re.compile(r"(?:- +)*(?:\"[^\"]*\"|'[^']*'|[^\s#'\"][^#]*?):(?=\s|$)")
_LINES_BACK: Final = 2_000


class Mark(Protocol):
    """Where the parser was."""

    @property
    def index(self) -> int:
        """The offset in the text."""


class SyntaxFault(Protocol):
    """What the parser says of a text that it can't read."""

    @property
    def problem(self) -> str | None:
        """What it met."""

    @property
    def problem_mark(self) -> Mark | None:
        """Where it met it."""

    @property
    def context(self) -> str | None:
        """What it was doing."""

    @property
    def context_mark(self) -> Mark | None:
        """Where it began to."""


def syntax_problem(source: Source, error: SyntaxFault) -> Problem:
    """The problem behind an error of the parser."""
    mark = error.problem_mark or error.context_mark
    start = min(mark.index, len(source.text)) if mark is not None else 0
    place = Span(source, start, min(start + 1, len(source.text)))
    context = error.context or ""
    for theirs, ours in _OUR_WORDS.items():
        context = context.replace(theirs, ours)
    if context not in _FLOWS and (cause := _cause(place, error)) is not None:
        return cause
    what = f"this is not YAML: {f'{context}, ' if context else ''}{error.problem or ''}".rstrip(": ").replace("'", "`")
    return Problem("bad-yaml", place, what, _mend(context, what, source.text[: start + 1]))


def _mend(context: str, what: str, before: str) -> str:
    if "cannot start any token" in what or "line break" in what:  # `>= 5`: YAML takes it for a folded text
        sign = before[-1] if "start" in what else before[:-1].rstrip(" \t0123456789+-")[-1:]
        return f"quote a value that begins with `{sign}`"
    if "expected node content" in what:
        return (
            'write `"-"`: behind a `-` a blank begins a list'
            if before.endswith("-")
            else "write a value, or remove the comma"
        )
    if context in _FLOWS:
        return QUOTE_IT
    if "mapping values are not allowed" in what:
        return "quote a text that holds `: `"
    if before[:-1].rstrip().endswith(('"', "'")):
        return "what begins with a quote ends with it: put all of it in quotes of the other kind"
    return ""


def _cause(place: Span, error: SyntaxFault) -> Problem | None:
    """A tab, a line without its `:`, or one that is wrongly indented."""
    told = error.problem or ""
    if place.text == "\t":
        return Problem("bad-yaml", place, "a tab stands here", "indent with blanks")
    if "expected ':'" in told:
        return _no_colon(place.source, error.context_mark.index if error.context_mark else place.start)
    if not ("mapping values are not allowed" in told or "did not find expected" in told):
        return None
    lines = _lines_to(place)
    here = lines.pop()
    if not lines or here.text.lstrip()[:1] in "\"'{[":
        return None
    before = lines[-1]
    if _indent(before) == _indent(here) and not _KEY.match(before.text.lstrip()) and before.text.lstrip()[0] != "-":
        return _no_colon(before.source, before.start)
    return _wrongly_indented(here, lines) if _KEY.match(here.text.lstrip()) else None


def _no_colon(source: Source, start: int) -> Problem:
    end = source.text.find("\n", start)
    line = source.text[start : end if end >= 0 else len(source.text)]
    first = start + len(line) - len(line.lstrip())
    place = Span(source, first, first + len(line.strip()))
    return Problem("bad-yaml", place, "this line has no `:` between key and value", "write `key: value`")


def _wrongly_indented(here: Span, lines: list[Span]) -> Problem | None:
    """A key whose column is none of those in which the keys around it begin."""
    open_: list[int] = []
    for line in lines:
        columns = [_indent(line)]
        if listed := re.match(r"\s*((?:- +)+)", line.text):
            columns.append(listed.end())
        open_ = [column for column in open_ if column < columns[0]] + columns
    indent = _indent(here)
    if indent in open_ or (indent > open_[-1] and lines[-1].text.rstrip().endswith(":")):
        return None
    near = sorted(sorted(open_, key=lambda column: abs(column - indent))[: 1 + (indent < open_[-1])])
    place = Span(here.source, here.start + indent, here.end)
    what = f"this line is indented by {indent} blanks, and no key around it is"
    return Problem("bad-yaml", place, what, f"indent it by {' or '.join(map(str, near))}, as the keys beside it")


def _indent(line: Span) -> int:
    return len(line.text) - len(line.text.lstrip(" "))


def _lines_to(place: Span) -> list[Span]:
    """The lines up to that of the place, without their ends; empty ones and comments are left out."""
    found: list[Span] = []
    end = place.source.text.find("\n", place.start)
    position = end if end >= 0 else len(place.source.text)
    while position >= 0 and len(found) < _LINES_BACK:
        start = place.source.text.rfind("\n", 0, position) + 1
        line = place.source.text[start:position]
        if not found or (line.strip() and not line.lstrip().startswith("#")):
            found.append(Span(place.source, start, start + len(line.rstrip())))
        position = start - 1
    return found[::-1]

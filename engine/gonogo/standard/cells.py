"""The cells of a decision table: `-`, a value, `>= 48 mm`, `[90 .. 95)`, `L, M`, `not(L)`, `missing`.

What a cell means depends on the kind of its column, which is not known while a document is read: `5` is a number
or a text. So both readings are kept, and whoever knows the kind takes one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from gonogo.problems import Problem, Span
from gonogo.standard import model, reader, tree
from gonogo.standard.expression import parse_expression, parse_test
from gonogo.standard.reader import Node, Scalar
from gonogo.standard.sections import Reading, shown
from gonogo.standard.tokens import BadExpression, Locate
from gonogo.standard.tree import Expression

_NOT: Final = re.compile(r"not\s*\((.*)\)", re.DOTALL)
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPE: Final = re.compile(r'\\(["\\])')
_PIECE: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[(\[]|[)\]]|,', re.DOTALL)
_MENDS: Final = {"and": "write a range such as `[A .. B)`", "or": "list what holds, with commas between"}


def read_cell(reading: Reading, subject: Expression, node: Node) -> model.Cell | None:
    """A cell below the input `subject`; None where it can't be one, which is told."""
    scalar = read_scalar(reading, node, "write `-` where any value will do")
    if scalar is None:
        return None
    start, end = _stripped(scalar.text, 0, len(scalar.text))
    word = scalar.text[start:end]
    if word == "-":
        return model.Cell("any", (), False, scalar.span)
    denied = _NOT.fullmatch(word)
    if denied:
        start, end = _stripped(scalar.text, start + denied.start(1), start + denied.end(1))
        word = scalar.text[start:end]
    if word in ("missing", "present"):
        is_missing = (word == "missing") is not (denied is not None)
        return model.Cell("missing" if is_missing else "present", (), False, scalar.span)
    items = list(_items(reading, subject, scalar, start, end))
    known = tuple(item for item in items if item is not None)
    return model.Cell("listed", known, denied is not None, scalar.span) if len(known) == len(items) else None


def read_output(reading: Reading, node: Node) -> model.Output | None:
    """What a row gives: quantities, dates and flags as such, any other word as the text that stands there."""
    scalar = read_scalar(reading, node, "write what the row gives")
    if scalar is None:
        return None
    if scalar.text.strip() == "-":
        what = "`-` stands for any value, and this cell is the output"
        reading.error("bad-value", scalar.span, what, "write what the row gives, or remove the row")
        return None
    problem = None
    if scalar.style == "":
        try:
            value = parse_expression(scalar.text, scalar.locate, reading.units)
            if tree.is_constant(value) and not isinstance(value, tree.Text):
                return model.Output(scalar.text, value, None, scalar.span)
        except BadExpression as error:
            problem = error.problem
    return model.Output(scalar.text, tree.Text(scalar.text, scalar.span), problem, scalar.span)


def read_scalar(reading: Reading, node: Node, mend: str) -> Scalar | None:
    """The text of a cell; a list is what YAML makes of a range in square brackets."""
    if isinstance(node, reader.Sequence):
        text = node.span.text
        reading.error("wrong-shape", node.span, f"YAML reads {shown(text)} as a list", f'quote it: `"{text[:60]}"`')
        return None
    if isinstance(node, reader.Mapping):
        reading.error("wrong-shape", node.span, "a cell is a single text", "quote what is text")
        return None
    if not node.text.strip() or node.is_empty:
        reading.error("missing-value", node.span, "nothing stands in this cell", mend)
        return None
    return node


def joined(reading: Reading, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """The cells of a row, those put together again that YAML cut at a comma inside round brackets, which is told."""
    found: list[Node] = []
    for node in nodes:
        before = found[-1] if found else None
        if not isinstance(before, Scalar) or not isinstance(node, Scalar) or not _is_cut(before):
            found.append(node)
            continue
        whole = Span(before.span.source, before.span.start, node.span.end)
        found[-1] = Scalar(whole.text, whole)
        if not _is_cut(found[-1]):
            what = f"YAML reads {shown(whole.text)} as several cells"
            reading.error("unquoted-comma", whole, what, f'quote it: `"{whole.text[:60]}"`')
    return tuple(found)


def _is_cut(cell: Node) -> bool:
    return isinstance(cell, Scalar) and cell.style == "" and cell.text.count("(") > cell.text.count(")")


# --------------------------------------------------------------------------------------------------- items


def _items(reading: Reading, subject: Expression, scalar: Scalar, start: int, end: int) -> Iterator[model.Item | None]:
    """What the characters `start:end` of a cell list, between commas."""
    for first, last in _pieces(scalar.text, start, end):
        first, last = _stripped(scalar.text, first, last)
        if first == last:
            place = scalar.locate(first, first) if start < end else scalar.span
            reading.error("bad-expression", place, "a value is missing here", "remove the comma, or add the value")
            yield None
        else:
            yield _item(reading, subject, scalar, first, last)


def _item(reading: Reading, subject: Expression, scalar: Scalar, start: int, end: int) -> model.Item:
    text = scalar.text[start:end]
    span = scalar.locate(start, end)
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        return model.Item(_ESCAPE.sub(r"\1", text[1:-1]), tree.Comparison("=", subject, tree.Text(
            _ESCAPE.sub(r"\1", text[1:-1]), span), span), None, True, span)  # fmt: skip
    try:
        test = parse_test(subject, text, _moved(scalar, start), reading.units)
    except BadExpression as error:
        return model.Item(text, None, _in_a_cell(error.problem, text), False, span)
    return model.Item(text, test, None, False, span)


def _moved(scalar: Scalar, by: int) -> Locate:
    return lambda start, end: scalar.locate(by + start, by + end)


def _in_a_cell(problem: Problem, text: str) -> Problem:
    """The problem of a test, with the mend that a cell allows."""
    word = problem.place.text if isinstance(problem.place, Span) else ""
    mend = _MENDS.get(word, problem.mend)
    if text.startswith("!="):
        mend = f"write `not({text[2:].strip()[:60]})`"
    return replace(problem, mend=mend)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches between commas that stand outside of quotes and brackets."""
    depth, begin = 0, start
    for sign in _PIECE.finditer(text, start, end):
        match sign[0]:
            case "(" | "[":
                depth += 1
            case ")" | "]":
                depth = max(0, depth - 1)
            case "," if depth == 0:
                yield begin, sign.start()
                begin = sign.end()
            case _:
                pass
    yield begin, end


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    inner = text[start:end]
    start += len(inner) - len(inner.lstrip())
    return start, start + len(inner.strip())

"""Expressions: how tightly words bind, what belongs to a unit, and that what is printed reads the same again."""

from __future__ import annotations

from fractions import Fraction
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.problems import Refused, Source, Span
from gonogo.program.compiler import programs_after
from gonogo.program.text import logic_text, number_text, quantity_text
from gonogo.standard import tree
from gonogo.standard.expression import parse_expression, parse_test
from gonogo.standard.tokens import BadExpression
from gonogo.standard.tree import Expression
from gonogo.standard.units import divide, parse_unit


def parse(text: str) -> Expression:
    source = Source("expression", text)
    return parse_expression(text, lambda start, end: Span(source, start, end), {})


def shape(node: Expression) -> object:
    """A tree without its places."""
    match node:
        case tree.Number(value, unit, _):
            return quantity_text(value, unit)
        case tree.Name(name, _):
            return name
        case tree.Text(text, _):
            return f'"{text}"'
        case tree.Truth(truth, _):
            return truth
        case tree.Moment(_, _, span):
            return span.text
        case tree.FoundRule(rule, _):
            return f"found({rule})"
        case tree.TextCheck(op, value, text):
            return (op, shape(value), text)
        case tree.Binary(op, left, right, _) | tree.Comparison(op, left, right, _):
            return (op, shape(left), shape(right))
        case tree.Call(name, arguments, _):
            return (name, *map(shape, arguments))
        case tree.Presence(value, state, _):
            return (state, shape(value))
        case other:
            return (type(other).__name__, *map(shape, tree.children(other)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a or b and not c", ("Either", "a", ("Both", "b", ("Negation", "c")))),
        ("not a = b", ("Negation", ("=", "a", "b"))),
        ("a + b * c - d", ("-", ("+", "a", ("*", "b", "c")), "d")),
        ("a - b - c", ("-", ("-", "a", "b"), "c")),
        ("a / b / c", ("/", ("/", "a", "b"), "c")),
        ("-a * b", ("*", ("Negative", "a"), "b")),
        ("(a + b) * c", ("*", ("+", "a", "b"), "c")),
        ("1 mm < a <= 2 mm", ("Both", ("<", "1 mm", "a"), ("<=", "a", "2 mm"))),
        ("a between 1 and 2 and b", ("Both", ("Both", (">=", "a", "1"), ("<=", "a", "2")), "b")),
        ("a not between 1 and 2", ("Negation", ("Both", (">=", "a", "1"), ("<=", "a", "2")))),
        ("a in (1, 2)", ("Among", "a", "1", "2")),
        ("a not in (x, y)", ("Negation", ("Among", "a", "x", "y"))),
        ("a in [1 .. 2)", ("Both", (">=", "a", "1"), ("<", "a", "2"))),
        ("a in (1 .. 2]", ("Both", (">", "a", "1"), ("<=", "a", "2"))),
        ("a is not missing", ("Negation", ("missing", "a"))),
        ("a is recorded", ("recorded", "a")),
        ('a starts with "x"', ("starts with", "a", "x")),
        ('a not contains "x"', ("Negation", ("contains", "a", "x"))),
        ('a matches "\\d+\\"\\\\"', ("matches", "a", '\\d+"\\')),
        ("if a then b else c or d", ("If", "a", "b", ("Either", "c", "d"))),
        ("found(heat-dissipation) and found( seat.above )", ("Both", "found(heat-dissipation)", "found(seat.above)")),
        ("max(a, b + 1, 2)", ("max", "a", ("+", "b", "1"), "2")),
        (
            "a > 2026-01-31 and b < 2026-01-31T06:00Z",
            ("Both", (">", "a", "2026-01-31"), ("<", "b", "2026-01-31T06:00Z")),
        ),
    ],
)
def test_words_bind_as_people_expect(text: str, expected: object) -> None:
    assert shape(parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a > 50 N*m", (">", "a", "50 N*m")),
        ("a > 50 N * m", (">", "a", ("*", "50 N", "m"))),
        ("a > 2 mm * width", (">", "a", ("*", "2 mm", "width"))),
        ("a > 2 mm*width", (">", "a", ("*", "2 mm", "width"))),
        ("a > 8.6 K and b", ("Both", (">", "a", "8.6 K"), "b")),
        ("a > 1 in", (">", "a", "1 in")),
        ("a between 1 in and 2 in", ("Both", (">=", "a", "1 in"), ("<=", "a", "2 in"))),
        ("2 in (1, 2)", ("Among", "2", "1", "2")),
        ("2 in [1 .. 3]", ("Both", (">=", "2", "1"), ("<=", "2", "3"))),
        ("a > 15 % or a < .5 %", ("Either", (">", "a", "15 %"), ("<", "a", "0.5 %"))),
        ("a > 100 1/min", (">", "a", "100 1/min")),
        ("a > 3 mm^2", (">", "a", "3 mm^2")),
        ("a > 3 mm/s - b", (">", "a", ("-", "3 mm/s", "b"))),
        ("a > 20 °C", (">", "a", "20 °C")),
        ("a > 1e3 and a < 2.5e-3 mm", ("Both", (">", "a", "1000"), ("<", "a", "0.0025 mm"))),
    ],
)
def test_a_unit_belongs_to_the_number_before_it(text: str, expected: object) -> None:
    assert shape(parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<= 84", ("<=", "x", "84")),
        ("85 .. 168", ("Both", (">=", "x", "85"), ("<=", "x", "168"))),
        ("[90 .. 95)", ("Both", (">=", "x", "90"), ("<", "x", "95"))),
        ("(1 mm .. 2 mm]", ("Both", (">", "x", "1 mm"), ("<=", "x", "2 mm"))),
        ("7", ("=", "x", "7")),
    ],
)
def test_a_row_of_a_table_is_a_test(text: str, expected: object) -> None:
    source = Source("row", text)
    subject = tree.Name("x", Span(source, 0, 0))
    assert shape(parse_test(subject, text, lambda start, end: Span(source, start, end), {})) == expected


@pytest.mark.parametrize("text", ["< 5 < 6", "!= 5", "90 .. ", "[90 .. 95", "> x > y", ""])
def test_what_is_no_test_of_one_value_is_refused(text: str) -> None:
    source = Source("row", text)
    subject = tree.Name("x", Span(source, 0, 0))
    with pytest.raises(BadExpression):
        parse_test(subject, text, lambda start, end: Span(source, start, end), {})


def test_every_node_knows_exactly_where_it_stands() -> None:
    text = 'torque  > 50 N*m and ( lower(note) contains "rust"  or not ok )'
    both = parse(text)
    assert both.span.text == text
    first, second = cast(tree.Both, both).parts
    assert first.span.text == "torque  > 50 N*m"
    assert [child.span.text for child in tree.children(first)] == ["torque", "50 N*m"]
    assert [child.span.text for child in tree.children(second)] == ['lower(note) contains "rust"', "not ok"]


# -------------------------------------------------------------------------------------------- there and back

STANDARD = """gonogo: 1
standard: s
facts:
  fields:
    width: {{unit: mm}}
    depth: {{unit: mm}}
    speed: {{unit: m/s}}
    count: {{kind: number}}
    type: {{one of: [L, M, H]}}
    note: {{kind: text}}
    ok: {{kind: flag}}
    dry: {{kind: flag}}
    day: {{kind: date}}
    seen: {{kind: time}}
rules:
  other: {{when: not ok}}
  r:
    when: '{}'
"""


def said_of(expression: str) -> str:
    source = Source("standard.yaml", STANDARD.format(expression.replace("'", "''")))
    program = programs_after(source, "resolve")[0]
    return logic_text(next(p.when for p in program.propositions if p.name == "r"))


decimals = st.decimals(min_value=0, max_value=9999, places=3).map(lambda d: format(d.normalize(), "f"))
words = st.sampled_from(['"a"', '"L"', '"say \\"no\\""', '"back\\\\slash"', '"a, (b) or [c]"', "note", "lower(note)"])


def lengths(depth: int) -> st.SearchStrategy[str]:
    leaf = st.one_of(st.sampled_from(["width", "depth"]), decimals.map(lambda d: f"{d} mm"))
    if depth == 0:
        return leaf
    inner = lengths(depth - 1)
    pairs = st.tuples(inner, inner)
    return st.one_of(
        leaf,
        pairs.map(lambda p: f"({p[0]} + {p[1]})"),
        pairs.map(lambda p: f"{p[0]} - ({p[1]})"),
        st.tuples(inner, st.sampled_from(["count", "2", "0.5"])).map(lambda p: f"({p[0]}) * {p[1]}"),
        inner.map(lambda v: f"-({v})"),
        pairs.map(lambda p: f"max({p[0]}, {p[1]})"),
        inner.map(lambda v: f"abs({v})"),
        inner.map(lambda v: f"round({v}, 0.5 mm)"),
        pairs.map(lambda p: f"(if ok then {p[0]} else {p[1]})"),
    )


def conditions(depth: int) -> st.SearchStrategy[str]:
    length = lengths(2)
    op = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    leaf = st.one_of(
        st.tuples(length, op, length).map(" ".join),
        st.tuples(length, length, length).map(lambda v: f"{v[0]} between {v[1]} and {v[2]}"),
        st.sampled_from(["ok", "dry", "ok = dry", "ok = true", "width is missing", "note is present", "found(other)"]),
        st.sampled_from(
            ["type = L", "type in (L, M)", "type not in (H)", "width is recorded", "not (day is recorded)"]
        ),
        st.sampled_from(["day > 2026-01-31", "day + 30 days >= 2026-03-01", "seen < 2026-01-31T06:00Z"]),
        st.tuples(st.sampled_from(["contains", "starts with", "ends with", "="]), words.filter(lambda w: '"' in w)).map(
            lambda p: f"note {p[0]} {p[1]}"
        ),
        st.sampled_from(["speed > 5 m/s", "count in (1, 2, 3.5)", "length(note) > 3", 'note matches "^a\\d+$"']),
    )
    if depth == 0:
        return leaf
    inner = conditions(depth - 1)
    pairs = st.tuples(inner, inner)
    return st.one_of(
        leaf,
        pairs.map(lambda p: f"({p[0]}) and ({p[1]})"),
        pairs.map(lambda p: f"({p[0]}) or ({p[1]})"),
        inner.map(lambda v: f"not ({v})"),
        st.tuples(inner, inner, inner).map(lambda v: f"if {v[0]} then ({v[1]}) else ({v[2]})"),
    )


@settings(max_examples=300, deadline=None)
@given(conditions(3))
def test_what_is_printed_reads_the_same_again(expression: str) -> None:
    try:
        said = said_of(expression)
    except Refused as refused:
        assert {problem.code for problem in refused.problems} == {"division-by-zero"}  # noqa: PT017
        return
    assert said_of(said) == said


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(86, 10), "8.6"),
        (Fraction(-1, 3), "-1/3"),
        (Fraction(0), "0"),
        (Fraction(1, 1000), "0.001"),
        (Fraction(-5, 2), "-2.5"),
        (Fraction(10**20), "1" + "0" * 20),
        (Fraction(1, 10**40), "0." + "0" * 39 + "1"),
        (Fraction(10**9000), "about 1e9000"),
        (-Fraction(1, 7**5000), "about -1e-4225"),
    ],
)
def test_a_number_is_told_as_a_decimal_where_it_is_one(number: Fraction, text: str) -> None:
    assert number_text(number) == text


@given(st.integers(-(10**9), 10**9), st.integers(0, 12))
def test_a_finite_decimal_comes_back_whole(digits: int, places: int) -> None:
    number = Fraction(digits, 10**places)
    assert Fraction(number_text(number)) == number


def test_a_quantity_carries_its_unit() -> None:
    assert quantity_text(Fraction(37, 10), parse_unit("N*m")) == "3.7 N*m"
    assert quantity_text(15.0, parse_unit("%")) == "15 %"
    assert quantity_text(9000.25, parse_unit("W")) == "9000.25 W"
    assert quantity_text(Fraction(3), None) == "3"


def test_where_temperatures_cancel_out_no_difference_is_left() -> None:
    ratio = divide(parse_unit("delta_degC"), parse_unit("K"))
    assert ratio.dimension == ()
    assert not ratio.is_difference

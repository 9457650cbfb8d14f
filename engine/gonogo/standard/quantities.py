"""What a standard measures and computes: fields, derived quantities, parameters and units of its own."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final, Literal, get_args

from gonogo.problems import Span
from gonogo.standard import model, reader, tree
from gonogo.standard.expression import parse_expression, parse_test
from gonogo.standard.order import circle_text, in_order
from gonogo.standard.reader import Node, Scalar
from gonogo.standard.sections import NAME, Reading, Section, shown
from gonogo.standard.tokens import KEYWORDS
from gonogo.standard.units import Unit, UnitError, conversion, declare, difference

_FIELD: Final = ("column", "unit", "resolution", "rounding", "kind", "one of", "optional", "judge", "title")
_DERIVED: Final = ("is", "unit", "resolution", "rounding", "title")
_TEST: Final = re.compile(r"\s*(?:!=|[<>=\[(]|[-.\d].*\.\.)")
_NUMBER: Final = re.compile(r"\s*[-.]?\d")


# --------------------------------------------------------------------------------------------------- units


def read_units(reading: Reading, node: Node | None) -> None:
    """Own units may stand on each other in any order; each is declared once, after those it stands on."""
    written = {key.text: (key, value) for key, value in reading.pairs(node, "units")}
    texts = {name: reading.text(value) for name, (_, value) in written.items()}
    needs = {name: set(NAME.findall(text or "")) & written.keys() for name, text in texts.items()}
    ordered, circular, circles = in_order(needs)
    for name in ordered:
        text = texts[name]
        if text is None or reading.unread_units & needs[name]:
            reading.unread_units.add(name)
        else:
            _declare(reading, written[name][0], text)
    reading.unread_units |= circular
    for circle in circles:
        what = f"these units go round in a circle: {circle_text(circle)}"
        reading.error("circle", written[circle[0]][0].span, what, "declare one of them by a known unit")


def _declare(reading: Reading, key: Scalar, text: str) -> None:
    if key.text in KEYWORDS:
        reading.unread_units.add(key.text)
        reading.error("bad-name", key.span, f"{shown(key.text)} is a word of the language", "choose another name")
        return
    try:
        reading.units[key.text] = declare(key.text, text, reading.units)
    except UnitError as error:
        reading.unread_units.add(key.text)
        reading.error(error.code, key.span, error.what, error.mend)


# -------------------------------------------------------------------------------------------------- fields


def read_field(reading: Reading, key: Scalar, node: Node) -> model.Field | None:
    """`fields.NAME`; a field whose kind or unit can't be read is left out, so that its uses are not told of, too."""
    section = reading.section(node, _FIELD, key.text, key.span)
    told = len(reading.problems.found)
    one_of = tuple(scalar.text for scalar in reading.scalars(section.get("one of"), "one of"))
    unit = reading.unit(section.get("unit"))
    kind = _kind(reading, section, one_of)
    resolution = _resolution(reading, section.get("resolution"), unit)
    if len(reading.problems.found) > told or _is_unread(section, unit):
        return None
    return model.Field(
        name=key.text,
        column=reading.text(section.get("column")) or key.text,
        kind=kind,
        unit=unit,
        one_of=one_of,
        resolution=resolution,
        rounding=_rounding(reading, section),
        optional=reading.flag(section.get("optional")),
        span=key.span,
        judge=read_judge(reading, section.get("judge")),
    )


def read_judge(reading: Reading, node: Node | None) -> model.Judged | None:
    """Which number of several values is judged."""
    match reading.word(node, get_args(model.Judged)):
        case "mean" | "min" | "max" | "range" as word:
            return word
        case _:
            return None


def _is_unread(section: Section, unit: Unit | None) -> bool:
    return section.get("unit") is not None and unit is None


def _kind(reading: Reading, section: Section, one_of: tuple[str, ...]) -> model.FieldKind | None:
    is_number = any(key in section.values for key in ("unit", "resolution", "rounding"))
    implied: model.FieldKind | None = "text" if one_of else "number" if is_number else None
    if one_of and is_number:
        place = section.keys["one of"].span
        reading.error("contradiction", place, "a field with `one of` is text, and has no unit", "remove one of them")
    written = reading.word(section.get("kind"), get_args(model.FieldKind))
    for kind in get_args(model.FieldKind):
        if written == kind:
            if implied not in (None, kind):
                what = f"this field is a {implied} by its other keys, and a {kind} by its `kind`"
                reading.error("contradiction", section.values["kind"].span, what, "remove one of them")
            return kind  # type: ignore[no-any-return]  # get_args has no type; the values are those of FieldKind
    return implied


def _rounding(reading: Reading, section: Section) -> model.Rounding | None:
    node = section.get("rounding")
    if node is not None and "resolution" not in section.values:
        what = "`rounding` needs a `resolution` to round to"
        reading.error("missing-key", section.keys["rounding"].span, what, "add `resolution`")
    match reading.word(node, get_args(model.Rounding)):
        case "half-even":
            return "half-even"
        case "half-up":
            return "half-up"
        case _:
            return None


def _resolution(reading: Reading, node: Node | None, unit: Unit | None) -> Fraction | None:
    """A step in the field's unit; of temperatures, a difference of them."""
    value = reading.expression(node)
    if node is None or value is None:
        return None
    if isinstance(value, tree.Number) and value.value > 0:
        if value.unit is None or value.unit == unit:
            return value.value
        try:
            factor, pi, _ = conversion(value.unit, difference(unit) if unit else value.unit)
            if unit is not None and pi == 0:
                return value.value * factor
        except UnitError:
            pass
    of = f" in `{unit.text}`" if unit else ""
    reading.error("bad-value", node.span, "a resolution is a step above zero", f"write a number{of}")
    return None


def read_derived(reading: Reading, key: Scalar, node: Node) -> model.Derived | None:
    """`derived.NAME`: an expression, or one with the unit and resolution it is stated in."""
    if isinstance(node, Scalar):
        value = reading.expression(Scalar("", key.span) if node.is_empty else node)
        return None if value is None else model.Derived(key.text, value, None, None, None, key.span)
    section = reading.section(node, _DERIVED, key.text, key.span)
    value = reading.expression(reading.needed(section, "is"))
    unit = reading.unit(section.get("unit"))
    resolution = _resolution(reading, section.get("resolution"), unit)
    rounding = _rounding(reading, section)
    if value is None or _is_unread(section, unit):
        return None
    return model.Derived(key.text, value, unit, resolution, rounding, key.span)


# ---------------------------------------------------------------------------------------------- parameters


def read_parameter(reading: Reading, fields: dict[str, model.Field], key: Scalar, node: Node) -> model.Parameter | None:
    """`parameters.NAME`: one written value, or a table by a category or by ranges."""
    if isinstance(node, reader.Mapping):
        table = _table(reading, fields, key, node)
        return None if table is None else model.Parameter(key.text, table, key.span)
    value = _constant(reading, Scalar("", key.span) if isinstance(node, Scalar) and node.is_empty else node)
    return None if value is None else model.Parameter(key.text, value, key.span)


def _constant(reading: Reading, node: Node) -> tree.Expression | None:
    value = reading.expression(node)
    if value is None or tree.is_constant(value):
        return value
    mend = "write a quantity such as `8.6 K`; what is computed from fields stands under `derived`"
    reading.error("not-constant", value.span, f"{shown(value.span.text)} is not a written value", mend)
    return None


def _table(
    reading: Reading, fields: dict[str, model.Field], key: Scalar, node: reader.Mapping
) -> model.ByCategory | model.ByRange | None:
    rows = [(row, value) for row, value in node.items if row.text != "by"]
    by_node = next((value for row, value in node.items if row.text == "by"), None)
    if by_node is None:
        mend = "name the field that decides: `{by: type, …}`"
        reading.error("missing-key", key.span, f"the table {shown(key.text)} does not say `by` what it goes", mend)
    elif not rows:
        reading.error("missing-key", key.span, f"the table {shown(key.text)} has no rows", "add one")
    by = reading.expression(by_node)
    values = [_constant(reading, Scalar("", row.span) if _is_nothing(value) else value) for row, value in rows]
    if by is None or not rows:
        return None
    if not _goes_by_ranges(by, [row.text for row, _ in rows], fields):
        entries = [(row.text, row.span, value) for (row, _), value in zip(rows, values, strict=True) if value]
        return model.ByCategory(by, tuple(entries)) if len(entries) == len(rows) else None
    tests = [_test(reading, by, row) for row, _ in rows]
    cases = [(test, value) for test, value in zip(tests, values, strict=True) if test and value]
    return model.ByRange(by, tuple(cases)) if len(cases) == len(rows) else None


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_empty


def _goes_by_ranges(by: tree.Expression, keys: list[str], fields: dict[str, model.Field]) -> bool:
    """Whether the rows are tests of a number: ranges tell, and so do numbers, but for a field of text."""
    known = fields.get(by.name) if isinstance(by, tree.Name) else None
    if known is not None and known.kind in ("text", "flag"):
        return False
    return any(_TEST.match(key) and re.search(r"\d", key) for key in keys) or all(map(_NUMBER.match, keys))


def _test(reading: Reading, by: tree.Expression, row: Scalar) -> tree.Expression | None:
    test = reading.parsed(row.text, row.locate, lambda text, locate, units: parse_test(by, text, locate, units))
    for limit in _limits(test):
        if not tree.is_constant(limit):
            mend = "write a quantity; a test of what is computed stands in a rule"
            reading.error("not-constant", limit.span, f"{shown(limit.span.text)} is not a written value", mend)
            return None
    return test


def _limits(test: tree.Expression | None) -> list[tree.Expression]:
    match test:
        case tree.Comparison(right=limit):
            return [limit]
        case tree.Both(parts):
            return [limit for part in parts for limit in _limits(part)]
        case _:
            return []


Side = Literal["upper", "lower"]


def read_deviations(reading: Reading, node: Node, place: Span) -> list[tuple[Side, tree.Expression]]:
    """`tolerance`: one number for ±, or `upper` and `lower`, which both are asked for."""
    if isinstance(node, Scalar):
        return _plus_minus(reading, node)
    found: list[tuple[Side, tree.Expression]] = []
    section = reading.section(node, ("upper", "lower"), "tolerance", place)
    for key, other in (("upper", "lower"), ("lower", "upper")):
        side: Side = "upper" if key == "upper" else "lower"
        if key not in section.values and other in section.values:
            mend = f"add `{key}`: where it is the nominal value itself, `{key}: 0`, with its unit"
            reading.error("missing-key", section.keys[other].span, f"`{other}` stands here without `{key}`", mend)
        elif (deviation := reading.expression(reading.needed(section, key))) is not None:
            found.append((side, deviation))
    return found


def _plus_minus(reading: Reading, node: Scalar) -> list[tuple[Side, tree.Expression]]:
    deviation = read_plus_minus(reading, node)
    if deviation is None:
        return []
    if isinstance(deviation, tree.Negative):
        mend = f"write `{deviation.operand.span.text}`, or `{{upper: …, lower: …}}`"
        reading.error("bad-value", deviation.span, "a tolerance of ± is not below zero", mend)
        return []
    return [("upper", deviation), ("lower", tree.Negative(deviation, deviation.span))]


def read_plus_minus(reading: Reading, node: Node) -> tree.Expression | None:
    """A quantity, with or without `±` before it."""
    text = reading.text(node)
    if text is None or not isinstance(node, Scalar):
        return None
    sign = re.match(r"\s*(?:±|\+/-|\+-)?\s*", text)
    skipped = sign.end() if sign else 0
    return reading.parsed(
        text[skipped:], lambda start, end: node.locate(start + skipped, end + skipped), parse_expression
    )

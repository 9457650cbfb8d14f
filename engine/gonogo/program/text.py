"""A Program as text: what each pass made of a standard, in the words of the language.

Explanations are written with the same functions, so that a condition reads alike wherever it is shown. Where
the language has no word (a conversion, a tick), the text says what happens in as few signs as possible.
INVARIANT: equal programs have equal texts, and no text tells where in a file something was written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Final, assert_never

from gonogo.program import ir
from gonogo.program.ir import Kind, Logic, Value
from gonogo.program.passes.size import parts
from gonogo.standard.units import Unit, UnitError, conversion

LONGEST_NUMBER: Final = 200
"""Most digits that are written out; beyond, a number is told by its size."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WORD: Final = re.compile(r"[\w-]+")

# How tightly what is written binds, loosest first: a part that binds less than its place asks for is bracketed.
_IF, _OR, _AND, _NOT, _TEST, _IN, _SUM, _PRODUCT, _ATOM = range(9)
_BINDING: Final = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}


# ------------------------------------------------------------------------------------------------- numbers


def number_text(number: Fraction) -> str:
    """A finite decimal as one, any other as a fraction.

    Examples
    --------
    >>> number_text(Fraction(43, 5)), number_text(Fraction(-1, 3))
    ('8.6', '-1/3')
    """
    top, bottom = number.numerator, number.denominator
    if max(top.bit_length(), bottom.bit_length()) > LONGEST_NUMBER * 3:
        size = (abs(top).bit_length() - bottom.bit_length()) * math.log10(2)
        return f"about {'-' if top < 0 else ''}1e{round(size)}"
    decimals = _decimals(bottom)
    if decimals is None:
        return f"{top}/{bottom}"
    digits = str(abs(top) * 10**decimals // bottom).rjust(decimals + 1, "0")
    whole, rest = (digits[:-decimals], "." + digits[-decimals:]) if decimals else (digits, "")
    return f"{'-' if top < 0 else ''}{whole}{rest}"


def _decimals(denominator: int) -> int | None:
    """How many decimals a fraction of this denominator has; None where they never end."""
    counts = []
    for prime in (2, 5):
        count = 0
        while denominator % prime == 0:
            denominator //= prime
            count += 1
        counts.append(count)
    return max(counts) if denominator == 1 else None


def quantity_text(number: Fraction | float, unit: Unit | None) -> str:
    """A number with its unit: `3.7 N*m`, `15 %`, `1380`."""
    text = repr(number).removesuffix(".0") if isinstance(number, float) else number_text(Fraction(number))
    return text if unit is None or unit.text == "1" else f"{text} {unit.text}"


# -------------------------------------------------------------------------------------------------- values


def value_text(value: Value) -> str:
    """What computes a value, as an expression: `torque * rotational_speed`, `wear in h`, `8.6 K`."""
    return _value(value)[0]


def _value(value: Value) -> tuple[str, int]:
    """The text of a value, and how tightly it binds."""
    match value:
        case ir.Constant():
            return _constant(value)
        case ir.FieldValue(name) | ir.DerivedValue(name):
            return name, _ATOM
        case ir.Arithmetic(op, left, right):
            binds, other = _BINDING[op], _operand(right, _BINDING[op] + 1)
            if op in "+-" and isinstance(right, ir.Constant) and other.startswith("-"):
                op, other = ("-" if op == "+" else "+"), other[1:]
            return f"{_operand(left, binds)} {op} {other}", binds
        case ir.Function("negate", (operand,)):
            return f"-{_operand(operand, _ATOM)}", _PRODUCT
        case ir.Function(name, arguments):
            return f"{name}({', '.join(map(value_text, arguments))})", _ATOM
        case ir.Convert():
            return _conversion(value)
        case ir.Choice():
            return " else ".join(_cases(value)), _IF
        case ir.Lookup(by, entries):
            rows = [f"{_word(key)}: {value_text(entry)}" for key, entry in entries]
            return f"{{by: {', '.join([value_text(by), *rows])}}}", _ATOM
        case _:
            assert_never(value)


def _cases(value: ir.Choice) -> Iterator[str]:
    yield from (f"if {logic_text(test)} then {_operand(case, _SUM)}" for test, case in value.cases)
    yield "none" if value.otherwise is None else _operand(value.otherwise, _SUM)


def _operand(value: Value, binds: int) -> str:
    text, own = _value(value)
    return f"({text})" if own < binds else text


def _constant(value: ir.Constant) -> tuple[str, int]:
    match value.value:
        case bool() as truth:
            return ("true" if truth else "false"), _ATOM
        case str() as text:
            return _quoted(text), _ATOM
        case int() as count if value.type.kind is Kind.DATE or value.type.kind is Kind.TIME:
            return _moment(count, value.type.kind), _ATOM
        case int() as ticks:
            return number_text(Fraction(ticks)), _PRODUCT if ticks < 0 else _ATOM
        case number:
            text = quantity_text(number, value.type.unit)
            return text, _PRODUCT if text.startswith("-") or "/" in text.partition(" ")[0] else _ATOM


def _moment(count: int, kind: Kind) -> str:
    try:
        if kind is Kind.DATE:
            return date.fromordinal(count).isoformat()
        return (_EPOCH + timedelta(microseconds=count)).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):  # beyond the calendar, as after adding a million years
        return f"{'day' if kind is Kind.DATE else 'microsecond'} {count}"


def _conversion(value: ir.Convert) -> tuple[str, int]:
    operand, factor, offset = value.operand, value.factor, value.offset
    if value.type.kind is Kind.TIME:
        return f"{_operand(operand, _SUM)} as time", _IN
    if value.type.real and not operand.type.real and value.pi == 0:
        return f"float64({_scaled(operand, factor)[0]})", _ATOM
    if _is_change_of_unit(value):
        text = f"({value_text(operand)})" if isinstance(operand, ir.Constant) else _operand(operand, _ATOM)
        return f"{text} in {value.type.unit.text if value.type.unit else '1'}", _IN
    text, binds = _scaled(operand, factor)
    if offset:
        text, binds = f"{text} {'-' if offset < 0 else '+'} {number_text(abs(offset))}", _SUM
    if value.type.unit == operand.type.unit or value.type.unit is None:
        return text, binds
    return f"({text}) in {value.type.unit.text}", _IN


def _is_change_of_unit(value: ir.Convert) -> bool:
    source, target = value.operand.type.unit, value.type.unit
    if source == target or (source is None and target is None):
        return False
    pure = Unit("1", (), Fraction(1))
    try:
        return conversion(source or pure, target or pure) == (value.factor, value.pi, value.offset)
    except UnitError:
        return False


def _scaled(operand: Value, factor: Fraction) -> tuple[str, int]:
    """The operand times a factor, or divided by the whole number that the factor is one part of."""
    if factor == 1:
        return _value(operand)
    if factor.numerator == 1 or _decimals(factor.denominator) is None:
        return f"{_operand(operand, _PRODUCT)} / {_bracketed(1 / factor)}", _PRODUCT
    return f"{_operand(operand, _PRODUCT)} * {_bracketed(factor)}", _PRODUCT


def _bracketed(number: Fraction) -> str:
    text = number_text(number)
    return f"({text})" if number < 0 or "/" in text else text


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _word(text: str) -> str:
    return text if _WORD.fullmatch(text) else _quoted(text)


# --------------------------------------------------------------------------------------------------- logic


def logic_text(logic: Logic) -> str:
    """What says true, false or unknown, as an expression: `c0 and not found(power)`, `torque > 50 N*m`."""
    return _logic(logic)[0]


def _logic(logic: Logic) -> tuple[str, int]:
    """The text of a logic, and how tightly it binds."""
    match logic:
        case ir.All(()):
            return "true", _ATOM
        case ir.AnyOf(()):
            return "false", _ATOM
        case ir.All(parts):
            return " and ".join(_part(part, _NOT) for part in parts), _AND
        case ir.AnyOf(parts):
            return " or ".join(_part(part, _AND) for part in parts), _OR
        case ir.Not(part):
            return _denied(part), _NOT
        case ir.Open():
            return "unknown", _ATOM
        case ir.Outcome(condition):
            return f"c{condition}", _ATOM
        case ir.Found(name):
            return f"found({name})", _ATOM
        case ir.ClassIs(words):
            return _among("class", words), _TEST
        case ir.OutcomeIs(words):
            return _among("outcome", words), _TEST
        case test:
            return _test(test)


def _part(logic: Logic, binds: int) -> str:
    text, own = _logic(logic)
    return f"({text})" if own < binds else text


def _denied(part: Logic) -> str:
    match part:
        case ir.Missing(value):
            return f"{_operand(value, _SUM)} is present"
        case ir.Recorded(name):
            return f"{name} is not recorded"
        case ir.Member(value, options):
            return f"{_operand(value, _SUM)} not in {_listed(map(value_text, options))}"
        case ir.ClassIs(words):
            return _among("class", words, "!=", "not in")
        case ir.OutcomeIs(words):
            return _among("outcome", words, "!=", "not in")
        case ir.Holds() | ir.Found() | ir.Open() | ir.Outcome():
            return f"not {_part(part, _ATOM)}"
        case _:
            text = logic_text(part)
            return f"not {text}" if part in (ir.All(()), ir.AnyOf(())) else f"not ({text})"


def _test(test: ir.Test) -> tuple[str, int]:
    match test:
        case ir.Compare(op, left, right):
            return f"{_operand(left, _IN)} {op} {_operand(right, _IN)}", _TEST
        case ir.Member(value, options):
            return f"{_operand(value, _SUM)} in {_listed(map(value_text, options))}", _TEST
        case ir.TextTest(op, value, text):
            return f"{_operand(value, _SUM)} {op} {_quoted(text)}", _TEST
        case ir.Holds(value):
            text, binds = _value(value)
            return (text, _ATOM) if binds >= _ATOM else (f"({text})", _ATOM)
        case ir.Missing(value):
            return f"{_operand(value, _SUM)} is missing", _TEST
        case ir.Recorded(name):
            return f"{name} is recorded", _TEST
        case _:
            assert_never(test)


def _listed(words: Iterable[str]) -> str:
    return f"({', '.join(words)})"


def _among(name: str, words: tuple[str, ...], of_one: str = "=", of_many: str = "in") -> str:
    return f"{name} {of_one} {_word(words[0])}" if len(words) == 1 else f"{name} {of_many} {_listed(map(_word, words))}"


# ------------------------------------------------------------------------------------------------- program


def condition_lines(program: ir.Program) -> list[str]:
    """The conditions of a program, each behind its number."""
    return [f"c{number}: {logic_text(test)}" for number, test in enumerate(program.conditions)]


def program_text(program: ir.Program) -> str:
    """The program as it stands after any pass: one line for each thing in it.

    Before the pass `ticks`, values carry their units; after it, a field's line tells the size of its ticks,
    and all numbers are counts of them: ``torque [ticks of 0.1 N*m]``.
    """
    lowered = _is_lowered(program)
    sections = (
        ("", _heading(program)),
        ("fields", (_field(known, lowered) for known in program.fields)),
        ("derived", (_derived(known, lowered) for known in program.derived)),
        ("conditions", condition_lines(program)),
        ("propositions", (f"{p.name}: {logic_text(p.when)}" for p in program.propositions)),
        ("rules", map(_rule, program.rules)),
        ("dispositions", map(_disposition, program.dispositions)),
        ("counted by the level above", _counts(program)),
        ("components", (_component(number, part) for number, part in enumerate(program.components))),
    )
    return "\n".join(line for title, lines in sections for line in _section(title, list(lines))) + "\n"


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if title and lines:
        yield f"\n{title}:"
    yield from (f"  {line}" if title else line for line in lines)


def _heading(program: ir.Program) -> Iterator[str]:
    yield f"standard: {program.standard}{f' {program.version}' if program.version else ''}"
    if program.level != "items":
        yield f"level: {program.level}"
    yield f"classes: {', '.join(program.classes)}"
    named = {"item": program.item, "lot": program.lot, "time": program.time}
    named |= (
        {} if program.long is None else {"characteristic": program.long.characteristic, "value": program.long.value}
    )
    yield from (f"{name}: {_quoted(column)}" for name, column in named.items() if column is not None)
    if program.missing_words:
        yield f"missing words: {', '.join(map(_quoted, program.missing_words))}"
    if program.applies is not None:
        yield f"applies: found({program.applies})"


def _is_lowered(program: ir.Program) -> bool:
    """Whether numbers are counts of ticks: a tick other than 1, or a number that is an int, tells."""
    ticks = {known.tick for known in program.fields} | {known.tick for known in program.derived}
    held = (*(known.value for known in program.derived), *program.conditions)
    return bool(ticks - {1}) or any(map(_holds_ticks, held))


def _holds_ticks(node: Value | Logic) -> bool:
    match node:
        case ir.Constant(number, known):
            return known.kind is Kind.NUMBER and isinstance(number, int)
        case _:
            return any(map(_holds_ticks, parts(node)))


def _measure(known: ir.Type, tick: Fraction, lowered: bool) -> str:
    """What a number counts: `[N*m]`, `[W, float64]`, `[ticks of 0.1 N*m]`; the kind, of anything else."""
    if known.kind is not Kind.NUMBER:
        return f" [{known.kind}]"
    if lowered and not known.real:
        return f" [ticks of {quantity_text(tick, known.unit)}]"
    words = [known.unit.text if known.unit else "1", *(["float64"] if known.real else [])]
    return f" [{', '.join(words)}]"


def _field(known: ir.Field, lowered: bool) -> str:
    said = [f"column {_quoted(known.column)}"]
    if known.one_of:
        said.append(f"one of {_listed(map(_word, known.one_of))}")
    if known.resolution is not None:
        said.append(f"resolution {quantity_text(known.resolution, known.type.unit)}")
    said += [f"rounding {known.rounding}"] if known.rounding is not None else []
    said += ["optional"] if known.optional else []
    return f"{known.name}{_measure(known.type, known.tick, lowered)}: {', '.join(said)}"


def _derived(known: ir.Derived, lowered: bool) -> str:
    cases = [*_cases(known.value)] if isinstance(known.value, ir.Choice) else [value_text(known.value)]
    start, apart = ("\n    ", "\n    else ") if len(cases) > 2 else (" ", " else ")  # of a decision table a line a row
    return f"{known.name}{_measure(known.value.type, known.tick, lowered)} ={start}{apart.join(cases)}"


def _rule(rule: ir.Rule) -> str:
    said = [rule.class_, f"nonconformity {_word(rule.nonconformity)}"]
    if rule.sides:
        said.append(f"sides {' and '.join(rule.sides)}")
    if rule.uncertainty is not None:
        said += _uncertainty(rule.uncertainty)
    if rule.applies is not None:
        said.append(f"applies found({rule.applies})")
    said += [f"{name} {_quoted(text)}" for name, text in (("clause", rule.clause), ("title", rule.title)) if text]
    return f"{rule.name}: {', '.join(said)}"


def _uncertainty(measured: ir.Uncertainty) -> Iterator[str]:
    yield f"measured within {' and '.join(dict.fromkeys(value_text(zone.within) for zone in measured.zones))}"
    yield f"coverage factor {number_text(measured.factor)}"
    yield f"decision {measured.decision}"


def _disposition(line: ir.Disposition) -> str:
    return f"otherwise: {line.then}" if line.when == ir.All(()) else f"when {logic_text(line.when)}: {line.then}"


def _counts(program: ir.Program) -> Iterator[str]:
    yield from (f"{count.name}: {logic_text(count.when)}" for count in program.counts)
    yield from (f"findings of class {class_}" for class_ in program.tallied)


def _component(number: int, part: ir.Component) -> str:
    conditions = " ".join(f"c{condition}" for condition in part.conditions)
    return f"{number}: {conditions or 'no conditions'} -> {', '.join(part.propositions)}"

"""Facts as they would be with other values: `FIELD=VALUE`, or `FIELD+=VALUE` for by how much it moves.

A value is written as the standard writes values, with units, and converted exactly. INVARIANT: what is missing stays
missing where a value only moves.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from gonogo.answer import Answer
from gonogo.facts.columns import Column, Exact, Picked, UnusableCell, column_of, raw_of
from gonogo.facts.picks import Values, cells_in
from gonogo.facts.unusable import Unusable
from gonogo.judge import Judge
from gonogo.pack import Standard
from gonogo.problems import Problems, Source, Span, nearest
from gonogo.program import ir
from gonogo.program.compiler import compile_conditions
from gonogo.program.picks import plain_name
from gonogo.standard.expression import parse_expression
from gonogo.standard.tokens import BadExpression

BARE: Final = re.compile(r"[+-]?(?:[0-9]{1,60}\.?[0-9]{0,60}|\.[0-9]{1,60})")
SETTING: Final = re.compile(r"\s*(?P<field>[^=]*?)\s*(?P<sign>\+)?=\s*(?P<value>.*?)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Setting:
    """One field with another value.

    Parameters
    ----------
    field : str
        As the standard calls it.
    column : str
        The column that it stands in.
    value : Fraction, int, str, bool or None
        In the field's unit; None: nothing is there.
    moves : bool
        Whether that is what is added, and not what is there.
    text : str
        As it was told.
    """

    field: str
    column: str
    value: Exact | None
    moves: bool
    text: str

    def __str__(self) -> str:
        return self.text

    def as_dict(self) -> dict[str, str | None]:
        """The change as plain data, with the keys of ``gonogo whatif --format json``."""
        _, _, value = self.text.partition("=")
        return {"change": "set", "target": self.field, "value": f"+{value.strip()}" if self.moves else value.strip()}


def read_settings(standard: Standard, told: Iterable[str]) -> tuple[Setting, ...]:
    """What is told of values, as ``FIELD=VALUE`` or ``FIELD+=VALUE``.

    Parameters
    ----------
    standard : Standard
        Which fields there are, and in which units.

    Raises
    ------
    Refused
        Where a field is not measured, or can't hold the value.

    Examples
    --------
    >>> import gonogo
    >>> standard = gonogo.load("milling-cell")
    >>> (setting,) = gonogo.read_settings(standard, ["torque+=5 N*m"])
    >>> setting.value, setting.moves
    (Fraction(5, 1), True)
    """
    problems = Problems()
    found = [setting for text in told if (setting := _setting(standard, text, problems)) is not None]
    seen: dict[str, Setting] = {}
    for setting in found:
        if setting.field in seen:
            what = f"`{setting.field}` is set twice"
            problems.error("contradiction", f"--set {setting}", what, f"leave `{seen[setting.field]}` out")
        seen.setdefault(setting.field, setting)
    problems.refuse_errors()
    return tuple(found)


def _setting(standard: Standard, text: str, problems: Problems) -> Setting | None:
    read = SETTING.fullmatch(text)
    place = f"--set {text[:80]}"
    if read is None or not read["field"]:
        problems.error("bad-setting", place, "this sets no field", "write FIELD=VALUE, or FIELD+=VALUE")
        return None
    program = standard.compiled.exact
    field = _field(program, read["field"])
    if field is None:
        _refuse_unknown(standard, read["field"], place, problems)
        return None
    value, moves = read["value"], read["sign"] is not None
    if moves and field.type.kind is not ir.Kind.NUMBER:
        what = f"`{read['field']}` is no number, and nothing can be added to it"
        problems.error("bad-setting", place, what, f"write {read['field']}=VALUE")
        return None
    name = plain_name(field.name)
    if not value:
        if moves:
            problems.error("bad-setting", place, "nothing is added here", "write FIELD+=VALUE")
            return None
        return Setting(name, field.column, None, moves=False, text=text)
    exact: Exact | None = _number(standard, name, read, problems) if field.type.kind is ir.Kind.NUMBER else None
    if field.type.kind is not ir.Kind.NUMBER:
        try:
            exact = Column(field, program.missing_words).exact(value)
        except Unusable as error:
            what, _, mend = error.problem.partition("; ")
            problems.error("unusable-value", place, what, mend)
    return None if exact is None else Setting(name, field.column, exact, moves, text)


def _field(program: ir.Program, told: str) -> ir.Field | None:
    """The field of that name, else the one in the column of that name."""
    fields = program.fields
    by_name = {plain_name(field.name): field for field in reversed(fields)}
    return by_name.get(told) or {field.column: field for field in reversed(fields)}.get(told)


def _refuse_unknown(standard: Standard, told: str, place: str, problems: Problems) -> None:
    written, program = standard.compiled.written, standard.compiled.exact
    if told in written.derived or told in written.value_tables:
        what, mend = f"`{told}` is worked out from other values", "set what is measured"
    elif told in written.parameters:
        what, mend = f"`{told}` is a parameter of the standard", "say `--parameter`"
    elif told in written.fields:
        what, mend = f"nothing in this standard asks for `{told}`", "leave it out"
    else:
        near = nearest(told, {plain_name(field.name) for field in program.fields})
        what, mend = f"`{told[:80]}` is no field of this standard", f"did you mean `{near}`?" if near else ""
    problems.error("unknown-name", place, what, mend)


def _number(standard: Standard, name: str, read: re.Match[str], problems: Problems) -> Fraction | None:
    """A number in the unit of its field: bare as in a cell, or what the compiler makes of holding it against it."""
    value = read["value"]
    if BARE.fullmatch(value):
        return Fraction(value)
    source = Source(f"--set {name}", value)
    asked = f"{name} - {name} = " if read["sign"] else f"{name} = "

    def locate(start: int, end: int) -> Span:
        return Span(source, max(start - len(asked), 0), max(end - len(asked), 0))

    written = standard.compiled.written
    try:
        when = parse_expression(asked + value, locate, written.units)
    except BadExpression as error:
        problems.found.append(error.problem)
        return None
    compiled = compile_conditions(written, {"set": when}, source, problems)
    for test in compiled.exact.conditions if compiled is not None else ():
        if not isinstance(test, ir.Compare) or not isinstance(test.right, ir.Constant):
            what, mend = f"`{value[:80]}` is no value of `{name}`", "write a number, with its unit"
        elif not isinstance(number := test.right.value, Fraction) or not is_decimal(number) or _is_converted(test.left):
            what, mend = f"`{value[:80]}` is no finite decimal in the unit of `{name}`", "write it in that unit"
        else:
            return number
        problems.error("bad-setting", f"--set {name}", what, mend)
    return None


def _is_converted(value: ir.Value) -> bool:
    """Whether the field is held against the value in another unit than its own, because that has an end there."""
    match value:
        case ir.FieldValue():
            return False
        case ir.Arithmetic(_, left, right):
            return _is_converted(left) or _is_converted(right)
        case ir.Function(_, (inner, *_)):  # rounded as the field is
            return _is_converted(inner)
        case _:
            return True


def is_decimal(number: Fraction) -> bool:
    """Whether a number has an end as a decimal."""
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


class ChangedJudge(Judge):
    """Judges facts as they would be with other values.

    Parameters
    ----------
    judge : Judge
        Of the standard.
    settings : tuple of Setting
        Which fields hold what.
    """

    def __init__(self, judge: Judge, settings: tuple[Setting, ...]) -> None:
        super().__init__(judge.compiled, judge.concessions)
        self.changed = Changing(self.exact, settings)
        self._set = frozenset(setting.column for setting in settings)

    def judge(self, cells: Mapping[str, object], recorded: Collection[str] | None = None) -> tuple[Answer, bool]:
        """As of `Judge`, of the changed fact."""
        return super().judge(self.changed(cells), None if recorded is None else {*recorded, *self._set})

    def exact_values(self, cells: Mapping[str, object]) -> dict[str, Exact | None]:
        """As of `Judge`, of the changed fact."""
        return super().exact_values(self.changed(cells))

    def unusable(self, cells: Mapping[str, object]) -> tuple[UnusableCell, ...]:
        """As of `Judge`, of the changed fact."""
        return super().unusable(self.changed(cells))


class Changing:
    """Gives a fact other values."""

    def __init__(self, program: ir.Program, settings: Iterable[Setting]) -> None:
        fields = {plain_name(field.name): field for field in reversed(program.fields)}
        missing = program.missing_words
        self._changes = [(setting, column_of(fields[setting.field], missing)) for setting in settings]

    def __call__(self, cells: Mapping[str, object]) -> dict[str, object]:
        """The fact with the other values."""
        return {**cells, **{setting.column: _cell(setting, column, cells) for setting, column in self._changes}}


def _cell(setting: Setting, column: Column, cells: Mapping[str, object]) -> object:
    """What stands in the column of a setting; in a long layout there may be several values."""
    raw = cells.get(setting.column)
    if not isinstance(column, Picked):
        return _changed(setting, column, raw)
    if not setting.moves:
        return Values(()) if setting.value is None else Values((_changed(setting, column.each, None),))
    return Values(tuple(_changed(setting, column.each, cell) for cell in cells_in(raw)))


def _changed(setting: Setting, column: Column, raw: object) -> object:
    if setting.value is None:
        return None
    if not setting.moves:
        return raw_of(column.field, setting.value)
    try:
        known = column.exact(raw)
    except Unusable:
        return raw
    return raw if known is None else raw_of(column.field, Fraction(known) + Fraction(setting.value))


def changed_facts(standard: Standard, settings: tuple[Setting, ...]) -> Standard:
    """A standard that judges facts as they would be with other values."""
    return standard.with_judge(ChangedJudge(standard.judging, settings)) if settings else standard

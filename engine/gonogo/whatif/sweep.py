"""One limit, or parameter, moved step by step: how many items conform at each, and what their findings cost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from gonogo.inspection.columnar import ColumnarInspection
from gonogo.inspection.one_by_one import Inspection
from gonogo.pack import Standard
from gonogo.problems import Problem, Refused
from gonogo.program.text import number_text
from gonogo.standard import model, tree
from gonogo.standard.changes import Change, ChangeKind
from gonogo.verdict import Verdict
from gonogo.whatif.in_columns import judged_in_columns
from gonogo.whatif.prices import Prices

MOST_STEPS: Final = 1_000

_SWEEP: Final = re.compile(r"\s*(?P<target>[^=]+?)\s*=\s*(?P<ends>[^:]+):(?P<to>[^:]+):(?P<step>[^:]+)")
_NUMBER: Final = re.compile(r"\s*(?P<number>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))\s*(?P<unit>\S.*?)?\s*")


@dataclass(frozen=True, slots=True)
class Step:
    """One value of a sweep.

    Parameters
    ----------
    value : Fraction
        In `unit`.
    unit : str
        As the standard writes it; empty where there is none.
    change : Change
        What it does to the standard.
    """

    value: Fraction
    unit: str
    change: Change


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """What facts come to at one value.

    Parameters
    ----------
    cost : Fraction or None
        What the nonconformities of all items cost; None where nobody says.
    """

    step: Step
    conforming: int
    nonconforming: int
    indeterminate: int
    cost: Fraction | None

    @property
    def judged(self) -> int:
        """How many items were judged."""
        return self.conforming + self.nonconforming + self.indeterminate

    @property
    def rate(self) -> float | None:
        """The share of items that conform; None where there are none."""
        return self.conforming / self.judged if self.judged else None

    @property
    def per_thousand(self) -> float | None:
        """What the nonconformities of 1000 items cost."""
        return float(1000 * self.cost / self.judged) if self.cost is not None and self.judged else None

    def as_dict(self) -> dict[str, object]:
        """The point with the keys of ``gonogo whatif --sweep --format json``."""
        return {
            "value": float(self.step.value),
            "unit": self.step.unit or None,
            "conforming": self.conforming,
            "nonconforming": self.nonconforming,
            "indeterminate": self.indeterminate,
            "conforming_rate": self.rate,
            "cost_per_1000": self.per_thousand,
        }


def read_sweep(standard: Standard, told: str) -> tuple[Step, ...]:
    """The steps of a sweep, told as ``TARGET=FROM:TO:STEP``.

    Parameters
    ----------
    standard : Standard
        Its limit ``CHARACTERISTIC.KEY``, or its parameter, is moved.
    told : str
        Numbers without a unit are in the unit of the limit as it is.

    Raises
    ------
    Refused
        Where it is not written like that, has no steps, or too many.

    Examples
    --------
    >>> import gonogo
    >>> standard = gonogo.load("turned-shaft")
    >>> [str(step.change) for step in gonogo.read_sweep(standard, "seat_diameter.upper=-0.002:0:0.001")]
    ['seat_diameter.upper = -0.002 mm', 'seat_diameter.upper = -0.001 mm', 'seat_diameter.upper = 0 mm']
    """
    place = f"--sweep {told[:80]}"
    read = _SWEEP.fullmatch(told)
    numbers = [_NUMBER.fullmatch(read[name]) for name in ("ends", "to", "step")] if read else []
    if read is None or None in numbers:
        what, mend = "this names no steps", "write TARGET=FROM:TO:STEP, such as diameter.upper=24.99:25:0.001"
        raise Refused([Problem("bad-setting", place, what, mend)])
    first, last, step = (Fraction(Decimal(number["number"])) for number in numbers if number)
    units = {number["unit"] for number in numbers if number and number["unit"]}
    if len(units) > 1:
        what = f"these are in several units: {', '.join(sorted(units))}"
        raise Refused([Problem("bad-setting", place, what, "write all in one")])
    if step == 0 or (last - first) / step < 0:
        what = "these steps lead nowhere"
        raise Refused([Problem("bad-setting", place, what, "let the step lead from the first value to the last")])
    count = (last - first) // step + 1
    if count > MOST_STEPS:
        what = f"these are {count:,} steps, more than {MOST_STEPS:,}"
        raise Refused([Problem("too-large", place, what, "take larger ones")])
    target = read["target"]
    is_parameter = target.partition(".")[0] in standard.compiled.written.parameters or "." not in target
    kind: ChangeKind = "parameter" if is_parameter else "limit"
    unit = units.pop() if units else _unit_of(standard, target)
    values = [first + step * number for number in range(count)]
    return tuple(Step(value, unit, Change(kind, target, f"{number_text(value)} {unit}".strip())) for value in values)


def _unit_of(standard: Standard, target: str) -> str:
    """The unit of a limit or parameter as it is, else that of its field."""
    unit = next(filter(None, map(_written_unit, _written(standard, target))), "")
    written = standard.compiled.written
    characteristic = written.characteristics.get(target.rpartition(".")[0])
    if unit or characteristic is None or characteristic.field not in written.fields:
        return unit
    of_field = written.fields[characteristic.field].unit
    return of_field.text if of_field is not None else ""


def _written(standard: Standard, target: str) -> Iterator[tree.Expression]:
    """What stands in the standard for a limit, a parameter, or one category of it."""
    written = standard.compiled.written
    name, _, key = target.partition(".")
    parameter = written.parameters.get(name)
    if parameter is not None:
        match parameter.value:
            case model.ByCategory(entries=entries):
                yield from (value for word, _, value in entries if word == key)
            case model.ByRange():
                return
            case value:
                yield value
        return
    name, _, key = target.rpartition(".")
    characteristic = written.characteristics.get(name)
    yield from (value for limit, value in characteristic.limits if limit == key) if characteristic is not None else ()


def written_value(standard: Standard, step: Step) -> Fraction | None:
    """The limit or parameter that a sweep moves as it is, in the unit of a step; None where it is no plain number."""
    return next((_number_in(value, step.unit) for value in _written(standard, step.change.target)), None)


def _number_in(value: tree.Expression, unit: str) -> Fraction | None:
    match value:
        case tree.Number(number, of) if (of.text if of is not None else "") == unit or number == 0:
            return number
        case tree.Negative(tree.Number() as inner):
            found = _number_in(inner, unit)
            return None if found is None else -found
        case _:
            return None


def _written_unit(value: tree.Expression) -> str:
    match value:
        case tree.Number(unit=unit) | tree.Negative(operand=tree.Number(unit=unit)):
            return unit.text if unit is not None else ""
        case _:
            return ""


def swept(
    inspection: Inspection,
    standards: Sequence[tuple[Step, Standard]],
    prices: Prices | None = None,
    watch: Callable[[Inspection], Iterable[Verdict]] = iter,
) -> list[SweepPoint]:
    """What facts come to at each step: they are read once, and judged by all standards, one by one.

    Parameters
    ----------
    inspection : Inspection
        By the standard as it is; it has not been iterated.
    standards : sequence of (Step, Standard)
        Which read the same columns.
    """
    counts = [dict.fromkeys(("conforming", "nonconforming", "indeterminate"), 0) for _ in standards]
    costs = [Fraction(0)] * len(standards)
    judges = [standard.judging for _, standard in standards]
    for verdict in watch(inspection):
        for place, judge in enumerate(judges):
            answer, _ = judge.judge(verdict.cells, verdict.recorded)
            counts[place][answer.outcome] += 1
            if prices is not None and answer.findings:
                costs[place] += prices.cost(finding.name for finding in answer.findings)
    return [
        SweepPoint(step, **of_step, cost=cost if prices is not None else None)
        for (step, _), of_step, cost in zip(standards, counts, costs, strict=True)
    ]


def swept_in_columns(
    standards: Iterable[tuple[Step, Standard]],
    inspect: Callable[[Standard], ColumnarInspection],
    prices: Prices | None = None,
) -> Iterator[SweepPoint]:
    """The same in columns: facts are judged once for each step.

    Parameters
    ----------
    inspect : callable
        Gives an inspection by a standard, with sides.
    """
    for step, standard in standards:
        summary, cost = judged_in_columns(inspect(standard), prices)
        counts = summary.conforming, summary.nonconforming, summary.indeterminate
        yield SweepPoint(step, *counts, cost)

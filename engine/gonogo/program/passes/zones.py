"""Around a limit, where the measurement does not tell on which side an item is: the limits of these zones, exactly.

References
----------
ISO 14253-1, *Decision rules for verifying conformity or nonconformity with specifications*: what is proven to conform,
what is proven not to, and what is neither. JCGM 106 (2012), 8.2 and 8.3: simple acceptance (or shared risk), and guard
bands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from typing import Literal

from gonogo.problems import Problems
from gonogo.program import ir
from gonogo.program.ir import Kind, Logic, Value
from gonogo.program.passes.arithmetic import Calculator
from gonogo.program.passes.conversions import is_readable, written
from gonogo.program.passes.ranges import bound
from gonogo.program.passes.rewrite import rebuild_value
from gonogo.standard import model
from gonogo.standard.sections import shown
from gonogo.standard.units import PURE, difference


@dataclass(slots=True)
class Zones:
    """Makes the zones of one characteristic while its limits are bound.

    Parameters
    ----------
    within : Value
        The uncertainty as it was bound.
    found : list of Zone
        One for each limit that was understood.
    """

    calculate: Calculator
    written: model.Uncertainty
    within: Value
    found: list[ir.Zone] = field(default_factory=list)
    is_refused: bool = False

    @property
    def problems(self) -> Problems:
        return self.calculate.problems

    @property
    def uncertainty(self) -> ir.Uncertainty | None:
        return ir.Uncertainty(tuple(self.found), self.written.factor, self.written.decision) if self.found else None

    def judged(self, test: Logic) -> Logic | None:
        """What makes the rule speak of one limit, by the decision rule; None where the uncertainty does not fit it."""
        zone = None if self.is_refused else self.zone(test)
        if zone is None:
            self.is_refused = True
            return None
        self.found.append(zone)
        if self.written.decision != "guarded" or self.amount == 0:
            return test
        return ir.All((zone.inner, ir.AnyOf((zone.outer, ir.Open()))))

    def zone(self, test: Logic) -> ir.Zone | None:
        if not isinstance(test, ir.Compare) or test.left.type.kind is not Kind.NUMBER:
            kind = test.left.type.kind if isinstance(test, ir.Compare) else Kind.FLAG
            what = f"what is required here is about a {kind}, and only a number is measured within an uncertainty"
            self.problems.error("kind-mismatch", self.written.span, what, "remove `measured within`")
            return None
        return self.around(test) if self.is_sound() else None

    def is_sound(self) -> bool:
        """Whether what was written can be an uncertainty: a difference, and not below zero."""
        unit, text, place = self.within.type.unit, shown(self.written.span.text), self.written.span
        if unit is not None and unit.is_point:
            what = f"{text} is a temperature, and an uncertainty is a difference of them"
            self.problems.error("unit-mismatch", place, what, f"write it in `K`, or in `{difference(unit).text}`")
            return False
        if self.amount is not None and self.amount < 0:
            what = f"{text} is below zero, and an uncertainty never is"
            self.problems.error("bad-value", place, what, "write how far the true value may be away, as ±")
            return False
        return True

    @property
    def amount(self) -> Fraction | int | float | None:
        known = written(self.within)
        return None if known is None or isinstance(known.value, str) else known.value

    def around(self, test: ir.Compare) -> ir.Zone | None:
        """The zone around one limit, in the unit in which the value is compared with it."""
        beside = self.alongside(test)
        if beside is None:
            return None
        test, within = beside
        side: Literal["above", "below"] = "above" if test.op in (">", ">=") else "below"
        inner, outer = (self.moved(test, within, away=away is (side == "above")) for away in (False, True))
        return None if inner is None or outer is None else ir.Zone(side, test, within, inner, outer)

    def alongside(self, test: ir.Compare) -> tuple[ir.Compare, Value] | None:
        """The test and the uncertainty in one unit, in that of the uncertainty where decimals end in that only."""
        unit, place = test.right.type.unit, self.written.span
        within = self.calculate.converted(self.within, difference(unit) if unit else PURE, place)
        if within is None or is_readable(within) or unit is None or unit.is_point or self.within.type.unit is None:
            return None if within is None else (test, within)
        left, right = (self.calculate.converted(side, self.within.type.unit, place) for side in (test.left, test.right))
        if left is None or right is None:
            return None
        return replace(test, left=left, right=right), self.within

    def moved(self, test: ir.Compare, within: Value, *, away: bool) -> ir.Compare | None:
        """The comparison with its limit raised by the uncertainty, or lowered."""
        limit = self.calculate.binary("+" if away else "-", test.right, within, self.written.span)
        return None if limit is None else replace(test, right=limit)

    # --------------------------------------------------------------------------------------------------- room

    def check_room(self, name: str) -> None:
        """Between guarded limits there must be a value that conforms for certain."""
        if self.written.decision != "guarded" or len(self.found) != 2 or self.is_refused:
            return
        row = next((row for row, high, low in self.ends() if self.fills(high, low)), None)
        if row is None:
            return
        what = f"no value can meet {shown(name)} for certain: {shown(self.written.span.text)} inside of both limits"
        what += f"{row} leaves nothing between them"
        mend = "measure within less, let the limits be wider, or agree on `decision: simple` or `shared`"
        self.problems.error("no-acceptance-zone", self.written.span, what, mend)

    def fills(self, high: Value, low: Value) -> bool:
        """Whether the uncertainty takes all that limits leave; what is not written down is not looked into."""
        ends, within = (bound(high), bound(low)), bound(self.within)
        if ends[0] is None or ends[1] is None or within is None:
            return False
        width, closed = ends[0] - ends[1], all(zone.beyond.op in (">", "<") for zone in self.found)
        has_room = [room > 0 or (room == 0 and closed) for room in (width, width - 2 * within)]
        return has_room == [True, False]

    def ends(self) -> Iterator[tuple[str, Value, Value]]:
        """Upper and lower limit as they stand, and for each row of a table that they come from; and which row it is."""
        high, low = (zone.beyond.right for zone in sorted(self.found, key=lambda zone: zone.side))
        yield "", high, low
        for key in dict.fromkeys((*_rows(high), *_rows(low))):
            row = partial(_row, key)
            yield f" for {shown(key)}", rebuild_value(high, row, _same), rebuild_value(low, row, _same)


def _rows(value: Value) -> Iterator[str]:
    match value:
        case ir.Lookup(_, entries):
            yield from (key for key, _ in entries)
        case ir.Arithmetic(_, left, right):
            yield from (*_rows(left), *_rows(right))
        case ir.Convert(operand):
            yield from _rows(operand)
        case _:
            pass


def _row(key: str, value: Value) -> Value:
    """A table, replaced by one of its rows."""
    return dict(value.entries).get(key, value) if isinstance(value, ir.Lookup) else value


def _same(logic: Logic) -> Logic:
    return logic

"""Random standards, as the YAML text that an author would write, and random facts for them.

All of it hangs on one `random.Random`, so that a seed is a counterexample. Numbers are drawn near the numbers that
the standard itself names, because that is where mistakes live: ties, one digit beyond a tie, and far away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Final

LENGTH_MM: Final = ("a", "a2")
TEXTS: Final = ("rust", "Rost ß", "", "a.b", "µ-spur", "L", "12.5", "naïve Straße", "☃")
TYPES: Final = ("L", "M", "H")
DECISIONS: Final = ("simple", "guarded", "guarded", "shared")
DAY: Final = date(2026, 1, 15)


@dataclass(frozen=True, slots=True)
class Measured:
    """A field of the palette: the unit of its values, and the steps they come in."""

    dimension: str
    written: str
    unit: str = ""
    kind: str = "number"


PALETTE: Final = {
    "a": Measured("length", "{column: A, unit: mm, resolution: 0.01}", "mm"),
    "a2": Measured("length", "{column: A two, unit: mm}", "mm"),
    "r": Measured("length", "{column: R, unit: mm, resolution: 0.5, rounding: half-even}", "mm"),
    "r2": Measured("length", "{column: R, unit: mm, resolution: 0.1, rounding: half-up}", "mm"),
    "b": Measured("length", "{column: B, unit: in, resolution: 0.001}", "in"),
    "k": Measured("temperature", "{column: K, unit: K, resolution: 0.1}", "K"),
    "k2": Measured("temperature", "{column: K2, unit: K, resolution: 0.1}", "K"),
    "g": Measured("celsius", "{column: G, unit: degC, resolution: 0.1}", "degC"),
    "g2": Measured("celsius", "{column: G2, unit: degC}", "degC"),
    "n": Measured("speed", "{column: N, unit: rpm, resolution: 1}", "rpm"),
    "q": Measured("torque", "{column: Q, unit: N*m, resolution: 0.1}", "N*m"),
    "p": Measured("percent", '{column: "P [%]", unit: "%", resolution: 0.1}', "%"),
    "c": Measured("pure", "{column: C, kind: number}"),
    "c2": Measured("pure", "{column: C, kind: number, optional: true}"),
    "h": Measured("hardness", "{column: H, unit: HRC, resolution: 0.5}", "HRC"),
    "kind": Measured("category", "{column: Type, one of: [L, M, H]}", kind="category"),
    "note": Measured("text", "{column: Note, kind: text}", kind="text"),
    "ok": Measured("flag", "{column: OK, kind: flag}", kind="flag"),
    "d": Measured("date", "{column: D, kind: date}", kind="date"),
    "d2": Measured("date", "{column: D2, kind: date}", kind="date"),
    "w": Measured("time", "{column: W, kind: time}", kind="time"),
}
COLUMNS: Final = {
    name: measured.written.partition("column: ")[2].partition(",")[0].strip('"') for name, measured in PALETTE.items()
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: what its fields hold, and the cells that say so, as text."""

    fields: dict[str, Fraction | int | str | bool | None]
    cells: dict[str, object]

    @property
    def recorded(self) -> set[str]:
        return {name for name, column in COLUMNS.items() if column in self.cells}


@dataclass(slots=True)
class Author:
    """Writes one random standard.

    Parameters
    ----------
    linear : bool
        Rules are single comparisons of one field with one number, and characteristics with one limit.
    """

    random: Random
    linear: bool = False
    derived: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    rules: dict[str, list[str]] = field(default_factory=dict)
    numbers: dict[str, set[Fraction]] = field(default_factory=dict)
    expressions: list[str] = field(default_factory=list)
    may_find: tuple[str, ...] = ()
    may_deny: bool = True

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    # ------------------------------------------------------------------------------------------------ values

    def number(self, unit: str, low: int = -30, high: int = 60) -> str:
        """A written quantity; remembered, so that facts hit it exactly."""
        decimals = self.random.choice((0, 0, 1, 2, 3))
        value = Fraction(self.random.randint(low * 10**decimals, high * 10**decimals), 10**decimals)
        self.numbers.setdefault(unit, set()).add(value)
        if unit == "in":
            self.numbers.setdefault("mm", set()).add(value * Fraction("25.4"))
        if unit == "K":
            self.numbers.setdefault("degC", set()).add(value - Fraction("273.15"))
        text = decimal_text(value)
        return f"{text} {unit}".strip() if value >= 0 else f"-{text.removeprefix('-')} {unit}".strip()

    def named(self, name: str) -> str:
        self.used.add(name)
        return name

    def value(self, dimension: str, depth: int) -> str:
        """An expression of a dimension."""
        match dimension:
            case "length":
                return self.length(depth)
            case "pure":
                return self.pure(depth)
            case "difference":
                first, second = self.random.choice((("k", "k2"), ("g", "g2"), ("k", "g")))
                if (first, second) == ("k", "g"):
                    return f"({self.named('k2')} - {self.named('k')})"
                return f"({self.named(first)} - {self.named(second)})"
            case "power":
                return f"{self.named('q')} * {self.named('n')}"
            case "area":
                return f"{self.length(depth - 1)} * {self.length(depth - 1)}"
            case "speed" | "torque" | "percent" | "hardness":
                name = {"speed": "n", "torque": "q", "percent": "p", "hardness": "h"}[dimension]
                return self.pick(self.named(name), self.named(name), f"max({name}, {self.limit(dimension)})")
            case "days":
                return f"{self.named('d')} - {self.named('d2')}"
            case _:
                return self.named({"temperature": "k", "celsius": "g"}[dimension])

    def limit(self, dimension: str) -> str:
        units = {
            "length": ("mm", "mm", "in"), "pure": ("",), "difference": ("K", "delta_degC"), "power": ("W", "kW"),
            "area": ("mm^2",), "speed": ("rpm", "rad/s"), "torque": ("N*m",), "percent": ("%",), "hardness": ("HRC",),
            "days": ("days",), "temperature": ("K",), "celsius": ("degC", "K"),
        }[dimension]  # fmt: skip
        return self.number(self.random.choice(units), -5 if dimension in ("power", "speed") else -30)

    def length(self, depth: int) -> str:
        if depth <= 0 or self.chance(0.3):
            names = [name for name in ("a", "a2", "r", "r2", "b") if name in PALETTE]
            lengths = [name for name in self.derived if name.startswith("len")]
            return self.pick(*(self.named(n) for n in self.random.sample(names, 2)), *lengths, self.limit("length"))
        one = self.length(depth - 1)
        match self.random.randrange(12):
            case 0 | 1:
                return f"({one} + {self.length(depth - 1)})"
            case 2:
                return f"({one} - {self.length(depth - 1)})"
            case 3:
                return f"{self.pick('abs', 'round', 'floor', 'ceiling')}({one})"
            case 4:
                return f"{self.pick('round', 'floor', 'ceiling')}({one}, {self.pick('0.5 mm', '0.25 mm', '0.1 in')})"
            case 5:
                return f"{self.pick('min', 'max')}({one}, {self.length(depth - 1)})"
            case 6:
                return f"({one} * {self.pure(depth - 1)})"
            case 7:
                return f"({one} / {self.pick('2', '3', '0.4', '-8')})"
            case 8:
                return f"({one} / {self.pure(depth - 1)})"
            case 9:
                return f"-({one})"
            case 10:
                return self.parameter(depth)
            case _:
                return f"(if {self.decides(depth - 1)} then {one} else {self.length(depth - 1)})"

    def decides(self, depth: int) -> str:
        """A condition inside a value: it stands on no finding."""
        may_find, self.may_find = self.may_find, ()
        text = self.logic(depth)
        self.may_find = may_find
        return text

    def parameter(self, depth: int) -> str:
        name = f"limit{len(self.parameters)}"
        by_type = (
            f"{{by: {self.named('kind')}, L: {self.number('mm')}, M: {self.number('mm')}, H: {self.number('in')}}}"
        )
        two = f"{{by: {self.named('kind')}, L: {self.number('mm')}}}"
        low, high = sorted(Fraction(self.random.randint(-40, 90), 2) for _ in range(2))
        self.numbers.setdefault("", set()).update((low, high))
        ends = (decimal_text(low), decimal_text(high))
        by_range = (
            f'{{by: {self.named("c")}, "< {ends[0]}": {self.number("mm")}, '
            f'"[{ends[0]} .. {ends[1]})": {self.number("mm")}, "> {ends[1]}": {self.number("mm")}}}'
        )
        self.parameters[name] = self.pick(by_type, two, by_range, self.number("mm"), self.number("in"))
        return name

    def pure(self, depth: int) -> str:
        if depth <= 0 or self.chance(0.4):
            return self.pick(
                self.named("c"), self.named("c"), self.named("c2"), self.number("", 1), f"length({self.named('note')})"
            )
        match self.random.randrange(6):
            case 0:
                return f"({self.pure(depth - 1)} {self.pick('+', '-', '*')} {self.pure(depth - 1)})"
            case 1:
                return f"({self.pure(depth - 1)} / {self.pure(depth - 1)})"
            case 2:
                return f"{self.pick('abs', 'round', 'floor', 'ceiling')}({self.pure(depth - 1)})"
            case 3:
                return f"({self.named('a')} / {self.named('a2')})"
            case 4:
                return f"{self.pick('min', 'max')}({self.pure(depth - 1)}, {self.pure(depth - 1)}, {self.number('')})"
            case _:
                return f"(if {self.decides(depth - 1)} then {self.pure(depth - 1)} else {self.number('')})"

    # ----------------------------------------------------------------------------------------------- tests

    def test(self, depth: int) -> str:
        match self.random.randrange(12):
            case 0:
                return self.of_text()
            case 1:
                return self.of_moment()
            case 2:
                return self.pick(self.named("ok"), f"{self.named('ok')} = {self.pick('true', 'false')}")
            case 3:
                return self.of_presence(depth)
            case 4 if self.may_find:
                return f"found({self.random.choice(self.may_find)})"
            case _:
                return self.of_number(depth)

    def of_number(self, depth: int) -> str:
        choices = ("length", "length", "pure", "difference", "power", "area", "speed", "torque", "percent", "hardness")
        dimension = self.pick(*choices, "days", "temperature", "celsius")
        value = self.value(dimension, depth)
        match self.random.randrange(7):
            case 0:
                low, high = self.limit(dimension), self.limit(dimension)
                return f"{low} {self.pick('<', '<=')} {value} {self.pick('<', '<=')} {high}"
            case 1:
                return f"{value} between {self.limit(dimension)} and {self.limit(dimension)}"
            case 2:
                low, high = self.limit(dimension), self.limit(dimension)
                return f"{value} in {self.pick('[', '(')}{low} .. {high}{self.pick(']', ')')}"
            case 3:
                return f"{value} {self.pick('in', 'not in')} ({self.limit(dimension)}, {self.limit(dimension)})"
            case 4 if dimension in ("length", "pure"):
                return f"{value} {self.comparator()} {self.value(dimension, depth - 1)}"
            case _:
                return f"{value} {self.comparator()} {self.limit(dimension)}"

    def comparator(self) -> str:
        return self.pick("=", "!=", "<", "<=", ">", ">=")

    def of_text(self) -> str:
        word = self.random.choice([text for text in TEXTS if text])
        note, kind = self.named("note"), self.named("kind")
        return self.pick(
            f"{kind} {self.pick('=', '!=')} {self.random.choice(TYPES)}",
            f"{kind} {self.pick('in', 'not in')} (L, M)",
            f'{note} contains "{word}"',
            f'{self.pick("upper", "lower")}({note}) starts with "{word[:2]}"',
            f'{note} ends with "{word[-1]}"',
            f'{note} matches "(?i)^[a-m].*{word[-1]}$"',
            f'{note} {self.pick("=", "!=")} "{word}"',
        )

    def of_moment(self) -> str:
        day = (DAY + timedelta(days=self.random.randint(-5, 5))).isoformat()
        d, w = self.named("d"), self.named("w")
        return self.pick(
            f"{d} {self.comparator()} {day}",
            f"{d} + {self.random.randint(0, 4)} days {self.comparator()} {self.named('d2')}",
            f"{w} {self.comparator()} {day}T06:30",
            f"{w} {self.comparator()} {d}",
        )

    def of_presence(self, depth: int) -> str:
        name = self.named(self.random.choice(list(PALETTE)))
        if self.chance(0.3):
            return f"({self.length(depth - 1)}) is {self.pick('missing', 'present')}"
        return f"{name} is {self.pick('missing', 'present', 'recorded', 'not recorded')}"

    def logic(self, depth: int) -> str:
        if depth <= 0 or self.chance(0.35):
            return self.test(depth)
        match self.random.randrange(8):
            case 0 | 1 | 2:
                return f"({self.logic(depth - 1)} and {self.logic(depth - 1)})"
            case 3 | 4 | 5:
                return f"({self.logic(depth - 1)} or {self.logic(depth - 1)})"
            case 6 if self.may_deny:
                return f"not ({self.logic(depth - 1)})"
            case 7 if self.may_deny:
                return f"(if {self.logic(depth - 1)} then {self.logic(depth - 1)} else {self.logic(depth - 1)})"
            case _:
                return self.test(depth)

    # -------------------------------------------------------------------------------------------- documents

    def standard(self) -> str:
        for number in range(0 if self.linear else self.random.randint(0, 3)):
            self.derived[f"len{number}"] = self.length(2)
        if not self.linear:
            self.derived["power"] = self.named("q") + " * " + self.named("n")
        characteristics, rules = self.characteristics(), self.written_rules()
        dispositions = self.dispositions([*characteristics, *rules])
        applies = [] if self.linear or self.chance(0.8) else [f"applies: {quoted(self.logic(1))}"]
        if "power" in self.derived:
            self.derived["power"] = f"{{is: {self.derived['power']}, unit: W{self.pick('', ', resolution: 1')}}}"
        fields = self.shuffled([f"    {name}: {PALETTE[name].written}" for name in sorted(self.used)])
        lines = ["gonogo: 1", "standard: random", "facts:", "  fields:", *fields]
        derived = [f"    {n}: {v if v.startswith('{') else quoted(v)}" for n, v in self.derived.items()]
        lines += [*(["  derived:"] if derived else []), *self.shuffled(derived), *applies]
        parameters = [f"  {name}: {value}" for name, value in self.parameters.items()]
        for key, members in (("parameters", parameters), *((k, v) for k, v in self.sections(characteristics, rules))):
            lines += [f"{key}:", *self.shuffled(members)] if members else []
        return "\n".join([*lines, *dispositions]) + "\n"

    def sections(self, characteristics: dict[str, str], rules: dict[str, str]) -> list[tuple[str, list[str]]]:
        found = (("characteristics", characteristics), ("rules", rules))
        return [(key, [f"  {name}: {written}" for name, written in members.items()]) for key, members in found]

    def shuffled(self, lines: list[str]) -> list[str]:
        """The members of a mapping in any order, which means nothing."""
        Random(self.random.random()).shuffle(lines)
        return lines

    def requirement(self) -> str:
        applies = f", applies: {quoted(self.logic(1))}" if not self.linear and self.chance(0.2) else ""
        return f"class: {self.pick('critical', 'major', 'minor')}{applies}"

    def characteristics(self) -> dict[str, str]:
        found = {}
        for number in range(self.random.randint(0, 3)):
            field_ = self.named(self.pick("a", "a2", "b"))
            unit = PALETTE[field_].unit
            low, high = self.ends(unit)
            limits = [f"{self.pick('at least', 'above')}: {low}", f"{self.pick('at most', 'below')}: {high}"]
            nominal, deviation = self.number("mm"), self.number("mm", 0, 5)
            tolerance = f"nominal: {nominal}, tolerance: {deviation}"
            chosen = self.pick(*limits) if self.linear else self.pick(", ".join(limits), *limits, tolerance)
            middle, half, of = (amount(low) + amount(high)) / 2, (amount(high) - amount(low)) / 2, unit
            if chosen == tolerance:
                middle, half, of = amount(nominal), amount(deviation), "mm"
            if "," not in chosen:  # a single limit leaves room for any uncertainty
                middle, half = amount(chosen.partition(": ")[2]), Fraction(self.random.randint(0, 80), 8)
            measured = self.uncertainty(middle, half, of) if self.chance(0.5) else ""
            found[f"size-{number}"] = f"{{field: {field_}, {chosen}{measured}, {self.requirement()}}}"
        return found

    def ends(self, unit: str) -> tuple[str, str]:
        """Two limits with something between them."""
        low = high = ""
        while low == high:
            low, high = sorted((self.number(unit), self.number(unit)), key=lambda text: Fraction(text.split()[0]))
        return low, high

    def uncertainty(self, middle: Fraction, half: Fraction, unit: str) -> str:
        """How well a characteristic is measured, so that something between its limits conforms for certain."""
        within = half * self.random.choice((0, Fraction(1, 4), Fraction(1, 2), Fraction(4, 5)))
        ends = {middle + limit + away for limit in (0, half, -half) for away in (within, -within)}
        self.numbers.setdefault(unit, set()).update(ends)
        text = f"{decimal_text(within)} {unit}"
        if unit == "mm":
            text = self.pick(text, text, f"{decimal_text(within * 1000)} um")
        factor = self.pick("", "", ", coverage factor: 3", ", coverage factor: 1.96")
        return f", measured within: {text}{factor}{self.pick('', *(f', decision: {word}' for word in DECISIONS))}"

    def written_rules(self) -> dict[str, str]:
        """Rules that may deny those before them, or may all stand on each other without a `not`."""
        names = [f"rule-{number}" for number in range(self.random.randint(1, 2 if self.linear else 6))]
        circular = self.chance(0.3)
        self.may_deny = not circular
        found = {}
        for number, name in enumerate(names):
            self.may_find = () if self.linear else tuple(names) if circular else tuple(names[:number])
            when = self.simple() if self.linear else self.logic(3)
            self.may_find = ()
            self.expressions.append(when)
            found[name] = f"{{when: {quoted(when)}, {self.requirement()}}}"
        self.may_deny = True
        return found

    def simple(self) -> str:
        dimension = self.pick("torque", "speed", "length", "hardness", "pure")
        name = {"torque": "q", "speed": "n", "length": "a", "hardness": "h", "pure": "c"}[dimension]
        return f"{self.named(name)} {self.pick('<', '<=', '>', '>=')} {self.limit(dimension)}"

    def dispositions(self, names: list[str]) -> list[str]:
        lines = []
        for _ in range(self.random.randint(0, 3)):
            self.may_find = tuple(names)
            when = self.pick(
                f"class = {self.pick('critical', 'major', 'minor')}",
                "class in (critical, major)",
                f"outcome = {self.pick('conforming', 'nonconforming', 'indeterminate')}",
                f"class != minor and found({self.random.choice(names)})",
                f"not found({self.random.choice(names)})" if not self.linear else "outcome = indeterminate",
                self.logic(1) if not self.linear else "class = major",
            )
            lines.append(f"  - {{when: {quoted(when)}, then: {self.pick('scrap', 'rework', 'regrade')}}}")
            self.may_find = ()
        otherwise = ["  - {otherwise: release}"] if self.chance(0.7) else []
        return ["dispositions:", *lines, *otherwise] if lines or otherwise else []

    # ----------------------------------------------------------------------------------------------- facts

    def fact(self) -> Fact:
        """A fact that hits the standard's own numbers, and now and then lacks a value or holds nonsense."""
        fields: dict[str, Fraction | int | str | bool | None] = {}
        cells: dict[str, object] = {}
        for name, column in COLUMNS.items():
            if column not in cells and self.chance(0.93):
                cells[column] = self.cell(PALETTE[name])
        for name, column in COLUMNS.items():
            fields[name] = read(PALETTE[name].kind, cells.get(column))
        return Fact(fields, cells)

    def cell(self, measured: Measured) -> object:
        if self.chance(0.06):
            return self.pick("", "  ", "n/a", "1,5", "NaN", "--")
        match measured.kind:
            case "number":
                return decimal_text(self.measurement(measured.unit))
            case "category":
                return self.random.choice(TYPES)
            case "text":
                return self.random.choice(TEXTS)
            case "flag":
                return self.pick("true", "false", "Yes", "no")
            case "date":
                return (DAY + timedelta(days=self.random.randint(-5, 5))).isoformat()
            case _:
                day = (DAY + timedelta(days=self.random.randint(-2, 2))).isoformat()
                return f"{day}T{self.pick('00:00:00', '06:30:00', '06:30:00.000001', '23:59:59')}"

    def measurement(self, unit: str) -> Fraction:
        known = sorted(value for value in self.numbers.get(unit, ()) if decimal_text(value))
        drawn = Fraction(self.random.randint(-400, 700), 10)
        value = self.random.choice(known) if known and self.chance(0.6) else drawn
        if self.chance(0.25):
            value += self.random.choice((-1, 1)) * Fraction(1, 10 ** self.random.choice((1, 2, 2, 3, 12, 25)))
        if self.chance(0.03):
            value *= self.random.choice((10**30, -(10**18), 10**320, 0))
        return value


def read(kind: str, cell: object) -> Fraction | int | str | bool | None:
    """What a cell holds, by field; independent of how the engine reads."""
    text = "" if cell is None else str(cell)
    if not text.strip():
        return None
    try:
        match kind:
            case "number":
                number = Decimal(text)
                return Fraction(number) if number.is_finite() else None
            case "category":
                return text if text in TYPES else None
            case "text":
                return text
            case "flag":
                return {"true": True, "yes": True, "false": False, "no": False}.get(text.lower())
            case "date":
                return date.fromisoformat(text).toordinal()
            case _:
                return _microseconds(text)
    except (ValueError, ArithmeticError):
        return None


def _microseconds(text: str) -> int:
    day, _, clock = text.partition("T")
    hours, minutes, seconds = clock.split(":")
    days = date.fromisoformat(day).toordinal() - date(1970, 1, 1).toordinal()
    whole = (days * 24 + int(hours)) * 60 + int(minutes)
    return int(whole * 60_000_000 + Fraction(seconds) * 1_000_000)


def decimal_text(value: Fraction) -> str:
    """A finite decimal, as people write it."""
    places = next(places for places in range(80) if 10**places % value.denominator == 0)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if value < 0 else text


def amount(text: str) -> Fraction:
    """The number of a written quantity."""
    return Fraction(text.split()[0])


def quoted(text: str) -> str:
    """An expression as a YAML text, whatever stands in it."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"

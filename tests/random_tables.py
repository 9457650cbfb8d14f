"""Random decision tables with all that they must answer, worked out cell by cell from how they were drawn.

Nothing here reads what was written: a cell is drawn as a test of plain values, and its text is made from it. All of it
hangs on one `random.Random`, so that a seed is a counterexample.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Final, TypeAlias

Truth: TypeAlias = bool | None
Held: TypeAlias = Fraction | str | bool | None
Fact: TypeAlias = Mapping[str, Held]

FIELDS: Final = {
    "x": "{unit: mm, resolution: 0.1}",
    "y": "{kind: number}",
    "type": "{one of: [L, M, H]}",
    "note": "{kind: text}",
    "ok": "{kind: flag}",
}
WORDS: Final = {"type": ("L", "M", "H"), "note": ("rust", "a, b", "not tested", "5"), "ok": ("true", "false")}
LIMITS: Final = tuple(Fraction(number, 2) for number in range(-2, 13))
OUTPUTS: Final = ("A", "B", "C d")
HITS: Final = ("unique", "any", "first", "collect sum", "collect max", "collect min", "collect count")


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says of a value that is there; of one that is missing, `missing` says it."""

    text: str
    accepts: Callable[[Held], bool]
    missing: Truth = None

    @property
    def is_for_missing(self) -> bool:
        return self.text == "missing"

    @property
    def is_about_value(self) -> bool:
        return self.missing is None

    def of(self, value: Held) -> Truth:
        return self.missing if value is None else self.accepts(value)


ANY: Final = Cell("-", lambda _: True, True)
MISSING: Final = Cell("missing", lambda _: False, True)
PRESENT: Final = Cell("present", lambda _: True, False)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was drawn."""

    inputs: tuple[str, ...]
    hit: str
    rows: tuple[tuple[tuple[Cell, ...], str], ...]

    def text(self, output: str, rows: Sequence[tuple[tuple[Cell, ...], str]] = ()) -> str:
        """The YAML of a table that gives `output`."""
        lines = [f"  drawn: {{hit: {self.hit}, inputs: [{', '.join(self.inputs)}], output: {output}, rows: ["]
        for cells, gives in rows or self.rows:
            quoted = ["'" + cell.text.replace("'", "''") + "'" for cell in cells]
            lines.append(f"    [{', '.join([*quoted, gives])}],")
        return "\n".join([*lines, "  ]}"])

    # --------------------------------------------------------------------------------------- what must hold

    def raw(self, fact: Fact) -> list[Truth]:
        """Whether each row holds, by Kleene's `and`."""
        return [
            _all([cell.of(fact[name]) for name, cell in zip(self.inputs, cells, strict=True)]) for cells, _ in self.rows
        ]

    def held(self, fact: Fact) -> list[Truth]:
        """The same, where a row for a missing value that holds takes the place of those about the value."""
        raw = self.raw(fact)
        return [
            False if any(self.replaces(other, row) for other in self.later(row) if raw[other]) else raw[row]
            for row in range(len(self.rows))
        ]

    def later(self, row: int) -> range:
        return range(row + 1 if self.hit == "first" else 0, len(self.rows))

    def replaces(self, one: int, other: int) -> bool:
        pairs = zip(self.rows[one][0], self.rows[other][0], strict=True)
        return any(a.is_for_missing and b.is_about_value for a, b in pairs)

    def overlaps(self) -> bool:
        """Whether two rows that must not hold together do for some fact: a value of each column is looked for."""
        return any(
            all(any(a.of(value) and b.of(value) for value in values_of(name)) for name, a, b in columns)
            for (one, gives), (other, and_) in combinations(self.rows, 2)
            if self.hit == "unique" or gives != and_
            for columns in [list(zip(self.inputs, one, other, strict=True))]
        )

    def value(self, fact: Fact) -> str | Fraction | None:
        """The value that the table gives; None where it gives none."""
        held, outputs = self.held(fact), [gives for _, gives in self.rows]
        match self.hit:
            case "unique" | "any":
                return next((gives for gives, truth in zip(outputs, held, strict=True) if truth), None)
            case "first":
                first = next((number for number, truth in enumerate(held) if truth is not False), None)
                return outputs[first] if first is not None and held[first] else None
            case "collect sum" | "collect count":
                points = [Fraction(gives) if self.hit == "collect sum" else Fraction(1) for gives in outputs]
                return None if None in held else sum((p for p, t in zip(points, held, strict=True) if t), Fraction(0))
            case _:
                return self.extreme(held, [Fraction(gives) for gives in outputs])

    def extreme(self, held: list[Truth], points: list[Fraction]) -> Fraction | None:
        best = max if self.hit == "collect max" else min
        sure = [point for point, truth in zip(points, held, strict=True) if truth]
        possible = [point for point, truth in zip(points, held, strict=True) if truth is not False]
        return best(sure) if sure and best(sure) == best(possible) else None

    def disposition(self, fact: Fact) -> str:
        held, outputs = self.held(fact), [gives for _, gives in self.rows]
        if self.hit != "first" and True in held:
            return outputs[held.index(True)]
        sure = held.index(True) if True in held else len(held)
        if None in held[:sure]:
            return "hold"
        return outputs[sure] if sure < len(held) else "none of these"

    def findings(self, fact: Fact) -> dict[str, Truth]:
        """What it finds, by names."""
        held = self.held(fact) if self.hit != "collect" else self.raw(fact)
        names = [gives for _, gives in self.rows]
        found: dict[str, list[Truth]] = {name: [] for name in names}
        for number, name in enumerate(names):
            before = [held[n] for n in range(number) if names[n] != name] if self.hit == "first" else []
            found[name].append(_all([held[number], *(_not(truth) for truth in before)]))
        return {name: _not(_all([_not(truth) for truth in truths])) for name, truths in found.items()}


def _all(truths: Sequence[Truth]) -> Truth:
    return False if False in truths else None if None in truths else True


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


# ------------------------------------------------------------------------------------------------- drawing


def draw_table(random: Random, hits: Sequence[str], outputs: Sequence[str]) -> Table:
    """A table of up to four columns and six rows."""
    inputs = tuple(random.sample(sorted(FIELDS), random.randint(1, 4)))
    rows = [
        (tuple(draw_cell(random, name) for name in inputs), random.choice(outputs)) for _ in range(random.randint(1, 6))
    ]
    return Table(inputs, random.choice(hits), tuple(rows))


def draw_cell(random: Random, name: str) -> Cell:
    chance = random.random()
    if chance < 0.25:
        return ANY
    if chance < 0.33:
        return MISSING
    if chance < 0.37:
        return PRESENT
    cell = _draw_words(random, name) if name in WORDS else _draw_numbers(random, " mm" if name == "x" else "")
    if random.random() < 0.15:
        return Cell(f"not({cell.text})", lambda value: not cell.accepts(value))
    return cell


def _draw_words(random: Random, name: str) -> Cell:
    words = random.sample(WORDS[name], 1 if name == "ok" else random.randint(1, 2))
    texts = [f'"{word}"' if "," in word or (random.random() < 0.2 and name != "ok") else word for word in words]
    if name == "ok":
        return Cell(texts[0], lambda value: value is (words[0] == "true"))
    return Cell(", ".join(texts), lambda value: value in words)


def _draw_numbers(random: Random, unit: str) -> Cell:
    cells = [_draw_number(random, unit) for _ in range(random.choice((1, 1, 1, 2)))]
    return Cell(", ".join(cell.text for cell in cells), lambda value: any(cell.accepts(value) for cell in cells))


def _draw_number(random: Random, unit: str) -> Cell:
    low, high = sorted(random.sample(LIMITS, 2))
    a, b = f"{_decimal(low)}{unit}", f"{_decimal(high)}{unit}"
    tests: dict[str, Callable[[Fraction], bool]] = {
        a: lambda value: value == low,
        f"< {a}": lambda value: value < low,
        f"<= {a}": lambda value: value <= low,
        f"> {b}": lambda value: value > high,
        f">= {b}": lambda value: value >= high,
        f"[{a} .. {b})": lambda value: low <= value < high,
        f"({a} .. {b}]": lambda value: low < value <= high,
        f"{a} .. {b}": lambda value: low <= value <= high,
    }
    text = random.choice(sorted(tests))
    return Cell(text, lambda value: tests[text](Fraction(str(value))))


def _decimal(number: Fraction) -> str:
    return f"{float(number):.1f}"


def values_of(name: str) -> list[Held]:
    """A value on and beside each limit that cells are drawn with, each word, a text that is none; and no value."""
    if name in ("x", "y"):
        return [None, *(limit + step for limit in LIMITS for step in (-_BESIDE, 0, _BESIDE))]
    return [None, True, False] if name == "ok" else [None, *WORDS[name], *(["else"] if name == "note" else [])]


_BESIDE: Final = Fraction(1, 4)


def draw_fact(random: Random) -> dict[str, Held]:
    """A fact, with a value missing now and then."""
    return {name: None if random.random() < 0.2 else random.choice(values_of(name)) for name in FIELDS}


def cells_of(fact: Fact) -> dict[str, object]:
    """The fact as facts are given: numbers as decimals in text."""
    return {name: f"{float(value):.2f}" if isinstance(value, Fraction) else value for name, value in fact.items()}

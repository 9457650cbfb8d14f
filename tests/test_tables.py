"""Decision tables, drawn at random, against what their cells say; and large and hostile ones in bounded time."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from random import Random

import pytest

from gonogo.pack import Standard
from gonogo.problems import Problems, Refused, Source
from gonogo.program.compiler import compile_standard
from gonogo.program.passes.resolve import resolve
from gonogo.standard.document import read_standard
from gonogo.standard.tables import MOST_CELLS
from random_tables import FIELDS, HITS, OUTPUTS, Held, Table, cells_of, draw_fact, draw_table, values_of

SEEDS = range(0, 350, 35)
BATCH = 35
FACTS = 40

HEAD = "\n".join(
    ["gonogo: 1", "standard: s", "facts:", "  fields:", *(f"    {name}: {kind}" for name, kind in FIELDS.items())]
)


def compiled(*parts: str) -> Standard:
    return Standard(compile_standard(Source("standard.yaml", "\n".join([HEAD, *parts, ""]))))


def accepted(table: Table, *parts: str) -> Standard | None:
    """The standard; None where its rows overlap or a cell accepts nothing, which are all that may be wrong with it."""
    try:
        return compiled(*parts)
    except Refused as refused:
        codes = {problem.code for problem in refused.problems}
    may_overlap = {"overlapping-rows"} if table.hit in ("unique", "any") else set()
    assert codes <= {"contradiction"} | may_overlap
    return None


@pytest.mark.parametrize("start", SEEDS)
def test_a_table_gives_the_value_that_its_cells_say(start: int) -> None:
    for seed in range(start, start + BATCH):
        random = Random(seed)
        hit = HITS[seed % len(HITS)]
        outputs = ("1", "2.5", "10") if hit in ("collect sum", "collect max", "collect min") else OUTPUTS
        table = draw_table(random, [hit], outputs)
        is_number = hit.startswith("collect")
        points = [str(n / 2) for n in range(60)] if is_number else OUTPUTS
        tests = [
            f"  r{n}: {{when: 'v = {point}'}}" if is_number else f"  r{n}: {{when: 'v = \"{point}\"'}}"
            for n, point in enumerate(points)
        ]
        known = {gives for _, gives in table.rows}
        tests = [test for test, point in zip(tests, points, strict=True) if is_number or point in known]
        standard = accepted(table, "tables:", table.text("v"), "rules:", *tests)
        if standard is None:
            continue
        for fact in (draw_fact(random) for _ in range(FACTS)):
            value = table.value(fact)
            verdict = standard.judge(cells_of(fact))
            wanted = [] if value is None else [f"r{n}" for n, point in enumerate(points) if str(point) == _text(value)]
            assert [finding.rule for finding in verdict.findings] == wanted, (seed, fact)
            assert (verdict.outcome == "indeterminate") is (value is None), (seed, fact)


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(float(value))  # type: ignore[arg-type]  # a fraction


@pytest.mark.parametrize("start", SEEDS)
def test_rows_that_are_refused_overlap_and_those_that_are_not_do_not(start: int) -> None:
    for seed in range(start, start + BATCH):
        random = Random(seed)
        table = draw_table(random, ["unique", "any"], OUTPUTS)
        problems = Problems()
        standard = read_standard(Source("standard.yaml", f"{HEAD}\ntables:\n{table.text('v')}\n"), problems)
        assert standard is not None
        resolve(standard, problems)
        codes = {problem.code for problem in problems.found if problem.severity == "error"}
        if "contradiction" not in codes:  # a cell that accepts nothing is told first
            assert ("overlapping-rows" in codes) is table.overlaps(), seed


@pytest.mark.parametrize("start", SEEDS)
def test_the_order_of_rows_never_matters_where_they_exclude_each_other(start: int) -> None:
    for seed in range(start, start + BATCH):
        random = Random(seed)
        table = draw_table(random, ["unique", "any"], OUTPUTS)
        standard = accepted(table, "tables:", table.text("disposition"), "dispositions: [{otherwise: none of these}]")
        if standard is None:
            continue
        turned = table.text("disposition", random.sample(table.rows, len(table.rows)))
        other = compiled("tables:", turned, "dispositions: [{otherwise: none of these}]")
        for fact in (draw_fact(random) for _ in range(FACTS)):
            assert len({each.judge(cells_of(fact)).disposition for each in (standard, other)}) == 1, (seed, fact)


@pytest.mark.parametrize("start", SEEDS)
def test_a_table_of_dispositions_decides_as_its_cells_say(start: int) -> None:
    for seed in range(start, start + BATCH):
        random = Random(seed)
        table = draw_table(random, ["unique", "any", "first"], OUTPUTS)
        standard = accepted(table, "tables:", table.text("disposition"), "dispositions: [{otherwise: none of these}]")
        if standard is None:
            continue
        for fact in (draw_fact(random) for _ in range(FACTS)):
            assert standard.judge(cells_of(fact)).disposition == table.disposition(fact), (seed, fact)


@pytest.mark.parametrize("start", SEEDS)
def test_a_table_of_findings_finds_as_its_cells_say(start: int) -> None:
    for seed in range(start, start + BATCH):
        random = Random(seed)
        table = draw_table(random, ["unique", "any", "first", "collect"], ("one", "two", "three"))
        standard = accepted(table, "tables:", table.text("finding"))
        if standard is None:
            continue
        for fact in (draw_fact(random) for _ in range(FACTS)):
            verdict, wanted = standard.judge(cells_of(fact)), table.findings(fact)
            found = dict.fromkeys((finding.rule for finding in verdict.findings), True)
            found |= dict.fromkeys((unknown.rule for unknown in verdict.unknown), None)  # type: ignore[arg-type]
            assert found == {name: truth for name, truth in wanted.items() if truth is not False}, (seed, fact)


@pytest.mark.parametrize("start", SEEDS)
def test_a_table_is_warned_of_where_no_row_holds_for_some_values(start: int) -> None:
    for seed in range(start, start + BATCH):
        random = Random(seed)
        table = draw_table(random, ["unique", "any", "first"], OUTPUTS)
        standard = accepted(table, "tables:", table.text("v")) if len(table.inputs) < 3 else None
        if standard is None:
            continue
        is_warned = "uncovered-value" in {problem.code for problem in standard.compiled.warnings}
        values = [[value for value in values_of(name) if value is not None] for name in table.inputs]
        for held in product(*values):
            is_covered = True in table.raw(dict(zip(table.inputs, held, strict=True)))
            assert is_covered or is_warned or not all(map(is_counted, held)), (seed, held)
        facts = (dict(zip(table.inputs, held, strict=True)) for held in product(*values))
        assert not is_warned or any(True not in table.raw(fact) for fact in facts), seed


def is_counted(value: Held) -> bool:
    """Whether a value is one that a gap in a table is looked for at: between whole numbers, and below zero, none is."""
    return not isinstance(value, Fraction) or (value >= 0 and value.denominator == 1)


# ---------------------------------------------------------------------------------------------- large ones


def large(rows: int, columns: int, cell: str = "[{row} .. {next})") -> str:
    lines = [f"    - ['{cell.format(row=row, next=row + 1)}'{', -' * (columns - 1)}, {row}]" for row in range(rows)]
    inputs = ", ".join(["y"] * columns)
    return "\n".join(["tables:", f"  t:\n    inputs: [{inputs}]\n    output: v\n    rows:", *lines])


def refused(*parts: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        compiled(*parts)
    return [problem.code for problem in caught.value.problems]


def test_a_table_of_a_thousand_rows_is_compared_and_judges() -> None:
    standard = compiled(large(1_000, 1), "rules: {r: {when: v >= 500}}")
    assert [len(standard.judge({"y": y}).findings) for y in ("499.9", "500", "999.99", "1000")] == [0, 1, 1, 0]


def test_a_gap_is_looked_for_only_where_that_is_cheap() -> None:
    warned = [[problem.code for problem in compiled(large(rows, 1)).compiled.warnings] for rows in (50, 1_000)]
    assert warned == [["uncovered-value"], []]


def test_a_table_with_too_many_cells_is_refused() -> None:
    assert refused(large(10_000, 20)) == ["too-large"]
    assert refused(large(MOST_CELLS // 2 + 1, 2)) == ["too-large"]


def test_rows_that_no_column_tells_apart_are_refused() -> None:
    assert refused(large(5_000, 1, "not({row})")) == ["too-large"]
    assert refused(large(2_000, 2, "<= {row}"))[0] == "too-large"


def test_of_rows_that_all_overlap_each_is_told_once() -> None:
    codes = refused(large(300, 1, ">= {row}"))
    assert codes == ["overlapping-rows"] * 299


def test_many_findings_by_first_stay_within_the_bounds() -> None:
    rows = [f"    - ['>= {number}', '{'L' if number % 2 else 'M'}', f{number}]" for number in range(60)]
    table = ["tables:", "  t:\n    hit: first\n    inputs: [y, type]\n    output: finding\n    rows:", *rows]
    verdict = compiled(*table).judge({"y": "10.5", "type": "L"})
    assert [finding.rule for finding in verdict.findings] == ["f1"]


def test_names_of_lines_differ_whatever_a_table_is_called() -> None:
    table = "tables: {'1': {hit: first, inputs: [y, class], output: disposition, rows: [['> 5', -, a], ['> 3', -, b]]}}"
    lines = "dispositions: [{when: y > 1, then: c}, {otherwise: d}]"
    standard = compiled(table, lines)
    names = [proposition.name for proposition in standard.compiled.exact.propositions]
    assert len(set(names)) == len(names)
    assert [standard.judge({"y": y}).disposition for y in ("6", "4", "2", "1")] == ["a", "b", "c", "d"]
    assert all(one != other for one, other in pairwise(names))

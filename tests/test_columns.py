"""Columns say what single facts are told: the corpus, and random standards on random facts, in the same words."""

from __future__ import annotations

from random import Random

import pyarrow as pa
import pytest
from hypothesis import given

from gonogo.batch.run import Run
from gonogo.batch.source import Table
from gonogo.pack import Standard
from gonogo.screen.columnar import Session
from gonogo.tally import Tally
from in_columns import Judged, expected, judged, table_of, typed
from random_standards import COLUMNS, PALETTE, Fact
from test_corpus import CASES, Case, compiled
from test_properties import SEEDS, deeply, written

FACTS = 40


@pytest.mark.parametrize("is_text", [True, False], ids=["texts", "typed"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_case_holds_in_columns(case: Case, is_text: bool) -> None:
    standard = compiled(case.standard)
    fields = standard.compiled.exact.fields
    header = list(dict.fromkeys(column for fact in case.facts for column in fact))
    kinds = {field.column: field.type.kind.value for field in fields}
    shared = {field.column for field in fields if sum(other.column == field.column for other in fields) > 1}
    cells: list[dict[str, object]] = [dict(fact) for fact in case.facts]
    if not is_text:
        cells = [
            {name: fact[name] if name in shared else typed(fact[name], kinds.get(name, "text")) for name in fact}
            for fact in cells
        ]
    assert judged(standard, table_of(cells, header, is_text=is_text)).lines == expected(standard, cells, header)


def tame(fact: Fact, random: Random, header: list[str]) -> dict[str, object]:
    """A random fact without most of what only the scalar screen reads: nonsense, and numbers of very many digits."""
    cells = {}
    for name in header:
        cell = fact.cells.get(name)
        is_wild = (
            isinstance(cell, str) and len(cell) > 9 and not cell.startswith("2026-") and any(map(str.isdigit, cell))
        )
        is_nonsense = cell in ("n/a", "1,5", "NaN", "--")
        cells[name] = None if (is_wild or is_nonsense) and random.random() < 0.99 else cell
    return cells


def said(seed: int, *, is_text: bool, is_tame: bool) -> tuple[Standard, Judged, list[str]]:
    author, standard = written(seed)
    random = Random(seed)
    header = [name for name in dict.fromkeys(COLUMNS.values()) if name != "C" or random.random() < 0.5]
    facts = [author.fact() for _ in range(FACTS)]
    cells = [tame(fact, random, header) if is_tame else {n: fact.cells.get(n) for n in header} for fact in facts]
    if not is_text:
        kinds = {COLUMNS[name]: measured.kind for name, measured in PALETTE.items()}
        cells = [{name: typed(cell, kinds[name]) for name, cell in fact.items()} for fact in cells]
    return standard, judged(standard, table_of(cells, header, is_text=is_text)), expected(standard, cells, header)


@pytest.mark.parametrize("is_text", [True, False], ids=["texts", "typed"])
@pytest.mark.parametrize("is_tame", [True, False], ids=["tame", "wild"])
@deeply(15)
@given(seed=SEEDS)
def test_columns_say_what_single_facts_are_told(seed: int, is_text: bool, is_tame: bool) -> None:
    _, found, wanted = said(seed, is_text=is_text, is_tame=is_tame)
    assert found.lines == wanted


def test_most_plain_facts_are_judged_in_columns() -> None:
    odd = [said(seed, is_text=seed % 2 == 0, is_tame=True)[1].odd for seed in (0, 1, 2, 4, 5, 6)]
    assert sum(odd) < 0.3 * FACTS * len(odd)


WORDS = """
facts:
  item: id
  missing words: [n/a, "-", none, unknown, "?"]
  fields:
    kind: {column: K, one of: [A, B, C, D, E, F]}
    size: {column: S, unit: mm, resolution: 0.1}
rules:
  odd-kind: {when: "kind in (A, B, C, D, E)", class: minor}
  size: {when: "size in (1 mm, 2 mm, 3 mm, 4 mm, 5 mm, 6 mm)", class: major}
"""


def test_rows_keep_their_order_whatever_lists_of_words_are_asked_after() -> None:
    standard, count = compiled(WORDS), 400_000
    kinds = ["ABCDEF?"[number % 7] if number % 1000 else f"x{number}" for number in range(count)]
    sizes = [str(number % 9) if number % 1500 else " 1e0" for number in range(count)]
    table = pa.table({"id": list(map(str, range(count))), "K": kinds, "S": sizes})
    found = judged(standard, pa.Table.from_batches(table.to_batches(50_000)))
    assert [row[0] for row in found.rows] == table.column("id").to_pylist()
    assert found.odd == len({*range(0, count, 1000), *range(0, count, 1500)})
    sample = [0, 999, 1000, 1500, 250_000, 399_000]
    cells = [{"id": str(place), "K": kinds[place], "S": sizes[place]} for place in sample]
    assert [found.lines[place] for place in sample] == expected(standard, cells, ["id", "K", "S"])


def test_no_screen_is_run_as_a_join() -> None:
    standard = compiled(WORDS)
    with Session() as session:
        session.register("facts", pa.table({"id": ["1"], "K": ["A"], "S": ["1"]}))
        source = Table((("facts", 0),), "facts", session.columns("facts"))
        run = Run(standard.judging, Tally(standard.compiled.exact, print, print), session, is_json=True)
        statement = run.screening.statement(source, {}, is_wide=False, is_complete=False)
        assert statement is not None
        plan = session.run(f"EXPLAIN {statement}")[0][1]
    assert "JOIN" not in plan.upper()

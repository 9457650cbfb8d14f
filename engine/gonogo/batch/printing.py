"""The SQL of a standard, for people: what `gonogo show PACK --sql` prints is what runs on facts of the usual types."""

from __future__ import annotations

from typing import Final

from gonogo.batch.groups import cut_groups, pack
from gonogo.facts.columns import numbers_of_words
from gonogo.facts.long import belonging_of
from gonogo.program.compiler import Compiled
from gonogo.program.ir import Kind, Program
from gonogo.program.text import condition_lines
from gonogo.screen.sql.bounds import Inexpressible
from gonogo.screen.sql.dialect import DUCKDB, SPARK, Dialect
from gonogo.screen.sql.long import ITEMS, ROWS, Measurements, long_statement
from gonogo.screen.sql.shape import Form, Shape
from gonogo.screen.sql.statement import Screen, screen_statement

DIALECTS: Final[dict[str, Dialect]] = {"duckdb": DUCKDB, "spark": SPARK}

_FORMS: Final = {
    Kind.NUMBER: Form.REAL,
    Kind.TEXT: Form.TEXT,
    Kind.FLAG: Form.FLAG,
    Kind.DATE: Form.DATE,
    Kind.TIME: Form.TIME,
}

_HEAD: Final = """\
-- {standard} {version}: the screen, as SQL for {dialect}.
{reads}
-- other expressions. Numbers are computed as whole ticks, so that decimals stay decimals; `odd` marks rows with a value
-- that SQL is not trusted with, and the engine judges those one by one.
-- Each word holds two bits a condition, 0 false, 1 true, 2 unknown, from the lowest on:"""


_WIDE: Final = """\
-- It reads a table `facts` whose numbers are float64 and whose items are texts; columns of other types are read by"""

_LONG: Final = """\
-- It reads a table `measurements` (n, the place of a row; item, or alone, its place, where it names none; word; value,
-- as text) and its items, in `measured_items` (r, their places; first, that of their first rows; item, and what they
-- belong to: b0, …), which are made of the facts' rows; values of other types are read by"""


def sql_text(compiled: Compiled, dialect: str) -> str:
    """The statement that screens facts, with what its words mean."""
    program, spoken = compiled.program, DIALECTS[dialect]
    packing = pack(cut_groups(compiled.exact))
    screen = Screen(compiled.exact, program, packing.words, numbers_of_words(program.missing_words))
    reads = _WIDE if program.long is None else _LONG
    head = [_HEAD.format(standard=program.standard, version=program.version, dialect=dialect, reads=reads)]
    lines = condition_lines(program)
    for number, conditions in enumerate(packing.words):
        head += [
            f"--   w{number}, bits {2 * place} and {2 * place + 1}: {lines[condition]}"
            for place, condition in enumerate(conditions)
        ]
    kept = {"row": "row_number() OVER ()"} if program.item is None else {}
    try:
        if program.long is None:
            statement = screen_statement(screen, spoken, _shape(program), "facts", kept)
        else:
            words = {field.column for field in program.fields}
            measured = Measurements(ROWS, ITEMS, Form.TEXT, ".", words, belonging_of(program))
            statement = long_statement(screen, spoken, measured)
    except Inexpressible:
        statement = "-- No column holds the numbers that this standard computes with: its facts are judged one by one."
    return "\n".join([*head, statement])


def _shape(program: Program) -> Shape:
    """Columns of the usual types."""
    columns = {name: Form.TEXT for name in (program.item, program.lot, program.time) if name is not None}
    return Shape(columns | {field.column: _FORMS[field.type.kind] for field in program.fields})

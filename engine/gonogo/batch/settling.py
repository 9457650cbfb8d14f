"""What the answers of several groups come to together: few combinations stand in statements, many are a table.

What dispositions ask after may be true in very many combinations. A statement with all of them would be read arm by
arm for each row, so beyond some the rows are joined with a table, as they are with the answers of a group.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from gonogo.batch.combining import BITS, MOST_WRITTEN, SETTLED, Combining
from gonogo.screen.engine import Engine, Values
from gonogo.tally import Summary

AT_ONCE: Final = 10_000
TABLE: Final = "settled"
KEY: Final = ("worst", *BITS)

Key: TypeAlias = "tuple[int, int, int]"


def settle_together(
    engine: Engine, combining: Combining, bases: Sequence[str], summary: Summary
) -> dict[str, str] | None:
    """Settle all combinations that occur, and count the facts that they occur in.

    Parameters
    ----------
    bases : sequence of str
        Tables of rows with what was looked up for them.

    Returns
    -------
    dict of str to str or None
        For each of `SETTLED` an expression over such a table, called `b`; None where `joined` gives them instead.
    """
    named = ", ".join(KEY)
    rows = " UNION ALL ".join(f"SELECT {named} FROM {base} WHERE NOT odd" for base in bases)
    held: list[Key] = []
    is_few = True
    for found in engine.pieces(f"SELECT {named}, count(*) FROM ({rows}) AS found GROUP BY {named}", AT_ONCE):
        for *key, facts in found:
            summary.add_settled(*combining.answers.settle(*key), facts)
        held += [(row[0], row[1], row[2]) for row in found]
        is_few = is_few and len(held) <= MOST_WRITTEN
        if not is_few:
            engine.insert(TABLE, _columns(combining, held))
            held.clear()
    return combining.together(held) if is_few else None


def joined(engine: Engine, base: str) -> str:
    """A table of the rows of another with what they were settled to, in their order."""
    name = f"{base}_{TABLE}"
    chosen = ", ".join(f"a.{engine.dialect.named(each)} AS {engine.dialect.named(each)}" for each in SETTLED)
    same = " AND ".join(f"b.{each} = a.{each}" for each in KEY)
    engine.create(name, f"SELECT b.*, {chosen} FROM {base} AS b LEFT JOIN {TABLE} AS a ON {same} ORDER BY b.r")
    engine.drop(base)
    return name


def _columns(combining: Combining, keys: Sequence[Key]) -> dict[str, Values]:
    """Combinations, and what they are settled to, as columns."""
    verdicts = [combining.answers.settle(*key) for key in keys]
    found: dict[str, Values] = {name: ("BIGINT", [key[place] for key in keys]) for place, name in enumerate(KEY)}
    return found | {name: ("VARCHAR", [verdict[place] for verdict in verdicts]) for place, name in enumerate(SETTLED)}

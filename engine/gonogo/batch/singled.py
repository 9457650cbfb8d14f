"""Single verdicts out of a run in columns, and where their facts stand: judged again one by one, to be explained."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeAlias

from gonogo.batch.run import Run, Taken
from gonogo.batch.source import Placed, Table
from gonogo.tally import FactPlace, named
from gonogo.verdict import Verdict

Single: TypeAlias = "tuple[Verdict, FactPlace]"


def verdicts(run: Run, outcomes: Collection[str]) -> Iterator[Single]:
    """The verdicts with these outcomes, in the order of the facts."""
    for taken in run.taken:
        if not isinstance(taken.source, Table):  # whose rows must be read anyhow: no list of them is kept
            found = (_single(run, taken, placed) for placed in taken.source.read_again())
            yield from (single for single in found if single[0].outcome in outcomes)
            continue
        if run.engine.create("wanted", f"SELECT r FROM ({run.verdicts(taken, outcomes)}) AS v"):
            yield from _wanted(run, taken)
        run.engine.drop("wanted")


def worst(run: Run, count: int, most: int) -> Iterator[Single]:
    """Candidates for the worst `count` verdicts, in the order of the facts; of those alike at most `most`."""
    ranks = (f"WHEN {run.dialect.string(name)} THEN {n}" for n, name in enumerate(run.judge.exact.classes))
    rank = f"CASE {run.dialect.named('class')} {' '.join(ranks)} END"
    size = "length(findings) - length(replace(findings, ';', ''))"
    weighed = f"SELECT r, {rank} AS rank, {size} AS size"
    relations = {t.number: f"({weighed} FROM ({run.verdicts(t, ('nonconforming',))}) AS u) AS v" for t in run.taken}
    rows = " UNION ALL ".join(f"SELECT rank, size FROM {relation}" for relation in relations.values())
    threshold, total = None, 0
    for place, size, facts in run.engine.run(
        f"SELECT rank, size, count(*) FROM ({rows}) AS w GROUP BY rank, size ORDER BY rank, size DESC"
    ):
        threshold, total = (place, size), total + facts
        if total >= count:
            break
    if threshold is None or not count:
        return
    left = most
    for taken in run.taken:
        place, size = threshold
        alike = f"rank = {place} AND size = {size}"
        better = f"rank < {place} OR (rank = {place} AND size > {size})"
        for single, is_alike in _singled_out(run, taken, relations[taken.number], (better, alike), left):
            left -= is_alike
            yield single


def _singled_out(
    run: Run, taken: Taken, relation: str, tests: tuple[str, str], most: int
) -> Iterator[tuple[Single, bool]]:
    better, alike = tests
    chosen = (
        f"SELECT r, FALSE AS is_alike FROM {relation} WHERE {better} "
        f"UNION ALL (SELECT r, TRUE AS is_alike FROM {relation} WHERE {alike} ORDER BY r LIMIT {max(most, 0)})"
    )
    run.engine.create("wanted", f"SELECT * FROM ({chosen}) ORDER BY r")
    flags = [row[0] for row in run.engine.run("SELECT is_alike FROM wanted ORDER BY r")]
    yield from zip(_wanted(run, taken), flags, strict=True)
    run.engine.drop("wanted")


def first_open(run: Run, count: int) -> Iterator[Single]:
    """The first verdicts that are indeterminate."""
    left = count
    for taken in run.taken:
        if left <= 0:
            return
        statement = run.verdicts(taken, ("indeterminate",))
        left -= run.engine.create("wanted", f"SELECT r FROM ({statement}) ORDER BY r LIMIT {left}")
        yield from _wanted(run, taken)
        run.engine.drop("wanted")


def _wanted(run: Run, taken: Taken) -> Iterator[Single]:
    """Verdicts on the rows that stand in the table `wanted`, in their order."""
    if isinstance(taken.source, Table):
        rows = taken.source.rows(run.engine, "wanted", run.judge.exact)
    else:
        rows = taken.source.rows({row[0] for row in run.engine.run("SELECT r FROM wanted")})
    yield from (_single(run, taken, placed) for placed in rows)


def _single(run: Run, taken: Taken, placed: Placed) -> Single:
    path = placed.path or taken.source.file_of(placed.place)[0]
    return run.verdict(placed), FactPlace(named(path), placed.row.number, placed.row.line)

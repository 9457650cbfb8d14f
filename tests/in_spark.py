"""Judges facts with Spark, for tests, in a driver of its own: `in_spark.py FOLDER` writes what came of each job.

One driver does all jobs, for a JVM takes seconds to start; two threads ask it, for one waits while the other's
statement is compiled.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import date
from fractions import Fraction
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Final
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis.errors import UnsatisfiedAssumption

from documents import beside
from gonogo.batch.cluster import ClusterRun
from gonogo.batch.groups import cut_groups, pack
from gonogo.batch.source import Table
from gonogo.facts import FactsOptions
from gonogo.facts.columns import TooFine, numbers_of_words
from gonogo.inspection import cluster as cluster_inspection
from gonogo.inspection.cluster import ClusterInspection
from gonogo.inspection.one_by_one import Inspection
from gonogo.judge import Judge
from gonogo.pack import Standard
from gonogo.problems import Problem, Refused, Source
from gonogo.program.compiler import compile_standard
from gonogo.program.passes.ticks import lower_to_ticks
from gonogo.screen.cluster import NUMBER, PLACE, Cluster, columns_in
from gonogo.screen.engine import Unscannable
from gonogo.screen.sql.bounds import Inexpressible
from gonogo.screen.sql.dialect import SPARK
from gonogo.screen.sql.shape import Shape
from gonogo.screen.sql.statement import Screen, screen_statement
from gonogo.tally import Summary, Tally, Unusable
from in_columns import expected, table_of, typed
from test_concessions import FACTS as FACTS_UNDER_CONCESSION
from test_concessions import conceding
from test_levels import CASES, written
from test_levels import standard as lots_standard

OUTCOMES: Final = ("conforming", "nonconforming", "indeterminate")
TOGETHER: Final = 6
"""So many standards are screened by one statement."""

FINEST: Final = Fraction(1, 10**6)
LEVELS: Final = ("a level above", "counts of lots serve")
"""Cases of lots begin so that are judged here, too."""

FACTS: Final = 24
RANDOM: Final = 24
RUNS: Final = 3


@dataclass(slots=True)
class Came:
    """What a job came to: rows looked at, how many of them were odd, what was left out, and what was wrong."""

    rows: int = 0
    odd: int = 0
    left_out: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0


@dataclass(frozen=True, slots=True)
class Told:
    """A standard, and facts as they are given to it: as cells, and as a table of the same."""

    label: str
    standard: Standard
    cells: Sequence[Mapping[str, object]]
    header: Sequence[str]
    table: pa.Table
    is_wide: bool = False


class Borrowed(Cluster):
    """A cluster with tables of its own on the session of another."""

    def __init__(self, lender: Cluster) -> None:
        self._session = lender._session
        self._folder = tempfile.TemporaryDirectory()
        self._frames = {}
        self._added = {}

    def close(self) -> None:
        for name in list(self._frames):
            self.drop(name)
        self._folder.cleanup()


# ---------------------------------------------------------------------------------------------- what is judged


def of_corpus() -> Iterator[Told]:
    from test_corpus import CASES, compiled

    for case in CASES:
        standard = compiled(case.standard)
        header = list(dict.fromkeys(column for fact in case.facts for column in fact))
        fields = standard.compiled.exact.fields
        kinds = {known.column: known.type.kind.value for known in fields}
        once = {column for column in kinds if sum(known.column == column for known in fields) == 1}
        as_typed = [
            {name: typed(cell, kinds.get(name, "text")) if name in once else cell for name, cell in fact.items()}
            for fact in case.facts
        ]
        for label, is_text, cells in (("texts", True, case.facts), ("typed", False, as_typed)):
            yield Told(f"{case.name}, {label}", standard, cells, header, table_of(cells, header, is_text=is_text))


def of_random() -> Iterator[Told]:
    from random_standards import COLUMNS, PALETTE
    from test_columns import tame
    from test_properties import written

    kinds = {COLUMNS[name]: measured.kind for name, measured in PALETTE.items()}
    for seed in count(1000):
        try:
            author, standard = written(seed)
        except UnsatisfiedAssumption:
            continue
        random, is_text = Random(seed), seed % 2 == 0
        header = [name for name in dict.fromkeys(COLUMNS.values()) if name != "C" or random.random() < 0.5]
        cells = [tame(author.fact(), random, header) for _ in range(FACTS)]
        if not is_text:
            cells = [{name: typed(cell, kinds[name]) for name, cell in fact.items()} for fact in cells]
        table = table_of(cells, header, is_text=is_text)
        yield Told(f"seed {seed}", standard, cells, header, table, is_wide=seed % 3 == 0)


# --------------------------------------------------------------------------------------------------- screens


def screened(cluster: Cluster, folder: Path, told: Iterator[Told]) -> Came:
    """The words of rows that are not odd, held against the situations that the scalar screen gives them."""
    came, some = Came(), list(enumerate(told))
    with ThreadPoolExecutor(2) as threads:
        chunks = (some[start : start + TOGETHER] for start in range(0, len(some), TOGETHER))
        for found in threads.map(lambda chunk: _screen(cluster, folder, chunk), chunks):
            came.rows += found.rows
            came.odd += found.odd
            came.left_out += found.left_out
            came.wrong += found.wrong
    return came


def _screen(cluster: Cluster, folder: Path, some: Sequence[tuple[int, Told]]) -> Came:
    came, parts = Came(), []
    for number, told in some:
        statement = _statement(cluster, folder / f"{number}.parquet", told)
        if statement is None:
            came.left_out += 1
            continue
        words = ", ".join(f"w{place}" for place in range(len(_words(told.standard.judging))))
        parts.append(f"SELECT {number} AS s, r, odd, array({words}) AS w FROM ({statement}) AS t{number}")
    try:
        rows = cluster.run(" UNION ALL ".join(parts)) if parts else []
    except Unscannable as error:
        if len(some) > 1:
            return _all_of(_screen(cluster, folder, [one]) for one in some)
        return Came(wrong=[f"{some[0][1].label}: {error}"])
    named = dict(some)
    for number, place, odd, found in rows:
        told = named[number]
        came.rows += 1
        came.odd += odd
        if not odd and found != (wanted := _wanted(told.standard.judging, told.cells[place], told.header)):
            came.wrong.append(f"{told.label}: {told.cells[place]}: {found}, and not {wanted}")
    return came


def _all_of(parts: Iterator[Came]) -> Came:
    found = list(parts)
    wrong = [line for each in found for line in each.wrong]
    return Came(sum(e.rows for e in found), sum(e.odd for e in found), sum(e.left_out for e in found), wrong)


def _words(judge: Judge) -> Sequence[Sequence[int]]:
    return pack(cut_groups(judge.exact)).words


def _statement(cluster: Cluster, file: Path, told: Told) -> str | None:
    table = told.table.append_column(PLACE, pa.array(range(len(told.cells)), pa.int64()))
    pq.write_table(table, file)
    frame = cluster._session.read.parquet(str(file))
    frame.createOrReplaceTempView(f"facts_{file.stem}")
    shape = Shape({column.name: column.form for column in columns_in(frame)})
    exact = told.standard.compiled.exact
    program, numbers = lower_to_ticks(exact, _ticks(told)), numbers_of_words(exact.missing_words)
    screen = Screen(exact, program, _words(told.standard.judging), numbers, is_quoted=True, is_wide=told.is_wide)
    try:
        return screen_statement(screen, SPARK, shape, f"facts_{file.stem}", {"r": SPARK.named(PLACE)})
    except Inexpressible:
        return None


def _ticks(told: Told) -> dict[str, Fraction]:
    """Ticks that hold most of the values."""
    found: dict[str, Fraction] = {}
    for cells in told.cells:
        for name, tick in told.standard.judging.finer_ticks(cells).items():
            if tick >= FINEST:
                found[name] = min(tick, found.get(name, tick))
    return found


def _wanted(judge: Judge, cells: Mapping[str, object], header: Sequence[str]) -> list[int]:
    """The words of a fact, from the situation that the scalar screen gives it."""
    reading = judge._reading
    try:
        values = reading.columns.values(cells)
    except TooFine:
        reading = judge._finer(reading, cells)
        values = reading.columns.values(cells)
    situation = reading.screens.partial([*values, *(column in header for column in reading.recorded)])
    outcome = judge.layout.outcome
    return [sum(outcome(situation, c) << 2 * place for place, c in enumerate(word)) for word in _words(judge)]


# ------------------------------------------------------------------------------------------------------ runs


def runs(cluster: Cluster, folder: Path, told: Iterator[Told]) -> Came:
    """Whole runs of standards of several groups, once with answers in statements and once in tables."""
    came = Came()
    several = (each for each in told if len(cut_groups(each.standard.compiled.exact)) > 1)
    for number, each in enumerate(islice(several, RUNS)):
        file = folder / f"run-{number}.parquet"
        pq.write_table(each.table, file)
        wanted = expected(each.standard, each.cells, each.header)
        with patch("gonogo.batch.run.MOST_WRITTEN", number % 2 * 400):
            ran = _run(cluster, each, file)
        if ran is None:
            came.left_out += 1
            continue
        found, odd = ran
        came.rows += len(wanted)
        came.odd += odd
        pairs = zip(found, wanted, strict=False)
        came.wrong += [f"{each.label}: {have}, and not {want}" for have, want in pairs if have != want]
        if len(found) != len(wanted):
            came.wrong.append(f"{each.label}: {len(found)} verdicts on {len(wanted)} facts")
    return came


def _run(cluster: Cluster, told: Told, file: Path) -> tuple[list[str], int] | None:
    tally = Tally(told.standard.compiled.exact, lambda _: None, lambda _: None)
    with Borrowed(cluster) as own:
        columns = own.read_parquet("facts", {str(file): len(told.cells)})
        number, kept = SPARK.named(NUMBER), {"r": SPARK.named(PLACE)}
        of_all = ClusterRun(told.standard.judging, tally, own, is_json=True)
        is_taken = of_all.take_table(Table((("facts", 0),), "facts", columns, number=number, kept=kept))
        if not is_taken:
            return None
        of_all.settle()
        lines = [line for some in of_all.lines(OUTCOMES) for line in some]
        [(odd,)] = own.run("SELECT count(*) FROM screened_0 WHERE odd")
    assert tally.summary.rows == len(told.cells)
    return lines, odd


# ------------------------------------------------------------------------------------------------------ files


NO_ITEM: Final = """
gonogo: 1
standard: files
facts:
  fields:
    a: {column: A, unit: mm, resolution: 0.01}
    note: {column: start, kind: text}
    w: {column: W, kind: time}
rules:
  large: {when: a > 2 mm, class: major}
  long: {when: length(note) > 2, class: minor}
  late: {when: w > 2026-01-15T12:00, class: minor}
"""
EXTENDED: Final = {
    "site.yaml": "gonogo: 1\nstandard: site\nversion: 1\nextends: base.yaml\nwithdraw: [longer]\n",
    "base.yaml": f"{NO_ITEM}  longer: {{when: length(note) > 1, class: minor}}\n",
}
"""The same for a standard that extends another; workers have no files of either."""


def files(cluster: Cluster, folder: Path) -> Came:
    """Files that Spark would leave out, read twice or as others, or can't read; each judged on both engines."""
    standard = Standard(compile_standard(Source("site.yaml", EXTENDED["site.yaml"]), beside(EXTENDED)))
    noon = [1_768_478_400_000_000_000 + step for step in (0, 1, 1000)]
    plain = {"A": [1.5, -0.0, 2.25], "start": ["ab", "abc", None], "W": pa.array([0, 1, None], pa.timestamp("us"))}
    tables = {
        "plain": plain,
        "_hidden": plain | {"A": [3.0, 0.0, 1.0]},
        "a[1]": plain | {"A": [4.0, 5.0, None]},
        "a b%20c": plain | {"A": [math.nan, 1.0, 9.0]},
        "own": plain | {"_metadata": [1, 2, 3], "uri": ["x", "y", "z"], "r": [7, 8, 9]},
        "fine": plain | {"W": pa.array(noon, pa.timestamp("ns"))},
        "clock": plain | {"T": pa.array([1, 2, 3], pa.time64("us")), "N": pa.array([1, 2, 3], pa.timestamp("ns"))},
        "cased": plain | {"a": [5, 5, 5]},
        "short": plain | {"A": pa.array([1.1, 2.01, 16777217.0], pa.float32())},
        "none": {name: pa.array(values)[:0] for name, values in plain.items()},
    }
    paths = [folder / f"{name}.parquet" for name in tables]
    for path, columns in zip(paths, tables.values(), strict=True):
        pq.write_table(pa.table(columns), path)
    old, lines = folder / "old.parquet", folder / "lines.jsonl"
    pq.write_table(pa.table(tables["fine"]), old, use_deprecated_int96_timestamps=True)
    lines.write_text('{"A": 3, "start": "abc", "W": null}\n{"A": 1, "start": "a", "W": null}\n', "utf-8")
    around = folder / ".." / folder.name / "plain.parquet"
    return _compared(cluster, standard, [str(path) for path in (*paths, paths[0], around, lines, old)])


LONG: Final = """
gonogo: 1
standard: measurements
facts:
  {layout: long, item: Part, lot: Lot, characteristic: Feature, value: Actual, fields: {
    diameter: {column: Diameter, unit: mm, resolution: 0.001}, colour: {column: Colour, one of: [blue, red]},
    length: {column: Length, unit: mm, judge: mean}, ok: {column: Ok, kind: flag, optional: true}}}
characteristics:
  seat: {field: diameter, nominal: 25 mm, tolerance: 0.01 mm, class: major}
  average: {field: diameter, judge: mean, at most: 25.002 mm}
  spread: {field: diameter, judge: range, at most: 0.012 mm, class: minor}
  paint: {field: colour, none of: [red], class: minor}
  ok: {one of: [yes]}
rules:
  one: {when: length * 3 > 0.3 mm, class: minor}
"""


def measurements(cluster: Cluster, folder: Path) -> Came:
    """Items of which the rows lie in two files: the picks of their values, what is odd, and what is told."""
    standard, draw = Standard(compile_standard(Source("standard.yaml", LONG))), Random(7)
    cells = {
        "Diameter": ["25", "25.002", "24.99", "25.0125", "24.998", "25.01"],
        "Colour": ["blue", "blue", " red"],
        "Length": ["0.1", "0.1", "0.2"],
        "Ok": ["yes", "1", "No"],
        "Other": ["x"],
    }
    rows: list[dict[str, str | None]] = []
    for _ in range(600):
        word = draw.choice([*cells, "Diameter", "Diameter"])
        rows.append(
            {"Part": f"P{draw.randrange(120)}", "Lot": "L1", "Feature": word, "Actual": draw.choice(cells[word])}
        )
    rows[3]["Part"], rows[40]["Actual"], rows[50]["Lot"], rows[60]["Feature"] = None, "2x", "L2", " "
    paths = [str(folder / "one.parquet"), str(folder / "two.parquet")]
    for path, some in zip(paths, (rows[:250], rows[250:]), strict=True):
        pq.write_table(pa.Table.from_pylist(some), path)
    return _compared(cluster, standard, paths, tables=1)


def broken(cluster: Cluster, folder: Path) -> Came:
    """Texts with half a character: nothing is made of them."""
    standard, file = Standard(compile_standard(Source("standard.yaml", NO_ITEM))), folder / "broken.parquet"
    texts = pa.array([b"ab", b"\xe4b", b"\xff\xffab"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"A": [1.5, 1.5, 1.5], "start": texts, "W": pa.array([0, 1, 2], pa.timestamp("us"))}), file)
    said = _on_cluster(cluster, standard, [str(file)])
    outcomes = [json.loads(line)["outcome"] for line in said.lines]
    right = outcomes == ["conforming", "indeterminate", "indeterminate"] and len(said.unusable) == 2
    return Came(len(said.lines), wrong=[] if right else [str(said)])


def levels(cluster: Cluster, folder: Path) -> Came:
    """Lots, what stands above them, objectives and concessions, counted by the workers."""
    cases: list[tuple[Standard, Sequence[Mapping[str, object]]]]
    cases = [(lots_standard(case.standard), case.facts) for case in CASES if case.name.startswith(LEVELS)]
    cases.append((conceding(date(2026, 4, 1)), FACTS_UNDER_CONCESSION))
    came = Came()
    for number, (standard, facts) in enumerate(cases):
        path = str(written(facts, folder / f"levels-{number}.csv"))
        have, want = Counted(), Counted()
        with (
            patch.object(cluster_inspection, "Cluster", lambda _: Borrowed(cluster)),
            ClusterInspection(standard, [path], FactsOptions(), have.report, have.tell, is_json=True) as run,
        ):
            run.judge()
            have.items = [line for some in run.lines(OUTCOMES) for line in some]
            have.summary = run.summary
        inspection = Inspection(standard, [path], FactsOptions(), want.report, want.tell)
        want.items = [json.dumps(verdict.as_dict(), ensure_ascii=False) for verdict in inspection]
        want.summary = inspection.summary
        came.rows += len(want.items)
        came.wrong += [] if have == want else [f"{have}, and not {want}"]
    return came


@dataclass(slots=True)
class Counted:
    """What a run said of items and of what stands above them."""

    items: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    summary: Summary | None = None

    def report(self, problem: Problem) -> None:
        self.problems.append(str(problem))

    def tell(self, cell: Unusable) -> None:
        self.problems.append(f"{cell.row} {cell.column}")


def _compared(cluster: Cluster, standard: Standard, paths: list[str], tables: int | None = None) -> Came:
    """Judge files one by one and on the cluster, which is to read them as so many tables."""

    def one_by_one(told: Said) -> list[str]:
        inspection = Inspection(standard, paths, FactsOptions(), told.report, told.unusable.append)
        return [json.dumps(verdict.as_dict(), ensure_ascii=False) for verdict in inspection]

    have, want = _on_cluster(cluster, standard, paths), Said.of(one_by_one)
    for said in (have, want):  # what is odd is told of when all files are screened
        said.unusable.sort(key=lambda cell: (cell.path, cell.row))
        said.problems.sort()
    wrong = [] if have == want else [f"{have}, and not {want}"]
    wrong += [f"{have.tables} tables were read, and not {tables}"] if tables not in (None, have.tables) else []
    return Came(len(have.lines), wrong=wrong)


def _on_cluster(cluster: Cluster, standard: Standard, paths: list[str]) -> Said:
    def judge(told: Said) -> list[str]:
        with ClusterInspection(standard, paths, FactsOptions(), told.report, told.unusable.append, is_json=True) as run:
            run.judge()
            told.tables = len(run._judged._tables())
            return [line for some in run.lines(OUTCOMES) for line in some]

    with patch.object(cluster_inspection, "Cluster", lambda _: Borrowed(cluster)):
        return Said.of(judge)


@dataclass(slots=True)
class Said:
    """What a run said."""

    lines: list[str] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    tables: int = field(default=0, compare=False)

    @classmethod
    def of(cls, judge: Callable[[Said], list[str]]) -> Said:
        said = cls()
        try:
            said.lines = judge(said)
        except Refused as refused:
            said.refused = [str(problem) for problem in refused.problems]
        return said

    def report(self, problem: Problem) -> None:
        self.problems.append(str(problem))


# ----------------------------------------------------------------------------------------------------- driver


def main(folder: Path) -> None:
    jobs: dict[str, Callable[[Cluster, Path], Came]] = {
        "corpus": lambda c, f: screened(c, f, of_corpus()),
        "random": lambda c, f: screened(c, f, islice(of_random(), RANDOM)),
        "runs": lambda c, f: runs(c, f, of_random()),
        "files": files,
        "measurements": measurements,
        "broken": broken,
        "levels": levels,
    }
    started = time.monotonic()
    with Cluster("local[2]") as cluster:
        print(f"session {time.monotonic() - started:.1f}", flush=True)
        for name, job in jobs.items():
            if sys.argv[2:] and name not in sys.argv[2:]:
                continue
            started, own = time.monotonic(), folder / name
            own.mkdir()
            try:
                came = job(cluster, own)
            except Exception:
                came = Came(wrong=[traceback.format_exc()])
            came.seconds = time.monotonic() - started
            (folder / f"{name}.json").write_text(json.dumps(asdict(came)), "utf-8")
            print(name, came.rows, came.odd, came.left_out, len(came.wrong), f"{came.seconds:.1f}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

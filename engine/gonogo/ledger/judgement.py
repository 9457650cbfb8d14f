"""A judgement as it is recorded: what was judged, by what, and what came of it; and the same judged again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from gonogo.facts import FactsOptions
from gonogo.inspection.columnar import ColumnarInspection
from gonogo.inspection.engines import engine_for
from gonogo.inspection.one_by_one import Inspection
from gonogo.ledger.record import Record, canonical
from gonogo.loading import standard_of
from gonogo.pack import Standard
from gonogo.problems import Problem, Refused, Source
from gonogo.standard.bases import among
from gonogo.tally import Summary

KEPT: Final = 1_000
"""Of so many items that do not conform the verdicts are recorded; of all others their digest."""

OUTCOMES: Final = ("conforming", "nonconforming", "indeterminate")
CONFORMS: Final = '"outcome": "conforming"'
CHUNK: Final = 1 << 20


@dataclass(slots=True)
class _Taking:
    """Takes verdicts, line by line."""

    digest: Any = field(default_factory=hashlib.sha256)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def take(self, line: str) -> None:
        self.digest.update(line.encode("utf-8", "surrogatepass") + b"\n")
        if CONFORMS not in line and len(self.lines) < KEPT:  # quotes within a text are escaped: it is the outcome
            self.lines.append(json.loads(line))


def judgement(
    standard: Standard,
    files: Sequence[str],
    options: FactsOptions,
    day: date,
    watch: Callable[[str, float | None, int | None], None] | None = None,
) -> dict[str, object]:
    """Judge facts, and tell all that a record needs to be judged again.

    Parameters
    ----------
    files : sequence of str
        As they will be judged, folders and patterns expanded.
    day : date
        As of which the standard judges.

    Raises
    ------
    Refused
        Where the facts can't be judged, or change meanwhile.
    """
    for path in files:
        if path == "-" or "://" in path:
            what, mend = "what is recorded must be there to be judged again", "keep the facts in a file, and name that"
            raise Refused([Problem("unreadable", "standard input" if path == "-" else path, what, mend)])
    before = [_facts(path) for path in files]
    summary, taking = _judged(standard, files, options, watch)
    if [_facts(path) for path in files] != before:
        what, mend = "these facts were changed while they were judged", "judge them again"
        raise Refused([Problem("changed-facts", ", ".join(files)[:200], what, mend)])
    written = standard.compiled.written
    return {
        "gonogo": version("gonogo"),
        "standard": {"id": standard.id, "version": standard.version, "hash": standard.hash},
        "sources": [{"path": source.path, "text": source.text} for source in written.sources],
        "concessions": _concessions(standard),
        "as_of": day.isoformat(),
        "facts": before,
        "reading": asdict(options),
        **_outcome(summary, taking),
    }


def _outcome(summary: Summary, taking: _Taking) -> dict[str, object]:
    """What came of it, which must come of it again."""
    levels = {
        level: [[unit.name, unit.outcome, unit.class_, unit.disposition] for unit in units]
        for level, units in summary.levels.verdicts.items()
    }
    return {
        "rows": summary.rows,
        "unusable": summary.unusable,
        "summary": summary.as_dict(),
        "dispositions": dict(summary.by_disposition),
        "levels": levels,
        "objectives": [[result.id, result.value, result.met] for result in summary.levels.objectives],
        "verdicts_sha256": taking.digest.hexdigest(),
        "not_conforming": taking.lines,
    }


def _judged(
    standard: Standard,
    files: Sequence[str],
    options: FactsOptions,
    watch: Callable[[str, float | None, int | None], None] | None,
) -> tuple[Summary, _Taking]:
    taking = _Taking()
    if engine_for(files, options) == "scalar":
        inspection = Inspection(standard, files, options, _ignore, _ignore)
        for verdict in inspection:
            taking.take(json.dumps(verdict.as_dict(), ensure_ascii=False))
        return inspection.summary, taking
    with ColumnarInspection(standard, files, options, _ignore, _ignore, is_json=True, watch=watch) as judged:
        judged.judge()
        for lines in judged.lines(OUTCOMES):
            for line in lines:
                taking.take(line)
        return judged.summary, taking


def _facts(path: str) -> dict[str, object]:
    digest, size = hashlib.sha256(), 0
    try:
        with Path(path).open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except OSError as error:
        what = f"this file can't be read: {(error.strerror or 'no reason given').lower()}"
        raise Refused([Problem("unreadable", path, what)]) from None
    return {"path": path, "sha256": digest.hexdigest(), "bytes": size}


def _concessions(standard: Standard) -> dict[str, str] | None:
    """The text of the concessions that are known, by where they stand."""
    places = {known.span.source for known in standard.concessions}
    return next(({"path": source.path, "text": source.text} for source in places), None)


def _ignore(_told: object) -> None:
    """What came up was told when it was judged."""


# ------------------------------------------------------------------------------------------------------------ again


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of judging again.

    Parameters
    ----------
    record : Record
        What was recorded.
    differences : tuple of str
        What is otherwise now, to be read; empty where all is the same.
    """

    record: Record
    differences: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether the same came of it."""
        return not self.differences


def replay(record: Record, files: Sequence[str] = ()) -> Replay:
    """Judge again what was recorded, by the standard as it was recorded.

    Parameters
    ----------
    files : sequence of str
        Where the facts are now, in the order of the record; without them, where they were.

    Raises
    ------
    Refused
        Where the record is of something else, or its facts are not there, or not those that were judged.
    """
    if record.kind != "check":
        what, mend = f"record {record.seq} is no judgement of facts", "`gonogo spec` runs specs again"
        raise Refused([Problem("unknown-record", f"record {record.seq}", what, mend)])
    content = record.content
    now = [_facts(path) for path in (files or [each["path"] for each in content["facts"]])]
    was = content["facts"]
    if [each["sha256"] for each in now] != [each["sha256"] for each in was]:
        changed = [str(each["path"]) for each, old in zip(now, was, strict=False) if each["sha256"] != old["sha256"]]
        what = f"these are not the facts of record {record.seq}: their content differs"
        mend = "name the files that were judged, with `--facts`"
        raise Refused([Problem("changed-facts", ", ".join(changed)[:200] or "facts", what, mend)])
    standard = _recorded(content)
    options = FactsOptions(**content["reading"])
    outcome = json.loads(canonical(_outcome(*_judged(standard, [str(each["path"]) for each in now], options, None))))
    return Replay(record, tuple(_differences(content, outcome)))


def _recorded(content: dict[str, Any]) -> Standard:
    """The standard as it was recorded, with the concessions of that day."""
    sources = [Source(each["path"], each["text"]) for each in content["sources"]]
    told = content["concessions"]
    concessions = None if told is None else Source(told["path"], told["text"])
    return standard_of(sources[0], among(sources), concessions).conceding(date.fromisoformat(content["as_of"]))


def _differences(was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    for key in ("rows", "unusable", "summary", "dispositions", "levels", "objectives"):
        if was[key] != now[key]:
            yield f"{key}: {_told(was[key])} -> {_told(now[key])}"
    before, after = _by_item(was), _by_item(now)
    for place in sorted({*before, *after}):
        if before.get(place) != after.get(place):
            yield f"item {place[0]}: {_told(before.get(place))} -> {_told(after.get(place))}"
    if was["verdicts_sha256"] != now["verdicts_sha256"]:
        yield f"verdicts: their digest is {now['verdicts_sha256'][:12]}…, and was {was['verdicts_sha256'][:12]}…"


def _by_item(side: dict[str, Any]) -> dict[tuple[str, int], object]:
    """Verdicts by their items, which may have several."""
    found: dict[tuple[str, int], object] = {}
    for verdict in side["not_conforming"]:
        number = 0
        while (verdict["item"], number) in found:
            number += 1
        found[verdict["item"], number] = verdict
    return found


def _told(value: object) -> str:
    text = "nothing" if value is None else canonical(value)
    return text if len(text) <= 160 else f"{text[:160]}…"

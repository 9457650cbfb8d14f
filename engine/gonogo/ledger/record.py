"""One record of a ledger, and what chains it to the one before.

The hash of a record is SHA-256 over all that it says, that of the record before included: what is changed, removed or
put elsewhere breaks the chain from there on. Anybody can work it out from an export; docs/ledger.md shows how.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

FIRST: Final = "0" * 64
"""What stands before the first record."""


@dataclass(frozen=True, slots=True)
class Record:
    """One judgement, as it was recorded.

    Parameters
    ----------
    seq : int
        Its number, from 1, without gaps.
    time : str
        When it was recorded, in ISO 8601, with its zone.
    by : str
        Who recorded it.
    reason : str
        Why; empty where nobody said.
    kind : {"check", "spec"}
        What was done.
    body : str
        What came of it, as JSON.
    previous, hash : str
        The hash of the record before, and its own.
    """

    seq: int
    time: str
    by: str
    reason: str
    kind: str
    body: str
    previous: str
    hash: str

    @property
    def content(self) -> dict[str, Any]:
        """What came of it."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    def as_dict(self) -> dict[str, object]:
        """The record as it is exported."""
        return asdict(self)


def sealed(seq: int, time: str, by: str, reason: str, kind: str, body: str, previous: str) -> Record:
    """A record with its hash."""
    return Record(seq, time, by, reason, kind, body, previous, _hash(seq, time, by, reason, kind, body, previous))


def _hash(*told: int | str) -> str:
    """Of a JSON list of all that a record says, without blanks, in UTF-8."""
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def canonical(content: object) -> str:
    """JSON of which there is only one for the same content."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain is broken.

    Parameters
    ----------
    seq : int
        The first record that is not as it was, by its place.
    what : str
        What is wrong with it.
    """

    seq: int
    what: str


def first_break(records: Iterable[Record]) -> tuple[Break | None, int, str]:
    """The first record that is not as it was recorded; how many there are before it, and the last one's hash."""
    count, previous = 0, FIRST
    for record in records:
        what = _wrong(record, count + 1, previous)
        if what is not None:
            return Break(count + 1, what), count, previous
        count, previous = count + 1, record.hash
    return None, count, previous


def _wrong(record: Record, seq: int, previous: str) -> str | None:
    if record.seq != seq:
        return f"record {seq} is missing: {record.seq} stands in its place"
    told = (record.seq, record.time, record.by, record.reason, record.kind, record.body, record.previous)
    if _hash(*told) != record.hash:
        return f"record {seq} has been changed: its content does not have its hash"
    if record.previous != previous:
        return f"record {seq} does not follow the one before: that has another hash"
    return None


def read_export(lines: Iterable[str]) -> Iterator[Record]:
    """The records of an export; raises `ValueError` where a line is none."""
    for line in lines:
        if line.strip():
            told = json.loads(line)
            if not isinstance(told, dict) or set(told) != set(Record.__slots__):
                raise ValueError("this line is no record")
            yield Record(**told)

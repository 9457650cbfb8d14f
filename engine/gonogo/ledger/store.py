"""A ledger: records in a file of SQLite, to which is only appended (the only user of sqlite3).

INVARIANT: a record is there whole, and on the disk, when `append` returns, or not at all, whatever ends the process or
fills the disk; processes that append at the same time come one after the other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from gonogo.ledger.record import FIRST, Break, Record, canonical, first_break, read_export, sealed
from gonogo.problems import Problem, Refused

APPLICATION: Final = 0x676F_6E6F
"""By which the file of a ledger is known: `gono`."""

VERSION: Final = 1
PATIENCE: Final = 30.0
"""In seconds: so long a process waits for others."""

_COLUMNS: Final = ("seq", "time", "by", "reason", "kind", "body", "previous", "hash")
_NAMED: Final = ", ".join(f'"{name}"' for name in _COLUMNS)
_TEXTS: Final = ", ".join(f'"{name}" TEXT NOT NULL' for name in _COLUMNS[1:])
_REFUSAL: Final = "BEGIN SELECT RAISE(ABORT, 'a ledger is only appended to'); END"
_SCHEMA: Final = (
    f'CREATE TABLE records ("seq" INTEGER PRIMARY KEY, {_TEXTS})',
    f"CREATE TRIGGER unchanged BEFORE UPDATE ON records {_REFUSAL}",
    f"CREATE TRIGGER kept BEFORE DELETE ON records {_REFUSAL}",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)


class Ledger:
    """A ledger in a file; or an export of one, which can be read only.

    Parameters
    ----------
    path : str
        Of the file.
    create : bool
        Whether a new one is begun where there is none.

    Raises
    ------
    Refused
        Where there is none, it is no ledger, or can't be read.
    """

    def __init__(self, path: str, *, create: bool = False) -> None:
        self.path = path
        file = Path(path)
        if not create and not file.exists():
            what, mend = "there is no such ledger", "`gonogo check --record` and `gonogo ledger record` begin one"
            raise Refused([Problem("no-ledger", path, what, mend)])
        if file.is_dir():
            raise Refused([Problem("no-ledger", path, "this is a folder", "name a file")])
        self.is_export = file.exists() and file.stat().st_size > 0 and not self._is_sqlite(file)
        if create:
            self._refuse_export()
            with self._connected() as connection:
                self._begin(connection)

    def _is_sqlite(self, file: Path) -> bool:
        with self._telling(), file.open("rb") as stream:
            return stream.read(16) == b"SQLite format 3\x00"

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """What goes wrong with the file is the user's to know."""
        try:
            yield
        except (OSError, sqlite3.Error, UnicodeDecodeError) as error:
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            code = "bad-ledger" if not isinstance(error, OSError) and _is_damage(error) else "unwritable"
            mend = "restore it from a copy" if code == "bad-ledger" else "make room, or see who may write there"
            raise Refused([Problem(code, self.path, f"this ledger can't be used: {reason}", mend)]) from None

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with self._telling(), closing(sqlite3.connect(self.path, PATIENCE, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = EXTRA")
            yield connection

    def _begin(self, connection: sqlite3.Connection) -> None:
        """Make the table where the file is new; raises `Refused` where it is somebody else's."""
        connection.execute("BEGIN IMMEDIATE")
        (known,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and known != APPLICATION:
            connection.execute("ROLLBACK")
            raise self._refusal()
        for statement in _SCHEMA if not tables else ():
            connection.execute(statement)
        connection.execute("COMMIT")

    def _refuse_export(self) -> None:
        if self.is_export:
            what, mend = "this is no ledger of SQLite, and nothing can be added to it", "name the ledger, or a new file"
            raise Refused([Problem("bad-ledger", self.path, what, mend)])

    def _refusal(self) -> Refused:
        return Refused([Problem("bad-ledger", self.path, "this file is no ledger", "name another one")])

    # ------------------------------------------------------------------------------------------------ appending

    def append(self, kind: str, content: Mapping[str, object], by: str, reason: str, time: str) -> Record:
        """Add a record; it is on the disk when this returns.

        Raises
        ------
        Refused
            Where that can't be done; then nothing was added.
        """
        self._refuse_export()
        body = canonical(content)
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                last = connection.execute('SELECT "seq", "hash" FROM records ORDER BY "seq" DESC LIMIT 1').fetchone()
                seq, previous = last or (0, FIRST)
                record = sealed(seq + 1, time, by, reason, kind, body, previous)
                marks = ", ".join("?" * len(_COLUMNS))
                row = [getattr(record, name) for name in _COLUMNS]
                connection.execute(f"INSERT INTO records ({_NAMED}) VALUES ({marks})", row)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        return record

    # -------------------------------------------------------------------------------------------------- reading

    def records(self) -> Iterator[Record]:
        """All records, in their order; raises `Refused` where the file is damaged."""
        if self.is_export:
            yield from self._exported()
            return
        with self._connected() as connection:
            (known,) = connection.execute("PRAGMA application_id").fetchone()
            if known != APPLICATION:
                raise self._refusal()
            connection.text_factory = _text
            for row in connection.execute(f'SELECT {_NAMED} FROM records ORDER BY "seq"'):
                if not isinstance(row[0], int) or not all(isinstance(value, str) for value in row[1:]):
                    raise sqlite3.DatabaseError(f"malformed record {row[0]}")
                yield Record(*row)

    def _exported(self) -> Iterator[Record]:
        try:
            with self._telling(), Path(self.path).open(encoding="utf-8", errors="surrogateescape") as lines:
                yield from read_export(lines)
        except (ValueError, TypeError):
            raise self._refusal() from None

    def record(self, seq: int) -> Record:
        """One record; raises `Refused` where there is none of that number."""
        for record in self.records():
            if record.seq == seq:
                return record
        raise Refused(
            [Problem("unknown-record", self.path, f"there is no record {seq}", "`gonogo ledger list` has all")]
        )

    def verify(self) -> tuple[Break | None, int, str]:
        """The first record that is not as it was recorded (None: all are), how many are good, and their last hash.

        Records that were cut off at the end leave no trace inside: compare the hash with one that was kept elsewhere.
        """
        good: list[Record] = []

        def watched() -> Iterator[Record]:
            for record in self.records():
                yield record
                good[:] = [record]

        try:
            return first_break(watched())
        except Refused as refused:
            if refused.problems[0].what == "this file is no ledger":
                raise
            count, last = (good[0].seq, good[0].hash) if good else (0, FIRST)
            return Break(count + 1, f"record {count + 1} can't be read: {refused.problems[0].what}"), count, last


def _text(raw: bytes) -> str:
    """Text that is none comes out as what it can't have been."""
    return raw.decode("utf-8", "surrogateescape")


def _is_damage(error: Exception) -> bool:
    told = str(error)
    return any(
        word in told for word in ("malformed", "not a database", "decode", "corrupt", "no such table", "no such column")
    )

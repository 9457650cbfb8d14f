"""The ledger: what was acknowledged is there, what was changed is found, and what was judged is judged again alike.

`GONOGO_KILLS=100` kills a hundred times.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import date
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest

import gonogo
from command_line import MILLING, ROOT, process, started
from command_line import gonogo as command
from gonogo.ledger.record import Record, sealed
from gonogo.problems import Refused

KILLS = int(os.environ.get("GONOGO_KILLS", "25"))
NOW = "2026-03-01T08:00:00+01:00"


@pytest.fixture
def book(tmp_path: Path) -> gonogo.Ledger:
    """A ledger of six records."""
    found = gonogo.Ledger(str(tmp_path / "quality.ledger"), create=True)
    for number in range(6):
        found.append("check", {"number": number, "text": "Prüfung ☃ " * number}, "Ada", f"reason {number}", NOW)
    return found


def tamper(book: gonogo.Ledger, *statements: str) -> None:
    with sqlite3.connect(book.path) as connection:
        for name in ("unchanged", "kept"):
            connection.execute(f"DROP TRIGGER IF EXISTS {name}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


# ------------------------------------------------------------------------------------------------------- the chain


def test_an_honest_ledger_verifies(book: gonogo.Ledger) -> None:
    records = list(book.records())
    assert [record.seq for record in records] == [1, 2, 3, 4, 5, 6]
    assert book.verify() == (None, 6, records[-1].hash)
    assert records[3].content == {"number": 3, "text": "Prüfung ☃ " * 3}
    assert book.record(4) == records[3]


@pytest.mark.parametrize("column", ["time", "by", "reason", "kind", "body", "previous", "hash"])
@pytest.mark.parametrize("seq", [1, 4, 6])
def test_a_changed_record_is_named(book: gonogo.Ledger, column: str, seq: int) -> None:
    tamper(book, f'UPDATE records SET "{column}" = "{column}" || \' \' WHERE seq = {seq}')
    found, count, _ = book.verify()
    assert found is not None
    assert (found.seq, count) == (seq, seq - 1)


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("DELETE FROM records WHERE seq = 3", 3),
        ("DELETE FROM records WHERE seq = 1", 1),
        ("UPDATE records SET seq = 40 WHERE seq = 4", 4),
        ("UPDATE records SET body = (SELECT body FROM records AS r WHERE r.seq = 2) WHERE seq = 5", 5),
        ("UPDATE records SET reason = upper(reason) WHERE seq = 2", 2),
    ],
)
def test_what_was_removed_or_put_elsewhere_is_named(book: gonogo.Ledger, statement: str, seq: int) -> None:
    tamper(book, statement)
    found, _, _ = book.verify()
    assert found is not None
    assert found.seq == seq


def test_a_record_that_is_sealed_anew_breaks_the_chain_behind_it(book: gonogo.Ledger) -> None:
    old = book.record(3)
    forged = sealed(old.seq, old.time, "Eve", old.reason, old.kind, old.body, old.previous)
    tamper(book, f"UPDATE records SET \"by\" = 'Eve', hash = '{forged.hash}' WHERE seq = 3")
    found, _, _ = book.verify()
    assert found is not None
    assert found.seq == 4


def test_records_cut_off_the_end_are_found_by_a_hash_that_was_kept(book: gonogo.Ledger) -> None:
    _, _, head = book.verify()
    tamper(book, "DELETE FROM records WHERE seq = 6")
    assert command("ledger", "verify", book.path).code == 0  # the file alone can't tell
    result = command("ledger", "verify", book.path, "--head", head)
    assert (result.code, "records are missing" in result.err) == (1, True)


def test_the_file_itself_refuses_changes(book: gonogo.Ledger) -> None:
    connection = sqlite3.connect(book.path)
    for statement in ("UPDATE records SET reason = ''", "DELETE FROM records"):
        with pytest.raises(sqlite3.IntegrityError, match="only appended to"):
            connection.execute(statement)
    connection.close()


def test_one_byte_changed_anywhere_is_found_or_changes_no_record(book: gonogo.Ledger) -> None:
    path, random = Path(book.path), Random(7)
    honest, content = path.read_bytes(), list(book.records())
    found = 0
    for _ in range(400):
        place, bit = random.randrange(len(honest)), 1 << random.randrange(8)
        path.write_bytes(honest[:place] + bytes([honest[place] ^ bit]) + honest[place + 1 :])
        try:
            broken, _, _ = book.verify()
        except Refused:
            found += 1
            continue
        if broken is None:
            assert list(book.records()) == content
        found += broken is not None
    assert found > 20  # most of a small file is room that nothing uses


def test_every_byte_of_every_record_counts(book: gonogo.Ledger) -> None:
    path = Path(book.path)
    honest = path.read_bytes()
    for record in book.records():
        for text in (record.time, record.by, record.reason, record.kind, record.body, record.hash):
            start = honest.rindex(text.encode())
            for place in range(start, start + len(text.encode()), 7):
                path.write_bytes(honest[:place] + bytes([honest[place] ^ 1]) + honest[place + 1 :])
                assert book.verify()[0] is not None
    path.write_bytes(honest)
    assert book.verify()[0] is None


def test_an_export_is_verified_elsewhere(book: gonogo.Ledger, tmp_path: Path) -> None:
    """By nothing of gonogo: as docs/ledger.md says."""
    export = tmp_path / "export.jsonl"
    assert command("ledger", "list", book.path, "--format", "jsonl", "-o", export).code == 0
    previous = "0" * 64
    for number, line in enumerate(export.read_text("utf-8").splitlines(), 1):
        record = json.loads(line)
        told = [record[key] for key in ("seq", "time", "by", "reason", "kind", "body", "previous")]
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        assert record["hash"] == hashlib.sha256(text.encode()).hexdigest()
        assert (record["previous"], record["seq"]) == (previous, number)
        previous = record["hash"]
    assert gonogo.Ledger(str(export)).verify() == book.verify()
    export.write_text(export.read_text("utf-8").replace("reason 3", "reason 5"), encoding="utf-8")
    found, _, _ = gonogo.Ledger(str(export)).verify()
    assert found is not None
    assert found.seq == 4
    with pytest.raises(Refused, match="nothing can be added"):
        gonogo.Ledger(str(export), create=True)


# ------------------------------------------------------------------------------------------- whatever ends a process

APPENDING = """
import sys, gonogo
book = gonogo.Ledger(sys.argv[1], create=True)
number = 0
while True:
    record = book.append("check", {"text": "x" * 5000, "number": number}, sys.argv[2], "", "2026-03-01T08:00:00+01:00")
    print(record.seq, record.hash, flush=True)
    number += 1
"""


def appending(path: Path, name: str) -> AbstractContextManager[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'engine'}{os.pathsep}{ROOT / 'cli'}"}
    told = [sys.executable, "-c", APPENDING, str(path), name]
    return started(told, env=environment, stdout=subprocess.PIPE, text=True)


def test_what_was_acknowledged_survives_being_killed(tmp_path: Path) -> None:
    path, random = tmp_path / "killed.ledger", Random(3)
    book = gonogo.Ledger(str(path), create=True)
    acknowledged: dict[int, str] = {}
    for _ in range(KILLS):
        with appending(path, "Ada") as child:
            assert child.stdout is not None
            acknowledged.update(_told(child.stdout.readline()))
            time.sleep(random.random() * 0.05)
            child.send_signal(signal.SIGKILL)
            for line in child.stdout:
                if line.endswith("\n"):
                    acknowledged.update(_told(line))
        assert book.verify()[0] is None
    kept = {record.seq: record.hash for record in book.records()}
    assert acknowledged.items() <= kept.items()
    assert len(acknowledged) >= KILLS


def _told(line: str) -> dict[int, str]:
    seq, hash_ = line.split()
    return {int(seq): hash_}


def test_a_check_that_is_killed_leaves_a_whole_ledger(tmp_path: Path) -> None:
    ledger, random, returned = tmp_path / "q.ledger", Random(5), 0
    for _ in range(max(3, KILLS // 8)):
        with process("check", "milling-cell", MILLING, "--record", ledger, "--quiet", "--exit-zero") as child:
            try:
                child.communicate(timeout=0.2 + random.random() * 1.5)
                returned += child.returncode == 0
            except subprocess.TimeoutExpired:
                child.kill()
                child.communicate()
    assert command("check", "milling-cell", ROOT / MILLING, "--record", ledger, "--quiet", "--exit-zero").code == 0
    found, count, _ = gonogo.Ledger(str(ledger)).verify()
    assert found is None
    assert count >= returned + 1


def test_processes_that_append_at_once_come_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "shared.ledger"
    with ExitStack() as all_of_them:
        children = [all_of_them.enter_context(appending(path, name)) for name in ("Ada", "Grace", "Emmy")]
        acknowledged: dict[int, str] = {}
        for child in children:  # each has had its turn
            assert child.stdout is not None
            acknowledged |= _told(child.stdout.readline())
        for child in children:
            child.kill()
            told, _ = child.communicate()
            for line in told.splitlines(keepends=True):
                if line.endswith("\n"):
                    found = _told(line)
                    assert not acknowledged.keys() & found.keys()
                    acknowledged |= found
    book = gonogo.Ledger(str(path))
    assert book.verify()[0] is None
    assert acknowledged.items() <= {record.seq: record.hash for record in book.records()}.items()
    assert len({record.by for record in book.records()}) == 3


def test_a_full_disk_is_told_and_adds_nothing(book: gonogo.Ledger) -> None:
    before = list(book.records())
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def narrow(*told: object, **more: object) -> sqlite3.Connection:
        connection = connect(*told, **more)
        connection.execute("PRAGMA max_page_count = 5")
        return connection

    with patch("gonogo.ledger.store.sqlite3.connect", narrow), pytest.raises(Refused, match="full") as refused:
        book.append("check", {"text": "x" * 100_000}, "Ada", "", NOW)
    assert [problem.code for problem in refused.value.problems] == ["unwritable"]
    assert list(book.records()) == before
    assert book.verify()[0] is None


def test_a_file_that_may_not_grow_ends_in_one_line(tmp_path: Path) -> None:
    """The same with the system's own limit, and the whole command."""
    ledger = tmp_path / "small.ledger"
    assert command("ledger", "record", ledger, "milling-cell", ROOT / MILLING, "--quiet").code == 0
    size = ledger.stat().st_size

    told = ("ledger", "record", ledger, "milling-cell", MILLING, "--quiet")
    with process(*told, limit=(resource.RLIMIT_FSIZE, size)) as child:
        _, said = child.communicate(timeout=60)
    assert child.returncode == 2
    assert b"can't be used" in said
    assert b"Traceback" not in said
    assert gonogo.Ledger(str(ledger)).verify()[:2] == (None, 1)


# ------------------------------------------------------------------------------------------------------- judgements


def judged(path: Path, engine: str) -> dict[str, object]:
    standard = gonogo.load("turned-shaft")
    with patch("gonogo.ledger.judgement.engine_for", return_value=engine):
        return gonogo.judgement(standard, [str(path)], gonogo.FactsOptions(), date(2026, 3, 1))


def test_engines_record_the_same() -> None:
    path = ROOT / "rules" / "turned-shaft" / "sample.csv"
    one, other = judged(path, "scalar"), judged(path, "columnar")
    assert one == other
    assert one["rows"] == 120
    assert len(one["not_conforming"]) == 60  # type: ignore[arg-type]  # a list


def test_a_judgement_is_replayed_by_the_standard_as_it_was(tmp_path: Path) -> None:
    """Be it that the standard, the concessions and the place of the facts have changed since."""
    ledger, pack, facts = tmp_path / "q.ledger", tmp_path / "shafts", tmp_path / "facts.csv"
    pack.mkdir()
    source = ROOT / "rules" / "turned-shaft"
    facts.write_bytes((source / "sample.csv").read_bytes())
    (pack / "standard.yaml").write_text((source / "standard.yaml").read_text("utf-8"), encoding="utf-8")
    assert command("ledger", "record", ledger, pack, facts, "--quiet", "--by", "Ada", "--reason", "goods in").code == 0
    (pack / "standard.yaml").write_text("broken", encoding="utf-8")
    same = command("ledger", "replay", ledger, "1", "--format", "json")
    assert (same.code, same.json["same"]) == (0, True)
    moved = facts.rename(tmp_path / "moved.csv")
    assert command("ledger", "replay", ledger, "1").code == 2
    assert command("ledger", "replay", ledger, "1", "--facts", moved).code == 0
    moved.write_bytes(moved.read_bytes() + b"\n")
    assert "[changed-facts]" in command("ledger", "replay", ledger, "1", "--facts", moved).err


def test_what_is_judged_otherwise_is_told(tmp_path: Path) -> None:
    """As if another gonogo had judged: a record whose content says something else."""
    book = gonogo.Ledger(str(tmp_path / "q.ledger"), create=True)
    content = gonogo.judgement(
        gonogo.load("milling-cell"), [str(ROOT / MILLING)], gonogo.FactsOptions(), date(2026, 3, 1)
    )
    forged = json.loads(json.dumps(content))
    forged["summary"]["conforming"] += 1
    del forged["not_conforming"][0]
    forged["verdicts_sha256"] = "0" * 64
    record: Record = book.append("check", forged, "Ada", "", NOW)
    found = gonogo.replay(record)
    assert not found.is_same
    told = "\n".join(found.differences)
    assert "summary:" in told
    assert "item 23: nothing -> " in told
    assert "verdicts: their digest is" in told
    assert command("ledger", "replay", book.path, "1").code == 1


def test_specs_are_recorded(tmp_path: Path) -> None:
    ledger = tmp_path / "q.ledger"
    assert command("spec", "turned-shaft", "--record", ledger, "--by", "Ada", "--reason", "audit").code == 0
    (record,) = gonogo.Ledger(str(ledger)).records()
    assert (record.kind, record.by, record.reason) == ("spec", "Ada", "audit")
    assert record.content["scenarios"] == len(record.content["results"]) > 30
    assert record.content["standard"]["hash"] == gonogo.load("turned-shaft").hash
    assert command("ledger", "replay", ledger, "1").code == 2
    assert " scenarios, 0 failed" in command("ledger", "list", ledger).out
    assert "turned-shaft 1.0.0" in command("ledger", "show", ledger, "1").out


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (("ledger", "list", "no.ledger"), "no-ledger"),
        (("ledger", "verify", MILLING), "bad-ledger"),
        (("ledger", "verify", "."), "no-ledger"),
        (("check", "milling-cell", MILLING, "--record", MILLING), "output-is-input"),
        (("check", "milling-cell", MILLING, "--record", "/nowhere/q.ledger"), "unwritable"),
        (("check", "milling-cell", "-", "--record", "x.ledger"), "usage"),
        (("check", "milling-cell", MILLING, "--reason", "x"), "usage"),
    ],
)
def test_what_cant_be_recorded_is_one_line(told: tuple[str, ...], code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = command(*told)
    assert result.code == 2
    assert not result.out
    assert len(result.errors) == 1
    assert f"[{code}]" in result.err


def test_a_result_does_not_take_the_place_of_the_ledger(tmp_path: Path) -> None:
    ledger = tmp_path / "q.ledger"
    told = ("check", "milling-cell", ROOT / MILLING, "--record", ledger, "--quiet", "--exit-zero")
    assert command(*told).code == 0
    assert command(*told, "-o", ledger).code == 2
    assert gonogo.Ledger(str(ledger)).verify()[:2] == (None, 1)

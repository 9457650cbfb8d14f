"""What a person sees: pages on a terminal, the worst of many items, and a progress bar where one waits."""

from __future__ import annotations

import io
import os
import re
import sys
import time
from pathlib import Path

import pytest

import gonogo as engine
from command_line import MILLING, ROOT, gonogo, process, streams
from gonogo_cli.formats.explanation import explanation_lines
from gonogo_cli.formats.table import Table
from gonogo_cli.page import grid, line, write_page
from gonogo_cli.wording import excess
from gonogo_cli.worst import Worst


class Terminal(io.StringIO):
    """Text that is shown to a person."""

    def isatty(self) -> bool:
        return True

    def plain(self) -> list[str]:
        return re.sub(r"\x1b\[[0-9;]*m", "", self.getvalue()).splitlines()


@pytest.fixture(autouse=True)
def _at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture(scope="module")
def verdicts() -> list[engine.Verdict]:
    standard = engine.load(ROOT / "rules" / "milling-cell")
    facts = [str(ROOT / MILLING)]
    return list(engine.Inspection(standard, facts, engine.FactsOptions(), lambda _: None, lambda _: None))


# ----------------------------------------------------------------------------------------------------- pages


def table(verdicts: list[engine.Verdict], *, no_color: bool = False) -> Terminal:
    terminal, standard = Terminal(), engine.load("milling-cell")
    shown = Table(terminal, standard, "facts.csv", 100, {"nonconforming", "indeterminate"}, no_color)
    summary = engine.Summary.of(standard.compiled.exact)
    nowhere = engine.Inspection(standard, [], engine.FactsOptions(), lambda _: None, lambda _: None)
    for verdict in verdicts:
        shown.add(verdict, nowhere)
        summary.add(verdict.answer)
    shown.finish(summary)
    return terminal


def test_a_table_fits_on_eighty_columns(verdicts: list[engine.Verdict]) -> None:
    lines = table(verdicts).plain()
    assert len(lines) > 100
    assert max(map(len, lines)) <= 80


def test_every_explanation_fits_on_eighty_columns(verdicts: list[engine.Verdict]) -> None:
    for verdict in verdicts[::13]:
        terminal = Terminal()
        write_page(explanation_lines(verdict.explain(), "facts.csv:1", ("critical",)), terminal, no_color=False)
        assert max(map(len, terminal.plain())) <= 80


def test_a_folded_line_goes_on_under_its_text_and_keeps_numbers_with_their_units() -> None:
    terminal = Terminal()
    write_page([line("  rule  ", "torque is " + "very " * 10 + "far from 46.3 N*m", hang=8)], terminal, no_color=False)
    assert terminal.plain() == [
        "  rule  torque is very very very very very very very very very very far from",
        "        46.3 N*m",
    ]


def test_a_terminal_is_coloured_unless_told_not_to(
    verdicts: list[engine.Verdict], monkeypatch: pytest.MonkeyPatch
) -> None:
    red = "\x1b[31m"
    assert red in table(verdicts).getvalue()
    assert "\x1b" not in table(verdicts, no_color=True).getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in table(verdicts).getvalue()


def test_what_stands_in_facts_is_shown_and_never_obeyed(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    rows = (ROOT / MILLING).read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([rows[0], rows[81].replace("81", '"\x1b[2J\n81"', 1)]) + "\n", encoding="utf-8")
    out = gonogo("check", "milling-cell", path).out
    assert "\x1b" not in out
    assert "  \\x1b[2J\\n81  critical  scrap\n" in out


def test_a_grid_aligns_its_columns() -> None:
    assert [each.text for each in grid([["a", "1", "x"], ["long", "1,000", ""]], "<><")] == [
        "  a         1  x",
        "  long  1,000",
    ]


# ----------------------------------------------------------------------------------------------------- worst


@pytest.mark.parametrize("count", [0, 1, 3, 10, 1000])
def test_the_worst_are_those_that_sorting_all_would_give(verdicts: list[engine.Verdict], count: int) -> None:
    classes = ("critical", "major", "minor")
    bad = [verdict for verdict in verdicts if verdict.findings]
    worst = Worst(count, classes)
    for verdict in bad:
        worst.add(verdict)
    ranked = sorted(bad, key=lambda v: (classes.index(v.class_ or ""), -len(v.findings), -excess(v)))
    assert [verdict.item for verdict in worst.verdicts()] == [verdict.item for verdict in ranked[:count]]


# -------------------------------------------------------------------------------------------------- progress


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS ends a pseudo-terminal with its last writer")
@pytest.mark.parametrize("quiet", [False, True])
def test_a_bar_shows_where_somebody_waits_and_is_gone_in_the_end(quiet: bool) -> None:
    screen, terminal = os.openpty()
    os.set_blocking(screen, False)
    arguments = ["check", "milling-cell", "-", *(["--quiet"] if quiet else [])]
    header, *rows = (ROOT / MILLING).read_bytes().splitlines(keepends=True)
    seen = b""
    with process(*arguments, stderr=terminal) as child:
        stdin, _, _ = streams(child)
        stdin.write(header)
        for _ in range(10 if quiet else 600):  # on a busy machine it may take its time to start
            stdin.write(rows[0])
            stdin.flush()
            time.sleep(0.2)
            seen += _read(screen)
            if b"standard input" in seen:
                break
        stdin.close()
        assert child.wait() == 0
    os.close(terminal)
    seen += _read(screen)
    os.close(screen)
    assert (b"standard input" in seen) is not quiet


def _read(screen: int) -> bytes:
    try:
        return os.read(screen, 65536)
    except OSError:  # nothing is there now, or nobody writes to it any more
        return b""

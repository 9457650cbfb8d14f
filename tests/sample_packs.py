"""Packs for tests of what is said of them: one with two errors, one with a warning, and one of awkward characters."""

from __future__ import annotations

from pathlib import Path

MILLING_CELL = Path(__file__).resolve().parents[1] / "rules" / "milling-cell" / "standard.yaml"

AWKWARD = """\
gonogo: 1
standard: s
facts: {fields: {x: {unit: mm}}}
rules:
  r: {title: "\U0001f600 \U0001f600", when: xx > 5 mm, class: major}
"""

CONCEDED = """\
gonogo: 1
standard: s
facts: {item: id, fields: {x: {unit: mm}, y: {unit: mm}}}
rules:
  long: {when: x > 5 mm, class: major}
  thick: {when: y > 5 mm, class: critical}
"""
CONCESSIONS = """\
gonogo: 1
concessions-of: s
concessions:
  C-1: {rule: long, items: [a, b], reason: It fits, approver: Quality, expires: 2999-12-31}
"""


def broken(folder: Path) -> Path:
    """The standard of the milling cell with an unknown name in line 38 and a wrong unit in line 45."""
    text = MILLING_CELL.read_text(encoding="utf-8")
    return _written(folder / "bad.yaml", text.replace("< hot_limit", "< hot_limt").replace("> 9000 W", "> 9000 K"))


def withdrawn(folder: Path) -> Path:
    """The standard of the milling cell, withdrawn, which is a warning."""
    text = MILLING_CELL.read_text(encoding="utf-8")
    return _written(folder / "old.yaml", text.replace("status: effective", "status: withdrawn"))


def awkward(folder: Path) -> Path:
    """A standard with characters that take two units of UTF-16 in front of an unknown name."""
    return _written(folder / "awkward.yaml", AWKWARD)


def conceded(folder: Path) -> tuple[Path, Path]:
    """A pack with a concession, and facts: of `a` all is permitted, of `b` some, of `c` nothing."""
    _written(folder / "standard.yaml", CONCEDED)
    _written(folder / "concessions.yaml", CONCESSIONS)
    return folder, _written(folder / "x.csv", "id,x,y\na,6,1\nb,6,6\nc,6,1\n")


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path

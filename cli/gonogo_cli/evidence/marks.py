"""How results, approvals and the evidence for rules look: a word, a sign and a colour each, never a colour alone."""

from __future__ import annotations

from typing import Final

from gonogo_cli.report.markup import Html
from gonogo_cli.report.parts import OUTCOMES, tag

PASSED: Final = OUTCOMES["conforming"]
FAILED: Final = OUTCOMES["nonconforming"]
OPEN: Final = OUTCOMES["indeterminate"]
HOLE: Final = ("open", "○")
SKIPPED: Final = ("none", "–")

STEPS: Final = {"passed": PASSED, "failed": FAILED, "skipped": SKIPPED}

APPROVALS: Final = {"approved": PASSED, "proposed": OPEN, "stale": OPEN}

STATES: Final = {
    "shown": ("shown", PASSED),
    "failed": ("failed", FAILED),
    "proposed": ("hole: only proposed", HOLE),
    "stale": ("hole: only stale", HOLE),
    "hole": ("hole: no scenario", HOLE),
}


def mark(word: str, look: tuple[str, str]) -> Html:
    """A word with its sign and colour."""
    return tag(word, *look)

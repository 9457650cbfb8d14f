"""Broken standards: whatever is done to a document, it compiles or is refused with places; nothing else comes out."""

from __future__ import annotations

import faulthandler
import random
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gonogo.problems import Refused, Source, Span
from gonogo.program.compiler import compile_standard
from gonogo.program.text import program_text
from gonogo.standard.bases import FindBase, no_base

ROOT = Path(__file__).parent.parent
STANDARDS = {path.parent.name: path.read_text(encoding="utf-8") for path in ROOT.glob("rules/*/standard.yaml")}
EXPRESSIONS = sorted(
    {match for text in STANDARDS.values() for match in re.findall(r"(?:when|is|applies): ?([^\n{}#]+)", text)}
)
CASES = 1_500
BATCH = 100
PATIENCE = 30
"""Seconds that one case may take before it counts as a hang."""

PIECES = [
    "(", ")", "[", "]", "{", "}", "((((", "]]]]", '"', "'", '""', ",", ":", ": ", "-", "- ", "#", "&a ", "*a", "!!x ",
    "|", ">",
    "%", "@", "`", "~", "\t", "\n", "\n\n", "\r", "  ", "\\", "\\u0041", "\0", "\x07", "\ufeff", "\u2028", "\x85", "é",
    "𝄞", "\ud800", "µ", "°C", "±", "≤", "½", "²", "٣", "0", "00", "007", "1e999", "1e-60", "9" * 70, ".", "..", "...",
    "1.2.3",
    " and ", " or ", " not ", " in ", " is ", " between ", " if ", " then ", " else ", "found(", "found(power)", "true",
    "=", "!=", "<=", "==", " mm", " K", " degC", " %", "/0", "*", "/", "^2", "null", "NO", "12:30", "2026-02-30",
    "matches \"(a+)+$\"", "class", "outcome",
    "extends: standard.yaml\n", "withdraw: [power]\n", "by:", "when:", "one of:", "unit:", "<<: *a", "---\n", "? ",
]  # fmt: skip


@contextmanager
def patience(seed: int) -> Iterator[None]:
    """A case that hangs is told by its seed, and where it hung."""

    def give_up(_signal: int, _frame: object) -> None:
        raise TimeoutError(f"the case of seed {seed} takes more than {PATIENCE} seconds")

    faulthandler.dump_traceback_later(PATIENCE * 2, exit=True)
    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        faulthandler.cancel_dump_traceback_later()


def mutate(text: str, chance: random.Random) -> str:
    """A few blows: characters changed, cut or put in, lines doubled, moved or lost, words swapped."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + chance.randint(1, 30))
        lines = text.split("\n")
        line = chance.randrange(len(lines))
        match chance.randrange(9):
            case 0:
                text = text[:at] + chr(ord(text[at : at + 1] or "x") ^ (1 << chance.randrange(7))) + text[at + 1 :]
            case 1:
                text = text[:at] + text[end:]
            case 2 | 3:
                text = text[:at] + chance.choice(PIECES) + text[at:]
            case 4:
                text = "\n".join([*lines[:line], *[lines[line]] * chance.randint(2, 3), *lines[line + 1 :]])
            case 5:
                text = "\n".join([*lines[:line], *lines[line + 1 :]])
            case 6:
                text = "\n".join([*lines[:line], " " * chance.randint(1, 4) + lines[line], *lines[line + 1 :]])
            case 7:
                words = re.split(r"(\W+)", text)
                one, other = chance.randrange(len(words)), chance.randrange(len(words))
                words[one], words[other] = words[other], words[one]
                text = "".join(words)
            case _:
                text = text[:at] + text[at:end] * chance.randint(2, 40) + text[end:]
    return text


def check(text: str, seed: int, path: str = "standard.yaml", find_base: FindBase = no_base) -> bool:
    """Compile, and tell whether it did; a refusal has at least one problem, and each points into its text."""
    with patience(seed):
        try:
            compiled = compile_standard(Source(path, text), find_base)
        except Refused as refused:
            problems = refused.problems
        else:
            assert program_text(compiled.program)
            return True
    assert problems
    places = [problem.place for problem in problems if isinstance(problem.place, Span)]
    assert all(0 <= place.start <= place.end <= len(place.source.text) for place in places)
    return False


@pytest.mark.parametrize("batch", range(CASES // BATCH))
@pytest.mark.parametrize("pack", sorted(STANDARDS))
def test_a_mutated_standard_compiles_or_is_refused(pack: str, batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        check(mutate(STANDARDS[pack], random.Random(f"{pack} {seed}")), seed)


@pytest.mark.parametrize("batch", range(10))
def test_a_mutated_expression_compiles_or_is_refused(batch: int) -> None:
    text = STANDARDS["milling-cell"]
    found = 0
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        chance = random.Random(seed)
        expression = mutate(chance.choice(EXPRESSIONS), chance).replace("\n", " ").replace("'", "''")
        found += check(f"{text}\n".replace("when: strain > strain_limit", f"when: '{expression}'"), seed)
    assert found < BATCH


def test_the_mutations_reach_both_ends() -> None:
    """Some mutated standards still compile and most do not: else the blows are too soft or too hard."""
    kept = sum(check(mutate(STANDARDS["milling-cell"], random.Random(seed)), seed) for seed in range(BATCH))
    assert 0 < kept < BATCH

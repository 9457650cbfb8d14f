"""Random standards and facts: the engine says what the plain reference says, and what should not matter does not.

`GONOGO_EXAMPLES=20` makes each property twenty times as thorough.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import gonogo
from gonogo.pack import Standard
from gonogo.problems import Refused, Source
from gonogo.program.compiler import compile_standard
from gonogo.verdict import Verdict
from random_standards import COLUMNS, PALETTE, Author, Fact, decimal_text
from reference import Answered, answer, answered

DEPTH = int(os.environ.get("GONOGO_EXAMPLES", "1"))
ALLOWED = {"contradiction", "uncovered-value", "overlapping-rows"}
"""Problems that a random standard may well have; any other is a mistake of its author, or of the compiler."""

SEEDS = st.integers(min_value=0, max_value=2**48)
FACTS = 6


def deeply(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a property on as many standards; always the same ones, unless it is asked to go deeper."""
    return settings(
        max_examples=examples * DEPTH,
        derandomize=DEPTH == 1,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def compiled(text: str) -> Standard:
    return Standard(compile_standard(Source("standard.yaml", text)))


def written(seed: int, *, linear: bool = False) -> tuple[Author, Standard]:
    """A random standard, and its author, who knows facts for it."""
    author = Author(Random(seed), linear=linear)
    text = author.standard()
    try:
        return author, compiled(text)
    except Refused as refused:
        unexpected = [str(problem) for problem in refused.problems if problem.code not in ALLOWED]
        assert not unexpected, f"{unexpected}\n{text}"
    assume(False)
    raise AssertionError


def expected(standard: Standard, fact: Fact) -> Answered:
    return answer(standard.compiled.exact, fact.fields, fact.recorded)


def judged(standard: Standard, cells: Mapping[str, object]) -> Verdict:
    return standard.judge(dict(cells))


@deeply(600)
@given(seed=SEEDS)
def test_the_engine_says_what_the_reference_says(seed: int) -> None:
    author, standard = written(seed)
    for fact in [author.fact() for _ in range(FACTS)]:
        assert answered(judged(standard, fact.cells)) == expected(standard, fact)


@deeply(80)
@given(seed=SEEDS)
def test_the_screens_for_complete_and_for_partial_facts_agree(seed: int) -> None:
    author, standard = written(seed)
    judge = standard._judge
    whole = next((fact for fact in (author.fact() for _ in range(400)) if None not in fact.fields.values()), None)
    assume(whole is not None)
    assert whole is not None
    reading = judge._finer(judge._reading, whole.cells)
    values = [*reading.columns.values(whole.cells), *(column in whole.cells for column in reading.recorded)]
    assert None not in values
    assert reading.screens.complete(values) == reading.screens.partial(values)


@deeply(60)
@given(seed=SEEDS)
def test_text_decimals_and_floats_are_the_same_number(seed: int) -> None:
    author, standard = written(seed)
    for fact in [author.fact() for _ in range(FACTS)]:
        as_text = answered(judged(standard, fact.cells))
        assert answered(judged(standard, _cells(fact, Decimal))) == as_text
        assert answered(judged(standard, _cells(fact, _float))) == as_text
        assert answered(judged(standard, _cells(fact, _int))) == as_text


def _cells(fact: Fact, make: Callable[[str], object]) -> dict[str, object]:
    """The fact with its numbers as a program holds them."""
    cells = dict(fact.cells)
    for name, measured in PALETTE.items():
        if measured.kind == "number" and fact.fields[name] is not None:
            cells[COLUMNS[name]] = make(str(fact.cells[COLUMNS[name]]))
    return cells


def _float(text: str) -> object:
    number = float(text)
    is_that = abs(number) < 1e300 and Fraction(repr(number)) == Fraction(text)
    return number if is_that else text


def _int(text: str) -> object:
    return int(text) if text.lstrip("-").isdigit() else text


@deeply(40)
@given(seed=SEEDS)
def test_the_order_of_keys_and_of_facts_never_matters(seed: int) -> None:
    author, standard = written(seed)
    facts = [author.fact() for _ in range(FACTS)]
    said = [answered(judged(standard, fact.cells)) for fact in facts]
    again = compiled(_reordered(Author(Random(seed)).standard()))
    shuffled = list(range(FACTS))
    Random(seed).shuffle(shuffled)
    for number in shuffled:
        cells = dict(reversed(facts[number].cells.items()))
        assert answered(judged(again, cells)) == said[number]
    assert [answered(judged(standard, fact.cells)) for fact in facts] == said


def _reordered(text: str) -> str:
    """The document with the members of each of its mappings the other way round; the dispositions stay."""
    sections: list[list[str]] = []
    for line in text.splitlines():
        if line[:1] != " ":
            sections.append([])
        sections[-1].append(line)
    found = []
    for section in sections:
        if section[0] == "facts:":
            parts = "\n".join(section[1:]).split("\n  derived:\n")
            members = [part.removeprefix("  fields:\n").split("\n")[::-1] for part in parts]
            keys = [["  fields:", *members[0]], *(["  derived:", *rest] for rest in members[1:])]
            found.append([section[0], *(line for key in reversed(keys) for line in key)])
        else:
            is_list = section[0] == "dispositions:"
            found.append([section[0], *(section[1:] if is_list else section[:0:-1])])
    return "\n".join(line for section in reversed(found) for line in section) + "\n"


@deeply(40)
@given(seed=SEEDS)
def test_facts_judged_twice_and_after_finer_ones_are_judged_the_same(seed: int) -> None:
    author, standard = written(seed)
    facts = [author.fact() for _ in range(FACTS)]
    said = [answered(judged(standard, fact.cells)) for fact in facts]
    for digits in (3, 13, 60):
        finer = dict.fromkeys(COLUMNS.values(), f"1.{'0' * digits}1")
        judged(standard, finer)
    assert [answered(judged(standard, fact.cells)) for fact in reversed(facts)] == said[::-1]


@deeply(25)
@given(seed=SEEDS)
def test_threads_that_share_a_standard_judge_as_one_does(seed: int) -> None:
    author, standard = written(seed)
    facts = [author.fact() for _ in range(30)]
    alone = compiled(Author(Random(seed)).standard())
    said = [answered(judged(alone, fact.cells)) for fact in facts]
    with ThreadPoolExecutor(4) as pool:
        rounds = [pool.map(lambda fact: answered(judged(standard, fact.cells)), facts) for _ in range(4)]
        assert all(list(found) == said for found in rounds)


def test_threads_may_compile_at_the_same_time() -> None:
    texts = [Author(Random(seed), linear=True).standard() for seed in range(1000, 1012)]
    cells = {"Q": "1.05", "N": "7", "A": "3"}
    alone = [answered(judged(compiled(text), cells)) for text in texts]
    pause = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda text: answered(judged(compiled(text), cells)), texts * 4)) == alone * 4
    finally:
        sys.setswitchinterval(pause)


@deeply(150)
@given(
    limit=st.integers(-(10**6), 10**6),
    value=st.integers(-(10**9), 10**9),
    further=st.integers(1, 10**9),
    places=st.integers(0, 30),
    key=st.sampled_from(["at most", "below", "at least", "above"]),
)
def test_a_value_further_beyond_a_limit_is_never_judged_better(
    limit: int, value: int, further: int, places: int, key: str
) -> None:
    standard = compiled(
        "gonogo: 1\nstandard: one\nfacts: {fields: {x: {unit: mm, resolution: 0.1}}}\n"
        f"characteristics: {{x: {{{key}: {decimal_text(Fraction(limit, 1000))} mm}}}}\n"
    )
    sign = 1 if key in ("at most", "below") else -1
    near, far = Fraction(value, 10**places), Fraction(value, 10**places) + sign * Fraction(further, 10**places)
    outcomes = [standard.judge({"x": decimal_text(number)}).outcome for number in (near, far)]
    assert outcomes != ["nonconforming", "conforming"]


@deeply(120)
@given(seed=SEEDS)
def test_what_explanations_claim_is_so(seed: int) -> None:
    author, standard = written(seed)
    for fact in [author.fact() for _ in range(3)]:
        verdict = judged(standard, fact.cells)
        told = verdict.explain()
        for flip in told.flips:
            assert _flipped(standard, fact, flip).outcome == flip.outcome != verdict.outcome
        for flip in told.other_dispositions:
            changed = _flipped(standard, fact, flip)
            assert (changed.outcome, changed.disposition) == (flip.outcome, flip.disposition)
            assert changed.disposition != verdict.disposition
        for report in told.rules:
            assert report.evidence
            if report.said == "spoke":
                assert {evidence.outcome for evidence in report.evidence} == {"true"}
            assert report.said != "unknown" or report.reasons
            assert report.said != "unknown" or report.missing or _is_undecided(report)
        there = {name for name, value in fact.fields.items() if value is not None}
        undecided = {report.rule for report in told.rules if _is_undecided(report)}
        for unknown in verdict.unknown:
            assert unknown.missing or unknown.rule in undecided
            assert _may_have_no_value(author, fact) or not there.intersection(unknown.missing)


def _is_undecided(report: gonogo.RuleReport) -> bool:
    """Whether a rule is unknown because its value is measured too near to a limit."""
    return any(", within the measurement uncertainty " in reason for reason in report.reasons)


def _may_have_no_value(author: Author, fact: Fact) -> bool:
    """Whether something may have no value though nothing is missing: a quotient, a parameter, what is too large."""
    whole = " ".join([*author.parameters.values(), *author.derived.values(), *author.expressions])
    numbers = [value for value in fact.fields.values() if isinstance(value, Fraction)]
    return "/" in whole or "by:" in whole or any(abs(number) > 10**100 for number in numbers)


def _flipped(standard: Standard, fact: Fact, flip: gonogo.Flip) -> Verdict:
    """The verdict on the fact with the value that a flip tells, as a person would type it."""
    typed = flip.changed.strip("`") if flip.changed.startswith("`") else flip.changed.split(" ")[0]
    return judged(standard, {**fact.cells, COLUMNS[flip.field]: typed})


@deeply(100)
@given(seed=SEEDS)
def test_no_smaller_change_would_flip_the_verdict(seed: int) -> None:
    author, standard = written(seed, linear=True)
    steps = {"a": "0.01", "b": "0.001", "q": "0.1", "n": "1", "h": "0.5"}
    for fact in [author.fact() for _ in range(3)]:
        verdict = judged(standard, fact.cells)
        for flip in verdict.explain().flips:
            if flip.field not in steps or flip.change is None:
                continue
            step, changed = Fraction(steps[flip.field]), Fraction(flip.changed.split(" ")[0])
            toward = step if flip.change.startswith("-") else -step
            value = fact.fields[flip.field]
            assert not isinstance(value, str | None)
            nearer = changed + toward
            if (nearer - value) * (changed - value) > 0:
                cells = {**fact.cells, COLUMNS[flip.field]: decimal_text(nearer)}
                assert judged(standard, cells).outcome == verdict.outcome, flip


@pytest.mark.parametrize("seed", range(0, 40 * DEPTH, 10))
def test_a_document_that_is_read_twice_is_the_same_standard(seed: int) -> None:
    text = Author(Random(seed)).standard()
    try:
        once, again = compiled(text), compiled(text)
    except Refused:
        return
    assert once.compiled.program == again.compiled.program
    assert once.hash == again.hash

"""Every problem of a standard: its code, its place, and the exact text that it points at, case by case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from documents import beside
from gonogo.causes.loading import causes_of
from gonogo.pack import Standard
from gonogo.problems import Problem, Refused, Source, Span
from gonogo.program.compiler import compile_standard
from gonogo.standard.bases import no_base

ROOT = Path(__file__).parent.parent
CASES = sorted((ROOT / "tests" / "problems").glob("*.yaml"))
KEYS = {"code", "path", "line", "column", "text", "says", "severity"}
PATH = "standard.yaml"

HEAD = """gonogo: 1
standard: s
facts:
  fields:
    diameter: {unit: mm, resolution: 0.001}
    torque: {unit: N*m, resolution: 0.1}
    temperature: {unit: degC}
    share: {unit: "%"}
    count: {kind: number}
    type: {one of: [L, M, H]}
    note: {kind: text}
    ok: {kind: flag}
    day: {kind: date}
rules:
  r:
    when: '"""
"""What stands before the expression of a case that only says `when`."""


BORES = """gonogo: 1
standard: bores
facts: {item: id, lot: lot, fields: {bore: {unit: mm, resolution: 0.01}, wear: {unit: min}, ok: {kind: flag}}}
characteristics:
  bore: {at most: 10.02 mm, at least: 9.98 mm, class: major}
rules:
  rough: {when: not ok, class: minor}
  never: {when: wear > 5 min and wear < 3 min}
lots: {rules: {many: {when: nonconforming > 1}}}
"""
"""What the cases of a `causes.yaml` stand beside."""


@dataclass(frozen=True)
class Case:
    """A broken text, and all that is to be said about it."""

    name: str
    text: str
    problems: tuple[dict[str, object], ...]
    is_expression: bool
    bases: dict[str, str] | None = None
    are_causes: bool = False

    @property
    def found(self) -> tuple[Problem, ...]:
        """All that is said; what a case extends stands in its `bases`, or it is a text without files."""
        if self.are_causes:
            return causes_problems(self.text)
        text = f"{HEAD}{self.text.replace(chr(39), chr(39) * 2)}'\n" if self.is_expression else self.text
        find_base = no_base if self.bases is None else beside({PATH: text, **self.bases})
        try:
            return compile_standard(Source(PATH, text), find_base).warnings
        except Refused as refused:
            return refused.problems


def causes_problems(text: str) -> tuple[Problem, ...]:
    """All that is said of a `causes.yaml` beside a small standard of bores."""
    standard = Standard(compile_standard(Source("bores.yaml", BORES)))
    try:
        return causes_of(Source(PATH, text), standard).warnings
    except Refused as refused:
        return refused.problems


def load_cases() -> list[Case]:
    """All cases; a case that asserts nothing, or not exactly, is refused."""
    cases = []
    for path in CASES:
        for written in yaml.safe_load(path.read_text(encoding="utf-8")):
            name = f"{path.stem}: {written.get('name')}"
            what = ({"name", kind, "problems"} for kind in ("standard", "when", "causes"))
            assert {*written} - {"bases"} in what, name
            assert written["problems"], f"{name} asserts nothing"
            for problem in written["problems"]:
                assert {"code", "line", "column", "text"} <= set(problem) <= KEYS, name
            text = next(written[kind] for kind in ("when", "standard", "causes") if kind in written)
            told = tuple(written["problems"])
            cases.append(Case(name, text, told, "when" in written, written.get("bases"), "causes" in written))
    return cases


ALL = load_cases()


def place_of(problem: Problem, case: Case) -> tuple[str, int | None, int | None, str | None]:
    if not isinstance(problem.place, Span):
        return problem.place, None, None, None
    text, path = problem.place.text, problem.place.source.path
    if not case.is_expression:
        return path, problem.place.line, problem.place.column, text
    before = HEAD[HEAD.rindex("\n") + 1 :]
    return path, 1, problem.place.column - len(before), text.replace("''", "'")


@pytest.mark.parametrize("case", ALL, ids=[case.name for case in ALL])
def test_each_problem_is_told_at_its_place(case: Case) -> None:
    told = [(problem.code, *place_of(problem, case), problem.severity) for problem in case.found]
    asked = [
        (p["code"], p.get("path", PATH), p["line"], p["column"], p["text"], p.get("severity", "error"))
        for p in case.problems
    ]
    assert told == asked, "\n".join(map(str, case.found))
    for problem, wanted in zip(case.found, case.problems, strict=True):
        assert str(wanted.get("says", "")) in str(problem)


@pytest.mark.parametrize("case", ALL, ids=[case.name for case in ALL])
def test_messages_speak_the_language_of_their_readers(case: Case) -> None:
    for problem in case.found:
        said = re.sub(r"`[^`]*`", "`…`", f"{problem.what}; {problem.mend}")
        assert said[0].islower() or said[0] == "`" or said.startswith("YAML"), said
        assert not re.search(r"\b(None|True|False|str|int|dict|tuple|Fraction|NoneType|exception|object)\b", said), said
        assert not problem.what.endswith("."), said
        assert not problem.mend.endswith("."), said


# ---------------------------------------------------------------------------------------- codes and their pages

CODE = re.compile(
    r'(?:error|warn|refuse|refusal|stop|Problem|UnitError|LIMIT,)[( ]\s*(?:code := )?"([a-z]+(?:-[a-z]+)*)"[,)]'
)


def codes_in(*folders: str) -> set[str]:
    """The codes that are spelled out where problems are made, in the files of these folders."""
    texts = [path.read_text(encoding="utf-8") for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return {code for text in texts for code in CODE.findall(text)}


def entries() -> list[str]:
    page = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    return re.findall(r"^## `([a-z-]+)`$", page, re.MULTILINE)


def test_every_code_of_the_compiler_has_a_case() -> None:
    codes = codes_in("engine/gonogo/standard", "engine/gonogo/program")
    assert len(codes) > 30
    assert codes <= {str(problem["code"]) for case in ALL for problem in case.problems}


def test_every_code_has_an_entry_and_every_entry_is_complete() -> None:
    page = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    assert entries() == sorted(set(entries()))
    assert codes_in("engine/gonogo", "cli/gonogo_cli") <= set(entries())
    for section in page.split("\n## ")[1:]:
        assert "*What.*" in section, section[:40]
        assert "*Avoid.*" in section, section[:40]
        assert "*Prefer.*" in section, section[:40]


def test_there_are_cases_enough_and_each_has_its_own_name() -> None:
    assert len(ALL) >= 90
    assert len({case.name for case in ALL}) == len(ALL)

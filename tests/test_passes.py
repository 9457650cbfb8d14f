"""Each pass of the compiler, seen through the text of a small program before and after it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from gonogo.problems import Source
from gonogo.program.compiler import PASS_NAMES, programs_after
from gonogo.program.text import program_text

ROOT = Path(__file__).parent.parent
FIXTURES = Path(__file__).parent / "passes"
KEYS = {"name", "standard", "shows", "before", "after"}


def load_cases(name: str) -> list[dict[str, object]]:
    """The cases of one pass; one that shows no difference asserts nothing, and is refused."""
    cases: list[dict[str, object]] = yaml.safe_load((FIXTURES / f"{name}.yaml").read_text(encoding="utf-8"))
    for case in cases:
        assert set(case) == KEYS if name != "resolve" else set(case) == KEYS - {"before"}, case.get("name")
        assert case.get("before") != case["after"], case["name"]
    return cases


def sections_of(text: str) -> Mapping[str, str]:
    """The sections of a program's text, by their titles."""
    heading, *sections = text.split("\n\n")
    return {"heading": heading, **{part.partition(":\n")[0]: part.strip() for part in sections}}


def shown(case: Mapping[str, object], name: str) -> str:
    source = Source("standard.yaml", str(case["standard"]))
    sections = sections_of(program_text(programs_after(source, name)[0]))
    wanted = case["shows"]
    assert isinstance(wanted, list)
    return "\n".join(sections[title] for title in wanted if title in sections)


CASES = [(name, case) for name in PASS_NAMES for case in load_cases(name)]


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}: {case['name']}" for name, case in CASES])
def test_the_pass_does_what_its_fixture_shows(name: str, case: Mapping[str, object]) -> None:
    if name != "resolve":
        previous = PASS_NAMES[PASS_NAMES.index(name) - 1]
        assert shown(case, previous) == str(case["before"]).strip()
    assert shown(case, name) == str(case["after"]).strip()


@pytest.mark.parametrize("name", PASS_NAMES)
def test_every_pass_has_its_fixture_and_file(name: str) -> None:
    assert len(load_cases(name)) >= 2
    assert (ROOT / "engine" / "gonogo" / "program" / "passes" / f"{name}.py").exists()


@pytest.mark.parametrize("pack", ["milling-cell", "turned-shaft", "malting-barley"])
@pytest.mark.parametrize("name", PASS_NAMES)
def test_the_text_of_a_program_is_stable_and_tells_no_place(pack: str, name: str) -> None:
    text = (ROOT / "rules" / pack / "standard.yaml").read_text(encoding="utf-8")
    moved = "\n\n# a comment moves every line\n" + text
    said = program_text(programs_after(Source("standard.yaml", text), name)[0])
    assert said == program_text(programs_after(Source("elsewhere.yaml", moved), name)[0])
    assert "standard.yaml" not in said
    assert said.endswith("\n")
    assert not any(line.endswith(" ") for line in said.splitlines())

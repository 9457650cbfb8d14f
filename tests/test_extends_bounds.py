"""Standards that extend each other are bounded together, need no files to be compiled again, and never stop a line."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from documents import beside
from gonogo.problems import Problem, Refused, Source, Span
from gonogo.program.compiler import compile_standard
from gonogo.program.text import program_text
from gonogo.standard import bases
from gonogo.standard.bases import among
from gonogo.standard.reader import Node, Scalar
from test_document_fuzz import STANDARDS, check, mutate
from test_extends import BASE, EXTENSION, HEAD, compiled, node


def refused(source: Source, files: Mapping[str, str]) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as told:
        compile_standard(source, beside(files))
    return told.value.problems


# -------------------------------------------------------------------------------------------------------- bounds


def chain(length: int) -> dict[str, str]:
    files = {f"{n}.yaml": f"gonogo: 1\nstandard: s\nversion: 1\nextends: {n + 1}.yaml\n" for n in range(1, length)}
    return files | {f"{length}.yaml": BASE}


def test_ten_standards_may_stand_behind_each_other_and_no_more() -> None:
    files = chain(10)
    assert len(compile_standard(Source("1.yaml", files["1.yaml"]), beside(files)).written.sources) == 10
    files = chain(11)
    [problem] = refused(Source("1.yaml", files["1.yaml"]), files)
    assert str(problem).startswith("10.yaml:4:10: more than 10 standards extend each other here")
    assert problem.code == "too-large"


def test_an_endless_chain_of_new_paths_ends() -> None:
    def find(_named: str, path: str) -> Source:
        return Source(f"x/{path}", "gonogo: 1\nstandard: s\nversion: 1\nextends: again.yaml\n")

    with pytest.raises(Refused, match=r"too-large"):
        compile_standard(find("", "again.yaml"), find)


def test_all_documents_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"base.yaml": BASE, "site.yaml": EXTENSION}
    size = len(EXTENSION) + len(BASE)
    monkeypatch.setattr(bases, "LARGEST_DOCUMENT", size)
    compile_standard(Source("site.yaml", EXTENSION), beside(files))
    monkeypatch.setattr(bases, "LARGEST_DOCUMENT", size - 1)
    [problem] = refused(Source("site.yaml", EXTENSION), files)
    assert (problem.code, problem.as_dict()["line"], problem.as_dict()["path"]) == ("too-large", 4, "site.yaml")
    assert f"{size - 1:,} characters" in problem.what


def test_the_values_of_all_documents_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"base.yaml": BASE, "site.yaml": EXTENSION}
    values = 1 + 2 * EXTENSION.count(":") + _values(node(BASE))
    monkeypatch.setattr(bases, "MOST_NODES", values)
    compile_standard(Source("site.yaml", EXTENSION), beside(files))
    monkeypatch.setattr(bases, "MOST_NODES", values - 1)
    [problem] = refused(Source("site.yaml", EXTENSION), files)
    assert problem.code == "too-large"
    assert f"{values - 1:,} values" in problem.what


def _values(of: Node) -> int:
    if isinstance(of, Scalar):
        return 1
    return 1 + sum(_values(part) for item in of.items for part in (item if isinstance(item, tuple) else (item,)))


# --------------------------------------------------------------------------------------------- without the files


def test_a_standard_is_compiled_again_from_its_sources() -> None:
    """As workers of a cluster do, who have no files."""
    first = compiled("withdraw: [both]\n", base=EXTENSION.replace("base.yaml", "last.yaml"), last=BASE)
    again = compile_standard(first.written.sources[0], among(first.written.sources))
    assert again.written.hash == first.written.hash
    assert again.written.sources == first.written.sources
    assert program_text(again.program) == program_text(first.program)


# ---------------------------------------------------------------------------------------------------------- fuzz

BLOWS = 150
TURNED = f"""{HEAD}extends: base.yaml
withdraw: [deburring-ineffective, certificate-number]
facts: {{fields: {{hardness: {{unit: HRC}}}}, derived: {{twice: 2 * runout}}}}
parameters: {{limit: 0.04 mm}}
characteristics:
  runout: {{at most: 0.03 mm, class: minor}}
rules:
  colour: {{when: colour = red, class: major}}
  wobbly: {{when: twice > limit and found(runout)}}
"""


@pytest.mark.parametrize("seed", range(10))
def test_mutated_standards_that_extend_each_other_compile_or_are_refused(seed: int) -> None:
    kept = 0
    for number in range(BLOWS // 10):
        chance = random.Random(f"{seed} {number}")
        files = {"site.yaml": TURNED, "base.yaml": STANDARDS["turned-shaft"]}
        for name in chance.choice([["site.yaml"], ["base.yaml"], [*files]]):
            files[name] = mutate(files[name], chance)
        kept += check(files["site.yaml"], number, "site.yaml", beside(files))
    assert kept < BLOWS // 10


def test_the_standards_that_are_mutated_are_right() -> None:
    files = {"site.yaml": TURNED, "base.yaml": STANDARDS["turned-shaft"]}
    assert check(files["site.yaml"], 0, "site.yaml", beside(files))


@pytest.mark.parametrize(
    "name", ['"\\0"', "/", ".", "..", "~", "''", "*a", "&a x", "|\n  x", "{}", "[", '"\\ud800"', "x" * 9999]
)
def test_a_hostile_name_is_one_problem_at_its_place(name: str) -> None:
    text = f"{HEAD}extends: {name}\n"
    for problem in refused(Source("site.yaml", text), {"site.yaml": text}):
        assert isinstance(problem.place, Span)
        assert problem.place.line >= 4
        assert len(str(problem)) < 400

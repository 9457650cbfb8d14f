"""The corpus: each sentence of the language's meaning as a case, run on every way there is to judge it.

A case is `{name, standard, facts, verdicts}`; it may add `fields` (kept short: `unknown` names what is missing). A
verdict is `{outcome, class, disposition, findings, unknown}`; `outcome` and `findings` must be said.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from gonogo.facts import FactsOptions
from gonogo.facts.columns import Columns
from gonogo.inspection.one_by_one import Inspection
from gonogo.pack import Standard
from gonogo.problems import Source
from gonogo.program.compiler import compile_standard
from gonogo.verdict import Verdict
from reference import answer, answered

FOLDER = Path(__file__).parent / "corpus"
KEYS = {"outcome", "class", "disposition", "findings", "unknown", "applies"}


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    standard: str
    facts: tuple[Mapping[str, Any], ...]
    verdicts: tuple[Mapping[str, Any], ...]


class NoCase(Exception):
    """A case that asserts nothing, or something else than its author thinks."""


class _Texts(yaml.SafeLoader):
    """Facts stand in the corpus as the text of their cells: `8.60` is `8.60`, and `yes` is `yes`."""


_Texts.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(text: str, place: str) -> list[Case]:
    """The cases of one file; raises `NoCase`."""
    found = []
    for raw in yaml.load(text, _Texts) or []:  # noqa: S506  # a safe loader that makes text only
        name = f"{place}: {raw.get('name')}"
        if set(raw) != {"name", "standard", "facts", "verdicts"} or not raw["name"]:
            raise NoCase(f"{name} has the keys {sorted(raw)}")
        if not raw["facts"] or len(raw["facts"]) != len(raw["verdicts"]):
            raise NoCase(f"{name} has {len(raw['facts'])} facts and {len(raw['verdicts'])} verdicts")
        for verdict in raw["verdicts"]:
            if not {"outcome", "findings"} <= set(verdict) <= KEYS:
                raise NoCase(f"{name} has a verdict with the keys {sorted(verdict)}")
        found.append(Case(raw["name"], raw["standard"], tuple(raw["facts"]), tuple(raw["verdicts"])))
    if not found:
        raise NoCase(f"{place} holds no case")
    return found


CASES = [case for path in sorted(FOLDER.glob("*.yaml")) for case in load(path.read_text("utf-8"), path.name)]


def compiled(text: str) -> Standard:
    head = "gonogo: 1\nstandard: case\n"
    return Standard(compile_standard(Source("standard.yaml", head + text)))


def assert_verdict(verdict: Verdict, expected: Mapping[str, Any]) -> None:
    said = answered(verdict)
    got = {
        "outcome": said.outcome,
        "class": said.class_,
        "disposition": said.disposition,
        "findings": sorted(said.findings),
        "unknown": {unknown.rule: sorted(unknown.missing) for unknown in verdict.unknown},
        "applies": "yes" if verdict.answer.applies else "no",
    }
    wanted = {key: value for key, value in expected.items() if key not in ("findings", "unknown")}
    wanted["findings"] = sorted(expected["findings"])
    wanted["unknown"] = {rule: sorted(names) for rule, names in (expected.get("unknown") or {}).items()}
    assert {key: got[key] for key in wanted} == wanted


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_case_holds(case: Case) -> None:
    standard = compiled(case.standard)
    for fact, expected in zip(case.facts, case.verdicts, strict=True):
        verdict = standard.judge(dict(fact))
        assert_verdict(verdict, expected)
        verdict.explain().as_dict()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_case_holds_in_the_reference(case: Case) -> None:
    standard = compiled(case.standard)
    program = standard.compiled.exact
    for fact in case.facts:
        recorded = {field.name for field in program.fields if field.column in fact}
        assert answered(standard.judge(dict(fact))) == answer(program, Columns(program).exact(fact), recorded)


@pytest.mark.parametrize(
    "make", [Decimal, float, int, date.fromisoformat, datetime.fromisoformat], ids=lambda m: m.__name__
)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_case_holds_for_values_as_programs_hold_them(case: Case, make: Any) -> None:
    standard = compiled(case.standard)
    kinds = {field.column: field.type.kind.value for field in standard.compiled.exact.fields}
    shared = [field.column for field in standard.compiled.exact.fields]
    for fact, expected in zip(case.facts, case.verdicts, strict=True):
        cells = {
            column: _made(cell, make, kinds.get(column, "text")) if shared.count(column) == 1 else cell
            for column, cell in fact.items()
        }
        assert_verdict(standard.judge(cells), expected)


def _made(cell: Any, make: Any, kind: str) -> Any:
    """The cell as a number, date or time, where it is one and that loses nothing."""
    wanted = {"number": (Decimal, float, int), "date": (date.fromisoformat,), "time": (datetime.fromisoformat,)}
    if not isinstance(cell, str) or make not in wanted.get(kind, ()):
        return cell
    try:
        value = make(cell)
        if make is float and Fraction(repr(value)) != Fraction(cell.strip()):
            return cell
    except (ValueError, ArithmeticError):
        return cell
    return value if not isinstance(value, float | Decimal) or math.isfinite(value) else cell


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_order_of_the_case_never_matters(case: Case) -> None:
    document = yaml.compose(f"gonogo: 1\nstandard: case\n{case.standard}")
    assert document is not None
    _reverse(document)
    text = yaml.serialize(document, allow_unicode=True, width=10**6)
    standard = Standard(compile_standard(Source("standard.yaml", text)))
    for fact, expected in reversed(list(zip(case.facts, case.verdicts, strict=True))):
        assert_verdict(standard.judge(dict(reversed(fact.items()))), expected)


def _reverse(node: yaml.Node) -> None:
    """Turn the members of every mapping round; quotes stay quotes."""
    children = [child for pair in node.value for child in pair] if isinstance(node, yaml.MappingNode) else node.value
    for child in children if isinstance(node, yaml.CollectionNode) else ():
        _reverse(child)
    if isinstance(node, yaml.MappingNode):
        node.value.reverse()


def test_the_corpus_is_large_and_its_names_are_its_own() -> None:
    names = [case.name for case in CASES]
    assert len(names) >= 60
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[{name: a, standard: s, facts: [], verdicts: []}]",
        "[{name: a, standard: s, facts: [{x: 1}], verdicts: []}]",
        "[{name: a, standard: s, facts: [{x: 1}], verdicts: [{}]}]",
        "[{name: a, standard: s, facts: [{x: 1}], verdicts: [{outcome: conforming}]}]",
        "[{name: a, standard: s, facts: [{x: 1}], verdicts: [{outcome: conforming, findings: [], clas: major}]}]",
        "[{name: a, standard: s, facts: [{x: 1}]}]",
    ],
)
def test_a_case_that_asserts_nothing_is_refused(text: str) -> None:
    with pytest.raises(NoCase):
        load(text, "here")


COMMA_WORDS = """
facts:
  item: id
  missing words: ["9,99"]
  fields:
    a: {unit: mm, resolution: 0.01}
rules:
  long: {when: a > 20 mm, class: major}
"""


@pytest.mark.parametrize("order", [("c",), ("p", "c"), ("c", "p")])
def test_what_one_file_taught_is_not_believed_of_another_with_other_decimal_signs(
    order: tuple[str, ...], tmp_path: Path
) -> None:
    contents = {"c": "id;a\n1;12,50\n2;9,99\n", "p": "id,a\n3,9.99\n"}
    for name, content in contents.items():
        (tmp_path / f"{name}.csv").write_text(content)
    paths = [str(tmp_path / f"{name}.csv") for name in order]
    inspection = Inspection(compiled(COMMA_WORDS), paths, FactsOptions(), lambda _: None, lambda _: None)
    outcomes = {verdict.item: verdict.outcome for verdict in inspection}
    assert outcomes["2"] == "indeterminate"
    assert outcomes.get("3", "conforming") == "conforming"

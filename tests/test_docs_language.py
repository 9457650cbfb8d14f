"""The page on the language tells the truth: its standards compile, its expressions are read, its bounds hold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from documents import beside
from gonogo.problems import Source
from gonogo.program import compiler
from gonogo.program.passes import size
from gonogo.standard import bases, document, expression, model, reader, requirements, tables, tokens

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


STANDARDS = blocks("yaml")
NUMBERS = {10: "ten"}
EXPRESSIONS = [line for block in blocks("expressions") for line in block.splitlines()]


@pytest.mark.parametrize("text", STANDARDS, ids=range(len(STANDARDS)))
def test_every_standard_on_the_page_compiles_without_a_warning(text: str) -> None:
    assert compiler.compile_standard(Source("language.md", text)).warnings == ()


@pytest.mark.parametrize("line", EXPRESSIONS)
def test_every_expression_on_the_page_is_read(line: str) -> None:
    rule = f"  shown-on-the-page:\n    when: '{line.replace(chr(39), chr(39) * 2)}'\n\ndispositions:"
    text = STANDARDS[0].replace("\ndispositions:", f"{rule}")
    assert "shown-on-the-page" in text
    compiled = compiler.compile_standard(Source("language.md", text))
    assert any(rule.name == "shown-on-the-page" for rule in compiled.program.rules)


@pytest.mark.parametrize("fragment", blocks("yaml fragment"))
def test_every_fragment_fits_into_the_standard(fragment: str) -> None:
    rules = fragment.partition("\n")[2]
    text = STANDARDS[0].replace("\ndispositions:", f"{rules}\ndispositions:")
    compiled = compiler.compile_standard(Source("language.md", text))
    assert len(compiled.program.rules) > len(
        compiler.compile_standard(Source("language.md", STANDARDS[0])).program.rules
    )


def test_what_extends_the_standard_is_what_the_page_says() -> None:
    [extension] = blocks("yaml extension")
    files = {"site-b/standard.yaml": extension, "company/standard.yaml": STANDARDS[0]}
    whole = compiler.compile_standard(Source("site-b/standard.yaml", extension), beside(files))
    base = compiler.compile_standard(Source("language.md", STANDARDS[0]))
    assert whole.warnings == ()
    names = [rule.name for rule in base.exact.rules]
    withdrawn = {"deburred-in-vain", "grade"}
    assert withdrawn <= {*names}
    assert sorted(rule.name for rule in whole.exact.rules) == sorted({*names, "runout"} - withdrawn)
    assert whole.written.characteristics["hardness"].requirement.applies is None
    assert base.written.characteristics["hardness"].requirement.applies is not None
    assert whole.written.title == base.written.title
    assert f"up to {NUMBERS[bases.MOST_DOCUMENTS]} standards in all" in PAGE
    assert f"{bases.MOST_DOCUMENTS} standards that extend each other" in PAGE


def test_every_key_of_the_language_is_on_the_page() -> None:
    keys = {*document._TOP, *document._FACTS, *requirements._CHARACTERISTIC}
    keys |= {"when", "then", "otherwise", "column", "kind", "unit", "resolution", "rounding", "optional", "is", "by"}
    keys |= {*tables._TABLE, *tables._NOTES, *get_args(model.Hit), "missing", "present"}
    assert not {key for key in keys if not re.search(rf"\b{re.escape(key)}\b", PAGE)}
    assert not {word for word in (*tokens.KEYWORDS, *expression.FUNCTIONS) if not re.search(rf"\b{word}\b", PAGE)}


def test_the_bounds_on_the_page_are_those_of_the_code() -> None:
    assert reader.LARGEST_DOCUMENT // 10**6 == 8
    assert f"{reader.MOST_NODES:,} values" in PAGE
    assert f"{reader.DEEPEST_NESTING} levels of YAML" in PAGE
    assert f"{tokens.LONGEST_EXPRESSION:,}" in PAGE
    assert f"{expression.DEEPEST} levels of brackets and {expression.TALLEST} operations" in re.sub(r"\s+", " ", PAGE)
    assert f"{tokens.MOST_DIGITS} digits a number, {size.LARGEST_DEGREE} fields in a product" in PAGE
    assert f"{size.MOST_NODES:,} operations a standard" in PAGE
    assert f"{tables.MOST_CELLS:,} cells a decision table" in PAGE

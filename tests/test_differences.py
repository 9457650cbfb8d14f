"""What two versions of a standard say differently: pairs of versions, properties, and versions from git."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import gonogo
from gonogo.pack import Standard
from gonogo.problems import Source
from gonogo.program.compiler import compile_standard

PAIRS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "diffs" / "pairs.yaml").read_text("utf-8"))


def version(text: str) -> Standard:
    return Standard(compile_standard(Source("bores.yaml", text)))


def edited(changes: Mapping[str, str]) -> Standard:
    text = str(PAIRS["base"])
    for old, new in changes.items():
        assert text.count(old) >= 1, f"there is no `{old}` to replace"
        text = text.replace(old, new)
    return version(text)


def told(difference: gonogo.Difference) -> str:
    key = f" ({difference.key})" if difference.key not in ("", "condition", "line", "value") else ""
    return f"{difference.what} {difference.name}{key} {difference.effect}"


BASE = version(PAIRS["base"])


@pytest.mark.parametrize("name", PAIRS["same"])
def test_what_says_the_same_is_no_difference(name: str) -> None:
    new = edited(PAIRS["same"][name])
    assert [told(each) for each in gonogo.differences(BASE, new)] == []
    assert [told(each) for each in gonogo.differences(new, BASE)] == []


@pytest.mark.parametrize("name", PAIRS["different"])
def test_what_says_something_else_is_told(name: str) -> None:
    changes, expected = PAIRS["different"][name]
    new = edited(changes)
    found = gonogo.differences(BASE, new)
    assert [told(each) for each in found] == expected
    back = {"tightened": "loosened", "loosened": "tightened", "added": "withdrawn", "withdrawn": "added"}
    turned = sorted((each.what, each.name, each.key, back.get(each.effect, each.effect)) for each in found)
    again = sorted((each.what, each.name, each.key, each.effect) for each in gonogo.differences(new, BASE))
    if not any(each.what == "disposition" for each in found):  # of lines that change places either may be the one
        assert again == turned

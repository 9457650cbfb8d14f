"""The entries of the list of problems, `docs/problems.md`: what each code means, what to avoid and what to prefer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve()
PLACES = (HERE.with_name("problems.md"), HERE.parents[2] / "docs" / "problems.md")
"""Where the list lies: beside this file where gonogo is installed, in `docs` in a checkout."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    Parameters
    ----------
    what : str
        Its first sentences, as plain text.
    markdown : str
        All of it.
    """

    code: str
    what: str
    markdown: str


def entry_of(code: str) -> Entry | None:
    """The entry of a code; None where there is none."""
    return _entries().get(code)


@cache
def _entries() -> dict[str, Entry]:
    page = next((path.read_text(encoding="utf-8") for path in PLACES if path.is_file()), "")
    parts = re.split(r"^## `([^`]+)`\n", page, flags=re.MULTILINE)
    return {code: _entry(code, text.strip()) for code, text in zip(parts[1::2], parts[2::2], strict=True)}


def _entry(code: str, markdown: str) -> Entry:
    what = re.match(r"\*What\.\*\s+(.*?)(?:\n\n|\Z)", markdown, re.DOTALL)
    return Entry(code, " ".join(what[1].split()).replace("`", "") if what else code, markdown)

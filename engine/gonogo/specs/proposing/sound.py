"""A sound item, from which proposed specs start: of the pack's sample facts, or made up."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from gonogo.facts import FactsOptions
from gonogo.inspection.one_by_one import Inspection
from gonogo.pack import Standard
from gonogo.problems import Problem, Refused
from gonogo.program.ir import Kind
from gonogo.specs.proposing.search import Item, Search

SAMPLE: Final = "sample.csv"
MOST_ROWS: Final = 2_000
MOST_TEXTS: Final = 20

Texts = Mapping[str, tuple[str, ...]]
"""Of fields that hold text, what was met there."""


def sound_item(standard: Standard) -> tuple[Item, Texts]:
    """An item that conforms, with a value in every field; and the texts of the sample facts.

    Raises
    ------
    Refused
        Where none is found.
    """
    path = Path(standard.path).parent / SAMPLE
    found, texts = _sampled(standard, path) if path.is_file() else (None, {})
    return found or _made_up(standard, texts), texts


def _sampled(standard: Standard, path: Path) -> tuple[Item | None, Texts]:
    search = Search(standard.judging)
    words = [name for name, each in search.fields.items() if each.type.kind is Kind.TEXT and not each.one_of]
    found: Item | None = None
    texts: dict[str, dict[str, None]] = {name: {} for name in words}
    with suppress(Refused):
        for number, verdict in enumerate(Inspection(standard, (str(path),), FactsOptions(), _ignore, _ignore)):
            if found is None and verdict.outcome == "conforming" and verdict.is_complete:
                found = dict(verdict.cells)
            values = search.values(verdict.cells) if words else {}
            for name in words:
                value = values.get(search.fields[name].name)
                if isinstance(value, str) and len(texts[name]) < MOST_TEXTS:
                    texts[name][value] = None
            if number >= MOST_ROWS or (found is not None and not words):
                break
    return found, {name: tuple(values) for name, values in texts.items()}


def _made_up(standard: Standard, texts: Texts) -> Item:
    search = Search(standard.judging, texts)
    item: Item = {}
    for name, known in search.fields.items():
        item = search.put(item, name, search.default(known))
    propositions = {each.name: each.when for each in search.program.propositions}
    applies = ((propositions[search.program.applies], True),) if search.program.applies else ()
    goal = (*applies, *((propositions[rule.name], False) for rule in search.program.rules))
    found = next(search.reach(goal, item), None)
    if found is None or search.judge.judge(found)[0].outcome != "conforming":
        what, mend = "no item is found that conforms, to start from", f"put one into `{SAMPLE}` beside the standard"
        raise Refused([Problem("no-sound-item", standard.path, what, mend)])
    return found


def _ignore(*_told: object) -> None:
    pass

"""A sound item, from which proposed specs start: of the pack's sample facts, or made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Sound:
    """An item that conforms, with a value in every field.

    Parameters
    ----------
    item : dict
        Its values, by field.
    origin : str
        Where it comes from, in words.
    texts : dict
        Of fields that hold text, what the sample facts hold.
    """

    item: Item
    origin: str
    texts: Texts


def sound_item(standard: Standard) -> Sound:
    """An item of the sample facts, or one that is made up.

    Raises
    ------
    Refused
        Where none is found.
    """
    path = Path(standard.path).parent / SAMPLE
    if not path.is_file():
        return _made_up(standard, {}, f"there is no `{SAMPLE}` beside the standard")
    return _sampled(standard, path)


def _sampled(standard: Standard, path: Path) -> Sound:
    search = Search(standard.judging)
    words = [name for name, each in search.fields.items() if each.type.kind is Kind.TEXT and not each.one_of]
    found, origin, why = None, "", f"no item of `{SAMPLE}` conforms with a value in every field"
    held: dict[str, dict[str, None]] = {name: {} for name in words}
    try:
        for number, verdict in enumerate(Inspection(standard, (str(path),), FactsOptions(), _ignore, _ignore), 1):
            if found is None and verdict.outcome == "conforming" and verdict.is_complete:
                found, origin = dict(verdict.cells), f"item {verdict.item or number} of `{SAMPLE}`"
            values = search.values(verdict.cells) if words else {}
            for name in words:
                value = values.get(search.fields[name].name)
                if isinstance(value, str) and len(held[name]) < MOST_TEXTS:
                    held[name][value] = None
            if number > MOST_ROWS or (found is not None and not words):
                break
    except Refused as refused:
        why = f"`{SAMPLE}` can't be read: {refused.problems[0].what}"
    texts = {name: tuple(values) for name, values in held.items()}
    return _made_up(standard, texts, why) if found is None else Sound(found, origin, texts)


def _made_up(standard: Standard, texts: Texts, why: str) -> Sound:
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
    return Sound(found, f"made up: {why}", texts)


def _ignore(*_told: object) -> None:
    pass

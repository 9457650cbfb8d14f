"""Items and verdicts in the words of specs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from gonogo.facts.columns import Exact
from gonogo.levels.verdict import LevelVerdict
from gonogo.pack import Standard
from gonogo.problems import Refused
from gonogo.program.ir import Kind, Rule
from gonogo.program.readable import shown
from gonogo.specs.proposing.search import Item, Search
from gonogo.specs.scene import Said, Scene


class Phrasing:
    """Says what items of one standard are like, and plays it.

    Parameters
    ----------
    pack : str
        The pack, as a spec names it.
    sound : mapping
        The cells of an item that conforms; `item` is the same in words.
    """

    def __init__(self, standard: Standard, pack: str, sound: Item) -> None:
        self._standard = standard
        self._pack = pack
        self._search = Search(standard.judging)
        values = self._search.values(sound)
        self.fields = tuple(self._search.fields)
        self.sound = {name: values.get(each.name) for name, each in self._search.fields.items()}
        told = self.sound.items()
        self.item = tuple((called(name), self.text(name, value)) for name, value in told if value is not None)
        self._cells = self._begun().cells

    def text(self, name: str, value: Exact | None) -> str:
        """A value; nothing where it is missing."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return value if value.strip() == value and value[:1] not in ('"', "") else f'"{value}"'
        return shown(value, self._search.fields[name].type)

    def given(self, name: str, told: str) -> str:
        """A step that gives an item a value."""
        if not told:
            return f"its {called(name)} is not known"
        is_flag = self._search.fields[name].type.kind is Kind.FLAG and told in ("yes", "no")
        return f"it is {'' if told == 'yes' else 'not '}{called(name)}" if is_flag else f"its {called(name)} is {told}"

    def scene(self) -> Scene:
        """A scene with the sound item."""
        scene = Scene(Path(self._standard.path).parent, self._pack, cells=dict(self._cells), has_item=True)
        scene.judge_by(self._standard)
        return scene

    def _begun(self) -> Scene:
        scene = Scene(Path(self._standard.path).parent, self._pack)
        scene.judge_by(self._standard)
        scene.begin()
        for name, value in self.item:
            scene.put(name, value)
        return scene

    def played(self, values: Mapping[str, str]) -> Said | None:
        """What is said of the sound item with other values; None where the words do not bring them about."""
        scene = self.scene()
        try:
            for name, told in values.items():
                scene.put(called(name), told)
            return scene.verdict
        except Refused:
            return None


def called(name: str) -> str:
    """A field, in words where that can't be misread."""
    words = name.replace("_", " ")
    return name if " is " in f" {words} " or " not " in f" {words} " else words


def titles(rules: Iterable[Rule]) -> dict[str, str]:
    """What rules are called, each unlike the others."""
    plainly = {rule.name: (rule.title or rule.name).replace("<", "(").replace(">", ")") for rule in rules}
    told = {name: " ".join(title.split()) for name, title in plainly.items()}
    plain = list(told.values())
    return {name: title if plain.count(title) == 1 else name for name, title in told.items()}


def outcome_words(verdict: Said) -> str:
    """Outcome, class and findings."""
    found = [f'"{finding.name}"' for finding in verdict.findings]
    because = f", because of {joined(found)}" if found else ""
    return f"{verdict.outcome}{f', class {verdict.class_}' if verdict.class_ else ''}{because}"


def expected(verdict: Said) -> list[str]:
    """Steps that expect a verdict."""
    subject, whose = ("the lot", "the lot's") if isinstance(verdict, LevelVerdict) else ("it", "its")
    lines = [f"{subject} is {outcome_words(verdict)}"]
    return [*lines, f'{whose} disposition is "{verdict.disposition}"'] if verdict.disposition else lines


def steps(given: Sequence[str], then: Sequence[str], when: str = "it is inspected") -> tuple[str, ...]:
    """A scenario's steps, with their keywords."""

    def keyed(keyword: str, lines: Sequence[str]) -> Iterator[str]:
        yield from (f"{'And' if number else keyword} {line}" for number, line in enumerate(lines))

    return (*keyed("Given", given), f"When {when}", *keyed("Then", then))


def joined(words: Iterable[str]) -> str:
    """Words as a person lists them."""
    told = list(words)
    return f"{', '.join(told[:-1])}{' and ' if told[:-1] else ''}{told[-1]}"

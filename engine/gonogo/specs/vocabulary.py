"""The words of specs: each step that there is, an example of it, and what it does in a scene."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal, TypeAlias

from gonogo.problems import Problem, Refused
from gonogo.specs.scene import DONE, Said, Scene

Kind: TypeAlias = Literal["given", "when", "then"]
Table: TypeAlias = "Sequence[Sequence[str]] | None"
Do: TypeAlias = "Callable[[Scene, Mapping[str, str], Table], None]"

_OUTCOME: Final = r"(?P<outcome>conforming|nonconforming|indeterminate)"
_REST: Final = (
    r"(?:, class (?P<class>[\w-]+))?(?:,? because of (?P<rules>\"[^\"]+\"(?:(?:, | and |, and )\"[^\"]+\")*))?"
)
_IS: Final = r"(?:is|would be)"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One step.

    Parameters
    ----------
    kind : {"given", "when", "then"}
        Where it stands; `And` and `But` go on with what is before them.
    pattern : Pattern
        What it matches, whole.
    example : str
        As a person writes it.
    meaning : str
        What it does, in a sentence.
    do : callable
        Does it, with what was matched, and the table below the step.
    """

    kind: Kind
    pattern: re.Pattern[str]
    example: str
    meaning: str
    do: Do


def spec_steps() -> tuple[Phrase, ...]:
    """All steps that specs may have, with an example of each.

    Examples
    --------
    >>> import gonogo
    >>> next(step.example for step in gonogo.spec_steps() if step.kind == "when")
    'it is inspected'
    """
    return PHRASES


def perform(kind: Kind, text: str, scene: Scene, table: Table = None) -> None:
    """Do a step in a scene.

    Raises
    ------
    Unmet
        Where something else is found than it expects.
    Refused
        Where there is no such step, or it names what is not there.
    """
    found = phrase_of(kind, text)
    if found is None:
        raise Refused([unknown_step(kind, text)])
    phrase, match = found
    phrase.do(scene, {name: value for name, value in match.groupdict().items() if value is not None}, table)


def phrase_of(kind: Kind, text: str) -> tuple[Phrase, re.Match[str]] | None:
    """The step that a text is; None where there is none."""
    for phrase in PHRASES:
        if phrase.kind == kind and (match := phrase.pattern.fullmatch(text)):
            return phrase, match
    return None


def unknown_step(kind: Kind, text: str) -> Problem:
    """A step that there is not, with the nearest that there is."""
    own = [phrase.example for phrase in PHRASES if phrase.kind == kind]
    skeletons = {_skeleton(example): example for example in own}
    near = get_close_matches(_skeleton(text[:300]), skeletons, n=1, cutoff=0.4)
    mend = f"the nearest is `{skeletons[near[0]]}`" if near else "`gonogo spec --steps` lists all"
    return Problem("unknown-step", "spec", f"there is no step `{kind.capitalize()} {text[:200]}`", mend)


def _skeleton(text: str) -> str:
    """A step without what differs from one to the next."""
    return re.sub(r"\"[^\"]*\"|[-+]?\d[\w.]*( \S+)?$", "~", text.casefold())


# --------------------------------------------------------------------------------------------------------- the steps


def _phrase(kind: Kind, pattern: str, example: str, meaning: str) -> Callable[[Do], Do]:
    def add(do: Do) -> Do:
        compiled = re.compile(pattern, re.IGNORECASE)
        assert compiled.fullmatch(example), example
        _FOUND.append(Phrase(kind, compiled, example, meaning, do))
        return do

    return add


_FOUND: Final[list[Phrase]] = []


@_phrase("given", r'the standard "(?P<pack>[^"]+)"', 'the standard "turned-shaft"', "judges by that pack")
def _standard(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.use(told["pack"])


@_phrase("given", r"the day is (?P<day>\S+)", "the day is 2026-03-01", "takes the concessions of that day")
def _day(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.on_day(told["day"])


@_phrase(
    "given",
    r'an? .+? like item "(?P<item>[^"]+)" of "(?P<facts>[^"]+)"',
    'a shaft like item "S0002" of "../sample.csv"',
    "takes an item from a file of facts",
)
def _like(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.like(told["item"], told["facts"])


@_phrase(
    "given",
    r"an? .+? whose (?P<field>.+?) is (?P<value>.+)",
    "a shaft whose seat diameter is 24.986 mm",
    "begins an item with one value",
)
def _whose(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.begin()
    scene.put(told["field"], told["value"])


@_phrase(
    "given",
    r"an? .+? with these values:?",
    "a shaft with these values:",
    "begins an item; the table has a row of fields and a row of values, or a row for each field",
)
def _with(scene: Scene, _told: Mapping[str, str], table: Table) -> None:
    scene.begin()
    pairs = list(_pairs(table))
    scene.put_row([name for header, _ in pairs for name in header], [value for _, row in pairs for value in row])


@_phrase(
    "given",
    r'the lot "(?P<lot>[^"]+)" of these .+',
    'the lot "A" of these items:',
    "a lot; the table has a row of fields and a row for each item, or, with a column `count`, for so many",
)
def _lot(scene: Scene, told: Mapping[str, str], table: Table) -> None:
    scene.items(told["lot"], table or ())


@_phrase(
    "given",
    r"its (?P<field>.+?) is not (?:inspected|measured|recorded|known)",
    "its roughness is not inspected",
    "the value is missing",
)
def _missing(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.put(told["field"], "")


@_phrase(
    "given",
    r"its (?P<field>.+?) is (?P<value>.+)",
    "its hardness is 60 HRC",
    "one more value of the item, or another one",
)
def _its(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.put(told["field"], told["value"])


@_phrase("given", r"it is not (?P<field>.+)", "it is not deburred", "a flag of the item is false")
def _is_not(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.put(told["field"], "no")


@_phrase("given", r"it is (?P<field>.+)", "it is deburred", "a flag of the item is true")
def _is(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.put(told["field"], "yes")


@_phrase("given", r'"(?P<node>[^"]+)" is not seen', '"chatter" is not seen', "somebody looked for it in vain")
def _not_seen(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.observe(told["node"], is_seen=False)


@_phrase("given", r'"(?P<node>[^"]+)" is seen', '"overstrain" is seen', "somebody saw it")
def _seen(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.observe(told["node"], is_seen=True)


@_phrase("when", r"it is (?:inspected|judged)", "it is inspected", "judges the item")
def _inspect(scene: Scene, _told: Mapping[str, str], _table: Table) -> None:
    _ = scene.verdict


@_phrase("when", r"the lot is (?:inspected|judged)", "the lot is inspected", "judges the lot")
def _inspect_lot(scene: Scene, _told: Mapping[str, str], _table: Table) -> None:
    _ = scene.lot_verdict


@_phrase(
    "when",
    r"(?:its|the) causes are traced",
    "its causes are traced",
    "finds the root causes of what was found, or seen",
)
def _trace(scene: Scene, _told: Mapping[str, str], _table: Table) -> None:
    _ = scene.trace


@_phrase(
    "when",
    r'the limit "(?P<target>[^"]+)" becomes (?P<value>.+)',
    'the limit "seat_diameter.upper" becomes -0.002 mm',
    "judges by another limit",
)
def _limit(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.change("limit", told["target"], _bare(told["value"]))


@_phrase(
    "when",
    r'the parameter "(?P<target>[^"]+)" becomes (?P<value>.+)',
    'the parameter "hot_limit" becomes 9 K',
    "judges by another parameter",
)
def _parameter(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.change("parameter", told["target"], _bare(told["value"]))


@_phrase("when", r'"(?P<rule>[^"]+)" is withdrawn', '"colour" is withdrawn', "judges without a rule")
def _withdraw(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.change("withdraw", told["rule"])


@_phrase(
    "when", r'the action "(?P<action>[^"]+)" is taken', 'the action "flow-switch" is taken', "takes a corrective action"
)
def _act(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.act(told["action"])


@_phrase(
    "then",
    rf"(?P<lot>it|the lot) {_IS} {_OUTCOME}, because (?P<field>.+?) is missing",
    "it is indeterminate, because roughness is missing",
    "the outcome, and the value that is missing",
)
def _because_missing(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.expect_missing(told["outcome"].lower(), told["field"])


@_phrase(
    "then",
    rf"(?P<lot>it|the lot) {_IS} {_OUTCOME}{_REST}",
    'it is nonconforming, class major, because of "seat_diameter"',
    "the outcome; and, where they are told, the class and exactly these rules",
)
def _outcome(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    rules = re.findall(r'"([^"]+)"', told.get("rules", ""))
    scene.expect_outcome(_said(scene, told), told["outcome"].lower(), told.get("class"), rules)


@_phrase(
    "then",
    rf"(?P<lot>it|the lot) {_IS} (?:to be )?(?P<done>{'|'.join(DONE)})",
    "it is to be reworked",
    "the disposition",
)
def _disposition(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.expect_disposition(_said(scene, told), told["done"])


@_phrase(
    "then",
    r'(?P<lot>its|the lot\'s) disposition is "(?P<done>[^"]+)"',
    'its disposition is "hold"',
    "the disposition, as the standard calls it",
)
def _disposition_named(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.expect_disposition(_said(scene, told), told["done"])


@_phrase("then", r"nothing is found(?P<lot> in the lot)?", "nothing is found", "no rule speaks")
def _nothing(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.expect_nothing(_said(scene, told))


@_phrase(
    "then",
    r'"(?P<rule>[^"]+)" is not judged, because (?P<field>.+?) is missing',
    '"power" is not judged, because torque is missing',
    "a rule is unknown for want of a value",
)
def _open(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.expect_open(told["rule"], told["field"])


@_phrase(
    "then",
    r'"(?P<rule>[^"]+)" is (?P<denied>not )?found(?P<lot> in the lot)?',
    '"burr" is not found',
    "a rule speaks, or was judged and is silent",
)
def _found(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.expect_rule(_said(scene, told), told["rule"], is_found="denied" not in told)


@_phrase(
    "then",
    r'the most probable cause is "(?P<cause>[^"]+)"(?:,? with at least (?P<least>.+))?',
    'the most probable cause is "worn-tool", with at least 70 %',
    "what leads the ranking",
)
def _cause(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.expect_cause(told["cause"], told.get("least"))


@_phrase(
    "then", r'the cause "(?P<cause>[^"]+)" is ruled out', 'the cause "hard-batch" is ruled out', "the facts exclude it"
)
def _ruled_out(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.expect_ruled_out(told["cause"])


@_phrase(
    "then",
    r'the action "(?P<action>[^"]+)" is proposed',
    'the action "change-tool-at-180" is proposed',
    "it acts on the most probable cause",
)
def _proposed(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.expect_proposed(told["action"])


@_phrase(
    "then",
    r'the risk of "(?P<finding>[^"]+)" falls below (?P<most>.+)',
    'the risk of "heat-dissipation" falls below 0.5 %',
    "in the long run, with the actions that were taken",
)
def _risk(scene: Scene, told: Mapping[str, str], _table: Table) -> None:
    scene.expect_risk(told["finding"], told["most"])


PHRASES: Final[tuple[Phrase, ...]] = tuple(_FOUND)
"""All steps, the more special before the more general."""


def _said(scene: Scene, told: Mapping[str, str]) -> Said:
    return scene.lot_verdict if "lot" in told.get("lot", "") else scene.verdict


def _bare(value: str) -> str:
    text = value.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _pairs(table: Table) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Fields and their values: side by side in rows of two, or one below the other."""
    if not table:
        raise Refused(
            [Problem("bad-setting", "spec", "there is no table below this step", "write `| field | value |` rows")]
        )
    if len(table) == 2 and len(table[0]) != 2:
        yield table[0], table[1]
        return
    for row in table:
        if len(row) != 2:
            what = "this table has neither two columns nor two rows"
            raise Refused([Problem("bad-setting", "spec", what, "write `| field | value |` rows")])
        if [cell.strip().casefold() for cell in row] != ["field", "value"]:
            yield [row[0]], [row[1]]

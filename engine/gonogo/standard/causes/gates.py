"""Effects and nonconformities: what brings them about, and by which gate."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gonogo.problems import Span
from gonogo.standard import model as standards
from gonogo.standard.causes.model import Effect, Evidence, GateKind, Link, Nonconformity
from gonogo.standard.causes.numbers import ANY, LEAK, LEAKS, STRENGTH, NumberReader
from gonogo.standard.concessions import known_rules
from gonogo.standard.reader import Node, Scalar
from gonogo.standard.sections import Reading, Section, listed, shown, suggested

MOST_IN_TABLE: Final = 10
BY_PERSON: Final = "by a person"

_GATE: Final = ("title", "gate", "from", "leak", "table", "check")
_EFFECT: Final = (*_GATE, "evidence")
_NONCONFORMITY: Final = (*_GATE, "severity", "detection", "cost", "observed")
_EVIDENCE: Final = ("when", "seen if present", "seen if absent")
_AT_LEAST: Final = re.compile(r"at least (\d{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class GateReader:
    """Reads what has a `from`."""

    reading: Reading
    numbers: NumberReader
    standard: standards.Standard

    # --------------------------------------------------------------------------------------------------- members

    def effect(self, key: Scalar, node: Node) -> Effect | None:
        """`effects.NAME`."""
        section = self.reading.section(node, _EFFECT, key.text, key.span)
        return self.gate(key, section, self.evidence(section))

    def nonconformity(self, key: Scalar, node: Node) -> Nonconformity | None:
        """`nonconformities.NAME`."""
        reading = self.reading
        told = {name.text: name for name, _ in reading.pairs(node, key.text)}
        if "evidence" in told:
            what = "evidence is about what can't be seen, and a nonconformity is found"
            reading.error("contradiction", told["evidence"].span, what, "let it stand with a cause, or an effect")
        section = reading.section(node, (*_NONCONFORMITY, "evidence"), key.text, key.span)
        gate = self.gate(key, section, ())
        by_person = reading.word(section.get("observed"), (BY_PERSON,)) is not None
        place = ("", "", "") if by_person else self.rule(key)
        severity, detection = (self.numbers.rating(section.get(name), name) for name in ("severity", "detection"))
        cost = self.numbers.amount(section.get("cost"), "cost")
        if gate is None or place is None:
            return None
        self.refuse_certain(gate)
        return Nonconformity(gate, *place, severity, detection, cost)

    def rule(self, key: Scalar) -> tuple[str, str, str] | None:
        """The level of the rule that speaks of it, the rule, and its side."""
        name, dot, side = key.text.partition(".")
        known = known_rules(self.standard)
        if name not in known:
            near = suggested(name, known, self.reading.problems)
            mend = f"did you mean `{near}`?" if near else "name one, or add `observed: by a person`"
            what = f"{shown(name)} is not a rule or characteristic of this standard"
            self.reading.error("unknown-rule", key.span, what, mend)
            return None
        if dot and side not in self.sides(name):
            ways = " or ".join(f"`{name}.{each}`" for each in self.sides(name))
            mend = f"write {ways}, or leave it out" if ways else "leave it out"
            self.reading.error("unknown-rule", key.span, f"{shown(name)} has no side {shown(side)}", mend)
            return None
        return known[name], name, side

    def sides(self, name: str) -> tuple[str, ...]:
        """The sides on which a characteristic has a limit."""
        levels = (level.characteristics for level in self.standard.levels)
        for characteristics in (self.standard.characteristics, *levels):
            if name in characteristics:
                limits = {limit for limit, _ in characteristics[name].limits}
                above = limits & {"upper", "at most", "below"}
                below = limits & {"lower", "at least", "above"}
                return (*(("above",) if above else ()), *(("below",) if below else ()))
        return ()

    def refuse_certain(self, gate: Effect) -> None:
        """Refuse what leaves no room for an observation that the graph did not foresee."""
        certain = next((link for link in gate.links if link.strength == 1), None)
        if gate.gate != "table" and certain is not None and gate.leak == 0:
            what = f"{shown(gate.name)} can be observed, and with a strength of 1 and a leak of 0 it may be impossible"
            self.reading.error("certain-link", certain.span, what, "write a strength below 1, or a leak above 0")

    # ------------------------------------------------------------------------------------------------------ gates

    def gate(self, key: Scalar, section: Section, evidence: tuple[Evidence, ...]) -> Effect | None:
        """What effects and nonconformities have in common; None where it can't be read."""
        reading = self.reading
        told = len(reading.problems.found)
        kind, least = self.kind(section)
        self.reading.needed(section, "from")
        table: tuple[float, ...] = ()
        if kind == "table":
            sources = reading.scalars(section.get("from"), "from")
            table = self.table(section, sources, key.span)
            links = tuple(Link(each.text, difference(table, bit), each.span) for bit, each in enumerate(sources))
        else:
            links = self.links(section)
            if "table" in section.values:
                place = section.keys["table"].span
                reading.error(
                    "contradiction", place, "only a gate `table` has a table", "add `gate: table`, or remove it"
                )
        if kind == "at least" and links and not 2 <= least <= len(links):
            what = f"at least {least} of {len(links)} is no gate of its own"
            mend = f"write a number from 2 to {len(links)}" if len(links) > 1 else "leave the gate out"
            reading.error("bad-value", section.values["gate"].span, what, mend)
        leak = self.leak(section, kind)
        if len(reading.problems.found) > told and not (links and leak is not None and (table or kind != "table")):
            return None
        title, check = reading.text(section.get("title")), self.numbers.check(section.get("check"), key.span)
        return Effect(key.text, title, kind, least, links, leak or 0.0, table, evidence, check, key.span)

    def kind(self, section: Section) -> tuple[GateKind, int]:
        node = section.get("gate")
        word = self.reading.text(node)
        if node is None or word is None:
            return "any", 1
        if word in ("any", "all", "table"):
            return word, 1  # type: ignore[return-value]  # one of them, indeed
        if told := _AT_LEAST.fullmatch(word):
            return "at least", int(told[1])
        self.reading.refuse_word(node, word, ("any", "all", "at least 2", "table"))
        return "any", 1

    def leak(self, section: Section, kind: GateKind) -> float | None:
        node = section.get("leak")
        if node is None:
            return LEAK if kind in ("any", "at least") else 0.0
        if kind == "table":
            what, mend = "a table says by itself how likely it is with none of its causes", "remove the leak"
            self.reading.error("contradiction", section.keys["leak"].span, what, mend)
            return 0.0
        return self.numbers.probability(node, LEAKS)

    def links(self, section: Section) -> tuple[Link, ...]:
        """`from: {SOURCE: STRENGTH}`."""
        found = []
        for key, value in self.reading.pairs(section.get("from"), "from"):
            strength = self.numbers.probability(value, STRENGTH, by_word=True)
            if strength is not None:
                found.append(Link(key.text, strength, key.span))
        node = section.get("from")
        if node is not None and not self.reading.problems.has_errors and not found:
            self.reading.error(
                "missing-value", node.span, "nothing brings this about", "name what does, with its strength"
            )
        return tuple(found)

    def table(self, section: Section, sources: Sequence[Scalar], place: Span) -> tuple[float, ...]:
        """The chances of a table, by which of its sources are present; empty where they can't be read."""
        reading = self.reading
        if len(sources) > MOST_IN_TABLE:
            what = f"a table of {len(sources)} causes would have {2 ** min(len(sources), 99):,} entries"
            reading.error("too-large", place, what, f"use at most {MOST_IN_TABLE}, or another gate")
            return ()
        names = {each.text: bit for bit, each in enumerate(sources)}
        chances: dict[int, float] = {}
        is_whole = True
        for key, value in reading.pairs(reading.needed(section, "table"), "table"):
            index = self.index(key, names)
            chance = self.numbers.probability(value, ANY)
            if index is None or chance is None:
                is_whole = False
            elif index in chances:
                reading.error("repeated-word", key.span, f"{shown(key.text)} stands here a second time", "remove it")
            else:
                chances[index] = chance
        missing = [index for index in range(2 ** len(sources)) if index not in chances]
        if missing and is_whole and "table" in section.values and names:
            told = " and ".join(name for name, bit in names.items() if missing[0] >> bit & 1) or "none"
            more = f", and {len(missing) - 1} more" if len(missing) > 1 else ""
            what = f"this table does not say how likely it is with {told}{more}"
            reading.error("missing-key", section.keys["table"].span, what, f"add `{told}: …`")
        return () if missing else tuple(chances[index] for index in range(2 ** len(sources)))

    def index(self, key: Scalar, names: Mapping[str, int]) -> int | None:
        """The number of a combination: `none`, `A`, `A and B`."""
        if key.text == "none" and "none" not in names:
            return 0
        index = 0
        for word in key.text.split(" and "):
            if word.strip() not in names:
                near = suggested(word.strip(), names, self.reading.problems)
                mend = f"did you mean `{near}`?" if near else f"write none, or some of {listed(names)}, with `and`"
                what = f"{shown(word.strip())} is not what this table is about"
                self.reading.error("unknown-name", key.span, what, mend)
                return None
            index |= 1 << names[word.strip()]
        return index

    # --------------------------------------------------------------------------------------------------- evidence

    def evidence(self, section: Section) -> tuple[Evidence, ...]:
        """`evidence: [{when: …, seen if present: …, seen if absent: …}]`."""
        found = (self.one(node) for node in self.reading.items(section.get("evidence"), "evidence"))
        return tuple(each for each in found if each is not None)

    def one(self, node: Node) -> Evidence | None:
        reading = self.reading
        section = reading.section(node, _EVIDENCE, "evidence", node.span)
        when = reading.expression(reading.needed(section, "when"))
        present, absent = (
            self.numbers.probability(reading.needed(section, name), ANY)
            for name in ("seen if present", "seen if absent")
        )
        if when is None or present is None or absent is None:
            return None
        place = section.keys["seen if present"].span
        if present == absent in (0, 1):
            what = f"what is {'never' if present == 0 else 'always'} seen is no evidence"
            reading.error("bad-value", place, what, "write how often it is true with it, and without it")
            return None
        if present <= absent:
            what = "this speaks against what it stands with" if present < absent else "this says nothing"
            mend = "swap the two numbers, or write the opposite condition" if present < absent else "remove it"
            reading.problems.warn("weak-evidence", place, what, mend)
        return Evidence(when, present, absent, section.span)


def difference(table: tuple[float, ...], bit: int) -> float:
    """The largest difference that the presence of one cause makes to the chances of a table."""
    pairs = ((table[index], table[index | 1 << bit]) for index in range(len(table)) if not index >> bit & 1)
    return max((abs(present - absent) for absent, present in pairs), default=0.0)

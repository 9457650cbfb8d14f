"""`concessions.yaml`: permissions to use or release what does not conform, each for a rule, a scope and a time.

A concession changes no verdict on conformity (ISO 9000, 3.12.5): its finding stays, and is marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from gonogo.problems import Problems, Source, Span
from gonogo.standard import model, reader
from gonogo.standard.reader import Node, Scalar, read_document
from gonogo.standard.sections import RULE_ID, Reading, Section, check_owner, shown, suggested

ITEMS: Final = "items"

_TOP: Final = ("gonogo", "concessions-of", "concessions")
_CONCESSION: Final = ("rule", "reason", "approver", "approved", "expires")


@dataclass(frozen=True, slots=True)
class Concession:
    """A finding that is known and permitted, of some items or lots, until a day.

    Parameters
    ----------
    level : str
        That of the rule: ``items``, ``lots``, or what the standard calls it.
    rule, side : str
        The rule or characteristic, and the side that is permitted; empty: either.
    items, units : frozenset of str
        The items it is about; and, of a rule of items, their lots, else the units of its level.
    expires : date
        The last day on which it holds.
    """

    id: str
    level: str
    rule: str
    side: str
    items: frozenset[str]
    units: frozenset[str]
    reason: str
    approver: str
    expires: date
    span: Span


def read_concessions(source: Source, standard: model.Standard, problems: Problems) -> tuple[Concession, ...]:
    """The concessions in a text; raises `Refused` for bad YAML."""
    node = read_document(source)
    reading = Reading(problems)
    if not isinstance(node, reader.Mapping):
        mend = f"begin with `concessions-of: {standard.id}`"
        reading.error("wrong-shape", node.span, "concessions are a mapping of keys", mend)
        return ()
    top = reading.section(node, _TOP, "concessions", node.items[0][0].span if node.items else node.span)
    check_owner(reading, top, "concessions-of", "these concessions", standard.id)
    find = partial(_Reader(reading, standard).concession)
    return tuple(reading.named(top.get("concessions"), "concessions", find, pattern=RULE_ID).values())


def known_rules(standard: model.Standard) -> dict[str, str]:
    """All rules and characteristics, and the level of each; where two levels have one name, it is that of items."""
    found = dict[str, str]()
    for level in reversed(standard.levels):
        found |= dict.fromkeys(model.rules_of(level), level.name)
    return found | dict.fromkeys(model.rules_of(standard), ITEMS)


@dataclass(frozen=True, slots=True)
class _Reader:
    reading: Reading
    standard: model.Standard

    def concession(self, key: Scalar, node: Node) -> Concession | None:
        reading = self.reading
        levels = [level.name for level in self.standard.levels]
        section = reading.section(node, (*_CONCESSION, ITEMS, *levels), key.text, key.span)
        found = self.rule(section, key)
        reason, approver = (reading.text(reading.needed(section, name)) for name in ("reason", "approver"))
        expires = reading.day(reading.needed(section, "expires"))
        reading.day(section.get("approved"))
        items, units = self.scope(section, found[0] if found else ITEMS, key)
        if found is None or not reason or not approver or expires is None or not (items or units):
            return None
        return Concession(key.text, *found, items, units, reason, approver, expires, key.span)

    def rule(self, section: Section, key: Scalar) -> tuple[str, str, str] | None:
        """The level of the rule, the rule, and its side."""
        node = self.reading.needed(section, "rule")
        word = self.reading.text(node)
        if node is None or word is None:
            return None
        name, _, side = word.partition(".")
        known = known_rules(self.standard)
        if name not in known:
            near = suggested(name, known, self.reading.problems)
            mend = f"did you mean `{near}`?" if near else "name a rule or characteristic of the standard"
            self.reading.error("unknown-rule", node.span, f"{shown(name)} is not a rule of this standard", mend)
            return None
        if side not in ("", "above", "below"):
            what, mend = f"{shown(name)} has no side {shown(side)}", "write `.above` or `.below`, or leave it out"
            self.reading.error("unknown-rule", node.span, what, mend)
            return None
        return known[name], name, side

    def name(self, word: Scalar) -> str:
        """What an item, or a unit, is called."""
        name = word.text.strip()
        if not name:
            self.reading.error("missing-value", word.span, "this names nothing", "write an id, or remove it")
        return name

    def scope(self, section: Section, level: str, key: Scalar) -> tuple[frozenset[str], frozenset[str]]:
        """The items, and the units, that a concession is about."""
        lots = self.standard.levels[0].name if self.standard.levels else "lots"
        own = lots if level == ITEMS else level
        allowed = (ITEMS, own) if level == ITEMS else (own,)
        for name, told in section.keys.items():
            if name not in (*_CONCESSION, *allowed):
                what = f"a concession for a rule of {level} is not about {name}"
                self.reading.error("contradiction", told.span, what, f"name {' or '.join(allowed)}")
        if not any(name in section.values for name in allowed):
            what = f"the concession {shown(key.text)} does not say what it is about"
            self.reading.error("missing-key", key.span, what, f"name its {' or '.join(allowed)}")
        listed = (self.reading.scalars(section.get(name), name) for name in (ITEMS, own))
        items, units = (frozenset(filter(None, map(self.name, words))) for words in listed)
        return (items if level == ITEMS else frozenset()), units

"""Actions: what they take away, what they cost, and when they are in place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final, get_args

from gonogo.problems import Span
from gonogo.standard.causes.model import Action, ActionKind, Effect
from gonogo.standard.causes.numbers import SHARE, NumberReader
from gonogo.standard.reader import Node, Scalar
from gonogo.standard.sections import Reading, Section, shown, suggested

_ACTION: Final = ("title", "kind", "cost", "lead time", "removes", "weakens", "corrects", "excludes")
ARROW: Final = "->"


@dataclass(frozen=True, slots=True)
class ActionReader:
    """Reads actions; `causes`, `gates` and `findings` are the names that they may speak of."""

    reading: Reading
    numbers: NumberReader
    causes: Mapping[str, object]
    gates: Mapping[str, Effect]
    findings: Mapping[str, object]
    unread: frozenset[str]

    def action(self, key: Scalar, node: Node) -> Action | None:
        """`actions.NAME`."""
        reading = self.reading
        section = reading.section(node, _ACTION, key.text, key.span)
        kind = reading.word(reading.needed(section, "kind"), get_args(ActionKind))
        cost = self.numbers.amount(reading.needed(section, "cost"), "cost")
        lead_time = self.numbers.days(section.get("lead time"))
        removes = dict(self.removes(section))
        weakens = dict(self.weakens(section))
        corrects = tuple(
            word.text
            for word in reading.scalars(section.get("corrects"), "corrects")
            if self.is_known(word.text, word.span, self.findings, "nonconformity")
        )
        excludes = tuple(word.text for word in reading.scalars(section.get("excludes"), "excludes"))
        self.check_kind(section, kind, key)
        if kind is None or cost is None:
            return None
        title = reading.text(section.get("title"))
        days = Fraction(0) if lead_time is None else lead_time
        return Action(key.text, title, kind, cost, days, removes, weakens, corrects, excludes, key.span)  # type: ignore[arg-type]  # a word of ActionKind

    def removes(self, section: Section) -> Iterator[tuple[str, float]]:
        for name, value in self.reading.pairs(section.get("removes"), "removes"):
            share = self.numbers.probability(value, SHARE, by_word=True)
            if self.is_known(name.text, name.span, self.causes, "cause") and share is not None:
                yield name.text, share

    def weakens(self, section: Section) -> Iterator[tuple[tuple[str, str], float]]:
        for link, value in self.reading.pairs(section.get("weakens"), "weakens"):
            share = self.numbers.probability(value, SHARE, by_word=True)
            ends = self.link(link)
            if ends is not None and share is not None:
                yield ends, share

    def link(self, key: Scalar) -> tuple[str, str] | None:
        """`SOURCE -> EFFECT`."""
        source, arrow, name = (part.strip() for part in key.text.partition(ARROW))
        if not arrow:
            what, mend = f"{shown(key.text)} is not a link", "write it as `CAUSE -> EFFECT`"
            self.reading.error("bad-value", key.span, what, mend)
            return None
        if not self.is_known(name, key.span, self.gates, "effect or nonconformity"):
            return None
        sources = {link.source: link for link in self.gates[name].links}
        if source not in sources:
            near = suggested(source, sources, self.reading.problems)
            mend = (
                f"did you mean `{near} -> {name}`?" if near else f"name one that stands in the `from` of {shown(name)}"
            )
            self.reading.error(
                "unknown-name", key.span, f"there is no link from {shown(source)} to {shown(name)}", mend
            )
            return None
        if self.gates[name].gate not in ("any", "at least"):
            what = f"the links to {shown(name)} say nothing by themselves, for its gate is {self.gates[name].gate}"
            self.reading.error("contradiction", key.span, what, "remove a cause instead, or weaken another link")
            return None
        return source, name

    def is_known(self, name: str, place: Span, known: Mapping[str, object], what: str) -> bool:
        """Whether it is one of those; told, where it is none, and was not read in vain."""
        if name in known:
            return True
        if name not in self.unread:
            near = suggested(name, known, self.reading.problems)
            mend = f"did you mean `{near}`?" if near else "name one that this document has, or add it"
            self.reading.error("unknown-name", place, f"{shown(name)} is no {what} of this document", mend)
        return False

    def check_kind(self, section: Section, kind: str | None, key: Scalar) -> None:
        """A correction mends the piece; all others act on causes."""
        acting, mending = ("removes", "weakens"), ("corrects",)
        wrong, needed = (acting, mending) if kind == "correction" else (mending, acting)
        for name in wrong:
            if name in section.values and kind is not None:
                what = f"a {kind} action has no `{name}`" if kind != "correction" else f"a correction has no `{name}`"
                mend = "a correction mends the piece, and a corrective or preventive action its causes: choose one"
                self.reading.error("contradiction", section.keys[name].span, what, mend)
        if kind is not None and not any(name in section.values for name in needed):
            what = f"the action {shown(key.text)} does not say what it does"
            self.reading.error("missing-key", key.span, what, f"add `{'` or `'.join(needed)}`")


def check_excluded(reading: Reading, actions: Mapping[str, Action], unread: frozenset[str]) -> None:
    """What actions exclude is there; and warn of two that act on one cause."""
    by_cause: dict[str, list[Action]] = defaultdict(list)
    for action in actions.values():
        for other in action.excludes:
            if other not in actions and other not in unread:
                near = suggested(other, actions, reading.problems)
                mend = f"did you mean `{near}`?" if near else "name another action"
                reading.error("unknown-name", action.span, f"{shown(other)} is no action of this document", mend)
        for cause in action.removes:
            by_cause[cause].append(action)
    for cause, acting in by_cause.items():
        for one, another in pairwise(acting):
            if another.name not in one.excludes and one.name not in another.excludes:
                what = f"{shown(one.name)} and {shown(another.name)} both act on {shown(cause)}"
                mend = "what each leaves is multiplied; say `excludes` where only one can be taken"
                reading.problems.warn("shared-cause", another.span, what, mend)

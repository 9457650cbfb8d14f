"""From the findings of a situation to its answer: outcome, class and disposition. Two facts in one situation share it.

INVARIANT: an unknown rule with none that is true makes an item indeterminate, never conforming; and what could
still be scrap is not released: a disposition line that is unknown turns what follows into `hold`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from gonogo.program import ir
from gonogo.program.ir import FALSE, TRUE, UNKNOWN, Program, Rule
from gonogo.program.passes.rewrite import leaves

Outcome: TypeAlias = Literal["conforming", "nonconforming", "indeterminate"]

HOLD: Final = "hold"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that spoke about an item.

    Parameters
    ----------
    rule : str
        Its id in the standard.
    class_ : str
        Its class: by default ``critical``, ``major`` or ``minor``.
    nonconformity : str
        The code of what is wrong; the rule's id unless the standard says otherwise.
    clause : str or None
        Where the requirement comes from.
    side : {"above", "below"} or None
        Which limit was passed, where the characteristic has two.
    title : str or None
        What the rule is called.
    place : str
        ``path:line:column`` of the rule in the standard.
    concession : str or None
        The id of the concession that permits it, where one does.
    """

    rule: str
    class_: str
    nonconformity: str
    clause: str | None
    side: str | None
    title: str | None
    place: str
    concession: str | None = None

    @property
    def name(self) -> str:
        """What `found(…)` asks after: ``RULE``, or ``RULE.SIDE``."""
        return self.rule if self.side is None else f"{self.rule}.{self.side}"

    def as_dict(self) -> dict[str, str | None]:
        """The finding with the keys that other programs rely on; `concession` only where there is one."""
        told = {
            "rule": self.rule,
            "class": self.class_,
            "nonconformity": self.nonconformity,
            "clause": self.clause,
            "side": self.side,
        }
        return told if self.concession is None else told | {"concession": self.concession}


class Permitted:
    """What concessions say of an answer, be it to a fact or to a unit of a level above."""

    __slots__ = ()

    findings: tuple[Finding, ...]
    unknown: tuple[str, ...]
    disposition: str | None

    @property
    def concessions(self) -> tuple[str, ...]:
        """The ids of the concessions that permit findings."""
        return tuple(dict.fromkeys(each.concession for each in self.findings if each.concession is not None))

    @property
    def is_conceded(self) -> bool:
        """Whether all that is wrong is permitted, and nothing more can turn out to be."""
        permitted = [finding.concession is not None for finding in self.findings]
        return bool(permitted) and all(permitted) and not self.unknown


@dataclass(frozen=True, slots=True)
class Answer(Permitted):
    """What a situation means.

    Parameters
    ----------
    situation : int
        As `screen.situation.Layout` packs it.
    outcome : {"conforming", "nonconforming", "indeterminate"}
        Conforming only where no rule spoke and none is unknown.
    class_ : str or None
        The most severe class of the findings.
    disposition : str or None
        What happens to the item; None where the standard says nothing.
    findings : tuple of Finding
        In the order of the standard.
    unknown : tuple of str
        Ids of the rules that could not be judged, in the order of the standard.
    applies : bool
        Whether the standard is about such an item at all.
    """

    situation: int
    outcome: Outcome
    class_: str | None
    disposition: str | None
    findings: tuple[Finding, ...]
    unknown: tuple[str, ...]
    applies: bool = True


Key: TypeAlias = "tuple[int, int, int]"
"""What of an answer decides its outcome, class and disposition, and what it adds to counts.

The rank of its class (the number of classes where nothing was found), a bit for the class of each rule that could not
be judged, and two bits for each proposition that is asked after.
"""


def asked_of(program: Program) -> tuple[str, ...]:
    """The propositions that dispositions and counts ask after; where units are counted, whether they are at all."""
    logics = [*(line.when for line in program.dispositions), *(count.when for count in program.counts)]
    found = (leaf.proposition for logic in logics for leaf in leaves(logic) if isinstance(leaf, ir.Found))
    applies = [program.applies] if program.applies is not None and program.is_counted else []
    tallied = (rule.name for rule in program.rules if rule.class_ in program.tallied)
    return tuple(dict.fromkeys([*found, *applies, *tallied]))


class Answering:
    """Makes answers of the outcomes of propositions, by the rules and dispositions of one program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.severity = {name: rank for rank, name in enumerate(program.classes)}
        self.asked = asked_of(program)
        self.rules = {rule.name: (place, rule) for place, rule in enumerate(program.rules)}
        self.findings = {
            (rule.name, side): _finding(rule, side) for rule in program.rules for side in (None, *rule.sides)
        }

    def answer(self, situation: int, outcomes: Mapping[str, int]) -> Answer:
        """The answer to a situation; `outcomes` holds the propositions that are not false."""
        applies = self.applies(outcomes)
        findings, unknown = self.judged(outcomes)
        worst = min((finding.class_ for finding in findings), key=self.severity.__getitem__, default=None)
        open_classes = frozenset(self.rules[name][1].class_ for name in unknown)
        asked = {name: within(applies, outcome) for name, outcome in outcomes.items()}
        outcome, disposition = self.settle(worst, open_classes, asked)
        return Answer(situation, outcome, worst, disposition, findings, unknown, applies != FALSE)

    def key(self, answer: Answer, outcomes: Mapping[str, int]) -> Key:
        """The key of an answer; `outcomes` holds the propositions that are not false."""
        applies, ranks = self.applies(outcomes), self.severity
        worst = len(ranks) if answer.class_ is None else ranks[answer.class_]
        return worst, self.open_bits(answer.unknown), self.packed(outcomes, applies)

    def open_bits(self, unknown: Iterable[str]) -> int:
        """A bit for the class of each rule that could not be judged."""
        return sum({1 << self.severity[self.rules[name][1].class_] for name in unknown})

    def packed(self, outcomes: Mapping[str, int], applies: int) -> int:
        """Two bits for each proposition that is asked after."""
        found = 0
        for place, name in enumerate(self.asked):
            found |= within(applies, outcomes.get(name, FALSE)) << (2 * place)
        return found

    def unpacked(self, key: Key) -> tuple[str | None, frozenset[str], dict[str, int]]:
        """Of a key the class, the classes that are open, and the outcomes of what is asked after."""
        worst, could, asked = key
        classes = self.program.classes
        return (
            classes[worst] if worst < len(classes) else None,
            frozenset(name for rank, name in enumerate(classes) if could >> rank & 1),
            {name: asked >> (2 * place) & 3 for place, name in enumerate(self.asked)},
        )

    def applies(self, outcomes: Mapping[str, int]) -> int:
        """Whether the standard applies."""
        return outcomes.get(self.program.applies, FALSE) if self.program.applies else TRUE

    def judged(self, outcomes: Mapping[str, int]) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
        """The findings, and the rules that could not be judged, in the order of the standard."""
        applies, known = self.applies(outcomes), self.rules
        spoken = sorted(known[name] for name in outcomes if name in known)  # by their places, which differ
        judged = [(rule, within(applies, outcomes[rule.name])) for _, rule in spoken]
        findings = tuple(self.finding(rule, outcomes) for rule, outcome in judged if outcome == TRUE)
        return findings, tuple(rule.name for rule, outcome in judged if outcome == UNKNOWN)

    def settle(
        self, worst: str | None, open_classes: frozenset[str], outcomes: Mapping[str, int]
    ) -> tuple[Outcome, str | None]:
        """Outcome and disposition.

        Parameters
        ----------
        worst : str or None
            The most severe class of the findings.
        open_classes : frozenset of str
            Those of the rules that could not be judged.
        outcomes : mapping of str to int
            Of the propositions that dispositions ask about, within whether the standard applies.
        """
        outcome: Outcome = "nonconforming" if worst else "indeterminate" if open_classes else "conforming"
        return outcome, self.disposition(_Verdict(outcome, self.possible_classes(worst, open_classes), outcomes))

    def finding(self, rule: Rule, outcomes: Mapping[str, int]) -> Finding:
        side = next((side for side in rule.sides if outcomes.get(f"{rule.name}.{side}") == TRUE), None)
        return self.findings[rule.name, side]

    def possible_classes(self, worst: str | None, open_classes: frozenset[str]) -> frozenset[str | None]:
        """The classes the item can still turn out to have: unknown rules may be worse than all that spoke."""
        rank = len(self.severity) if worst is None else self.severity[worst]
        return frozenset({worst, *(name for name in open_classes if self.severity[name] < rank)})

    def disposition(self, verdict: _Verdict) -> str | None:
        is_open = False
        for line in self.program.dispositions:
            outcome = evaluate(line.when, verdict.leaf)
            if outcome == TRUE:
                return HOLD if is_open else line.then
            is_open = is_open or outcome == UNKNOWN
        return HOLD if is_open else None


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What dispositions may ask about."""

    outcome: Outcome
    classes: frozenset[str | None]
    outcomes: Mapping[str, int]

    def leaf(self, leaf: ir.Logic) -> int:
        match leaf:
            case ir.ClassIs(classes):
                possible = self.classes & set(classes)
                return FALSE if not possible else TRUE if possible == self.classes else UNKNOWN
            case ir.OutcomeIs(outcomes):
                return TRUE if self.outcome in outcomes else FALSE
            case ir.Found(name):
                return self.outcomes.get(name, FALSE)
            case _:
                raise AssertionError(f"no disposition asks about {leaf}")


def evaluate(logic: ir.Logic, leaf: Callable[[ir.Logic], int]) -> int:
    """The outcome of a logic by Kleene's tables, given those of its leaves."""
    match logic:
        case ir.All(parts):
            outcomes = {evaluate(part, leaf) for part in parts}
            return FALSE if FALSE in outcomes else UNKNOWN if UNKNOWN in outcomes else TRUE
        case ir.AnyOf(parts):
            outcomes = {evaluate(part, leaf) for part in parts}
            return TRUE if TRUE in outcomes else UNKNOWN if UNKNOWN in outcomes else FALSE
        case ir.Not(part):
            return (TRUE, FALSE, UNKNOWN)[evaluate(part, leaf)]
        case _:
            return leaf(logic)


def within(applies: int, outcome: int) -> int:
    """A rule's outcome within whether the standard applies at all."""
    if FALSE in (applies, outcome):
        return FALSE
    return UNKNOWN if UNKNOWN in (applies, outcome) else TRUE


def _finding(rule: Rule, side: str | None) -> Finding:
    return Finding(rule.name, rule.class_, rule.nonconformity, rule.clause, side, rule.title, str(rule.span or ""))

"""The cause-effect graph as its author thinks of it, every part with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from gonogo.problems import Source, Span
from gonogo.standard.tree import Expression

Category: TypeAlias = Literal["man", "machine", "material", "method", "measurement", "milieu"]
GateKind: TypeAlias = Literal["any", "all", "at least", "table"]
ActionKind: TypeAlias = Literal["corrective", "preventive", "correction"]

CATEGORIES: Final[tuple[Category, ...]] = ("man", "machine", "material", "method", "measurement", "milieu")
"""Ishikawa's 6M."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the facts say about a cause or an effect: how likely `when` is true with it, and without it."""

    when: Expression
    if_present: float
    if_absent: float
    span: Span


@dataclass(frozen=True, slots=True)
class Check:
    """How somebody finds out whether a node is present; `cost` is that of looking once."""

    title: str | None
    cost: Fraction
    span: Span


@dataclass(frozen=True, slots=True)
class Cause:
    """`causes.NAME`.

    Parameters
    ----------
    prior : float
        How likely it is present in a part, before anything is known of that part.
    occurrence : int or None
        The FMEA rating that the prior was told as, or the one nearest to it.
    requires : Expression or None
        Where false, the cause is ruled out.
    persists : float
        How likely it stays on the next part.
    """

    name: str
    title: str | None
    category: Category | None
    prior: float
    occurrence: int
    requires: Expression | None
    evidence: tuple[Evidence, ...]
    persists: float
    check: Check | None
    span: Span


@dataclass(frozen=True, slots=True)
class Link:
    """One way in which something comes about: `from: {SOURCE: STRENGTH}`; in a table the strength says nothing."""

    source: str
    strength: float
    span: Span


@dataclass(frozen=True, slots=True)
class Effect:
    """`effects.NAME`: what lies between causes and findings.

    Parameters
    ----------
    least : int
        Of a gate `at least`, how many.
    leak : float
        Of `any` and `at least`, how likely it comes about by nothing that is in `links`; of `all`, how likely it
        does not come about although all of them are there.
    table : tuple of float
        Of a gate `table`, how likely it is present; bit `i` of the index is the presence of `links[i]`.
    """

    name: str
    title: str | None
    gate: GateKind
    least: int
    links: tuple[Link, ...]
    leak: float
    table: tuple[float, ...]
    evidence: tuple[Evidence, ...]
    check: Check | None
    span: Span


@dataclass(frozen=True, slots=True)
class Nonconformity:
    """`nonconformities.NAME`: how a finding of the standard, or one that a person reports, comes about.

    Parameters
    ----------
    effect : Effect
        How it comes about.
    level : str
        That of the rule: ``items``, ``lots``, or what the standard calls it; empty where only a person observes it.
    rule, side : str
        The rule or characteristic, and the side that is meant; empty: either.
    severity, detection : int or None
        FMEA ratings.
    cost : Fraction or None
        Of one nonconforming unit.
    """

    effect: Effect
    level: str
    rule: str
    side: str
    severity: int | None
    detection: int | None
    cost: Fraction | None

    @property
    def name(self) -> str:
        return self.effect.name

    @property
    def span(self) -> Span:
        return self.effect.span


@dataclass(frozen=True, slots=True)
class Action:
    """`actions.NAME`.

    Parameters
    ----------
    lead_time : Fraction
        In days, until it is in place.
    removes : mapping of str to float
        The share of the prior of a cause that it takes away.
    weakens : mapping of (str, str) to float
        Likewise, of the strength of a link.
    corrects : tuple of str
        Of a correction, the nonconformities that it mends on the piece at hand; causes stay as they are.
    excludes : tuple of str
        Actions that are not taken with it.
    """

    name: str
    title: str | None
    kind: ActionKind
    cost: Fraction
    lead_time: Fraction
    removes: Mapping[str, float]
    weakens: Mapping[tuple[str, str], float]
    corrects: tuple[str, ...]
    excludes: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Causes:
    """A `causes.yaml`, whole.

    Parameters
    ----------
    standard : str
        The id of the standard whose findings it explains.
    currency : str or None
        What all costs are in.
    unread : frozenset of str
        What is named, but could not be read: nothing more is said of what stands on it.
    """

    standard: str
    title: str | None
    version: str
    currency: str | None
    causes: dict[str, Cause]
    effects: dict[str, Effect]
    nonconformities: dict[str, Nonconformity]
    actions: dict[str, Action]
    source: Source
    span: Span
    unread: frozenset[str] = field(default_factory=frozenset)

    @property
    def gates(self) -> dict[str, Effect]:
        """All that comes about by something else: effects, and nonconformities."""
        return self.effects | {name: each.effect for name, each in self.nonconformities.items()}

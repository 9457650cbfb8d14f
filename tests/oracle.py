"""What reasoning must answer, worked out the plainest way there is: Kleene's tables, stratum by stratum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gonogo.program.ir import FALSE, TRUE, UNKNOWN, All, AnyOf, Found, Logic, Not, Open, Outcome, Proposition


def expected(propositions: Sequence[Proposition], outcomes: Mapping[int, int]) -> dict[str, int] | None:
    """Outcomes of all propositions; None where a circle goes through `not`."""
    strata = stratify(propositions)
    if strata is None:
        return None
    found = {proposition.name: FALSE for proposition in propositions}
    for stratum in sorted(set(strata.values())):
        members = [proposition for proposition in propositions if strata[proposition.name] == stratum]
        changed = True
        while changed:
            changed = False
            for proposition in members:
                outcome = kleene(proposition.when, outcomes, found)
                changed |= outcome != found[proposition.name]
                found[proposition.name] = outcome
    return found


def kleene(tree: Logic, outcomes: Mapping[int, int], found: Mapping[str, int]) -> int:
    """Judge a tree by Kleene's tables."""
    match tree:
        case Outcome(condition):
            return outcomes[condition]
        case Found(name):
            return found[name]
        case Open():
            return UNKNOWN
        case Not(part):
            return {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}[kleene(part, outcomes, found)]
        case All(parts):
            seen = {kleene(part, outcomes, found) for part in parts}
            return FALSE if FALSE in seen else UNKNOWN if UNKNOWN in seen else TRUE
        case AnyOf(parts):
            seen = {kleene(part, outcomes, found) for part in parts}
            return TRUE if TRUE in seen else UNKNOWN if UNKNOWN in seen else FALSE
        case _:
            raise TypeError(tree)


def stratify(propositions: Sequence[Proposition]) -> dict[str, int] | None:
    """Give each proposition a stratum: not below what it stands on, above what it denies."""
    strata = {proposition.name: 0 for proposition in propositions}
    changed = True
    while changed:
        changed = False
        for proposition in propositions:
            for name, is_denied in mentions(proposition.when, False):
                least = strata[name] + is_denied
                if strata[proposition.name] < least:
                    strata[proposition.name] = least
                    changed = True
        if max(strata.values(), default=0) > len(propositions):
            return None
    return strata


def mentions(tree: Logic, is_denied: bool) -> list[tuple[str, bool]]:
    """List the names in a tree, and whether under an odd number of `not`s."""
    match tree:
        case Found(name):
            return [(name, is_denied)]
        case Not(part):
            return mentions(part, not is_denied)
        case All(parts) | AnyOf(parts):
            return [mention for part in parts for mention in mentions(part, is_denied)]
        case _:
            return []

"""The actions that pay: the best set, exactly, by a master problem that is solved whole and cut where it errs.

The master (HiGHS, through scipy) knows costs, exclusions and what has been learnt of risks; exact inference then says
what the set that it proposes is worth, and teaches it one more inequality: from a set M whose chances are known, those
of another set A can be lower by no more than the actions of A that M lacks can take away. Where both agree, the set is
optimal (J. F. Benders, "Partitioning procedures for solving mixed-variables programming problems", 1962; J. N. Hooker
and G. Ottosson, "Logic-based Benders decomposition", 2003).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from time import monotonic
from typing import Final

import numpy as np

from gonogo.causes.combining import Floats
from gonogo.causes.fmea import PARTS, undetected_cost
from gonogo.causes.master import NEAR, Cut, Master
from gonogo.causes.pack import CauseGraph
from gonogo.causes.risk import Chosen, Risk
from gonogo.problems import Problem, Refused
from gonogo.standard.causes.model import Action

MOST_ROUNDS: Final = 400
MOST_SECONDS: Final = 30.0
"""So many proposals are looked at, and for so long; then the best is told with the gap that is left."""
LARGE: Final = 1e5
"""What the risk without actions is scaled to: HiGHS takes millionths for nothing."""
SLACK: Final = 0.05
LEAST_SLACK: Final = 1e-4
"""The master is solved roughly at first, with its true bound, and wholly at the end."""
MOST_POINTS: Final = 12


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """An action of a plan.

    Parameters
    ----------
    risk_without : float
        The risk of the plan without it.
    saved : float
        The expected cost per 1000 parts that it saves within the plan.
    """

    action: Action
    risk_without: float
    saved: float

    @property
    def reduces(self) -> dict[str, float]:
        """The share that it takes away of causes, and of links."""
        links = {f"{source} -> {target}": share for (source, target), share in self.action.weakens.items()}
        return {**self.action.removes, **links}

    def as_dict(self) -> dict[str, object]:
        """The action with the keys of ``gonogo plan --format json``."""
        return {
            "action": self.action.name,
            "kind": self.action.kind,
            "cost": _number(self.action.cost),
            "lead_time_days": _number(self.action.lead_time),
            "reduces": self.reduces,
            "risk_without": self.risk_without,
            "saved_per_1000": self.saved,
        }


@dataclass(frozen=True, slots=True)
class PlanPoint:
    """A plan that no other beats in both cost and risk."""

    actions: tuple[str, ...]
    cost: Fraction
    risk: float

    def as_dict(self) -> dict[str, object]:
        """The plan with the keys of ``gonogo plan --frontier --format json``."""
        return {"actions": list(self.actions), "cost": _number(self.cost), "risk": self.risk}


@dataclass(frozen=True, slots=True)
class Plan:
    """A set of actions, and what it does in the long run.

    Parameters
    ----------
    before, after : dict of str to float
        The chance of each nonconformity at stake, for one part.
    risk_before, risk_after : float
        The chance of any of them.
    loss_before, loss_after : float
        Expected cost of nonconformities per 1000 parts, what is detected in time left out.
    gap : float
        By how much a better plan could be better, in what was asked for (cost, or risk); 0: this is the best one.
    """

    actions: tuple[PlannedAction, ...]
    cost: Fraction
    before: dict[str, float]
    after: dict[str, float]
    risk_before: float
    risk_after: float
    loss_before: float
    loss_after: float
    gap: float

    @property
    def lead_time(self) -> Fraction:
        """In days, until all of it is in place."""
        return max((each.action.lead_time for each in self.actions), default=Fraction(0))

    def as_dict(self) -> dict[str, object]:
        """The plan with the keys of ``gonogo plan --format json``."""
        return {
            "actions": [each.as_dict() for each in self.actions],
            "cost": _number(self.cost),
            "lead_time_days": _number(self.lead_time),
            "risk_before": self.risk_before,
            "risk_after": self.risk_after,
            "nonconformities": {name: {"before": self.before[name], "after": self.after[name]} for name in self.before},
            "cost_per_1000": {"before": self.loss_before, "after": self.loss_after},
            "gap": self.gap,
        }


class Planner:
    """Finds the best actions against some nonconformities.

    Parameters
    ----------
    graph : CauseGraph
        With its actions; corrections mend single pieces, and are not planned.
    stake : sequence of str
        Nonconformities.
    within : Fraction, optional
        In days: only actions that are in place by then.

    Raises
    ------
    Refused
        Where nothing is at stake, or is no nonconformity of the graph.
    """

    def __init__(self, graph: CauseGraph, stake: Sequence[str], within: Fraction | None = None) -> None:
        graph.refuse_unknown((), (), stake)
        if not stake:
            what = "there is no nonconformity to plan against"
            raise Refused([Problem("nothing-to-plan", graph.path, what, "name one with `--for`")])
        self.graph = graph
        self.stake = tuple(dict.fromkeys(stake))
        actions = (each for each in graph.written.actions.values() if each.kind != "correction")
        self.actions = tuple(each for each in actions if within is None or each.lead_time <= within)
        self._risk = Risk(graph.network, graph.number, self.stake, self.actions)
        self._all = frozenset(range(len(self.actions)))
        self._costs = np.array([float(action.cost) for action in self.actions])
        self._shares, self._worth = self._risk.bounds()
        self._is_monotone = self._risk.is_monotone
        told = graph.written.nonconformities
        self._weights = np.array(
            [undetected_cost(told[name].cost, told[name].detection) if name in told else 0.0 for name in self.stake]
        )
        self._excluded = self._exclusions()

    # -------------------------------------------------------------------------------------------------- questions

    def cheapest(self, residual_risk: float) -> Plan | None:
        """The cheapest actions that bring the chance of each nonconformity to a target or below; None: none do."""
        targets = np.full(len(self.stake), residual_risk)
        master = Master(self._costs, self._excluded, with_value=False)
        if not self.actions:
            is_met = (self._risk.chances(frozenset())[:-1] <= targets + NEAR).all()
            return self._plan(frozenset(), 0.0) if is_met else None
        until = monotonic() + MOST_SECONDS
        for _ in range(MOST_ROUNDS):
            if monotonic() > until:
                break
            found = master.solve(self._costs)
            if found is None:
                return None
            chosen, _ = found
            chances = self._risk.chances(chosen)[:-1]
            if (chances <= targets + NEAR).all():
                return self._plan(chosen, 0.0)
            self._teach(master, chosen, targets)
        what = f"no plan was proven to be the cheapest within {MOST_SECONDS:.0f} seconds"
        raise Refused(
            [Problem("too-large", self.graph.path, what, "plan against fewer nonconformities, or by a budget")]
        )

    def within_budget(self, budget: Fraction) -> Plan:
        """The actions that leave the least risk for so much money; of equal ones the cheapest."""
        master = Master(self._costs, self._excluded, budget=float(budget))
        weights = np.zeros(len(self.stake) + 1)
        weights[-1] = scale = LARGE / max(float(self._risk.chances(frozenset())[-1]), 1e-300)
        plan = self._best(master, self._costs / max(1.0, float(self._costs.sum())) * 1e-3, weights)
        return replace(plan, gap=plan.gap / scale)

    def most_paying(self, parts: int = PARTS) -> Plan:
        """The actions whose cost, and the expected cost of so many parts, are least together."""
        master = Master(self._costs, self._excluded)
        return self._best(master, self._costs, np.append(self._weights * parts, 0.0))

    def frontier(self) -> tuple[PlanPoint, ...]:
        """What less and less risk costs: plans of which none is both dearer and riskier than another."""
        points = [self._point(frozenset())]
        least = float(self._risk.chances(self._all)[-1]) if self._is_monotone else 0.0
        while len(points) < MOST_POINTS and points[-1].risk > least * (1 + NEAR):
            chosen = self._cheapest_below(points[-1].risk)
            if chosen is None:
                break
            cost = sum((self.actions[each].cost for each in chosen), Fraction(0))
            points.append(self._as_point(self.within_budget(cost)))
        return tuple(points)

    # --------------------------------------------------------------------------------------------------- searching

    def _best(self, master: Master, costs: Floats, weights: Floats) -> Plan:
        """The set with the least cost and weighted chances: proposals are looked at until the bound meets the best."""
        best, value, bound = frozenset[int](), np.inf, -np.inf
        looked_at, slack = set[Chosen](), SLACK
        if not self.actions:
            return self._plan(best, 0.0)
        until = monotonic() + MOST_SECONDS
        for _ in range(MOST_ROUNDS):
            if monotonic() > until:
                break
            found = master.solve(costs, slack)
            assert found is not None  # doing nothing is always possible
            chosen, bound = found[0], max(bound, found[1])
            if chosen in looked_at:  # and the master knows all that it is worth
                if not slack:
                    return self._plan(best, 0.0)
                slack = slack / 10 if slack > LEAST_SLACK else 0.0
                continue
            looked_at.add(chosen)
            worth = float(weights @ self._risk.chances(chosen))
            whole = worth + sum(costs[each] for each in chosen)
            if whole < value:
                best, value = chosen, whole
            if value - bound <= NEAR * max(1.0, abs(value)):
                return self._plan(best, 0.0)
            master.add_value_cut(*self._cut(chosen, worth, weights))
        return self._plan(best, max(0.0, value - bound))

    def _only(self, place: int) -> Floats:
        """The weights that make a value of one chance."""
        return np.where(np.arange(len(self.stake) + 1) == place, 1.0, 0.0)

    def _gains(self, known: Chosen, weights: Floats) -> Floats:
        """What each action gains at most, beside a set that is taken: of what that one leaves, its share."""
        left = np.ones(self._shares.shape[1])
        if self._is_monotone:
            for each in known:
                left = left * (1.0 - self._shares[each])
        return np.asarray(self._shares @ (left * (self._worth @ weights)))

    def _cut(self, known: Chosen, value: float, weights: Floats) -> Cut:
        """What a set whose value is known says of all others: value ≥ constant + coefficients · x."""
        gains = self._gains(known, weights)
        coefficients = np.where([each in known for each in range(len(gains))], 0.0, -gains)
        if self._is_monotone:
            return coefficients, value
        inside = np.where([each in known for each in range(len(gains))], gains, 0.0)
        return coefficients + inside, value - float(inside.sum())

    def _teach(self, master: Master, chosen: Chosen, targets: Floats) -> None:
        """Cut off a set that misses targets, and with it all that can't be better."""
        for place, target in enumerate(targets):
            chance = self._risk.chances(chosen)[place]
            if chance > target + NEAR:
                master.add_cut(*self._cut(chosen, float(chance), self._only(place)), float(target))
                if self._is_monotone:
                    master.add_hitting(self._all - self._grown(chosen, place, float(target)))
        if not self._is_monotone:
            master.forbid(chosen)

    def _grown(self, chosen: Chosen, place: int, target: float) -> Chosen:
        """A large set around one that misses a target, which must miss it, too, by what its actions gain at most."""
        left = float(self._risk.chances(chosen)[place]) - target - NEAR
        gains = self._gains(chosen, self._only(place))
        for each in sorted(self._all - chosen, key=lambda each: (gains[each], each)):
            left -= float(gains[each])
            if left <= 0:
                break
            chosen = chosen | {each}
        return chosen

    def _cheapest_below(self, risk: float) -> Chosen | None:
        """The cheapest set with less risk than that."""
        master = Master(self._costs, self._excluded, with_value=False)
        target = risk * (1 - 1e-6)
        for _ in range(MOST_ROUNDS):
            found = master.solve(self._costs)
            if found is None:
                return None
            chosen, _ = found
            chance = float(self._risk.chances(chosen)[-1])
            if chance <= target:
                return chosen
            master.add_cut(*self._cut(chosen, chance, self._only(len(self.stake))), target)
            if self._is_monotone:
                master.add_hitting(self._all - self._grown(chosen, len(self.stake), target))
            else:
                master.forbid(chosen)
        return None

    def _exclusions(self) -> tuple[tuple[int, int], ...]:
        number = {action.name: place for place, action in enumerate(self.actions)}
        pairs = {
            (min(place, number[other]), max(place, number[other]))
            for place, action in enumerate(self.actions)
            for other in action.excludes
            if other in number and other != action.name
        }
        return tuple(sorted(pairs))

    # ------------------------------------------------------------------------------------------------------ telling

    def _plan(self, chosen: Chosen, gap: float) -> Plan:
        before, after = self._risk.chances(frozenset()), self._risk.chances(chosen)
        planned = []
        for each in sorted(chosen):
            without = self._risk.chances(chosen - {each})
            saved = PARTS * float(self._weights @ (without - after)[:-1])
            planned.append(PlannedAction(self.actions[each], float(without[-1]), saved))
        return Plan(
            actions=tuple(planned),
            cost=sum((each.action.cost for each in planned), Fraction(0)),
            before=dict(zip(self.stake, before.tolist(), strict=False)),
            after=dict(zip(self.stake, after.tolist(), strict=False)),
            risk_before=float(before[-1]),
            risk_after=float(after[-1]),
            loss_before=PARTS * float(self._weights @ before[:-1]),
            loss_after=PARTS * float(self._weights @ after[:-1]),
            gap=gap,
        )

    def _point(self, chosen: Chosen) -> PlanPoint:
        return self._as_point(self._plan(chosen, 0.0))

    @staticmethod
    def _as_point(plan: Plan) -> PlanPoint:
        return PlanPoint(tuple(each.action.name for each in plan.actions), plan.cost, plan.risk_after)

    def least(self) -> tuple[float, Mapping[str, float]]:
        """The risk with all actions in place, exclusions left aside; and the chance of each nonconformity."""
        chances = self._risk.chances(self._all)
        return float(chances[-1]), dict(zip(self.stake, chances.tolist(), strict=False))


def _number(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)

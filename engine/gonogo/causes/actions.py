"""The actions that pay: the best set, exactly, by a master problem that is solved whole and cut where it errs.

The master (HiGHS, through scipy) knows costs, exclusions and what has been learnt of risks; exact inference then says
what the set that it proposes is worth, and that bounds what all others are worth (`bounds`). Where both agree, the set
is optimal (J. F. Benders, "Partitioning procedures for solving mixed-variables programming problems", 1962; J. N.
Hooker and G. Ottosson, "Logic-based Benders decomposition", 2003).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic
from typing import Final

import numpy as np

from gonogo.causes.bounds import CERTAIN, Bounds, Cut
from gonogo.causes.combining import Floats
from gonogo.causes.fmea import PARTS, undetected_cost
from gonogo.causes.master import NEAR, Master
from gonogo.causes.pack import CauseGraph
from gonogo.causes.risk import Chosen, Risk
from gonogo.problems import Problem, Refused
from gonogo.standard.causes.model import Action

MOST_SECONDS: Final = 30.0
"""For so long proposals are looked at; then the best is told with the gap that is left."""
LARGE: Final = 1e5
"""What the measure of the risk without actions is scaled to: HiGHS takes millionths for nothing."""
SLACK: Final = 0.05
LEAST_SLACK: Final = 1e-4
"""The master is solved roughly at first, with its true bound, and wholly at the end."""
MOST_POINTS: Final = 200
HUGE: Final = 10**6
"""Actions that cost so many times what could be paid, or saved, are left out: they would drown all others in digits."""
LESS: Final = 1e-6
"""By so much of itself the risk has to fall from one plan of the frontier to the next."""


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
class Frontier:
    """Plans of less and less risk; `is_whole` where there are no others, and not only no time for them."""

    points: tuple[PlanPoint, ...]
    is_whole: bool


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
    most : Fraction, optional
        Only actions that cost no more.

    Raises
    ------
    Refused
        Where nothing is at stake, or is no nonconformity of the graph, or risks can't be worked out exactly.
    """

    def __init__(
        self,
        graph: CauseGraph,
        stake: Sequence[str],
        within: Fraction | None = None,
        most: Fraction | None = None,
    ) -> None:
        graph.refuse_unknown((), (), stake)
        if not stake:
            what = "there is no nonconformity to plan against"
            raise Refused([Problem("nothing-to-plan", graph.path, what, "name one with `--for`")])
        self.graph = graph
        self.stake = tuple(dict.fromkeys(stake))
        actions = (each for each in graph.written.actions.values() if each.kind != "correction")
        actions = (each for each in actions if within is None or each.lead_time <= within)
        self.actions = tuple(each for each in actions if most is None or each.cost <= most)
        self._within = within
        self._risk = Risk(graph.network, graph.number, self.stake, self.actions)
        self._all = frozenset(range(len(self.actions)))
        self._risk.chances(frozenset())
        if self._risk.error:
            what = "too many causes and effects hang together for the risk to be worked out exactly"
            raise Refused([Problem("too-large", graph.path, what, "plan against fewer nonconformities, one by one")])
        self._costs = np.array([float(action.cost) for action in self.actions])
        self._bounds = Bounds(self._risk)
        self._before, self._least = (
            self._bounds.measured(self._risk.chances(each)) for each in (frozenset(), self._all)
        )
        self._least = np.where(self._bounds.is_monotone, self._least, 0.0)
        told = graph.written.nonconformities
        self._weights = np.array(
            [undetected_cost(told[name].cost, told[name].detection) if name in told else 0.0 for name in self.stake]
        )
        self._excluded = self._exclusions()

    # -------------------------------------------------------------------------------------------------- questions

    def cheapest(self, residual_risk: float) -> Plan | None:
        """The cheapest actions that bring the chance of each nonconformity to a target or below; None: none do.

        Raises
        ------
        Refused
            Where no plan is proven to be the cheapest in time.
        """
        chosen = self._cheapest(dict.fromkeys(range(len(self.stake)), residual_risk))
        return None if chosen is None else self._plan(chosen, 0.0)

    def within_budget(self, budget: Fraction) -> Plan:
        """The actions that leave the least risk for so much money; of equal ones the cheapest."""
        if any(action.cost > HUGE * max(budget, Fraction(1)) for action in self.actions):
            return self._costing_most(budget).within_budget(budget)
        chosen, gap = self._least_risk(budget)
        return self._plan(self._cheaper(chosen), gap)

    def _least_risk(self, budget: Fraction) -> tuple[Chosen, float]:
        together = len(self.stake)
        price = LARGE / max(float(self._before[together]), 1e-300)
        prices = np.where(np.arange(together + 1) == together, price, 0.0)
        costs = self._costs / max(1.0, float(self._costs.sum())) * 1e-3
        chosen, gap = self._best(self._master(float(budget)), costs, of_measures=prices)
        slope = 1.0 - float(self._risk.chances(chosen)[together]) if self._bounds.is_log[together] else 1.0
        return self._thinned(chosen, lambda some: float(self._risk.chances(some)[together])), gap / price * slope

    def most_paying(self, parts: int = PARTS) -> Plan:
        """The actions whose cost, and the expected cost of so many parts, are least together."""
        weights = np.append(self._weights * parts, 0.0)
        loss = Fraction(float(weights @ self._risk.chances(frozenset())))
        if any(action.cost > HUGE * max(loss, Fraction(1)) for action in self.actions):
            return self._costing_most(loss).most_paying(parts)
        chosen, gap = self._best(self._master(), self._costs, of_chances=weights)

        def whole(some: Chosen) -> float:
            return float(self._cost(some)) + float(weights @ self._risk.chances(some))

        return self._plan(self._thinned(chosen, whole), gap)

    def _costing_most(self, most: Fraction) -> Planner:
        """The same planner without the actions that cost more than could be paid, or saved: they are in no plan."""
        return Planner(self.graph, self.stake, self._within, most)

    def plan_of(self, names: Collection[str]) -> Plan:
        """What some actions do together, be they the best or not; those that are not planned with are left out."""
        return self._plan(frozenset(number for number, action in enumerate(self.actions) if action.name in names), 0.0)

    def frontier(self) -> Frontier:
        """What less and less risk costs: plans of which none is both dearer and riskier than another."""
        points = [self._as_point(self.within_budget(Fraction(0)))]
        is_whole, together = True, len(self.stake)
        least = float(self._risk.chances(self._all)[together]) if self._bounds.is_monotone[together] else 0.0
        until = monotonic() + MOST_SECONDS
        while points[-1].risk > least * (1 + NEAR):
            if len(points) >= MOST_POINTS or monotonic() > until:
                is_whole = False
                break
            chosen = self._cheapest({together: points[-1].risk * (1 - LESS)})
            if chosen is None:
                break
            least_risk = self._least_risk(self._cost(chosen))  # for less money there is nothing better
            points.append(self._as_point(self._plan(*least_risk)))
        return Frontier(tuple(points), is_whole)

    # --------------------------------------------------------------------------------------------------- searching

    def _master(self, budget: float | None = None) -> Master:
        """What is known from the start: what doing nothing does, and everything."""
        master = Master(self._costs, self._excluded, self._bounds, self._before, self._least, budget)
        for chosen in (frozenset[int](), self._all):
            master.learn(self._bounds.cuts(chosen, self._risk.chances(chosen)))
        return master

    def _best(
        self, master: Master, costs: Floats, of_measures: Floats | None = None, of_chances: Floats | None = None
    ) -> tuple[Chosen, float]:
        """The set with the least costs and weighted measures or chances, and by how much another could be better.

        Proposals are looked at until the bound meets the best.
        """
        best, value, bound = frozenset[int](), np.inf, -np.inf
        looked_at, slack = set[Chosen](), SLACK
        until = monotonic() + MOST_SECONDS
        while (seconds := until - monotonic()) > 0:
            found = master.solve(costs, of_measures, of_chances, slack=slack, seconds=seconds)
            assert found is not None  # doing nothing is always possible
            chosen, bound = found.chosen, max(bound, found.bound)
            if chosen is None:
                break
            chances = self._risk.chances(chosen)
            measures = self._bounds.measured(chances)
            if chosen not in looked_at:
                looked_at.add(chosen)
                whole = float(sum(costs[each] for each in chosen))
                whole += float(of_measures @ measures) if of_measures is not None else 0.0
                whole += float(of_chances @ chances) if of_chances is not None else 0.0
                if whole < value:
                    best, value = chosen, whole
                master.learn(self._bounds.cuts(chosen, chances))
            elif of_chances is None or not master.refine(measures):  # the master knows all that it is worth
                if not slack:
                    return best, 0.0
                slack = slack / 10 if slack > LEAST_SLACK else 0.0
            if value - bound <= NEAR * max(1.0, abs(value)):
                return best, 0.0
        return best, max(0.0, value - bound)

    def _thinned(self, chosen: Chosen, worth: Callable[[Chosen], float]) -> Chosen:
        """A set without the actions that better nothing within it: what a solver takes for nothing may be something.

        Parameters
        ----------
        worth : callable
            What a set comes to; less is better, and of equal sets the cheaper one.
        """
        while chosen:
            less = min((chosen - {each} for each in chosen), key=lambda some: (worth(some), self._cost(some)))
            if worth(less) > worth(chosen):
                break
            chosen = less
        return chosen

    def _cost(self, chosen: Chosen) -> Fraction:
        return sum((self.actions[each].cost for each in chosen), Fraction(0))

    def _cheaper(self, chosen: Chosen) -> Chosen:
        """The cheapest set that leaves no more risk than one, where it is found in time; else it, without idle ones."""
        together = len(self.stake)
        risk = float(self._risk.chances(chosen)[together])
        try:
            found = self._cheapest({together: risk}, seconds=MOST_SECONDS / 3)
        except Refused:
            return chosen
        if found is None or self._risk.chances(found)[together] > risk * (1 + NEAR):
            return chosen
        return min((chosen, found), key=self._cost)

    def _cheapest(self, limits: Mapping[int, float], seconds: float = MOST_SECONDS) -> Chosen | None:
        """The cheapest set that brings chances, by their targets, to a limit or below; None: none does."""
        master = self._master()
        wanted = np.ones(len(self._before))
        for target, limit in limits.items():
            wanted[target] = min(limit * (1 + NEAR), 1.0)
        highest = self._bounds.measured(np.minimum(wanted, CERTAIN))
        for target in limits:
            if wanted[target] < CERTAIN:
                master.limit(target, float(highest[target]))
        until = monotonic() + seconds
        while (left := until - monotonic()) > 0:
            found = master.solve(self._costs, seconds=left)
            if found is None:
                return None
            if found.chosen is None:
                break
            chances = self._risk.chances(found.chosen)
            missed = [target for target in limits if chances[target] > wanted[target]]
            if not missed:
                return found.chosen
            cuts = self._bounds.cuts(found.chosen, chances)
            master.learn(cuts)
            for target in missed:
                if self._bounds.is_monotone[target]:
                    master.add_hitting(self._all - self._grown(found.chosen, cuts[target], float(highest[target])))
                else:
                    master.forbid(found.chosen)
        what = f"no plan was proven to be the cheapest within {MOST_SECONDS:.0f} seconds"
        raise Refused(
            [Problem("too-large", self.graph.path, what, "plan against fewer nonconformities, or by a budget")]
        )

    def _grown(self, chosen: Chosen, cut: Cut, most: float) -> Chosen:
        """A large set around one that misses a limit, which must miss it, too, by what is known of that one."""
        gains = self._bounds.shares @ (cut.left * self._bounds.left(chosen))
        for each in sorted(self._all - chosen, key=lambda each: (gains[each], each)):
            more = chosen | {each}
            taken = float(sum(cut.taken[other] for other in more))
            if cut.constant + float(cut.left @ self._bounds.left(more)) + taken <= most:
                break
            chosen = more
        return chosen

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

    @staticmethod
    def _as_point(plan: Plan) -> PlanPoint:
        return PlanPoint(tuple(each.action.name for each in plan.actions), plan.cost, plan.risk_after)

    def least(self) -> tuple[float, Mapping[str, float]]:
        """The risk with all actions in place, exclusions left aside; and the chance of each nonconformity."""
        chances = self._risk.chances(self._all)
        return float(chances[-1]), dict(zip(self.stake, chances.tolist(), strict=False))


def _number(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)

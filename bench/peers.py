"""gonogo and its peers, each behind the same call: a fact in, its class and the rules that spoke out.

Each is used in the fastest way that its documentation offers or that we found, and gets its facts in the form it
likes best, made before the clock runs. What is timed is what a program needs: the class and the rules' ids, as
Python values.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import compress
from typing import Any, Final

from workload import UNTOLD, Answer, Decide, Fact, Facts, Workload, worst

PAGE: Final = 60  # rules in one ruleset of durable-rules; beyond a few hundred it hangs or crashes


@dataclass(frozen=True, slots=True)
class Peer:
    """One row of the table."""

    name: str
    needs: str | None  # the module that must be installed
    make: Callable[[Workload], Decide]
    facts: Callable[[Facts], Sequence[Fact]]
    takes_missing: bool = False

    @property
    def is_by_hand(self) -> bool:
        return self.needs is None

    @property
    def is_here(self) -> bool:
        return self.needs is None or find_spec(self.needs) is not None


def gonogo(workload: Workload) -> Decide:
    import gonogo as product

    judge = product.load(workload.standard).judge

    def decide(fact: Fact) -> Answer:
        verdict = judge(fact)
        if verdict.outcome == "indeterminate":
            return UNTOLD, []
        return verdict.class_, [finding.rule for finding in verdict.findings]

    return decide


def zen_expression(workload: Workload) -> Decide:
    """All conditions as one list, compiled once: twice to a hundred times as fast as one expression a rule."""
    import zen

    classes, rules = workload.classes, list(workload.expressions)
    evaluate = zen.compile_expression(f"[{', '.join(workload.expressions.values())}]").evaluate

    def decide(fact: Fact) -> Answer:
        spoke = list(compress(rules, evaluate(fact)))
        return worst(classes, spoke), spoke

    return decide


def zen_table(workload: Workload) -> Decide:
    """A decision table that collects: a line for each rule."""
    import zen

    lines = [{"_id": rule, "c": text, "o": json.dumps(rule)} for rule, text in workload.expressions.items()]
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": "c", "name": "condition"}],
        "outputs": [{"id": "o", "name": "rule", "field": "rule"}],
        "rules": lines,
    }
    kinds = {"in": "inputNode", "table": "decisionTableNode", "out": "outputNode"}
    nodes = [{"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}} for name, kind in kinds.items()]
    nodes[1]["content"] = table
    edges = [
        {"id": f"{a}-{b}", "type": "edge", "sourceId": a, "targetId": b} for a, b in (("in", "table"), ("table", "out"))
    ]
    evaluate = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges})).evaluate
    classes = workload.classes

    def decide(fact: Fact) -> Answer:
        spoke = [line["rule"] for line in evaluate(fact)["result"]]
        return worst(classes, spoke), spoke

    return decide


def rule_engine(workload: Workload) -> Decide:
    import rule_engine as engine

    classes = workload.classes
    rules = [(rule, engine.Rule(text).matches) for rule, text in workload.expressions.items()]

    def decide(fact: Fact) -> Answer:
        spoke = [rule for rule, matches in rules if matches(fact)]
        return worst(classes, spoke), spoke

    return decide


# ----------------------------------------------------------------------------------------- durable-rules


def durable(workload: Workload) -> Decide:
    """Its C extension, which is some times faster than its Python front and starts no timer threads."""
    derive, classes = workload.derive, workload.classes
    pages = [
        _Page(number, workload.conjunctions[start : start + PAGE])
        for number, start in enumerate(range(0, len(workload.conjunctions), PAGE))
    ]

    def decide(fact: Fact) -> Answer:
        message = derive(fact) if derive is not None else fact
        spoke = {rule for page in pages for rule in page.fired(message)}
        return worst(classes, spoke), spoke

    return decide


class _Page:
    """A ruleset of at most 60 conjunctions: assert a fact, take every firing, retract it."""

    def __init__(self, number: int, conjunctions: Sequence[tuple[str, Sequence[tuple[str, str, object]]]]) -> None:
        import durable_rules_engine as engine

        self.engine = engine
        self.rules = {f"{key:02}": rule for key, (rule, _) in enumerate(conjunctions)}
        self.fields = list(dict.fromkeys(field for _, tests in conjunctions for field, _, _ in tests))
        whens = {
            key: {"all": [{"m": _pattern(tests)}]} for key, (_, tests) in zip(self.rules, conjunctions, strict=True)
        }
        self.ruleset = engine.create_ruleset(f"bench{number}", json.dumps(whens))

    def fired(self, fact: Fact) -> list[str]:
        engine, ruleset, found = self.engine, self.ruleset, []
        message = json.dumps({"id": 1, "sid": 0} | {field: fact[field] for field in self.fields})
        status, state = engine.assert_fact(ruleset, message)
        if status > 1:
            raise RuntimeError(f"durable-rules did not take a fact (status {status})")
        started = engine.start_action_for_state(ruleset, state)
        firing = started and started[1]
        while firing:
            found.append(self.rules[firing[2:4]])  # {"07":{"m":…}}
            firing = engine.complete_and_start_action(ruleset, state)
        engine.retract_fact(ruleset, message)
        return found


def _pattern(tests: Sequence[tuple[str, str, object]]) -> dict[str, Any]:
    parts = [{field: value} if test == "$eq" else {test: {field: value}} for field, test, value in tests]
    return {"$and": parts} if len(parts) > 1 else parts[0]


# ---------------------------------------------------------------------------------------------- the table

BY_HAND: Final = "by hand, Python floats"
PEERS: Final = (
    Peer(BY_HAND, None, lambda w: w.by_hand, lambda f: f.numbers, takes_missing=True),
    Peer("by hand, from CSV text", None, lambda w: w.by_hand_from_text, lambda f: f.text),
    Peer("**gonogo**, Python numbers", "gonogo", gonogo, lambda f: f.numbers, takes_missing=True),
    Peer("**gonogo**, CSV text", "gonogo", gonogo, lambda f: f.text, takes_missing=True),
    Peer("ZEN, one expression", "zen", zen_expression, lambda f: f.named),
    Peer("ZEN, decision table", "zen", zen_table, lambda f: f.named),
    Peer("durable-rules, C extension", "durable_rules_engine", durable, lambda f: f.named),
    Peer("rule-engine", "rule_engine", rule_engine, lambda f: f.named),
)

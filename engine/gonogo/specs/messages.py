"""A run of specs as Cucumber Messages: the envelopes that other tools of the trade read, one an object.

Trees and pickles are those of the official gherkin package, so that rules, tags, tables and examples are kept, and
ids are counted, so that they are the same each time. Scenarios stand in the order of their files, whatever process ran
them. The form is that of https://github.com/cucumber/messages, by its JSON schema.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from itertools import count
from typing import Any, Final, TypeAlias

from gonogo.problems import Problem
from gonogo.specs.documents import FeatureDocument, Node
from gonogo.specs.evidence import Circumstances
from gonogo.specs.running import ScenarioResult, SpecRun, StepResult
from gonogo.specs.vocabulary import PHRASES, Phrase, phrase_of

Envelope: TypeAlias = "dict[str, Any]"

PROTOCOL: Final = "33.0.4"
"""The version of the messages that is kept to."""

MEDIA: Final = "text/x.cucumber.gherkin+plain"
_STATUS: Final = {"passed": "PASSED", "failed": "FAILED", "skipped": "SKIPPED"}


def spec_messages(
    run: SpecRun, documents: Sequence[FeatureDocument], told: Circumstances, name: Callable[[str], str] = str
) -> Iterator[Envelope]:
    """The envelopes of a run, in the order in which they are to be written.

    Parameters
    ----------
    documents : sequence of FeatureDocument
        The files whose scenarios were run.
    name : callable, optional
        What other files, which could not be read, are called by; else by their paths.
    """
    ids = map("run-{}".format, count())
    yield _meta()
    for document in documents:
        yield {"source": {"uri": document.uri, "data": document.text, "mediaType": MEDIA}}
        yield {"gherkinDocument": document.tree}
        yield from ({"pickle": pickle} for pickle in document.pickles)
    yield from (_parse_error(problem, name) for problem in run.problems)
    steps = {id(phrase): next(ids) for phrase in PHRASES}
    yield from (_step_definition(phrase, steps[id(phrase)]) for phrase in PHRASES)
    started = next(ids)
    yield {"testRunStarted": {"id": started, "timestamp": _moment(told.began.timestamp())}}
    cases = [_Case(result, pickle, ids, steps) for result, pickle in _paired(run.scenarios, documents)]
    yield from (case.planned(started) for case in cases)
    for case in cases:
        yield from case.run()
    yield {
        "testRunFinished": {
            "testRunStartedId": started,
            "success": run.is_good,
            "timestamp": _moment(told.ended.timestamp()),
        }
    }


class _Case:
    """A scenario, or an example of an outline, as it was run.

    Parameters
    ----------
    steps : dict
        The ids of the step definitions, by those of their phrases.
    """

    def __init__(self, result: ScenarioResult, pickle: Node, ids: Iterator[str], steps: dict[int, str]) -> None:
        self.result = result
        self.pickle = pickle
        self.id, self.attempt = next(ids), next(ids)
        self.steps = [(step, next(ids), _match(step, steps)) for step in result.steps]

    def planned(self, run: str) -> Envelope:
        """What is to be done: each step with its definition."""
        planned = [
            {"id": own, "pickleStepId": pickled["id"], **matched}
            for (_, own, matched), pickled in zip(self.steps, self.pickle["steps"], strict=True)
        ]
        told = {"id": self.id, "pickleId": self.pickle["id"], "testSteps": planned, "testRunStartedId": run}
        return {"testCase": told}

    def run(self) -> Iterator[Envelope]:
        """What was done, step by step; behind the last that was, why the verdict is what it is."""
        result, now = self.result, self.result.began
        told = {"attempt": 0, "id": self.attempt, "testCaseId": self.id, "timestamp": _moment(now)}
        yield {"testCaseStarted": told}
        done = [own for step, own, _ in self.steps if step.status != "skipped"]
        for step, own, matched in self.steps:
            at = {"testCaseStartedId": self.attempt, "testStepId": own}
            yield {"testStepStarted": {**at, "timestamp": _moment(now)}}
            now += step.seconds
            if done and own == done[-1] and result.explanation:
                yield {"attachment": {**at, **_explained(result), "timestamp": _moment(now)}}
            outcome = self._outcome(step, is_known=bool(matched["stepDefinitionIds"]))
            yield {"testStepFinished": {**at, "testStepResult": outcome, "timestamp": _moment(now)}}
        finished = {"testCaseStartedId": self.attempt, "willBeRetried": False}
        yield {"testCaseFinished": {**finished, "timestamp": _moment(max(now, result.began + result.seconds))}}

    def _outcome(self, step: StepResult, *, is_known: bool) -> Node:
        status = _STATUS[step.status] if is_known or step.status != "failed" else "UNDEFINED"
        told: Node = {"status": status, "duration": _span(step.seconds)}
        if step.status == "failed" and self.result.message is not None:
            kind = "Unmet" if self.result.expected is not None else "Refused"
            told |= {"message": self.result.message, "exception": {"type": kind, "message": self.result.message}}
        return told


def _paired(
    results: Sequence[ScenarioResult], documents: Sequence[FeatureDocument]
) -> Iterator[tuple[ScenarioResult, Node]]:
    """Results with their pickles: by the scenario's line, and the number of the example."""
    known: dict[tuple[str, int], list[Node]] = {}
    for document in documents:
        lines = document.scenario_lines
        for pickle in document.pickles:
            known.setdefault((document.path, lines[pickle["astNodeIds"][0]]), []).append(pickle)
    for result in results:
        pickles = known.get((result.path, result.line), [])
        if result.number < len(pickles):
            yield result, pickles[result.number]


def _match(step: StepResult, ids: dict[int, str]) -> Node:
    """The definition of a step, and what it takes from its text."""
    kind = next((kind for kind in ("given", "when", "then") if kind == step.kind), None)
    found = phrase_of(kind, step.text) if kind is not None else None
    if found is None:
        return {"stepDefinitionIds": [], "stepMatchArgumentsLists": []}
    phrase, match = found
    taken = [
        {"group": {"start": match.start(number), "value": match[number]}}
        for number in range(1, phrase.pattern.groups + 1)
        if match[number] is not None
    ]
    return {"stepDefinitionIds": [ids[id(phrase)]], "stepMatchArgumentsLists": [{"stepMatchArguments": taken}]}


def _meta() -> Envelope:
    told = {
        "protocolVersion": PROTOCOL,
        "implementation": {"name": "gonogo", "version": version("gonogo")},
        "runtime": {"name": platform.python_implementation(), "version": platform.python_version()},
        "os": {"name": platform.system(), "version": platform.release()},
        "cpu": {"name": platform.machine()},
    }
    return {"meta": told}


def _step_definition(phrase: Phrase, own: str) -> Envelope:
    pattern = {"source": phrase.pattern.pattern, "type": "REGULAR_EXPRESSION"}
    return {"stepDefinition": {"id": own, "pattern": pattern, "sourceReference": {"uri": "gonogo/specs/vocabulary.py"}}}


def _parse_error(problem: Problem, name: Callable[[str], str]) -> Envelope:
    path, _, line = str(problem.place).rpartition(":")
    place: Node = (
        {"uri": name(path), "location": {"line": int(line)}} if line.isdigit() else {"uri": name(str(problem.place))}
    )
    return {"parseError": {"source": place, "message": str(problem)}}


def _explained(result: ScenarioResult) -> Node:
    return {"body": result.explanation, "contentEncoding": "IDENTITY", "mediaType": "text/plain"}


def _span(seconds: float) -> Node:
    whole, nanos = divmod(round(seconds * 1_000_000_000), 1_000_000_000)
    return {"seconds": whole, "nanos": nanos}


_moment = _span
"""A moment is so long after 1970 began, in UTC."""

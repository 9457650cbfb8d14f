"""The evidence as JUnit's XML: a suite for each feature, a case for each scenario, or example of an outline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import gonogo
from gonogo_cli.evidence.content import Content
from gonogo_cli.formats.junit import HEAD, Result, counts
from gonogo_cli.formats.xml import attributes
from gonogo_cli.formats.xml import content as text_of


def junit(content: Content) -> Iterator[str]:
    """The document, piece by piece; a file that could not be read is an error of its own case."""
    found, problems = content.run.scenarios, content.run.problems
    whole: Counter[Result] = Counter(map(_result, found))
    whole["error"] += len(problems)
    yield f"{HEAD}<testsuites{attributes(name='gonogo spec')}{counts(whole)}{_seconds(found)}>\n"
    for path, results in groupby(found, key=lambda each: each.path):
        yield from _suite(content, path, list(results))
    if problems:
        counted = counts(Counter({"error": len(problems)}))
        yield f"<testsuite{attributes(name='files that could not be read')}{counted}>\n"
        yield from (_unread(content, problem) for problem in problems)
        yield "</testsuite>\n"
    yield "</testsuites>\n"


def _suite(content: Content, path: str, results: Sequence[gonogo.ScenarioResult]) -> Iterator[str]:
    standard, told = content.standard, content.told
    counted = counts(Counter(map(_result, results)))
    named = attributes(name=results[0].feature, timestamp=told.began.isoformat(timespec="seconds"))
    yield f"<testsuite{named}{counted}{_seconds(results)}>\n<properties>\n"
    properties = {
        "standard": standard.id,
        "title": standard.title,
        "version": standard.version,
        "hash": standard.hash,
        "commit": told.tree.commit,
        "by": told.asked.by,
    }
    for name, value in properties.items():
        if value is not None:
            yield f"<property{attributes(name=name, value=value)}/>\n"
    yield "</properties>\n"
    class_ = f"{standard.id}.{Path(path).stem}"
    for result in results:
        place = attributes(file=content.name(path), line=result.line)
        yield from _case(result, f"{attributes(classname=class_, name=case_name(result))}{place}")
    yield "</testsuite>\n"


def case_name(result: gonogo.ScenarioResult) -> str:
    """The scenario, below its rule; of an outline, with the number of the example and its values."""
    name = f"{result.rule}: {result.scenario}" if result.rule else result.scenario
    if not result.example:
        return name
    values = ", ".join(f"{key}={value}" for key, value in result.example.items())
    return f"{name}, example {result.number + 1} ({values})"


def _case(result: gonogo.ScenarioResult, head: str) -> Iterator[str]:
    head = f"<testcase{head}{_seconds([result])}"
    if result.passed:
        yield f"{head}/>\n"
        return
    kind = "Unmet" if result.expected is not None else "Refused"
    named = attributes(message=result.message or "it failed", type=kind)
    yield f"{head}>\n<failure{named}>{text_of(chr(10).join(_failure_lines(result)))}</failure>\n</testcase>\n"


def _failure_lines(result: gonogo.ScenarioResult) -> Iterator[str]:
    for step in result.steps:
        yield f"{step.keyword} {step.text}{'' if step.status == 'passed' else f'  <- {step.status}'}"
    if result.expected is not None:
        yield f"expected  {result.expected}"
        yield f"found     {result.found}"
    elif result.message:
        yield result.message
    yield from result.explanation.splitlines()


def _unread(content: Content, problem: gonogo.Problem) -> str:
    head = attributes(classname=f"{content.standard.id}.features", name=content.name(str(problem.place)))
    error = f"<error{attributes(message=problem.what, type=problem.code)}>{text_of(str(problem))}</error>"
    return f"<testcase{head}>\n{error}\n</testcase>\n"


def _result(result: gonogo.ScenarioResult) -> Result:
    return None if result.passed else "failure"


def _seconds(results: Sequence[gonogo.ScenarioResult]) -> str:
    return attributes(time=f"{sum(each.seconds for each in results):.6f}")

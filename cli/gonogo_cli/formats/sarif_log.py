"""What SARIF logs of verdicts and of problems have in common: locations, levels, and the frame of a log.

SARIF 2.1.0 as it was published by OASIS; consumers such as code scanning read a part of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final, TextIO, TypeAlias
from urllib.parse import quote

import gonogo
from gonogo_cli.checkout import STANDARD_INPUT, Checkout, split_place
from gonogo_cli.formats.report import dumps
from gonogo_cli.wording import in_full

Json: TypeAlias = dict[str, Any]

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT: Final = "%SRCROOT%"


def driver(rules: Sequence[Json]) -> Json:
    """What made the log, and the rules that its results may name."""
    try:
        told = {"version": version("gonogo")}
    except PackageNotFoundError:  # run from a checkout that was never installed
        told = {}
    return {"name": "gonogo", **told, "rules": list(rules)}


def frame(checkout: Checkout, category: str) -> Json:
    """What a run says of itself beside its tool and its results."""
    bases: Json = {ROOT: {"description": {"text": "the root of the checkout"}}}
    return {
        "automationDetails": {"id": f"{category}/"},
        "columnKind": "utf16CodeUnits",
        **({"originalUriBaseIds": bases} if checkout.is_git else {}),
    }


def artifact(path: str, checkout: Checkout) -> Json | None:
    """A file, as a URI; None of what is no file."""
    if path == STANDARD_INPUT:
        return None
    if "://" in path:
        return {"uri": quote(path, safe=":/?#[]@!$&'()*+,;=%", errors="surrogateescape")}
    inside = checkout.inside(path)
    if inside is None:
        return {"uri": "file://" + _quoted(Path(path).absolute().as_posix())}
    return {"uri": _quoted(inside), **({"uriBaseId": ROOT} if checkout.is_git else {})}


def physical(path: str, checkout: Checkout, region: Json | None = None) -> Json | None:
    """A place in a file; None where there is no file."""
    file = artifact(path, checkout)
    if file is None:
        return None
    return {"artifactLocation": file, **({"region": region} if region else {})}


def line_region(line: int) -> Json | None:
    """A whole line; None in files without lines."""
    return {"startLine": line} if line else None


def notification(problem: gonogo.Problem, checkout: Checkout) -> Json:
    """A problem of a run, which is no result of it."""
    path, line, _ = split_place(str(problem.place))
    place = physical(path, checkout, line_region(line))
    return {
        "descriptor": {"id": problem.code},
        "level": problem.severity,
        "message": {"text": in_full(problem)},
        **({"locations": [{"physicalLocation": place}]} if place else {}),
    }


def fingerprint(*parts: str | None) -> Json:
    """What tells a result from others in all runs, whatever line it stands on; under code scanning's name, too."""
    told = hashlib.sha256(dumps(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]
    return {"gonogo/v1": told, "primaryLocationLineHash": f"{told[:16]}:1"}


def write_log(
    stream: TextIO,
    run: Mapping[str, Json],
    results: Iterable[str],
    told: Iterable[str],
    *,
    is_successful: bool = True,
) -> None:
    """Write a log of one run.

    Parameters
    ----------
    run : mapping of str to dict
        What it says of itself.
    results, told : iterable of str
        The elements of its results and of its notifications, as text.
    is_successful : bool
        Whether all was looked at that was to be.
    """
    head = dumps({"$schema": SCHEMA, "version": "2.1.0"})[:-1]
    stream.write(f'{head},\n"runs": [{{\n')
    stream.writelines(f"{dumps(name)}: {dumps(value)},\n" for name, value in run.items())
    ended = dumps({"executionSuccessful": is_successful})[:-1]
    stream.write(f'"invocations": [{ended}, "toolExecutionNotifications": [')
    stream.writelines(told)
    stream.write(']}],\n"results": [')
    stream.writelines(results)
    stream.write("]}]}\n")


def _quoted(path: str) -> str:
    return quote(path, errors="surrogateescape")

"""Problems as SARIF: codes are rules, with their entries in the list of problems as help."""

from __future__ import annotations

from typing import TextIO

import gonogo
from gonogo_cli.checkout import Checkout
from gonogo_cli.entries import Entry, entry_of
from gonogo_cli.formats.report import dumps
from gonogo_cli.formats.sarif_log import Json, driver, fingerprint, frame, notification, physical, write_log
from gonogo_cli.formats.spool import joined
from gonogo_cli.listings.listing import Listing
from gonogo_cli.listings.region import region_of
from gonogo_cli.wording import in_full


def write_sarif(listing: Listing, stream: TextIO) -> None:
    """Write a log; packs that can't be read are notifications of it."""
    checkout = Checkout.here()
    codes = sorted({problem.code for problem in listing.readable})
    run = {
        "tool": {"driver": driver([_descriptor(code) for code in codes])},
        **frame(checkout, "gonogo/lint"),
    }
    results = (dumps(_result(problem, codes.index(problem.code), checkout)) for problem in listing.readable)
    told = [dumps(notification(problem, checkout)) for problem in listing.unreadable]
    write_log(stream, run, joined(results), joined(told), is_successful=not told)


def _result(problem: gonogo.Problem, index: int, checkout: Checkout) -> Json:
    place = physical(_path_of(problem), checkout, _region(problem))
    path = checkout.inside(_path_of(problem)) or _path_of(problem)
    return {
        "ruleId": problem.code,
        "ruleIndex": index,
        "kind": "fail",
        "level": problem.severity,
        "message": {"text": in_full(problem)},
        "locations": [{"physicalLocation": place}] if place else [],
        "partialFingerprints": fingerprint(problem.code, path, problem.what),
    }


def _path_of(problem: gonogo.Problem) -> str:
    return problem.place if isinstance(problem.place, str) else problem.place.source.path


def _region(problem: gonogo.Problem) -> Json | None:
    region = region_of(problem)
    if region is None:
        return None
    return {
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
        "snippet": {"text": region.text},
    }


def _descriptor(code: str) -> Json:
    """A code as a rule."""
    entry = entry_of(code) or Entry(code, f"A problem with the code {code}.", "")
    told = {"text": entry.what, **({"markdown": entry.markdown} if entry.markdown else {})}
    return {
        "id": code,
        "shortDescription": {"text": code.replace("-", " ")},
        "fullDescription": {"text": entry.what},
        "help": told,
    }

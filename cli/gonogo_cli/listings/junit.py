"""Problems as JUnit's XML: a case for each pack, in it a failure for each error; warnings fail nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TextIO

import gonogo
from gonogo_cli.formats.junit import HEAD, Result, counts
from gonogo_cli.formats.xml import attributes, content
from gonogo_cli.listings.listing import Listing, is_unreadable
from gonogo_cli.wording import in_full


def write_junit(listing: Listing, stream: TextIO) -> None:
    """Write a suite; a pack that can't be read is an error of its case."""
    counted = counts(Counter(map(_result, listing.packs.values())))
    stream.write(f"{HEAD}<testsuites{attributes(name='gonogo lint')}{counted}>\n")
    stream.write(f"<testsuite{attributes(name='gonogo lint')}{counted}>\n")
    for pack, found in listing.packs.items():
        stream.writelines(_case(pack, found))
    stream.write("</testsuite>\n</testsuites>\n")


def _result(found: Sequence[gonogo.Problem]) -> Result:
    """What the case of a pack comes to."""
    if any(map(is_unreadable, found)):
        return "error"
    return "failure" if any(problem.severity == "error" for problem in found) else None


def _case(pack: str, found: Sequence[gonogo.Problem]) -> Iterator[str]:
    head = f"<testcase{attributes(classname='gonogo lint', name=pack)}"
    if not found:
        yield f"{head}/>\n"
        return
    yield f"{head}>\n"
    for problem in found:
        if problem.severity == "error":
            tag = "error" if is_unreadable(problem) else "failure"
            named = attributes(message=in_full(problem), type=problem.code)
            yield f"<{tag}{named}>{content(str(problem))}</{tag}>\n"
    if warnings := [str(problem) for problem in found if problem.severity == "warning"]:
        yield "<system-out>" + content("\n".join(warnings)) + "</system-out>\n"
    yield "</testcase>\n"

"""Problems as JSON: one document."""

from __future__ import annotations

from typing import TextIO

from gonogo_cli.formats.report import dumps
from gonogo_cli.listings.listing import Listing


def write_document(listing: Listing, stream: TextIO) -> None:
    """Write all problems, and how many there are."""
    problems, errors = listing.problems, listing.errors
    counts = {"errors": len(errors), "warnings": len(problems) - len(errors)}
    stream.write(dumps({"problems": [problem.as_dict() for problem in problems], "summary": counts}) + "\n")

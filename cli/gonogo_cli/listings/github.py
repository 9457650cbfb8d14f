"""Problems as annotations for GitHub: a workflow command each, beside the text that is meant."""

from __future__ import annotations

from typing import TextIO

import gonogo
from gonogo_cli.checkout import Checkout
from gonogo_cli.formats.workflow import annotation
from gonogo_cli.listings.listing import Listing
from gonogo_cli.listings.region import region_of
from gonogo_cli.wording import in_full


def write_github(listing: Listing, stream: TextIO) -> None:
    """Write an annotation for each problem."""
    checkout = Checkout.here()
    stream.writelines(f"{_annotation(problem, checkout)}\n" for problem in listing.problems)


def _annotation(problem: gonogo.Problem, checkout: Checkout) -> str:
    region, place = region_of(problem), problem.place
    path = place if isinstance(place, str) else place.source.path
    line, column = (region.line, region.column) if region else (None, None)
    file = checkout.inside(path) or path
    return annotation(problem.severity, in_full(problem), file=file, line=line, col=column, title=problem.code)

"""Whether a standard may be judged by: on a day, and while it is a draft. The day comes in from outside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gonogo.problems import Problem
from gonogo.standard import model


def refusals(standard: model.Standard, day: date, *, is_draft_meant: bool) -> Iterator[Problem]:
    """Why facts are not to be judged by a standard on a day; nothing where they may be."""
    if standard.status == "draft" and not is_draft_meant:
        what = "this standard is a draft, and nothing is judged by it"
        mend = "try it out with `--draft`, or release it with `status: effective`"
        yield Problem("draft-standard", standard.status_span or standard.span, what, mend)
    begin, end = standard.effective_from, standard.effective_until
    if (begin is not None and day < begin) or (end is not None and day > end):
        what = f"this standard is effective {_period(begin, end)}, and not on {day}"
        mend = "judge by the version that was effective then, or say with `--as-of` which day is meant"
        yield Problem("not-effective", standard.effective_span or standard.span, what, mend)


def _period(begin: date | None, end: date | None) -> str:
    parts = [f"from {begin}" if begin is not None else "", f"until {end}" if end is not None else ""]
    return " ".join(filter(None, parts))

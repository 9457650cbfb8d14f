"""The names of columns: each must be there once."""

from __future__ import annotations

from collections.abc import Iterable

from gonogo.facts.unusable import shown
from gonogo.problems import Problem, Refused


def refuse_repeated(names: Iterable[str], place: str) -> None:
    """Refuse facts with a name that stands over two columns; a column without a name has none to repeat."""
    places: dict[str, list[int]] = {}
    for number, name in enumerate(names, 1):
        places.setdefault(name, []).append(number)
    repeated = [
        Problem(
            "repeated-column",
            place,
            f"`{shown(name)}` names {len(found)} columns, {found[0]} and {found[1]} the first",
            "give each column a name of its own",
        )
        for name, found in places.items()
        if name and len(found) > 1
    ]
    if repeated:
        raise Refused(repeated)

"""A change to a standard, as it is told beside the standard: what is changed, and to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

ChangeKind: TypeAlias = Literal["limit", "parameter", "rule", "class", "withdraw"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change to a standard.

    Parameters
    ----------
    kind : {"limit", "parameter", "rule", "class", "withdraw"}
        What is changed: a key of a characteristic or of an objective, a parameter, a key of a rule, the class of
        findings; or a rule is done without.
    target : str
        ``NAME``, or ``NAME.KEY``; ``lots.NAME.KEY`` where items and lots both have the name.
    value : str
        As it would stand in the document; empty for ``withdraw``.

    Examples
    --------
    >>> import gonogo
    >>> str(gonogo.Change("limit", "diameter.upper", "-0.002 mm"))
    'diameter.upper = -0.002 mm'
    """

    kind: ChangeKind
    target: str
    value: str = ""

    def __str__(self) -> str:
        return f"without {self.target}" if self.kind == "withdraw" else f"{self.target} = {self.value}"

    @property
    def place(self) -> str:
        """Where it is told."""
        return f"--{self.kind} {self.target}"

    def as_dict(self) -> dict[str, str | None]:
        """The change as plain data, with the keys of ``gonogo whatif --format json``."""
        return {"change": self.kind, "target": self.target, "value": self.value or None}

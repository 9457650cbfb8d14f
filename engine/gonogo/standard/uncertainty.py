"""How well a characteristic is measured, as its author states it: `measured within`, `coverage factor`, `decision`."""

from __future__ import annotations

from fractions import Fraction
from typing import Final, get_args

from gonogo.standard import model, tree
from gonogo.standard.quantities import read_plus_minus
from gonogo.standard.reader import Node
from gonogo.standard.sections import Reading, Section, shown

UNCERTAINTY: Final = ("measured within", "coverage factor", "decision")
USUAL_FACTOR: Final = Fraction(2)
"""Of some 95 % coverage, as calibration certificates state it."""


def read_uncertainty(reading: Reading, section: Section) -> model.Uncertainty | None:
    """What a characteristic says of its measurement; nothing, where it does not say how well that is done."""
    within = section.get("measured within")
    decision, factor = _decision(reading, section.get("decision")), _factor(reading, section.get("coverage factor"))
    if within is None:
        for key in UNCERTAINTY:
            if key in section.values:
                mend = "add it: the expanded uncertainty of the measurement, such as `0.002 mm`"
                reading.error(
                    "missing-key", section.keys[key].span, f"`{key}` says nothing without `measured within`", mend
                )
        return None
    listed = next((key for key in ("one of", "none of") if key in section.values), None)
    if listed is not None:
        what = f"`{listed}` has no limits that a measurement could lie near to"
        reading.error("contradiction", section.keys["measured within"].span, what, "remove `measured within`")
    value = _within(reading, within)
    if value is None or factor is None or decision is None:
        return None
    return model.Uncertainty(value, factor, decision, within.span)


def _within(reading: Reading, node: Node) -> tree.Expression | None:
    value = read_plus_minus(reading, node)
    if value is None or tree.is_constant(value):
        return value
    mend = "write a quantity such as `0.002 mm`; several gauges make several characteristics, each with its `applies`"
    reading.error("not-constant", value.span, f"{shown(value.span.text)} is not a written value", mend)
    return None


def _factor(reading: Reading, node: Node | None) -> Fraction | None:
    value = reading.expression(node)
    if node is None:
        return USUAL_FACTOR
    if value is None:
        return None
    if isinstance(value, tree.Number) and value.unit is None and value.value > 0:
        return value.value
    mend = "write how many standard uncertainties the expanded one is, such as 2"
    reading.error("bad-value", node.span, "a coverage factor is a number above zero", mend)
    return None


def _decision(reading: Reading, node: Node | None) -> model.Decision | None:
    """INVARIANT: what is measured within an uncertainty is guarded, unless another rule was agreed (ISO 14253-1)."""
    written = reading.word(node, get_args(model.Decision))
    match written:
        case "simple" | "guarded" | "shared":
            return written
        case _:
            return "guarded" if node is None else None

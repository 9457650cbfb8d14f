"""What a standard requires, and what follows: characteristics, rules and dispositions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gonogo.standard import model, tree
from gonogo.standard.expression import parse_expression
from gonogo.standard.quantities import read_deviations, read_judge
from gonogo.standard.reader import Node, Scalar
from gonogo.standard.sections import Reading, Section, shown
from gonogo.standard.tokens import BadExpression
from gonogo.standard.uncertainty import UNCERTAINTY, read_uncertainty

_REQUIREMENT: Final = ("title", "clause", "class", "nonconformity", "applies")
LIMITS: Final[tuple[model.LimitKey, ...]] = ("at least", "at most", "above", "below")
_RULE: Final = ("when", *_REQUIREMENT)
_CHARACTERISTIC: Final = (
    "field", "nominal", "tolerance", *LIMITS, "one of", "none of", "judge", *UNCERTAINTY, *_REQUIREMENT,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RequirementReader:
    """Reads rules and characteristics, whose classes are those of the document."""

    reading: Reading
    classes: tuple[str, ...]

    def requirement(self, key: Scalar, section: Section) -> model.Requirement:
        text = self.reading.text
        return model.Requirement(
            name=key.text,
            class_=self.class_(section.get("class")),
            nonconformity=text(section.get("nonconformity")) or key.text,
            clause=text(section.get("clause")),
            title=text(section.get("title")),
            applies=self.reading.expression(section.get("applies")),
            span=key.span,
        )

    def class_(self, node: Node | None) -> str:
        """A requirement without a class is of the most severe one: what nobody classified is not played down."""
        return self.reading.word(node, self.classes) or self.classes[0]

    def rule(self, key: Scalar, node: Node) -> model.Rule | None:
        section = self.reading.section(node, _RULE, key.text, key.span)
        when = self.reading.expression(self.reading.needed(section, "when"))
        requirement = self.requirement(key, section)
        return None if when is None else model.Rule(requirement, when)

    # ----------------------------------------------------------------------------------------- characteristics

    def characteristic(self, key: Scalar, node: Node) -> model.Characteristic | None:
        section = self.reading.section(node, _CHARACTERISTIC, key.text, key.span)
        requirement = self.requirement(key, section)
        told = len(self.reading.problems.found)
        self.check_keys(key, section)
        limits = [*self.tolerance(section), *self.limits(section)]
        one_of = tuple(map(self.option, self.reading.scalars(section.get("one of"), "one of")))
        none_of = tuple(map(self.option, self.reading.scalars(section.get("none of"), "none of")))
        uncertainty = read_uncertainty(self.reading, section)
        field_node = section.get("field")
        field = key.text if field_node is None else self.reading.text(field_node)
        if field is None or len(self.reading.problems.found) > told or not (limits or one_of or none_of):
            return None
        place = key.span if field_node is None else field_node.span
        judge = read_judge(self.reading, section.get("judge"))
        judge_span = section.values["judge"].span if judge else None
        chosen = (uncertainty, judge, judge_span)
        return model.Characteristic(requirement, field, place, tuple(limits), one_of, none_of, *chosen)

    def check_keys(self, key: Scalar, section: Section) -> None:
        """Which keys must, and which can't, stand together."""
        has_limits = any(limit in section.values for limit in (*LIMITS, "nominal", "tolerance"))
        has_list = any(name in section.values for name in ("one of", "none of"))
        if not has_limits and not has_list:
            mend = "give it limits, `nominal` and `tolerance`, `one of` or `none of`"
            what = f"the characteristic {shown(key.text)} requires nothing"
            self.reading.error("missing-key", key.span, what, mend)
        if has_limits and has_list:
            what = f"the characteristic {shown(key.text)} has limits and a list of values"
            self.reading.error("contradiction", key.span, what, "make two characteristics of it, with one `field`")
        if has_list and "judge" in section.values:
            what = "`judge` makes one number of several values, and a list holds each against it"
            self.reading.error("contradiction", section.keys["judge"].span, what, "remove `judge`, or set limits")
        self.check_ends(section)

    def check_ends(self, section: Section) -> None:
        """Of two limits each bounds a side of its own."""
        for one, other in (("at least", "above"), ("at most", "below")):
            if one in section.values and other in section.values:
                what = f"`{one}` and `{other}` both bound the same side"
                self.reading.error("contradiction", section.keys[other].span, what, "keep one of them")

    def limits(self, section: Section) -> Iterator[tuple[model.LimitKey, tree.Expression]]:
        for key in LIMITS:
            value = self.reading.expression(section.get(key))
            if value is not None:
                yield key, value

    def tolerance(self, section: Section) -> Iterator[tuple[model.LimitKey, tree.Expression]]:
        keys = [key for key in ("nominal", "tolerance") if key in section.values]
        if not keys:
            return
        nominal = self.reading.expression(section.get("nominal"))
        if len(keys) == 1:
            missing = "tolerance" if keys == ["nominal"] else "nominal"
            what = f"`{keys[0]}` stands here without `{missing}`"
            self.reading.error("missing-key", section.keys[keys[0]].span, what, f"add `{missing}`")
            return
        if any(key in section.values for key in LIMITS):
            what = "`tolerance` and limits bound the same field"
            self.reading.error("contradiction", section.keys["tolerance"].span, what, "keep one of them")
        deviations = read_deviations(self.reading, section.values["tolerance"], section.keys["tolerance"].span)
        if nominal is not None:
            yield "nominal", nominal
            yield from deviations

    def option(self, scalar: Scalar) -> tree.Expression:
        """An allowed value: quantities, dates and flags as such, any other word as the text that stands there."""
        if scalar.style == "":
            try:
                value = parse_expression(scalar.text, scalar.locate, self.reading.units)
                if tree.is_constant(value):
                    return value
            except BadExpression:
                pass
        return tree.Text(scalar.text, scalar.span)


# -------------------------------------------------------------------------------------------- dispositions


def read_dispositions(reading: Reading, node: Node | None) -> tuple[model.Disposition, ...]:
    """The lines of `dispositions`, of which the first that holds decides."""
    lines: list[model.Disposition] = []
    is_closed = False
    for item in reading.items(node, "dispositions"):
        section = reading.section(item, ("when", "then", "otherwise"), "dispositions", item.span)
        line = _disposition(reading, section)
        if is_closed:
            what = "this line stands behind `otherwise` and can never hold"
            reading.error("contradiction", section.span, what, "move `otherwise` to the end")
        is_closed = is_closed or "otherwise" in section.values
        if line is not None:
            lines.append(line)
    return tuple(lines)


def _disposition(reading: Reading, section: Section) -> model.Disposition | None:
    if "otherwise" in section.values:
        if len(section.values) > 1:
            what = "`otherwise` stands alone, and names the disposition itself: `otherwise: release`"
            reading.error("contradiction", section.keys["otherwise"].span, what, "remove `when` and `then`")
        then = reading.text(section.get("otherwise"))
        return model.Disposition(None, then, section.span) if then else None
    when = reading.expression(reading.needed(section, "when"))
    then = reading.text(reading.needed(section, "then"))
    return model.Disposition(when, then, section.span) if when and then else None

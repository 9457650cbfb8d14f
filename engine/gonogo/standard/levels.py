"""What is judged by counts: lots over their items, the levels above them, and the objectives of a whole run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from gonogo.problems import Span
from gonogo.standard import model
from gonogo.standard.quantities import read_derived, read_parameter
from gonogo.standard.reader import Node, Scalar
from gonogo.standard.requirements import LIMITS, RequirementReader, read_dispositions
from gonogo.standard.sections import RULE_ID, Reading, Section, listed, shown
from gonogo.standard.tables import TableReader

LOTS: Final = "lots"

_LEVEL: Final = ("counts", "derived", "parameters", "applies", "characteristics", "rules", "tables", "dispositions")
_TAKEN: Final = (
    "level", "inspected", "outcome", "class", "clas", "disposition", "finding", "unknown", "unless", "count",
    "rule", "reason", "approver", "approved", "expires",
)  # fmt: skip
"""Keys of verdicts on lots, and of concessions, without an `s` at the end: no level has such a name."""
_OBJECTIVE: Final = ("measure", "title", "clause", *LIMITS)


@dataclass(frozen=True, slots=True)
class LevelReader:
    """Reads levels and objectives, whose classes are those of the document."""

    reading: Reading
    classes: tuple[str, ...]

    def levels(self, top: Section, facts: model.Facts) -> tuple[model.Level, ...]:
        """`lots`, then each of `levels`: from the bottom up."""
        return tuple(level for level in (*self.lots(top, facts), *self.above(top)) if level is not None)

    def lots(self, top: Section, facts: model.Facts) -> Iterator[model.Level | None]:
        node = top.get("lots")
        if node is None:
            return
        if facts.lot is None:
            what, mend = "`lots` are judged, and `facts` names no column for them", "add `lot: COLUMN` under `facts`"
            self.reading.error("missing-key", top.keys["lots"].span, what, mend)
        section = self.reading.section(node, _LEVEL, LOTS, top.keys["lots"].span)
        self.check_classes(section)
        yield self.level(LOTS, facts.lot or "", section)

    def check_classes(self, section: Section) -> None:
        """Every class is counted, and each count has a name of its own."""
        names = model.given_counts(self.classes)
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            what = f"two counts would be called {listed(twice)}"
            self.reading.error("name-taken", section.span, what, "choose another name for the class")

    def above(self, top: Section) -> Iterator[model.Level | None]:
        seen = {"items", "item", LOTS, "lot"}
        for item in self.reading.items(top.get("levels"), "levels"):
            section = self.reading.section(item, ("level", "by", *_LEVEL), "levels", item.span)
            name = self.reading.text(self.reading.needed(section, "level"))
            column = self.reading.text(self.reading.needed(section, "by"))
            if "lots" not in top.values:
                what = "`levels` stand above `lots`, and there are none"
                self.reading.error("missing-key", top.keys["levels"].span, what, "add `lots`")
            if name is None:
                continue
            key = name.removesuffix("s")
            if {name, key} & seen:
                what = f"{shown(name)} already names a level"
                self.reading.error("name-taken", section.values["level"].span, what, "choose another name")
            elif {name, key} & set(_TAKEN):
                what = f"{shown(name)} would name something else in verdicts or concessions, too"
                self.reading.error("name-taken", section.values["level"].span, what, "choose another name")
            else:
                seen |= {name, key}
                yield self.level(name, column or "", section)

    def level(self, name: str, column: str, section: Section) -> model.Level:
        reading, get = self.reading, section.get
        requirements = RequirementReader(reading, self.classes)
        counts = reading.named(get("counts"), "counts", self.count)
        given = given_fields(self.classes, section.span)
        for count in counts.values():
            if count.name in given:
                what = f"{shown(count.name)} is counted anyway"
                reading.error("name-taken", count.span, what, "choose another name")
        fields = given | {count.name: count_field(count.name, count.span) for count in counts.values()}
        return model.Level(
            name=name,
            column=column,
            fields=fields,
            counts=counts,
            derived=reading.named(get("derived"), "derived", partial(read_derived, reading)),
            parameters=reading.named(get("parameters"), "parameters", partial(read_parameter, reading, fields)),
            applies=reading.expression(get("applies")),
            characteristics=reading.named(
                get("characteristics"), "characteristics", requirements.characteristic, pattern=RULE_ID
            ),
            rules=reading.named(get("rules"), "rules", requirements.rule, pattern=RULE_ID),
            dispositions=read_dispositions(reading, get("dispositions")),
            span=section.span,
            tables=reading.named(get("tables"), "tables", TableReader(reading, self.classes).table, pattern=RULE_ID),
        )

    def count(self, key: Scalar, node: Node) -> model.Count | None:
        value = self.reading.expression(node)
        return None if value is None else model.Count(key.text, value, key.span)

    # ------------------------------------------------------------------------------------------- objectives

    def objective(self, key: Scalar, node: Node) -> model.Objective | None:
        section = self.reading.section(node, _OBJECTIVE, key.text, key.span)
        measure = self.reading.expression(self.reading.needed(section, "measure"))
        requirements = RequirementReader(self.reading, self.classes)
        requirements.check_ends(section)
        limits = tuple(requirements.limits(section))
        if not any(limit in section.values for limit in LIMITS):
            what, mend = f"the objective {shown(key.text)} has no target", "add `at least: …` or `at most: …`"
            self.reading.error("missing-key", key.span, what, mend)
        if measure is None or not limits:
            return None
        text = self.reading.text
        return model.Objective(
            key.text, measure, limits, text(section.get("title")), text(section.get("clause")), key.span
        )


def given_fields(classes: tuple[str, ...], span: Span) -> dict[str, model.Field]:
    """What is counted without being asked for: units by outcome and class, and their findings."""
    return {name: count_field(name, span) for name in model.given_counts(classes)}


def count_field(name: str, span: Span) -> model.Field:
    """A count as a field of the level that is judged by it."""
    return model.Field(name, name, "number", None, (), model.ONE, None, False, span)

"""A document → Standard: which sections a standard has. What stands in each is read by the module named after it.

A part that can't be read is left out, and its name noted: later stages say nothing of what stands on it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final, Literal

from gonogo.problems import Problems, Source, Span
from gonogo.standard import model, reader
from gonogo.standard.bases import FindBase, Whole, no_base, read_whole
from gonogo.standard.changes import Change
from gonogo.standard.levels import LevelReader
from gonogo.standard.quantities import read_derived, read_field, read_parameter, read_units
from gonogo.standard.reader import Node
from gonogo.standard.requirements import RequirementReader, read_dispositions
from gonogo.standard.revisions import revise
from gonogo.standard.sections import RULE_ID, Reading, Section, shown
from gonogo.standard.tables import TableReader

LANGUAGE_VERSION: Final = "1"

_STANDARD_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TOP: Final = (
    "gonogo", "standard", "title", "version", "status", "effective", "owner", "source", "policy", "extends", "withdraw",
    "facts", "units", "parameters", "classes", "applies", "characteristics", "rules", "tables", "dispositions", "lots",
    "levels", "objectives",
)  # fmt: skip
_FACTS: Final = ("item", "lot", "time", "missing words", "layout", "characteristic", "value", "fields", "derived")


def read_standard(
    source: Source, problems: Problems, find_base: FindBase = no_base, changes: Sequence[Change] = ()
) -> model.Standard | None:
    """The standard that a YAML text holds, with what it extends, and with changes; None where it is no mapping.

    Raises
    ------
    Refused
        Where the YAML is bad, or a base can't be had.
    """
    reading = Reading(problems)
    whole = read_whole(reading, source, find_base, partial(read_top, reading))
    if whole is None:
        return None
    whole = revise(whole, changes, problems)
    read_units(reading, whole.top.get("units"))
    return replace(_standard(reading, whole), changes=tuple(changes))


def read_top(reading: Reading, node: reader.Mapping) -> Section:
    """The keys of a document, and what every one of them must say of itself."""
    place = node.items[0][0].span if node.items else node.span
    top = reading.section(node, _TOP, "a standard", place)
    check_language(reading, top)
    _check_id(reading, top)
    return top


def _standard(reading: Reading, whole: Whole) -> model.Standard:
    text, top = reading.text, whole.top
    facts = _facts(reading, top)
    columns = _columns(reading, facts)
    fields = reading.named(facts.get("fields"), "fields", partial(read_field, reading))
    _check_layout(reading, facts)
    begin, end = _effective(reading, top)
    classes = tuple(word.text for word in reading.scalars(top.get("classes"), "classes")) or model.DEFAULT_CLASSES
    requirements, levels = RequirementReader(reading, classes), LevelReader(reading, classes)
    characteristics = top.get("characteristics")
    return model.Standard(
        id=_scalar_text(top.get("standard")),
        title=text(top.get("title")) or "",
        version=text(top.get("version")) or "",
        status=_status(reading, top.get("status")),
        effective_from=begin,
        effective_until=end,
        owner=text(top.get("owner")) or "",
        source=text(top.get("source")) or "",
        policy=text(top.get("policy")) or "",
        facts=columns,
        fields=fields,
        derived=reading.named(facts.get("derived"), "derived", partial(read_derived, reading)),
        parameters=reading.named(top.get("parameters"), "parameters", partial(read_parameter, reading, fields)),
        classes=classes,
        characteristics=reading.named(characteristics, "characteristics", requirements.characteristic, pattern=RULE_ID),
        rules=reading.named(top.get("rules"), "rules", requirements.rule, pattern=RULE_ID),
        tables=reading.named(top.get("tables"), "tables", TableReader(reading, classes).table, pattern=RULE_ID),
        dispositions=read_dispositions(reading, top.get("dispositions")),
        applies=reading.expression(top.get("applies")),
        hash=whole.hash,
        span=top.span,
        levels=levels.levels(top, columns),
        objectives=reading.named(top.get("objectives"), "objectives", levels.objective, pattern=RULE_ID),
        sources=whole.sources,
        withdrawn=whole.withdrawn,
        status_span=_span_of(top.get("status")),
        effective_span=_span_of(top.get("effective")),
        units=dict(reading.units),
        unread_names=frozenset(reading.unread_names),
        unread_rules=frozenset(reading.unread_rules),
    )


def _effective(reading: Reading, top: Section) -> tuple[date | None, date | None]:
    """The first and the last day on which a standard holds."""
    effective = reading.section(top.get("effective"), ("from", "until"), "effective", _key(top, "effective"))
    begin, end = reading.day(effective.get("from")), reading.day(effective.get("until"))
    if begin and end and end < begin:
        what = f"this standard would end on {end} before it begins on {begin}"
        reading.error("contradiction", effective.values["until"].span, what, "let `until` be the later day")
    return begin, end


def _key(section: Section, name: str) -> Span:
    return section.keys[name].span if name in section.keys else section.span


def check_language(reading: Reading, top: Section) -> None:
    """A document says which version of the language it is written in."""
    node = top.get("gonogo")
    if node is None:
        reading.error("missing-key", top.span, "this document does not say `gonogo: 1`", "begin it with `gonogo: 1`")
        return
    version = reading.text(node)
    if version not in (LANGUAGE_VERSION, None):
        what = f"{shown(version or '')} is not a version of the language that this gonogo knows"
        mend = f"write `gonogo: {LANGUAGE_VERSION}`, or update gonogo"
        reading.error("unknown-version", node.span, what, mend)


def _check_id(reading: Reading, top: Section) -> None:
    node = top.get("standard")
    if node is None:
        reading.error("missing-key", top.span, "this document has no `standard`", "give it an id")
        return
    name = reading.text(node)
    if name and not _STANDARD_ID.fullmatch(name):
        mend = "use lower-case letters, digits and hyphens"
        reading.error("bad-name", node.span, f"{shown(name)} is not an id of a standard", mend)


def _span_of(node: Node | None) -> Span | None:
    return None if node is None else node.span


def _scalar_text(node: Node | None) -> str:
    """A text of which all has been told that is wrong with it."""
    return node.text if isinstance(node, reader.Scalar) else ""


def _status(reading: Reading, node: Node | None) -> Literal["draft", "effective", "withdrawn"]:
    place = node.span if node is not None else ""
    match reading.word(node, ("draft", "effective", "withdrawn")):
        case "draft":
            mend = "release it with `status: effective`"
            reading.problems.warn("draft-standard", place, "this standard is a draft", mend)
            return "draft"
        case "withdrawn":
            reading.problems.warn("not-effective", place, "this standard is withdrawn", "judge by its successor")
            return "withdrawn"
        case _:
            return "effective"


def _facts(reading: Reading, top: Section) -> Section:
    node = top.get("facts")
    if node is None:
        reading.error("missing-key", top.span, "this standard has no `facts`", "name the fields it judges")
    return reading.section(node, _FACTS, "facts", _key(top, "facts"))


def _columns(reading: Reading, facts: Section) -> model.Facts:
    words = reading.scalars(facts.get("missing words"), "missing words")
    return model.Facts(
        item=reading.text(facts.get("item")),
        lot=reading.text(facts.get("lot")),
        time=reading.text(facts.get("time")),
        missing_words=tuple(word.text for word in words),
        characteristic=reading.text(facts.get("characteristic")),
        value=reading.text(facts.get("value")),
    )


def _check_layout(reading: Reading, facts: Section) -> None:
    """What a long layout needs, and what stands only in one."""
    if reading.word(facts.get("layout"), ("wide", "long")) == "long":
        for key in ("item", "characteristic", "value"):
            if key not in facts.values:
                what, mend = f"in a long layout, `{key}` must be named", f"add `{key}: COLUMN`"
                reading.error("missing-key", facts.keys["layout"].span, what, mend)
        return
    for key in ("characteristic", "value"):
        if key in facts.values:
            what = f"`{key}` names a column of a long layout"
            reading.error("contradiction", facts.keys[key].span, what, "add `layout: long`, or remove it")

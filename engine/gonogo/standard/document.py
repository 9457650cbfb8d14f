"""Nodes → Standard: which keys a document has, and what may stand behind each.

Every problem is collected and the reading goes on, so that the author hears of all of them at once. A part
that can't be read is left out; later stages never see it, and never run once there is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final, Literal, TypeVar, get_args

from gonogo.problems import Problems, Source, Span, nearest
from gonogo.standard import model, tree
from gonogo.standard.expression import FUNCTIONS, parse_expression, parse_test
from gonogo.standard.reader import Mapping, Node, Scalar, Sequence, content_hash, read_document
from gonogo.standard.tokens import KEYWORDS, BadExpression
from gonogo.standard.units import Unit, UnitError, declare, parse_unit

LANGUAGE_VERSION: Final = "1"
RESERVED_NAMES: Final = frozenset({*KEYWORDS, *FUNCTIONS, "class", "outcome"})

_STANDARD_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RULE_ID = re.compile(r"[\w-]+")
_NAME = re.compile(r"[^\W\d]\w*")

_NOT_YET: Final = {
    "": ("lots", "levels", "objectives", "tables", "extends", "withdraw"),
    "facts": ("layout",),
    "characteristics": ("measured within", "decision", "judge"),
}
_TOP: Final = (
    "gonogo", "standard", "title", "version", "status", "effective", "owner", "source", "policy", "facts", "units",
    "parameters", "classes", "applies", "characteristics", "rules", "dispositions",
)  # fmt: skip
_REQUIREMENT: Final = ("title", "clause", "class", "nonconformity", "applies")
_LIMITS: Final[tuple[model.LimitKey, ...]] = ("at least", "at most", "above", "below")

_T = TypeVar("_T")


def read_standard(source: Source, problems: Problems) -> model.Standard | None:
    """The standard that a YAML text holds; None where it is not even a mapping. Raises `Refused` for bad YAML."""
    node = read_document(source)
    if not isinstance(node, Mapping):
        problems.error("wrong-shape", node.span, "a standard is a mapping of keys", "begin with `gonogo: 1`")
        return None
    return _Reader(problems, node).standard()


@dataclass(slots=True)
class _Section:
    """A mapping whose keys are known."""

    values: dict[str, Node]
    span: Span


@dataclass(slots=True)
class _Reader:
    problems: Problems
    document: Mapping
    units: dict[str, Unit] = field(default_factory=dict)
    classes: tuple[str, ...] = model.DEFAULT_CLASSES

    # ---------------------------------------------------------------------------------------------- sections

    def standard(self) -> model.Standard:
        top = self.section(self.document, _TOP, "")
        self.check_language(top)
        self.read_units(top.values.get("units"))
        self.classes = self.read_classes(top.values.get("classes"))
        facts_node = top.values.get("facts")
        facts = self.section(facts_node, ("item", "lot", "time", "missing words", "fields", "derived"), "facts")
        if facts_node is None:
            self.problems.error("missing-key", top.span, "this standard has no `facts`", "name the fields it judges")
        effective = self.section(top.values.get("effective"), ("from", "until"), "effective")
        return model.Standard(
            id=self.standard_id(top),
            title=self.text(top.values.get("title")) or "",
            version=self.text(top.values.get("version")) or "",
            status=self.status(top.values.get("status")),
            effective_from=self.day(effective.values.get("from")),
            effective_until=self.day(effective.values.get("until")),
            owner=self.text(top.values.get("owner")) or "",
            source=self.text(top.values.get("source")) or "",
            policy=self.text(top.values.get("policy")) or "",
            facts=self.facts(facts),
            fields=self.named(facts.values.get("fields"), self.field, "a field"),
            derived=self.named(facts.values.get("derived"), self.derived, "a derived quantity"),
            parameters=self.named(top.values.get("parameters"), self.parameter, "a parameter"),
            classes=self.classes,
            characteristics=self.named(top.values.get("characteristics"), self.characteristic, "a characteristic", _RULE_ID),
            rules=self.named(top.values.get("rules"), self.rule, "a rule", _RULE_ID),
            dispositions=self.dispositions(top.values.get("dispositions")),
            applies=self.expression(top.values.get("applies")),
            hash=content_hash(self.document),
            span=top.span,
        )

    def check_language(self, top: _Section) -> None:
        node = top.values.get("gonogo")
        if node is None:
            self.problems.error("missing-key", top.span, "this document does not say `gonogo: 1`", "begin it with `gonogo: 1`")
        elif self.text(node) not in (LANGUAGE_VERSION, None):
            what = f"`{self.text(node)}` is not a version of the language that this gonogo knows"
            self.problems.error("unknown-version", node.span, what, f"write `gonogo: {LANGUAGE_VERSION}`, or update gonogo")

    def standard_id(self, top: _Section) -> str:
        node = top.values.get("standard")
        if node is None:
            self.problems.error("missing-key", top.span, "this document has no `standard`", "give it an id")
            return ""
        name = self.text(node) or ""
        if name and not _STANDARD_ID.fullmatch(name):
            mend = "use lower-case letters, digits and hyphens"
            self.problems.error("bad-name", node.span, f"`{name}` is not an id of a standard", mend)
        return name

    def status(self, node: Node | None) -> Literal["draft", "effective", "withdrawn"]:
        match self.text(node):
            case "draft":
                return "draft"
            case "withdrawn":
                return "withdrawn"
            case other:
                if node is not None and other not in ("effective", None):
                    self.refuse_word(node, other, ("draft", "effective", "withdrawn"))
                return "effective"

    def facts(self, facts: _Section) -> model.Facts:
        words = facts.values.get("missing words")
        return model.Facts(
            item=self.text(facts.values.get("item")),
            lot=self.text(facts.values.get("lot")),
            time=self.text(facts.values.get("time")),
            missing_words=tuple(scalar.text for scalar in self.scalars(words)),
        )

    def read_units(self, node: Node | None) -> None:
        """Own units may stand on each other in any order: what can't be read yet is tried again."""
        waiting = {key.text: (key, self.text(value)) for key, value in self.pairs(node, "units")}
        while waiting:
            errors: dict[str, UnitError] = {}
            for name, (_, text) in list(waiting.items()):
                try:
                    self.units[name] = declare(name, text or "", self.units)
                    del waiting[name]
                except UnitError as error:
                    errors[name] = error
            if len(errors) == len(waiting) and len(errors) > 0:
                for name, error in errors.items():
                    self.problems.error(error.code, waiting[name][0].span, error.what, error.mend)
                return

    def read_classes(self, node: Node | None) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(scalar.text for scalar in self.scalars(node)))
        return words or model.DEFAULT_CLASSES

    # ----------------------------------------------------------------------------------------------- members

    def field(self, key: Scalar, node: Node) -> model.Field | None:
        known = ("column", "unit", "resolution", "rounding", "kind", "one of", "optional", "title")
        section = self.section(node, known, "field")
        values = section.values
        self.check_name(key)
        one_of = tuple(scalar.text for scalar in self.scalars(values.get("one of")))
        unit = self.unit(values.get("unit"))
        return model.Field(
            name=key.text,
            column=self.text(values.get("column")) or key.text,
            kind=self.kind(values, one_of),
            unit=unit,
            one_of=one_of,
            resolution=self.resolution(values.get("resolution"), unit),
            rounding=self.rounding(values),
            optional=self.flag(values.get("optional")),
            span=key.span,
        )

    def kind(self, values: dict[str, Node], one_of: tuple[str, ...]) -> model.FieldKind | None:
        node = values.get("kind")
        is_number = any(key in values for key in ("unit", "resolution", "rounding"))
        implied: model.FieldKind | None = "text" if one_of else "number" if is_number else None
        if one_of and is_number:
            place = values["one of"].span
            self.problems.error("contradiction", place, "a field with `one of` is text and has no unit", "remove one of them")
        if node is None:
            return implied
        written = self.text(node)
        for kind in get_args(model.FieldKind):
            if written == kind:
                if implied not in (None, kind):
                    what = f"this field is a {implied} by its other keys, and a {kind} by its `kind`"
                    self.problems.error("contradiction", node.span, what, "remove one of them")
                return kind  # type: ignore[no-any-return]  # get_args has no type; the values are those of FieldKind
        self.refuse_word(node, written, get_args(model.FieldKind))
        return implied

    def derived(self, key: Scalar, node: Node) -> model.Derived | None:
        self.check_name(key)
        if isinstance(node, Scalar):
            value = self.expression(node)
            return value and model.Derived(key.text, value, None, None, None, key.span)
        section = self.section(node, ("is", "unit", "resolution", "rounding", "title"), "derived")
        values = section.values
        value = self.required(values, "is", section, self.expression)
        unit = self.unit(values.get("unit"))
        resolution = self.resolution(values.get("resolution"), unit)
        return value and model.Derived(key.text, value, unit, resolution, self.rounding(values), key.span)

    def parameter(self, key: Scalar, node: Node) -> model.Parameter | None:
        self.check_name(key)
        if isinstance(node, Mapping):
            table = self.table(node)
            return table and model.Parameter(key.text, table, key.span)
        value = self.expression(node)
        if value is not None and not _is_constant(value):
            mend = "write a quantity such as `8.6 K`; what is computed stands under `derived`"
            self.problems.error("not-constant", node.span, f"the parameter `{key.text}` is not one written value", mend)
            return None
        return value and model.Parameter(key.text, value, key.span)

    def table(self, node: Mapping) -> model.ByCategory | model.ByRange | None:
        rows = [(key, value) for key, value in node.items if key.text != "by"]
        by_node = next((value for key, value in node.items if key.text == "by"), None)
        if by_node is None:
            mend = "name the field that decides: `{by: type, …}`"
            self.problems.error("missing-key", node.span, "this table does not say `by` what it goes", mend)
            return None
        if not rows:
            self.problems.error("missing-key", node.span, "this table has no rows", "add one")
        by = self.expression(by_node)
        values = [(key, self.expression(value)) for key, value in rows]
        if by is None or any(value is None for _, value in values):
            return None
        if any(re.search(r"\d", key.text) and re.search(r"[<>=]|\.\.", key.text) for key, _ in rows):
            tests = [self.parsed(key, lambda t, p: parse_test(by, t, p, self.units)) for key, _ in rows]
            pairs = zip(tests, (value for _, value in values), strict=True)
            return model.ByRange(by, tuple((test, value) for test, value in pairs if test and value))
        return model.ByCategory(by, tuple((key.text, key.span, value) for key, value in values if value))

    def requirement(self, key: Scalar, section: _Section) -> model.Requirement:
        values = section.values
        return model.Requirement(
            name=key.text,
            class_=self.class_(values.get("class")),
            nonconformity=self.text(values.get("nonconformity")) or key.text,
            clause=self.text(values.get("clause")),
            title=self.text(values.get("title")),
            applies=self.expression(values.get("applies")),
            span=key.span,
        )

    def class_(self, node: Node | None) -> str:
        """A requirement without a class is of the most severe one: what nobody classified is not played down."""
        written = self.text(node)
        if node is not None and written is not None and written not in self.classes:
            self.refuse_word(node, written, self.classes)
        return written if written in self.classes else self.classes[0]

    def rule(self, key: Scalar, node: Node) -> model.Rule | None:
        section = self.section(node, ("when", *_REQUIREMENT), "rules")
        when = self.required(section.values, "when", section, self.expression)
        requirement = self.requirement(key, section)
        return when and model.Rule(requirement, when)

    def characteristic(self, key: Scalar, node: Node) -> model.Characteristic | None:
        known = ("field", "nominal", "tolerance", *_LIMITS, "one of", "none of", *_REQUIREMENT)
        section = self.section(node, known, "characteristics")
        values = section.values
        requirement = self.requirement(key, section)
        limits = [*self.tolerance(values), *self.limits(values)]
        one_of, none_of = self.options(values.get("one of")), self.options(values.get("none of"))
        if not (limits or one_of or none_of) and not self.problems.has_errors:
            mend = "give it limits, `nominal` and `tolerance`, `one of` or `none of`"
            self.problems.error("missing-key", key.span, f"the characteristic `{key.text}` requires nothing", mend)
        if (one_of or none_of) and limits:
            what = f"the characteristic `{key.text}` has limits and a list of values"
            self.problems.error("contradiction", key.span, what, "make two characteristics of it")
        field_node = values.get("field")
        place = field_node.span if field_node else key.span
        return model.Characteristic(
            requirement, self.text(field_node) or key.text, place, tuple(limits), one_of, none_of
        )

    def limits(self, values: dict[str, Node]) -> Iterable[tuple[model.LimitKey, tree.Expression]]:
        for pair in (("at least", "above"), ("at most", "below")):
            if pair[0] in values and pair[1] in values:
                what = f"`{pair[0]}` and `{pair[1]}` both bound the same side"
                self.problems.error("contradiction", values[pair[1]].span, what, "keep one of them")
        for key in _LIMITS:
            value = self.expression(values.get(key))
            if value is not None:
                yield key, value

    def tolerance(self, values: dict[str, Node]) -> Iterable[tuple[model.LimitKey, tree.Expression]]:
        nominal_node, node = values.get("nominal"), values.get("tolerance")
        if node is None and nominal_node is None:
            return
        nominal = self.expression(nominal_node)
        if node is None or nominal_node is None:
            place = (node or nominal_node or self.document).span
            self.problems.error("missing-key", place, "`nominal` and `tolerance` stand together", "add the other one")
            return
        if any(key in values for key in _LIMITS):
            self.problems.error("contradiction", node.span, "`tolerance` and limits bound the same field", "keep one of them")
        if nominal is None:
            return
        yield "nominal", nominal
        yield from self.deviations(node)

    def deviations(self, node: Node) -> Iterable[tuple[model.LimitKey, tree.Expression]]:
        if isinstance(node, Scalar):
            text = Scalar(node.text.removeprefix("±").removeprefix("+/-").strip(), node.span, node.style)
            deviation = self.expression(text)
            if deviation is not None:
                yield "upper", deviation
                yield "lower", tree.Negative(deviation, deviation.span)
            return
        section = self.section(node, ("upper", "lower"), "tolerance")
        for key in ("upper", "lower"):
            limit: model.LimitKey = "upper" if key == "upper" else "lower"
            deviation = self.required(section.values, key, section, self.expression)
            if deviation is not None:
                yield limit, deviation

    def options(self, node: Node | None) -> tuple[tree.Expression, ...]:
        """Allowed values: quantities, dates and flags as such, any other word as the text that stands there."""
        return tuple(self.option(scalar) for scalar in self.scalars(node))

    def option(self, scalar: Scalar) -> tree.Expression:
        if scalar.style == "":
            try:
                value = parse_expression(scalar.text, scalar.locate, self.units)
                if _is_constant(value):
                    return value
            except BadExpression:
                pass
        return tree.Text(scalar.text, scalar.span)

    def dispositions(self, node: Node | None) -> tuple[model.Disposition, ...]:
        lines: list[model.Disposition] = []
        for item in self.items(node, "dispositions"):
            section = self.section(item, ("when", "then", "otherwise"), "dispositions")
            line = self.disposition(section)
            if lines and lines[-1].when is None:
                what = "this line stands behind `otherwise` and can never hold"
                self.problems.error("contradiction", section.span, what, "move `otherwise` to the end")
            if line is not None:
                lines.append(line)
        return tuple(lines)

    def disposition(self, section: _Section) -> model.Disposition | None:
        values = section.values
        if "otherwise" in values:
            if len(values) > 1:
                self.problems.error("contradiction", section.span, "`otherwise` stands alone", "remove `when` and `then`")
            then = self.text(values["otherwise"])
            return model.Disposition(None, then, section.span) if then else None
        when = self.required(values, "when", section, self.expression)
        then = self.required(values, "then", section, self.text)
        return model.Disposition(when, then, section.span) if when and then else None

    # ---------------------------------------------------------------------------------------------- building

    def named(
        self, node: Node | None, build: Callable[[Scalar, Node], _T | None], what: str, pattern: re.Pattern[str] = _NAME
    ) -> dict[str, _T]:
        members: dict[str, _T] = {}
        for key, value in self.pairs(node, what):
            if not pattern.fullmatch(key.text):
                allowed = "letters, digits and `_`" + (" and `-`" if pattern is _RULE_ID else ", not beginning with a digit")
                self.problems.error("bad-name", key.span, f"`{key.text}` can't name {what}", f"use {allowed}")
                continue
            member = build(key, value)
            if member is not None:
                members[key.text] = member
        return members

    def check_name(self, key: Scalar) -> None:
        if key.text in RESERVED_NAMES:
            what = f"`{key.text}` is a word of the language"
            self.problems.error("bad-name", key.span, what, "choose another name; `column` may stay as it is")

    def section(self, node: Node | None, known: tuple[str, ...], name: str) -> _Section:
        values: dict[str, Node] = {}
        for key, value in self.pairs(node, name or "a standard"):
            if key.text in _NOT_YET.get(name, ()):
                what = f"`{key.text}` is a part of the language that this version of gonogo does not judge yet"
                self.problems.error("not-yet", key.span, what, "leave it out")
            elif key.text not in known:
                self.refuse_key(key, known)
            else:
                values[key.text] = value
        return _Section(values, node.span if node else self.document.span)

    def refuse_key(self, key: Scalar, known: tuple[str, ...]) -> None:
        near = nearest(key.text, known)
        mend = f"did you mean `{near}`?" if near else f"the keys here are {', '.join(f'`{word}`' for word in known)}"
        self.problems.error("unknown-key", key.span, f"`{key.text[:80]}` is not a key that stands here", mend)

    def refuse_word(self, node: Node, word: str | None, allowed: tuple[str, ...]) -> None:
        near = nearest(word or "", allowed)
        mend = f"did you mean `{near}`?" if near else f"write {', '.join(f'`{choice}`' for choice in allowed)}"
        self.problems.error("unknown-word", node.span, f"`{(word or '')[:80]}` is not a word that stands here", mend)

    def required(
        self, values: dict[str, Node], key: str, section: _Section, read: Callable[[Node | None], _T | None]
    ) -> _T | None:
        if key not in values:
            self.problems.error("missing-key", section.span, f"`{key}` is missing here", "add it")
            return None
        return read(values[key])

    # ------------------------------------------------------------------------------------------------ leaves

    def pairs(self, node: Node | None, what: str) -> tuple[tuple[Scalar, Node], ...]:
        if node is None or (isinstance(node, Scalar) and node.is_empty):
            return ()
        if isinstance(node, Mapping):
            return node.items
        self.problems.error("wrong-shape", node.span, f"`{what}` is a mapping of keys", "write `key: value` lines")
        return ()

    def items(self, node: Node | None, what: str) -> tuple[Node, ...]:
        if node is None or (isinstance(node, Scalar) and node.is_empty):
            return ()
        if isinstance(node, Sequence):
            return node.items
        self.problems.error("wrong-shape", node.span, f"`{what}` is a list", "write `- …` lines, or `[A, B]`")
        return ()

    def scalars(self, node: Node | None) -> tuple[Scalar, ...]:
        found: list[Scalar] = []
        for item in self.items(node, "this"):
            if isinstance(item, Scalar) and (item.text or item.style):
                found.append(item)
            else:
                self.problems.error("wrong-shape", item.span, "a single word or value stands here", "quote it")
        return tuple(found)

    def text(self, node: Node | None) -> str | None:
        """INVARIANT: a scalar is the text that stands there; `NO`, `12:30` and `1e3` are no exceptions."""
        if node is None:
            return None
        if not isinstance(node, Scalar):
            self.problems.error("wrong-shape", node.span, "a single value stands here", "write one text or number")
            return None
        if node.is_empty:
            self.problems.error("missing-value", node.span, "nothing stands here", "write a value, or remove the key")
            return None
        return node.text

    def flag(self, node: Node | None) -> bool:
        word = self.text(node)
        if node is not None and word is not None and word.lower() not in ("true", "false", "yes", "no"):
            self.refuse_word(node, word, ("true", "false"))
        return word is not None and word.lower() in ("true", "yes")

    def day(self, node: Node | None) -> date | None:
        word = self.text(node)
        if node is None or word is None:
            return None
        try:
            return date.fromisoformat(word)
        except ValueError:
            self.problems.error("bad-value", node.span, f"`{word[:80]}` is not a date", "write it as 2026-01-31")
            return None

    def unit(self, node: Node | None) -> Unit | None:
        word = self.text(node)
        if node is None or word is None:
            return None
        try:
            return parse_unit(word, self.units)
        except UnitError as error:
            self.problems.error(error.code, node.span, error.what, error.mend)
            return None

    def rounding(self, values: dict[str, Node]) -> model.Rounding | None:
        node = values.get("rounding")
        word = self.text(node)
        if node is not None and "resolution" not in values:
            self.problems.error("missing-key", node.span, "`rounding` needs a `resolution` to round to", "add it")
        match word:
            case "half-even" | "half-up":
                return word
            case _:
                if node is not None and word is not None:
                    self.refuse_word(node, word, get_args(model.Rounding))
                return None

    def resolution(self, node: Node | None, unit: Unit | None) -> Fraction | None:
        value = self.expression(node)
        if node is None or value is None:
            return None
        if not isinstance(value, tree.Number) or value.value <= 0 or value.unit not in (None, unit):
            of = f" of `{unit.text}`" if unit else ""
            self.problems.error("bad-value", node.span, "a resolution is a step above zero", f"write a number{of}")
            return None
        return value.value

    def expression(self, node: Node | None) -> tree.Expression | None:
        if node is None or self.text(node) is None or not isinstance(node, Scalar):
            return None
        return self.parsed(node, lambda text, locate: parse_expression(text, locate, self.units))

    def parsed(
        self, node: Scalar, parse: Callable[[str, Callable[[int, int], Span]], tree.Expression]
    ) -> tree.Expression | None:
        try:
            return parse(node.text, node.locate)
        except BadExpression as error:
            self.problems.found.append(error.problem)
            return None


def _is_constant(value: tree.Expression) -> bool:
    if isinstance(value, tree.Negative):
        return isinstance(value.operand, tree.Number)
    return isinstance(value, tree.Number | tree.Text | tree.Moment | tree.Truth)

"""The columns of a decision table, bound: what an input is, and what each cell below it says of its value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from gonogo.program import ir
from gonogo.program.ir import Kind, Logic, Type, Value
from gonogo.program.passes import domains
from gonogo.program.passes.binding import OUTCOMES, VERDICT_WORDS, Binder
from gonogo.program.passes.domains import Domain, of_numbers, of_words
from gonogo.program.passes.ranges import interval_of
from gonogo.standard import model, tree
from gonogo.standard.sections import shown, suggested
from gonogo.standard.tree import Expression

Tested: TypeAlias = tuple[Logic, Domain]
"""What a cell says, and what it accepts."""

NO_CLASS: Final = ""
"""What stands for the class of an item without a finding, beside the classes."""

_TRUE: Final = ("true", "yes", "1")
_FALSE: Final = ("false", "no", "0")
_CONDITIONS: Final = (
    tree.Both, tree.Either, tree.Negation, tree.Comparison, tree.Among, tree.TextCheck, tree.Presence, tree.FoundRule,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class VerdictColumn:
    """`class` or `outcome`, of a table that gives dispositions."""

    binder: Binder
    name: tree.Name

    @property
    def words(self) -> tuple[str, ...]:
        return (*self.binder.standard.classes, NO_CLASS) if self.name.name == "class" else OUTCOMES

    def present(self, cell: model.Cell) -> Tested | None:
        what = f"`{self.name.name}` is always there"
        self.binder.problems.error("kind-mismatch", cell.span, what, "write `-`, or the words that are meant")
        return None

    missing = present

    def listed(self, cell: model.Cell) -> Tested | None:
        options = tuple(tree.Text(item.text, item.span) for item in cell.items)
        logic = self.binder.of_verdict(self.name, options, "=", cell.span)
        words = [item.text for item in cell.items]
        return None if logic is None else _denied(cell, logic, of_words(words, self.words, is_denied=cell.is_denied))


@dataclass(frozen=True, slots=True)
class FlagColumn:
    """A flag, or a condition."""

    binder: Binder
    logic: Logic
    value: Value | None

    def present(self, cell: model.Cell) -> Tested | None:
        missing = self.missing(cell)
        return None if missing is None else (ir.Not(missing[0]), domains.PRESENT)

    def missing(self, cell: model.Cell) -> Tested | None:
        if self.value is None:
            mend = "name a field or derived quantity, and write conditions into a rule"
            self.binder.problems.error("kind-mismatch", cell.span, "only a value is missing or present", mend)
            return None
        return ir.Missing(self.value, cell.span), domains.MISSING

    def listed(self, cell: model.Cell) -> Tested | None:
        truths = [_truth(self.binder, item) for item in cell.items]
        if None in truths:
            return None
        word = "true" if truths[0] else "false"
        if len(set(truths)) > 1:
            what = f"{shown(cell.span.text)} names both values of a flag"
            self.binder.problems.error("contradiction", cell.span, what, "write `-`, or `present`")
            return None
        logic = _placed(self.logic, cell)
        return _denied(
            cell, logic if truths[0] else ir.Not(logic), of_words([word], ("true", "false"), is_denied=cell.is_denied)
        )


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A number, text, date or time; `words` are all that a text may be, where that is known."""

    binder: Binder
    value: Value
    words: tuple[str, ...]

    def present(self, cell: model.Cell) -> Tested:
        return ir.Not(ir.Missing(self.value, cell.span)), domains.PRESENT

    def missing(self, cell: model.Cell) -> Tested:
        return ir.Missing(self.value, cell.span), domains.MISSING

    def listed(self, cell: model.Cell) -> Tested | None:
        return self.text(cell) if self.value.type.kind is Kind.TEXT else self.tests(cell)

    def text(self, cell: model.Cell) -> Tested | None:
        """Words are texts as they stand; only what begins with a sign of comparison is none."""
        if False in [self.is_word(item) for item in cell.items]:  # a list: all of them are told of
            return None
        options = [ir.Constant(item.text, Type(Kind.TEXT), item.span) for item in cell.items]
        logic = self.one_of(list(options), cell)
        words = [item.text for item in cell.items]
        return None if logic is None else _denied(cell, logic, of_words(words, self.words, is_denied=cell.is_denied))

    def is_word(self, item: model.Item) -> bool:
        if not item.is_quoted and item.text[:1] in "<>=!":
            what = f"{shown(item.text)} compares, and this column holds texts"
            self.binder.problems.error("kind-mismatch", item.span, what, "list the words, or put it in double quotes")
            return False
        if self.words and item.text not in self.words:
            listed = [word.strip() for word in item.text.split(" or ")]
            if len(listed) > 1 and set(listed) <= set(self.words):
                what = f"{shown(item.text)} is not a value of this field"
                self.binder.problems.error("unknown-category", item.span, what, f"write `{', '.join(listed)}`")
            else:
                self.binder.check_category(item.text, self.words, item.span)
            return False
        return True

    def one_of(self, options: list[Value], cell: model.Cell) -> Logic | None:
        if len(options) == 1:
            return self.binder.calculate.compare("=", self.value, options[0], cell.items[0].span)
        return self.binder.calculate.member(self.value, options, cell.span)

    def tests(self, cell: model.Cell) -> Tested | None:
        """Numbers, dates and times: values, comparisons and ranges."""
        tests = [self.test(item) for item in cell.items]
        known = tuple(test for test in tests if test is not None)
        if len(known) < len(tests):
            return None
        intervals = [interval_of(test) if self.is_comparable(test) else None for test in known]
        values = [test.right for test in known if isinstance(test, ir.Compare) and test.op == "="]
        is_list = len(values) == len(known) and all(isinstance(test, ir.Compare) for test in known)
        logic = self.one_of(values, cell) if is_list and len(known) > 1 else None
        if logic is None:
            logic = known[0] if len(known) == 1 else ir.AnyOf(known)
        domain = of_numbers(intervals, is_denied=cell.is_denied)
        if domain.is_empty:
            what = f"no value lies in {shown(cell.span.text)}"
            self.binder.problems.error("contradiction", cell.span, what, "write the lower end first")
            return None
        return _denied(cell, logic, domain)

    def is_comparable(self, test: Logic) -> bool:
        """Whether a test's limits count what those of all other cells count: not times among dates."""
        kinds = {limit.type.kind for limit in _limits_of(test)}
        return kinds == {self.value.type.kind}

    def test(self, item: model.Item) -> Logic | None:
        if item.problem is not None:
            self.binder.problems.found.append(item.problem)
            return None
        match item.test:
            case tree.Comparison() as link:
                return self.comparison(link)
            case tree.Both(parts):
                ends = [self.comparison(part) for part in parts if isinstance(part, tree.Comparison)]
                known = tuple(end for end in ends if end is not None)
                return ir.All(known) if len(known) == len(parts) else None
            case _:
                raise AssertionError(f"no test of a cell: {item.test}")

    def comparison(self, link: tree.Comparison) -> Logic | None:
        if not self.is_written(link.right):
            mend = "write a quantity, or a parameter; a test of what is computed stands in a rule"
            what = f"{shown(link.right.span.text)} is not a written value"
            self.binder.problems.error("not-constant", link.right.span, what, self.nearest(link.right) or mend)
            return None
        limit = self.binder.value(link.right)
        return None if limit is None else self.binder.calculate.compare(link.op, self.value, limit, link.span)

    def is_written(self, limit: Expression) -> bool:
        return tree.is_constant(limit) or (isinstance(limit, tree.Name) and self.is_parameter(limit.name))

    def is_parameter(self, name: str) -> bool:
        return name in self.binder.standard.parameters or name in self.binder.unread

    def nearest(self, limit: Expression) -> str:
        parameters = self.binder.standard.parameters
        near = suggested(limit.name, parameters, self.binder.problems) if isinstance(limit, tree.Name) else None
        return f"did you mean `{near}`?" if near else ""


Column: TypeAlias = VerdictColumn | FlagColumn | ValueColumn


def bind_column(binder: Binder, written: Expression) -> Column | None:
    """What an input is; None where it is not understood, which was told."""
    if isinstance(written, tree.Name) and written.name in VERDICT_WORDS and binder.in_disposition:
        return VerdictColumn(binder, written)
    if isinstance(written, _CONDITIONS):
        logic = binder.logic(written)
        return None if logic is None else FlagColumn(binder, logic, None)
    value = binder.value(written)
    if value is None:
        return None
    if value.type.kind is Kind.FLAG:
        return FlagColumn(binder, binder.calculate.holds(value, written.span), value)
    return ValueColumn(binder, value, binder.categories_of(written))


def bind_cell(column: Column, cell: model.Cell) -> Tested | None:
    """What a cell says of its column; None where that is not understood, which was told."""
    match cell.state:
        case "any":
            return ir.All(()), domains.ANY
        case "missing":
            return column.missing(cell)
        case "present":
            return column.present(cell)
        case "listed":
            return column.listed(cell)


def _denied(cell: model.Cell, logic: Logic, domain: Domain) -> Tested:
    return (ir.Not(logic) if cell.is_denied else logic), domain


def _placed(logic: Logic, cell: model.Cell) -> Logic:
    """The test of a flag, as this cell says it."""
    return ir.Holds(logic.value, cell.span) if isinstance(logic, ir.Holds) else logic


def _truth(binder: Binder, item: model.Item) -> bool | None:
    word = item.text.lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    binder.problems.error(
        "unknown-category", item.span, f"{shown(item.text)} is not a value of a flag", "write `true` or `false`"
    )
    return None


def _limits_of(test: Logic) -> Iterator[Value]:
    match test:
        case ir.Compare(_, _, limit):
            yield limit
        case ir.All(parts):
            for part in parts:
                yield from _limits_of(part)
        case _:
            return

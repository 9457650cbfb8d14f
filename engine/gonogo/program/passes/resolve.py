"""Pass `resolve`: what was written → the program's trees; names bound, kinds and units checked, conversions in place.

INVARIANT: units are checked before anything runs. Every operation on numbers either has operands of one
unit when this pass is done, or a problem at its line and column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Final

from gonogo.problems import Problems, Span, nearest
from gonogo.program import ir
from gonogo.program.ir import Kind, Type, Value
from gonogo.program.passes.arithmetic import Calculator, type_of
from gonogo.program.passes.kinds import infer_kinds
from gonogo.program.passes.requirements import Requirement, as_requirements
from gonogo.program.passes.rewrite import TESTS, replace_leaves
from gonogo.standard import model, tree
from gonogo.standard.tree import Expression

FLAG: Final = Type(Kind.FLAG)
TRUE: Final = ir.All(())
FALSE: Final = ir.AnyOf(())
OUTCOMES: Final = ("conforming", "nonconforming", "indeterminate")


def resolve(standard: model.Standard, problems: Problems) -> ir.Program:
    """The program of a standard, in its most readable form; what is wrong is added to `problems`."""
    kinds = infer_kinds(standard, problems)
    resolver = _Resolver(standard, problems, kinds)
    resolver.check_names()
    for name in standard.derived:
        resolver.derived_type(name)
    rules, propositions = resolver.rules()
    applies = resolver.proposition("applies", standard.applies, propositions, may_find=False)
    dispositions = tuple(resolver.dispositions(propositions))
    resolver.warn_unused()
    return ir.Program(
        standard=standard.id,
        version=standard.version,
        hash=standard.hash,
        classes=standard.classes,
        fields=tuple(resolver.fields.values()),
        derived=tuple(resolver.derived.values()),
        rules=tuple(rules),
        propositions=tuple(propositions),
        dispositions=dispositions,
        item=standard.facts.item,
        lot=standard.facts.lot,
        time=standard.facts.time,
        missing_words=standard.facts.missing_words,
        applies=applies,
    )


@dataclass(slots=True)
class _Resolver:
    standard: model.Standard
    problems: Problems
    kinds: dict[str, Kind]
    fields: dict[str, ir.Field] = field(default_factory=dict)
    derived: dict[str, ir.Derived] = field(default_factory=dict)
    parameters: dict[str, Value | None] = field(default_factory=dict)
    under_way: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    sides: dict[str, tuple[str, ...]] = field(default_factory=dict)
    may_find: bool = False
    in_disposition: bool = False
    calculate: Calculator = field(init=False)

    def __post_init__(self) -> None:
        self.calculate = Calculator(self.problems)
        for name, written in self.standard.fields.items():
            kind = self.kinds.get(name, Kind.NUMBER)
            self.fields[name] = ir.Field(
                name=name,
                column=written.column,
                type=Type(kind, _unit_or_none(written) if kind is Kind.NUMBER else None),
                one_of=written.one_of,
                resolution=written.resolution,
                rounding=written.rounding,
                optional=written.optional,
                span=written.span,
            )

    # ------------------------------------------------------------------------------------------------- names

    def check_names(self) -> None:
        """One name, one thing: fields, derived quantities and parameters share a name space; so do rules."""
        seen: dict[str, Span] = {}
        groups: Iterable[tuple[str, Span]] = [
            *((n, f.span) for n, f in self.standard.fields.items()),
            *((n, d.span) for n, d in self.standard.derived.items()),
            *((n, p.span) for n, p in self.standard.parameters.items()),
        ]
        for name, span in groups:
            self.check_taken(seen, name, span)
        ids: dict[str, Span] = {}
        for name, characteristic in self.standard.characteristics.items():
            self.check_taken(ids, name, characteristic.requirement.span)
        for name, rule in self.standard.rules.items():
            self.check_taken(ids, name, rule.requirement.span)

    def check_taken(self, seen: dict[str, Span], name: str, span: Span) -> None:
        if name in seen:
            what = f"`{name}` already names something on line {seen[name].line}"
            self.problems.error("name-taken", span, what, "choose another name")
        seen.setdefault(name, span)

    def warn_unused(self) -> None:
        for name, parameter in self.standard.parameters.items():
            if name not in self.used:
                self.problems.warn("unused-parameter", parameter.span, f"nothing uses the parameter `{name}`", "remove it")

    def refuse_name(self, node: tree.Name) -> None:
        known = [*self.standard.fields, *self.standard.derived, *self.standard.parameters]
        near = nearest(node.name, known)
        mend = f"did you mean `{near}`?" if near else "name it under `fields`, `derived` or `parameters`"
        if node.name in self.standard.rules or node.name in self.standard.characteristics:
            mend = f"write `found({node.name})` for a finding"
        holders = [name for name, written in self.standard.fields.items() if node.name in written.one_of]
        if holders and not near:
            mend = f"`{node.name}` is a value of `{holders[0]}`: compare it with that field"
        self.problems.error("unknown-name", node.span, f"`{node.name}` is not a name of this standard", mend)

    def named(self, node: tree.Name) -> Value | None:
        if node.name in self.fields:
            self.used.add(node.name)
            return self.field_value(self.fields[node.name], node.span)
        if node.name in self.standard.derived:
            known = self.derived_type(node.name, node)
            return known and ir.DerivedValue(node.name, known, node.span)
        if node.name in self.standard.parameters:
            self.used.add(node.name)
            return self.parameter(self.standard.parameters[node.name])
        self.refuse_name(node)
        return None

    def field_value(self, known: ir.Field, span: Span) -> Value:
        value = ir.FieldValue(known.name, known.type, span)
        if known.rounding is None or known.resolution is None:
            return value
        return self.calculate.rounded(value, known.resolution, known.rounding)

    def derived_type(self, name: str, use: tree.Name | None = None) -> Type | None:
        """The type of a derived quantity, resolved when first asked for, so that they may stand in any order."""
        if name in self.derived:
            return self.derived[name].value.type
        written = self.standard.derived[name]
        if name in self.under_way:
            circle = " → ".join([*self.under_way[self.under_way.index(name) :], name])
            place = use.span if use else written.span
            self.problems.error("circle", place, f"these derived quantities go round in a circle: {circle}", "break it")
            return None
        self.under_way.append(name)
        may_find, self.may_find = self.may_find, False
        value = self.value(written.value)
        self.may_find = may_find
        self.under_way.pop()
        value = value and self.stated(written, value)
        if value is None:
            return None
        self.calculate.degrees[name] = self.calculate.degree(value)
        self.derived[name] = ir.Derived(name, value, written.resolution, written.rounding, span=written.span)
        return value.type

    def stated(self, written: model.Derived, value: Value) -> Value | None:
        """A derived quantity in the unit, and to the resolution, that its author states."""
        if written.unit is not None:
            converted = self.calculate.converted(value, written.unit, written.value.span)
            if converted is None:
                return None
            value = converted
        if written.resolution is not None and (value.type.real or written.rounding):
            value = self.calculate.rounded(value, written.resolution, written.rounding or "half-even")
        return value

    def parameter(self, written: model.Parameter) -> Value | None:
        if written.name not in self.parameters:
            match written.value:
                case model.ByCategory():
                    value = self.by_category(written.name, written.value)
                case model.ByRange():
                    value = self.by_range(written.name, written.value)
                case expression:
                    value = self.value(expression)
            self.parameters[written.name] = value
        return self.parameters[written.name]

    def by_category(self, name: str, table: model.ByCategory) -> Value | None:
        by = self.value(table.by)
        values = self.calculate.alike([self.value(value) for _, _, value in table.entries])
        if by is None or values is None:
            return None
        if by.type.kind is not Kind.TEXT:
            what = "a table by category goes by a text"
            self.problems.error("kind-mismatch", table.by.span, what, "write ranges such as `<= 84` for a number")
            return None
        categories = self.categories(by)
        for key, span, _ in table.entries:
            self.check_category(key, categories, span)
        if left_out := [category for category in categories if category not in {key for key, _, _ in table.entries}]:
            what = f"`{name}` has no value for {', '.join(f'`{word}`' for word in left_out)}"
            self.problems.warn("uncovered-value", table.by.span, what, "rules that need it will be unknown there")
        entries = tuple((key, value) for (key, _, _), value in zip(table.entries, values, strict=True))
        return ir.Lookup(by, entries, type_of(values), table.by.span)

    def by_range(self, name: str, table: model.ByRange) -> Value | None:
        tests = [self.logic(test) for test, _ in table.entries]
        values = self.calculate.alike([self.value(value) for _, value in table.entries])
        if values is None or any(test is None for test in tests):
            return None
        cases = tuple((test, value) for test, value in zip(tests, values, strict=True) if test is not None)
        self.calculate.check_disjoint(name, [(test, table.entries[i][0].span) for i, (test, _) in enumerate(cases)])
        return ir.Choice(cases, None, type_of(values), table.by.span)

    # ------------------------------------------------------------------------------------------------ values

    def value(self, node: Expression) -> Value | None:
        match node:
            case tree.Number(value, unit, span):
                return ir.Constant(value, self.calculate.number_type(unit), span)
            case tree.Text(text, span):
                return ir.Constant(text, Type(Kind.TEXT), span)
            case tree.Moment(kind, count, span):
                return ir.Constant(count, Type(Kind(kind)), span)
            case tree.Truth(truth, span):
                return ir.Constant(truth, FLAG, span)
            case tree.Name():
                return self.named(node)
            case tree.Negative(operand, span):
                inner = self.value(operand)
                return inner and self.calculate.negative(inner, span)
            case tree.Binary(op, left, right, span):
                sides = self.values(left, right)
                return sides and self.calculate.binary(op, sides[0], sides[1], span)
            case tree.Call(name, arguments, span):
                known = self.values(*arguments)
                return known and self.calculate.call(name, known, span)
            case tree.If(condition, chosen, other, span):
                return self.choice(condition, chosen, other, span)
            case _:
                return self.truth_value(node)

    def values(self, *nodes: Expression) -> tuple[Value, ...] | None:
        found = [self.value(node) for node in nodes]
        return None if any(value is None for value in found) else tuple(value for value in found if value is not None)

    def choice(self, condition: Expression, chosen: Expression, other: Expression, span: Span) -> Value | None:
        decides = self.logic(condition)
        values = self.calculate.alike([self.value(chosen), self.value(other)])
        if decides is None or values is None:
            return None
        return ir.Choice(((decides, values[0]),), values[1], type_of(values), span)

    def truth_value(self, node: Expression) -> Value | None:
        """A condition where a value stands: a flag, without a value while the condition is unknown."""
        logic = self.logic(node)
        if logic is None:
            return None
        true, false = ir.Constant(True, FLAG), ir.Constant(False, FLAG)
        return ir.Choice(((logic, true),), false, FLAG, node.span)

    # ------------------------------------------------------------------------------------------------- logic

    def logic(self, node: Expression) -> ir.Logic | None:
        match node:
            case tree.Both(parts, _):
                both = [self.logic(part) for part in parts]
                return None if None in both else ir.All(tuple(part for part in both if part is not None))
            case tree.Either(parts, _):
                either = [self.logic(part) for part in parts]
                return None if None in either else ir.AnyOf(tuple(part for part in either if part is not None))
            case tree.Negation(part, _):
                inner = self.logic(part)
                return inner and ir.Not(inner)
            case tree.Truth(truth, _):
                return TRUE if truth else FALSE
            case tree.Comparison():
                return self.comparison(node)
            case tree.Among(value, options, span):
                return self.among(value, options, span)
            case tree.TextCheck():
                return self.text_check(node)
            case tree.Presence():
                return self.presence(node)
            case tree.FoundRule():
                return self.found(node)
            case tree.If(condition, chosen, other, _):
                return self.either_way(condition, chosen, other)
            case _:
                return self.flag(node)

    def either_way(self, condition: Expression, chosen: Expression, other: Expression) -> ir.Logic | None:
        """`if C then A else B` between conditions is `C and A or not C and B`."""
        c, a, b = self.logic(condition), self.logic(chosen), self.logic(other)
        if c is None or a is None or b is None:
            return None
        return ir.AnyOf((ir.All((c, a)), ir.All((ir.Not(c), b))))

    def flag(self, node: Expression) -> ir.Logic | None:
        value = self.value(node)
        if value is None:
            return None
        if value.type.kind is not Kind.FLAG:
            what = f"`{node.span.text}` is a {value.type.kind}, and a condition stands here"
            self.problems.error("kind-mismatch", node.span, what, "compare it with something")
            return None
        return ir.Holds(value, node.span)

    def comparison(self, node: tree.Comparison) -> ir.Logic | None:
        if self.in_disposition and isinstance(node.left, tree.Name) and node.left.name in ("class", "outcome"):
            return self.of_verdict(node.left.name, (node.right,), node)
        left, right = self.compared(node.left, node.right), self.compared(node.right, node.left)
        if left is None or right is None:
            return None
        return self.calculate.compare(node.op, left, right, node.span)

    def compared(self, node: Expression, other: Expression) -> Value | None:
        """One side of a comparison: a bare word beside a category is one of its values."""
        categories = self.categories_of(other)
        if isinstance(node, tree.Name) and (node.name in categories or (categories and not self.is_name(node.name))):
            self.check_category(node.name, categories, node.span)
            return ir.Constant(node.name, Type(Kind.TEXT), node.span)
        if isinstance(node, tree.Text) and categories:
            self.check_category(node.value, categories, node.span)
        return self.value(node)

    def is_name(self, name: str) -> bool:
        return name in self.fields or name in self.standard.derived or name in self.standard.parameters

    def categories_of(self, node: Expression) -> tuple[str, ...]:
        return self.standard.fields[node.name].one_of if isinstance(node, tree.Name) and node.name in self.fields else ()

    def categories(self, value: Value) -> tuple[str, ...]:
        return self.fields[value.name].one_of if isinstance(value, ir.FieldValue) else ()

    def check_category(self, word: str, categories: tuple[str, ...], span: Span) -> None:
        if categories and word not in categories:
            near = nearest(word, categories)
            mend = f"did you mean `{near}`?" if near else f"the values are {', '.join(f'`{c}`' for c in categories)}"
            self.problems.error("unknown-category", span, f"`{word}` is not a value of this field", mend)

    def among(self, value: Expression, options: tuple[Expression, ...], span: Span) -> ir.Logic | None:
        if self.in_disposition and isinstance(value, tree.Name) and value.name in ("class", "outcome"):
            return self.of_verdict(value.name, options, tree.Comparison("=", value, value, span))
        known = self.value(value)
        choices = [self.compared(option, value) for option in options]
        if known is None or any(choice is None for choice in choices):
            return None
        return self.calculate.member(known, [choice for choice in choices if choice is not None], span)

    def text_check(self, node: tree.TextCheck) -> ir.Logic | None:
        value = self.value(node.value)
        if value is None:
            return None
        if value.type.kind is not Kind.TEXT:
            what = f"`{node.value.span.text}` is a {value.type.kind}, and `{node.op}` is about text"
            self.problems.error("kind-mismatch", node.span, what, "give the field `kind: text`")
            return None
        if node.op == "matches" and not self.calculate.is_regex(node.text, node.span):
            return None
        return ir.TextTest(node.op, value, node.text, node.span)

    def presence(self, node: tree.Presence) -> ir.Logic | None:
        if node.state == "recorded":
            if isinstance(node.value, tree.Name) and node.value.name in self.fields:
                return ir.Recorded(node.value.name, node.span)
            self.problems.error("kind-mismatch", node.span, "only a field is recorded", "name a field, or write `is present`")
            return None
        value = self.value(node.value)
        if value is None:
            return None
        missing = ir.Missing(value, node.span)
        return missing if node.state == "missing" else ir.Not(missing)

    def found(self, node: tree.FoundRule) -> ir.Logic | None:
        if not self.may_find:
            what = f"`found({node.rule})` stands where no finding is known yet"
            self.problems.error("found-out-of-place", node.span, what, "write it in the `when` of a rule or disposition")
            return None
        name, _, side = node.rule.partition(".")
        if name not in self.sides:
            near = nearest(name, self.sides)
            mend = f"did you mean `{near}`?" if near else "name a rule or characteristic of this standard"
            self.problems.error("unknown-rule", node.span, f"`{name}` is not a rule of this standard", mend)
            return None
        if side and side not in self.sides[name]:
            has = self.sides[name]
            mend = f"write `found({name}.{has[0]})` or `found({name}.{has[1]})`" if has else f"write `found({name})`"
            self.problems.error("unknown-rule", node.span, f"`{name}` has no side `{side}`", mend)
            return None
        return ir.Found(node.rule, node.span)

    def of_verdict(self, name: str, words: tuple[Expression, ...], node: tree.Comparison) -> ir.Logic | None:
        """`class = critical` and `outcome in (…)`, in dispositions."""
        allowed = self.standard.classes if name == "class" else OUTCOMES
        texts = [self.word(word, allowed) for word in words]
        if any(text is None for text in texts):
            return None
        known = tuple(text for text in texts if text is not None)
        test: ir.Logic = ir.ClassIs(known) if name == "class" else ir.OutcomeIs(known)
        if node.op not in ("=", "!="):
            self.problems.error("kind-mismatch", node.span, f"`{name}` is compared by `=` or `!=`", f"write `{name} in (…)`")
            return None
        return test if node.op == "=" else ir.Not(test)

    def word(self, node: Expression, allowed: tuple[str, ...]) -> str | None:
        text = node.name if isinstance(node, tree.Name) else node.value if isinstance(node, tree.Text) else None
        if text in allowed:
            return text
        near = nearest(text or "", allowed)
        mend = f"did you mean `{near}`?" if near else f"write {', '.join(f'`{word}`' for word in allowed)}"
        self.problems.error("unknown-word", node.span, f"`{node.span.text}` is not a word that stands here", mend)
        return None

    # ------------------------------------------------------------------------------------------------- rules

    def rules(self) -> tuple[list[ir.Rule], list[ir.Proposition]]:
        requirements = as_requirements(self.standard, {name: known.type.kind for name, known in self.fields.items()}, self.problems)
        self.sides = {requirement.written.name: tuple(side for side, _ in requirement.sides) for requirement in requirements}
        rules: list[ir.Rule] = []
        propositions: list[ir.Proposition] = []
        self.may_find = True
        for requirement in requirements:
            rules.append(self.rule(requirement, propositions))
        return rules, propositions

    def rule(self, requirement: Requirement, propositions: list[ir.Proposition]) -> ir.Rule:
        written = requirement.written
        applies = self.proposition(f"{written.name}.applies", written.applies, propositions)
        for side, when in requirement.sides:
            self.proposition(f"{written.name}.{side}", when, propositions, applies)
        if requirement.sides:
            parts = tuple(ir.Found(f"{written.name}.{side}", written.span) for side, _ in requirement.sides)
            propositions.append(ir.Proposition(written.name, ir.AnyOf(parts)))
        else:
            self.proposition(written.name, requirement.when, propositions, applies)
        return ir.Rule(
            name=written.name,
            class_=written.class_,
            nonconformity=written.nonconformity,
            clause=written.clause,
            title=written.title,
            sides=self.sides[written.name],
            applies=applies,
            text=requirement.text,
            span=written.span,
        )

    def proposition(
        self,
        name: str,
        when: Expression | None,
        propositions: list[ir.Proposition],
        applies: str | None = None,
        *,
        may_find: bool = True,
    ) -> str | None:
        """Add the proposition `name` (within what `applies`), and return its name; None where there is nothing."""
        self.may_find = may_find
        logic = None if when is None else self.logic(when)
        if logic is None:
            return None
        if applies is not None:
            logic = ir.All((ir.Found(applies), logic))
        propositions.append(ir.Proposition(name, logic))
        return name

    def dispositions(self, propositions: list[ir.Proposition]) -> Iterable[ir.Disposition]:
        """Tests of fields inside dispositions become propositions, so that reasoning decides them as all others."""
        self.in_disposition, self.may_find = True, True
        for number, line in enumerate(self.standard.dispositions, start=1):
            when = TRUE if line.when is None else self.logic(line.when)
            if when is not None:
                yield ir.Disposition(replace_leaves(when, partial(self.lift, number, propositions)), line.then, line.span)

    def lift(self, number: int, propositions: list[ir.Proposition], leaf: ir.Logic) -> ir.Logic:
        if not isinstance(leaf, TESTS):
            return leaf
        name = f"disposition.{number}.{len(propositions)}"
        propositions.append(ir.Proposition(name, leaf))
        return ir.Found(name)


def _unit_or_none(written: model.Field) -> ir.Unit | None:
    unit = written.unit
    return None if unit is None or (unit.dimension == () and unit.factor == Fraction(1) and unit.pi == 0) else unit

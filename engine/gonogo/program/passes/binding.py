"""Expressions → the program's trees: names are bound to what they mean, kinds and units checked on the way.

INVARIANT: units are checked before anything runs. Every operation on numbers either has operands of one
unit when it is bound, or a problem at its line and column. What could not be read is None, and silent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from gonogo.problems import Problems, Span
from gonogo.program import ir
from gonogo.program.ir import Kind, Type, Value
from gonogo.program.passes.arithmetic import Calculator, type_of
from gonogo.program.passes.levels import found_name
from gonogo.program.passes.long import gap_name, presence_of
from gonogo.standard import model, tree
from gonogo.standard.sections import NAME, listed, shown, suggested
from gonogo.standard.tree import Expression

FLAG: Final = Type(Kind.FLAG)
TRUE: Final = ir.All(())
FALSE: Final = ir.AnyOf(())
OUTCOMES: Final = ("conforming", "nonconforming", "indeterminate")
VERDICT_WORDS: Final = ("class", "outcome")
MOST_LISTED: Final = 12

_FLAG_WORDS: Final = {"yes": "true", "true": "true", "no": "false", "false": "false"}


@dataclass(slots=True)
class Binder:
    """What is known while expressions are bound.

    Parameters
    ----------
    computed : dict of str to Type
        Derived quantities that were bound so far.
    parameters : dict of str to Value
        What stands for each parameter, wherever it is named.
    unread : set of str
        Names that are the standard's, but were not understood.
    words : dict of str to tuple of str
        What a computed text can be, where that is known: the outputs of a decision table.
    sides : dict of str to tuple of str
        What `found` may ask for: rules and characteristics, each with its sides.
    may_find, in_disposition : bool
        Where the expression stands: whether findings, and the verdict, may be asked for.
    """

    standard: model.Standard
    problems: Problems
    calculate: Calculator
    fields: dict[str, ir.Field]
    computed: dict[str, Type] = field(default_factory=dict)
    parameters: dict[str, Value] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sides: dict[str, tuple[str, ...]] = field(default_factory=dict)
    may_find: bool = False
    in_disposition: bool = False

    # ------------------------------------------------------------------------------------------------- names

    def named(self, node: tree.Name) -> Value | None:
        name = node.name
        self.used.add(name)
        if name in self.unread:
            return None
        if name in self.fields:
            return self.field_value(self.fields[name], node.span)
        if name in self.computed:
            return ir.DerivedValue(name, self.computed[name], node.span)
        if name in self.parameters:
            return self.parameters[name]
        self.refuse_name(node)
        return None

    def field_value(self, known: ir.Field, span: Span) -> Value:
        value = ir.FieldValue(known.name, known.type, span)
        if known.rounding is None or known.resolution is None:
            return value
        return self.calculate.rounded(value, known.resolution, known.rounding)

    def refuse_name(self, node: tree.Name) -> None:
        name, standard = node.name, self.standard
        if name in VERDICT_WORDS:
            what = f"`{name}` stands where no verdict is known yet"
            self.problems.error("found-out-of-place", node.span, what, "ask for it in `dispositions`")
            return
        if not standard.fields and self.problems.has_errors:
            return  # the fields themselves could not be read: that was told
        if standard.counted:
            self.refuse_uncounted(node)
            return
        near = suggested(name, standard.quantity_names, self.problems)
        holder = next((known for known, written in standard.fields.items() if name in written.one_of), None)
        if name in model.rules_of(standard):
            mend = f"write `found({name})` for a finding"
        elif near:
            mend = f"did you mean `{near}`?"
        elif holder:
            mend = f"`{name}` is a value of `{holder}`: compare it with that field"
        else:
            mend = "name it under `fields`, `derived` or `parameters`"
        self.problems.error("unknown-name", node.span, f"{shown(name)} is not a name of this standard", mend)

    def refuse_uncounted(self, node: tree.Name) -> None:
        """A level above items knows only what is counted."""
        name, standard = node.name, self.standard
        known = [
            *(each for each in standard.fields if NAME.fullmatch(each)),
            *standard.derived,
            *standard.parameters,
            *standard.value_tables,
        ]
        near = suggested(name, known, self.problems)
        if name in model.rules_of(standard):
            mend = f"write `found({name})` for a finding"
        elif near:
            mend = f"did you mean `{near}`?"
        else:
            how = "`found(…)` counts the items" if standard.level == "objectives" else "count it under `counts`"
            mend = f"{how}; what is known is {listed(known[:MOST_LISTED])}"
        what = f"{shown(name)} is nothing that is counted over {standard.counted}"
        self.problems.error("unknown-name", node.span, what, mend)

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
                return None if inner is None else self.calculate.negative(inner, span)
            case tree.Binary(op, left, right, span):
                sides = self.values(left, right)
                return None if sides is None else self.calculate.binary(op, sides[0], sides[1], span)
            case tree.Call(name, arguments, span):
                known = self.values(*arguments)
                return None if known is None else self.calculate.call(name, known, span)
            case tree.If(condition, chosen, other, span):
                return self.choice(condition, chosen, other, span)
            case tree.FoundRule(rule, span) if found_name(rule) in self.fields:
                return self.field_value(self.fields[found_name(rule)], span)
            case _:
                return self.truth_value(node)

    def values(self, *nodes: Expression) -> tuple[Value, ...] | None:
        found = [self.value(node) for node in nodes]
        known = tuple(value for value in found if value is not None)
        return known if len(known) == len(found) else None

    def choice(self, condition: Expression, chosen: Expression, other: Expression, span: Span) -> Value | None:
        decides = self.inner_logic(condition)
        values = self.calculate.alike([self.value(chosen), self.value(other)])
        if decides is None or values is None:
            return None
        return ir.Choice(((decides, values[0]),), values[1], type_of(values), span)

    def truth_value(self, node: Expression) -> Value | None:
        """A condition where a value stands: a flag, without a value while the condition is unknown."""
        logic = self.inner_logic(node)
        if logic is None:
            return None
        true, false = ir.Constant(True, FLAG), ir.Constant(False, FLAG)
        return ir.Choice(((logic, true),), false, FLAG, node.span)

    def inner_logic(self, node: Expression) -> ir.Logic | None:
        """A condition inside a value: values are worked out before anything is found."""
        outside = self.may_find, self.in_disposition
        self.may_find = self.in_disposition = False
        logic = self.logic(node)
        self.may_find, self.in_disposition = outside
        return logic

    # ------------------------------------------------------------------------------------------------- logic

    def logic(self, node: Expression) -> ir.Logic | None:
        match node:
            case tree.Both(parts, _):
                both = self.logics(parts)
                return None if both is None else ir.All(both)
            case tree.Either(parts, _):
                either = self.logics(parts)
                return None if either is None else ir.AnyOf(either)
            case tree.Negation(part, _):
                inner = self.logic(part)
                return None if inner is None else ir.Not(inner)
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

    def logics(self, nodes: tuple[Expression, ...]) -> tuple[ir.Logic, ...] | None:
        found = [self.logic(node) for node in nodes]
        known = tuple(logic for logic in found if logic is not None)
        return known if len(known) == len(found) else None

    def either_way(self, condition: Expression, chosen: Expression, other: Expression) -> ir.Logic | None:
        """`if C then A else B` between conditions is `C and A or not C and B`."""
        logics = self.logics((condition, chosen, other))
        if logics is None:
            return None
        c, a, b = logics
        return ir.AnyOf((ir.All((c, a)), ir.All((ir.Not(c), b))))

    def flag(self, node: Expression) -> ir.Logic | None:
        value = self.value(node)
        if value is None:
            return None
        if value.type.kind is not Kind.FLAG:
            what = f"{shown(node.span.text)} is a {value.type.kind}, and a condition stands here"
            self.problems.error("kind-mismatch", node.span, what, "compare it with something")
            return None
        return self.calculate.holds(value, node.span)

    def comparison(self, node: tree.Comparison) -> ir.Logic | None:
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(side, tree.Name) and side.name in VERDICT_WORDS:
                return self.of_verdict(side, (other,), node.op, node.span)
            if isinstance(other, tree.Truth) and node.op in ("=", "!=") and not self.categories_of(side):
                logic = self.logic(side)
                is_same = other.value is (node.op == "=")
                return None if logic is None else logic if is_same else ir.Not(logic)
        left, right = self.compared(node.left, node.right), self.compared(node.right, node.left)
        if left is None or right is None:
            return None
        return self.calculate.compare(node.op, left, right, node.span)

    def compared(self, node: Expression, other: Expression) -> Value | None:
        """One side of a comparison: a bare word beside a category is one of its values."""
        categories = self.categories_of(other)
        word = _bare_word(node)
        if categories and word is not None and (word in categories or not self.is_name(word)):
            self.check_category(word, categories, node.span)
            return ir.Constant(word, Type(Kind.TEXT), node.span)
        if word is not None and self.is_unread(other) and isinstance(node, tree.Name) and not self.is_name(word):
            return None
        if isinstance(node, tree.Text) and categories:
            self.check_category(node.value, categories, node.span)
        truth = _FLAG_WORDS.get(word.lower()) if isinstance(node, tree.Name) and word is not None else None
        if truth is None or not self.is_flag(other) or self.is_name(word or ""):
            return self.value(node)
        what = f"in a standard, {shown(word or '')} is no answer of a flag"
        self.problems.error("unknown-name", node.span, what, f"write `{truth}`")
        return None

    def is_flag(self, node: Expression) -> bool:
        known = self.fields.get(node.name) if isinstance(node, tree.Name) else None
        return known is not None and known.type.kind is Kind.FLAG

    def is_unread(self, node: Expression) -> bool:
        return isinstance(node, tree.Name) and node.name in self.unread

    def is_name(self, name: str) -> bool:
        return name in self.fields or name in self.computed or name in self.parameters or name in self.unread

    def categories_of(self, node: Expression) -> tuple[str, ...]:
        if not isinstance(node, tree.Name):
            return ()
        return self.fields[node.name].one_of if node.name in self.fields else self.words.get(node.name, ())

    def check_category(self, word: str, categories: tuple[str, ...], span: Span) -> None:
        if categories and word not in categories:
            near = suggested(word, categories, self.problems)
            mend = f"did you mean `{near}`?" if near else f"the values are {listed(categories[:12])}"
            self.problems.error("unknown-category", span, f"{shown(word)} is not a value of this field", mend)

    def among(self, value: Expression, options: tuple[Expression, ...], span: Span) -> ir.Logic | None:
        if isinstance(value, tree.Name) and value.name in VERDICT_WORDS:
            return self.of_verdict(value, options, "=", span)
        known = self.value(value)
        choices = [self.compared(option, value) for option in options]
        present = [choice for choice in choices if choice is not None]
        if known is None or len(present) < len(choices):
            return None
        return self.calculate.member(known, present, span)

    def text_check(self, node: tree.TextCheck) -> ir.Logic | None:
        value = self.value(node.value)
        if value is None:
            return None
        if value.type.kind is not Kind.TEXT:
            what = f"{shown(node.value.span.text)} is a {value.type.kind}, and `{node.op}` is about text"
            self.problems.error("kind-mismatch", node.value.span, what, "give the field `kind: text`")
            return None
        if node.op == "matches" and not self.calculate.is_regex(node.text, node.text_span):
            return None
        return ir.TextTest(node.op, value, node.text, node.span)

    def presence(self, node: tree.Presence) -> ir.Logic | None:
        if node.state == "recorded":
            name = node.value.name if isinstance(node.value, tree.Name) else None
            if name in self.unread:
                return None
            if name is not None and name in self.fields:
                return ir.Recorded(gap_name(name) if self.standard.facts.is_long else name, node.span)
            mend = "name a field, or write `is present`"
            self.problems.error("kind-mismatch", node.value.span, "only a field is recorded", mend)
            return None
        value = self.value(presence_of(node.value, self.standard, self.unread))
        if value is None:
            return None
        missing = ir.Missing(value, node.span)
        return missing if node.state == "missing" else ir.Not(missing)

    # ---------------------------------------------------------------------------------- findings and verdicts

    def found(self, node: tree.FoundRule) -> ir.Logic | None:
        if not self.may_find:
            what = f"`found({node.rule})` stands where no finding is known yet"
            mend = "ask for it in the `when` of a rule or disposition, and there outside of any value"
            self.problems.error("found-out-of-place", node.span, what, mend)
            return None
        name, _, side = node.rule.partition(".")
        if name in self.standard.unread_rules:
            return None
        if name not in self.sides and name in self.standard.withdrawn:
            what = f"{shown(name)} is withdrawn, at {self.standard.withdrawn[name]}"
            self.problems.error("unknown-rule", node.span, what, "withdraw what asks for it, too, or replace it")
            return None
        if name not in self.sides:
            near = suggested(name, self.sides, self.problems)
            mend = "name a rule or characteristic of this standard"
            if self.standard.counted:
                mend = f"name a rule of {self.standard.level}; {self.standard.counted} are counted under `counts`"
            if near:
                mend = f"did you mean `found({near})`?"
            self.problems.error("unknown-rule", node.span, f"{shown(name)} is not a rule of this standard", mend)
            return None
        if side and side not in self.sides[name]:
            has = self.sides[name]
            mend = f"write `found({name}.{has[0]})` or `found({name}.{has[1]})`" if has else f"write `found({name})`"
            self.problems.error("unknown-rule", node.span, f"{shown(name)} has no side {shown(side)}", mend)
            return None
        return ir.Found(node.rule, node.span)

    def of_verdict(self, node: tree.Name, words: tuple[Expression, ...], op: str, span: Span) -> ir.Logic | None:
        """`class = critical` and `outcome in (…)`, in dispositions."""
        name = node.name
        if not self.in_disposition:
            self.refuse_name(node)
            return None
        allowed = self.standard.classes if name == "class" else OUTCOMES
        if op not in ("=", "!="):
            what = f"`{name}` is compared by `=` or `!=` only"
            self.problems.error("kind-mismatch", span, what, f"write `{name} in (…)`")
            return None
        texts = [self.verdict_word(word, allowed) for word in words]
        known = tuple(dict.fromkeys(text for text in texts if text is not None))
        if None in texts:
            return None
        test: ir.Logic = ir.ClassIs(known) if name == "class" else ir.OutcomeIs(known)
        return test if op == "=" else ir.Not(test)

    def verdict_word(self, node: Expression, allowed: tuple[str, ...]) -> str | None:
        text = node.value if isinstance(node, tree.Text) else node.span.text
        if text in allowed:
            return text
        near = suggested(text, allowed, self.problems)
        mend = f"did you mean `{near}`?" if near else f"write {listed(allowed)}"
        self.problems.error("unknown-word", node.span, f"{shown(text)} is not a word that stands here", mend)
        return None


def _bare_word(node: Expression) -> str | None:
    """What may be a value of a category although it looks like something else: `L`, `1`, `true`."""
    match node:
        case tree.Name(name, _):
            return name
        case tree.Number() | tree.Moment() | tree.Truth():
            return node.span.text
        case _:
            return None

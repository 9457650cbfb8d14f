"""Pass `resolve`: what was written → the program's trees; names bound, kinds and units checked, conversions in place.

INVARIANT: nothing here recurses from one quantity into another. Quantities are put in order first, so that three
thousand of them, each standing on the one before, are as good as three.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from gonogo.problems import Problems, Refused, Span
from gonogo.program import ir
from gonogo.program.ir import Kind, Type, Value
from gonogo.program.passes.arithmetic import Calculator
from gonogo.program.passes.binding import TRUE, Binder
from gonogo.program.passes.decisions import bind_findings, bind_lines, bind_value, disposition_table, words_of
from gonogo.program.passes.fold import folded
from gonogo.program.passes.kinds import infer_kinds
from gonogo.program.passes.levels import NOTHING, Counted
from gonogo.program.passes.long import picked_fields, used_fields
from gonogo.program.passes.order import quantities_in_order
from gonogo.program.passes.requirements import Requirement, as_requirements
from gonogo.program.passes.rewrite import TESTS, replace_leaves
from gonogo.program.passes.size import Sizes
from gonogo.program.passes.tables import bind_table
from gonogo.program.passes.zones import Zones
from gonogo.program.picks import LongLayout
from gonogo.program.readable import is_gap_of
from gonogo.standard import model
from gonogo.standard.reader import MOST_PROBLEMS
from gonogo.standard.sections import shown
from gonogo.standard.tree import Expression

APPLIES = ".applies"
"""The proposition that says whether a standard applies at all: no rule can have this name."""


def resolve(standard: model.Standard, problems: Problems, counted: Counted = NOTHING) -> ir.Program:
    """The program of a standard, in its most readable form; what is wrong is added to `problems`.

    Parameters
    ----------
    counted : Counted
        What the level above counts over the units of this one.
    """
    kinds, unread = infer_kinds(standard, problems)
    calculator = Calculator(problems)
    fields = {name: _field(calculator, written, kinds) for name, written in standard.fields.items()}
    fields = picked_fields(standard, fields, problems)
    binder = Binder(standard, problems, calculator, fields, unread=unread | standard.unread_names)
    resolver = _Resolver(standard, problems, binder, Sizes(problems, fields))
    resolver.check_names()
    derived = tuple(resolver.quantities())
    propositions: list[ir.Proposition] = []
    rules = tuple(resolver.rules(propositions))
    applies = resolver.proposition(APPLIES, standard.applies, propositions, may_find=False)
    dispositions = tuple(resolver.dispositions(propositions))
    counts = tuple(resolver.counts(counted.counts, propositions))
    resolver.warn_unused()
    facts = standard.facts
    long = LongLayout(facts.characteristic or "", facts.value or "") if facts.is_long else None
    return ir.Program(
        standard=standard.id,
        version=standard.version,
        hash=standard.hash,
        classes=standard.classes,
        fields=used_fields(fields, derived, propositions) if long else tuple(fields.values()),
        derived=derived,
        rules=rules,
        propositions=tuple(propositions),
        dispositions=dispositions,
        item=facts.item,
        lot=facts.lot,
        time=facts.time,
        missing_words=facts.missing_words,
        long=long,
        applies=applies,
        level=standard.level,
        counts=counts,
        tallied=counted.classes,
        is_counted=bool(standard.levels or standard.objectives),
        grouping=tuple(level.column for level in standard.levels),
    )


def _field(calculator: Calculator, written: model.Field, kinds: dict[str, Kind]) -> ir.Field:
    kind = kinds.get(written.name, Kind.NUMBER)
    return ir.Field(
        name=written.name,
        column=written.column,
        type=calculator.number_type(written.unit) if kind is Kind.NUMBER else Type(kind),
        one_of=written.one_of,
        resolution=written.resolution,
        rounding=written.rounding,
        optional=written.optional,
        span=written.span,
    )


@dataclass(slots=True)
class _Resolver:
    standard: model.Standard
    problems: Problems
    bind: Binder
    sizes: Sizes

    # ------------------------------------------------------------------------------------------------- names

    def check_names(self) -> None:
        """One name, one thing: fields, derived quantities and parameters share a name space; so do rules."""
        standard = self.standard
        tables = standard.tables.values()
        quantities = [
            (name, member.span)
            for members in (standard.fields, standard.derived, standard.parameters)
            for name, member in members.items()
        ]
        self.check_taken([*quantities, *((table.output, table.output_span) for table in tables if table.gives_value)])
        requirements = [
            (name, member.requirement.span)
            for members in (standard.characteristics, standard.rules)
            for name, member in members.items()
        ]
        self.check_taken([*requirements, *(pair for table in tables for pair in table.findings.items())])

    def check_taken(self, names: Iterable[tuple[str, Span]]) -> None:
        seen: dict[str, Span] = {}
        for name, span in names:
            if name in seen:
                where = f"on line {seen[name].line}" if seen[name].source is span.source else f"at {seen[name]}"
                what = f"{shown(name)} already names something {where}"
                self.problems.error("name-taken", span, what, "choose another name")
                self.stop_at_many()
            seen.setdefault(name, span)

    def stop_at_many(self) -> None:
        if len(self.problems.found) >= MOST_PROBLEMS:
            raise Refused(self.problems.found)

    def warn_unused(self) -> None:
        """Only where nothing else is wrong: a rule that could not be read may use it. A base may be used in part."""
        for name, parameter in self.standard.parameters.items():
            is_own = parameter.span.source is self.standard.sources[0]
            is_used = name in self.bind.used or name in self.standard.lent
            if is_own and not is_used and not self.problems.has_errors:
                what = f"nothing uses the parameter {shown(name)}"
                self.problems.warn("unused-parameter", parameter.span, what, "remove it")

    # -------------------------------------------------------------------------------------------- quantities

    def quantities(self) -> Iterator[ir.Derived]:
        """Derived quantities, each after those it stands on; one that is not understood is left out."""
        ordered, circular = quantities_in_order(self.standard, self.problems)
        self.bind.unread |= circular
        tables = self.standard.value_tables
        for name in ordered:
            written = self.standard.derived.get(name) or tables.get(name)
            if written is None:
                self.parameter(self.standard.parameters[name])
            elif (quantity := self.derived(written)) is not None:
                self.bind.computed[name] = quantity.value.type
                yield quantity
            else:
                self.bind.unread.add(name)
            self.stop_at_many()

    def parameter(self, written: model.Parameter) -> None:
        """A parameter's value stands wherever its name does; how large that makes the program is measured there."""
        value = bind_table(self.bind, written)
        if value is not None and self.sizes.accepts(value, written.span):
            self.bind.parameters[written.name] = value
        else:
            self.bind.unread.add(written.name)

    def derived(self, written: model.Derived | model.Table) -> ir.Derived | None:
        if isinstance(written, model.Table):
            return self.decided(written)
        value = self.bind.value(written.value)
        value = None if value is None else self.stated(written, value)
        if value is None or not self.sizes.accepts(value, written.value.span, written.name):
            return None
        return ir.Derived(written.name, value, written.resolution, written.rounding, span=written.span)

    def decided(self, table: model.Table) -> ir.Derived | None:
        """The value that a decision table gives."""
        value = bind_value(self.bind, table)
        if value is None or not self.sizes.accepts(value, table.span, table.output):
            return None
        if value.type.kind is Kind.TEXT:
            self.bind.words[table.output] = words_of(table)
        return ir.Derived(table.output, value, span=table.span)

    def stated(self, written: model.Derived, value: Value) -> Value | None:
        """A derived quantity in the unit, and to the resolution, that its author states."""
        if value.type.kind is not Kind.NUMBER and (written.unit is not None or written.resolution is not None):
            what = f"{shown(written.name)} is a {value.type.kind}, and has no unit and no resolution"
            self.problems.error("kind-mismatch", written.value.span, what, "leave them out")
            return None
        if written.unit is not None:
            converted = self.bind.calculate.converted(value, written.unit, written.value.span)
            if converted is None:
                return None
            value = converted
        if written.resolution is not None and (value.type.real or written.rounding):
            value = self.bind.calculate.rounded(value, written.resolution, written.rounding or "half-even")
        return value

    # ------------------------------------------------------------------------------------------------- rules

    def rules(self, propositions: list[ir.Proposition]) -> Iterator[ir.Rule]:
        kinds = {name: known.type.kind for name, known in self.bind.fields.items()}
        kinds |= {name: known.kind for name, known in self.bind.computed.items()}
        requirements = as_requirements(self.standard, kinds, self.bind.unread, self.problems)
        self.bind.sides = {name: () for table in self.standard.tables.values() for name in table.findings}
        self.bind.sides |= {found.written.name: tuple(side for side, _ in found.sides) for found in requirements}
        for requirement in requirements:
            yield self.rule(requirement, propositions)
            self.stop_at_many()
        for table in self.standard.tables.values():
            yield from self.found(table, propositions)

    def found(self, table: model.Table, propositions: list[ir.Proposition]) -> Iterator[ir.Rule]:
        """What a decision table finds, as rules."""
        if table.output != "finding":
            return
        self.bind.may_find = True
        for found in bind_findings(self.bind, table):
            row, name = found.row, found.row.output.text
            if self.sizes.accepts(found.when, row.span):
                propositions.append(ir.Proposition(name, found.when))
                yield ir.Rule(
                    name=name,
                    class_=row.notes.get("class", table.class_),
                    nonconformity=row.notes.get("nonconformity", name),
                    clause=row.notes.get("clause", table.clause),
                    title=row.notes.get("title", table.title),
                    span=row.output.span,
                )
            self.stop_at_many()

    def rule(self, requirement: Requirement, propositions: list[ir.Proposition]) -> ir.Rule:
        written = requirement.written
        applies = self.proposition(f"{written.name}.applies", written.applies, propositions)
        zones = self.zones(requirement)
        bound = [
            self.proposition(f"{written.name}.{side}", when, propositions, applies, zones=zones)
            for side, when in requirement.sides
        ]
        if requirement.sides:
            if None not in bound:
                sides = [p.when for p in propositions[-len(bound) :]]
                has_room = self.check_room(written, [zone.beyond for zone in zones.found] if zones else sides)
                if zones is not None and has_room:
                    zones.check_room(written.name)
            parts = tuple(ir.Found(f"{written.name}.{side}", written.span) for side, _ in requirement.sides)
            propositions.append(ir.Proposition(written.name, ir.AnyOf(parts)))
        else:
            self.proposition(written.name, requirement.when, propositions, applies, zones=zones)
        return ir.Rule(
            name=written.name,
            class_=written.class_,
            nonconformity=written.nonconformity,
            clause=written.clause,
            title=written.title,
            sides=self.bind.sides[written.name],
            applies=applies,
            text=requirement.text,
            uncertainty=None if zones is None else zones.uncertainty,
            span=written.span,
        )

    def zones(self, requirement: Requirement) -> Zones | None:
        """Where the requirement's uncertainty matters; None where nothing is said of it, or nothing understood."""
        uncertainty = requirement.uncertainty
        within = None if uncertainty is None else self.bind.value(uncertainty.within)
        return None if uncertainty is None or within is None else Zones(self.bind.calculate, uncertainty, within)

    def check_room(self, written: model.Requirement, sides: list[ir.Logic]) -> bool:
        """Between two limits there must be a value that conforms."""
        tests = [side.parts[-1] if isinstance(side, ir.All) and side.parts else side for side in sides]
        tests = [test.parts[0] if isinstance(test, ir.AnyOf) and test.parts else test for test in tests]  # less its gap
        match [folded(test) for test in tests]:
            case [ir.Compare(above, _, ir.Constant(upper) as high), ir.Compare(below, _, ir.Constant(lower) as low)]:
                if high.type != low.type or isinstance(upper, str) or isinstance(lower, str):
                    return True
                if upper < lower or (upper == lower and (above == ">=" or below == "<=")):
                    what = f"no value can meet {shown(written.name)}: its limits leave nothing between them"
                    self.problems.error("contradiction", written.span, what, "let the upper limit be the higher one")
                    return False
            case _:
                pass
        return True

    def proposition(
        self,
        name: str,
        when: Expression | None,
        propositions: list[ir.Proposition],
        applies: str | None = None,
        *,
        may_find: bool = True,
        zones: Zones | None = None,
    ) -> str | None:
        """Add the proposition `name` (within what `applies`), and return its name; None where there is nothing."""
        self.bind.may_find = may_find
        logic = None if when is None else self.bind.logic(when)
        if logic is not None and zones is not None:
            logic = _judged(zones, logic)
        if logic is None or when is None or not self.sizes.accepts(logic, when.span):
            return None
        if applies is not None:
            logic = ir.All((ir.Found(applies), logic))
        propositions.append(ir.Proposition(name, logic))
        return name

    def dispositions(self, propositions: list[ir.Proposition]) -> Iterator[ir.Disposition]:
        """Tests of fields inside dispositions become propositions, so that reasoning decides them as all others."""
        self.bind.in_disposition = self.bind.may_find = True
        yield from self.decided_dispositions(propositions)
        for number, line in enumerate(self.standard.dispositions, start=1):
            when = TRUE if line.when is None else self.bind.logic(line.when)
            if when is not None and (line.when is None or self.sizes.accepts(when, line.when.span)):
                lifted = replace_leaves(when, partial(_lift, f"disposition.{number}", propositions))
                yield ir.Disposition(lifted, line.then, line.span)
            self.stop_at_many()

    def counts(self, counts: Sequence[model.Count], propositions: list[ir.Proposition]) -> Iterator[ir.Count]:
        """What is counted may ask for all that dispositions may."""
        self.bind.in_disposition = self.bind.may_find = True
        for count in counts:
            when = self.bind.logic(count.value)
            if when is not None and self.sizes.accepts(when, count.value.span):
                yield ir.Count(count.name, replace_leaves(when, partial(_lift, f"count.{count.name}", propositions)))
            self.stop_at_many()

    def decided_dispositions(self, propositions: list[ir.Proposition]) -> Iterator[ir.Disposition]:
        """The rows of the table that gives dispositions; what a row asks of the fact is one proposition."""
        table = disposition_table(self.bind, self.standard)
        if table is None:
            return
        for line in bind_lines(self.bind, table):
            if not all(self.sizes.accepts(part, line.row.span) for part in (*line.tests, *line.asked)):
                continue
            lifted = [
                replace_leaves(part, partial(_lift, f"disposition.{table.name}", propositions)) for part in line.asked
            ]
            if line.tests:
                name = f"disposition.{table.name}.{len(propositions)}"
                propositions.append(ir.Proposition(name, ir.All(line.tests)))
                lifted.insert(0, ir.Found(name))
            yield ir.Disposition(
                lifted[0] if len(lifted) == 1 else ir.All(tuple(lifted)), line.row.output.text, line.row.span
            )
            self.stop_at_many()


def _judged(zones: Zones, logic: ir.Logic) -> ir.Logic | None:
    """A test by its decision rule; beside a gap, the test and not the gap."""
    match logic:
        case ir.AnyOf((test, ir.Holds(value) as gap)) if is_gap_of(value):
            judged = zones.judged(test)
            return None if judged is None else ir.AnyOf((judged, gap))
        case _:
            return zones.judged(logic)


def _lift(owner: str, propositions: list[ir.Proposition], leaf: ir.Logic) -> ir.Logic:
    if not isinstance(leaf, TESTS):
        return leaf
    name = f"{owner}.{len(propositions)}"
    propositions.append(ir.Proposition(name, leaf))
    return ir.Found(name)

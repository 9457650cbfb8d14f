"""What the dispositions let through: items with one finding, or with one value missing, followed to their line.

A warning is given only where such an item is released for certain: what can't be told without its values is
not spoken of, and neither is a line that names the finding or its class, because its author meant it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from gonogo.problems import Problems
from gonogo.program import ir
from gonogo.program.ir import Logic
from gonogo.program.passes.limits import is_excluded, is_implied
from gonogo.program.passes.rewrite import TESTS, leaves
from gonogo.standard.sections import shown

Truth: TypeAlias = bool | None
Truths: TypeAlias = frozenset[Truth]

TRUE: Final[Truths] = frozenset({True})
FALSE: Final[Truths] = frozenset({False})
UNKNOWN: Final[Truths] = frozenset({None})
EITHER: Final[Truths] = frozenset({True, False})
MOST_WORK: Final = 20_000
"""So many propositions are worked out at most: in a large program only the first doubtful rules are looked into."""
MOST_ROUNDS: Final = 8


def warn_dispositions(program: ir.Program, problems: Problems) -> None:
    """Warn of lines that leave an item without a disposition, or release what should not be; `program` is folded."""
    if not program.dispositions:
        return
    last = program.dispositions[-1]
    if last.when != ir.All(()) and last.span is not None:
        what = "no `otherwise` follows this line: an item for which none of them holds gets no disposition"
        problems.warn("no-otherwise", last.span, what, "close them with `- {otherwise: hold}`")
    warn_released(program, problems)


def warn_released(program: ir.Program, problems: Problems) -> None:
    """Warn where a nonconforming item, or an indeterminate one, is released for certain; once a class."""
    follow = _Follower(program)
    told: set[tuple[str, str]] = set()
    for rule in program.rules:
        for outcome in ("nonconforming", "indeterminate"):
            if (outcome, rule.class_) in told:
                continue
            line = next(follow.released(rule, outcome), None)
            if line is not None and line.span is not None:
                told.add((outcome, rule.class_))
                what, mend = _message(rule, outcome)
                problems.warn("released-nonconforming", line.span, what, mend)


def _message(rule: ir.Rule, outcome: str) -> tuple[str, str]:
    if outcome == "indeterminate":
        what = f"this line releases an item of which {shown(rule.name)}, of class {shown(rule.class_)}, is not known"
        return what, "put `{when: outcome = indeterminate, then: hold}` before it"
    what = f"this line releases an item whose only finding is {shown(rule.name)}, of class {shown(rule.class_)}"
    return what, f"put `{{when: class = {rule.class_}, then: hold}}` before it"


@dataclass(slots=True)
class _Item:
    """An item that is thought of: what is known of it, which field it lacks, and what its rules say."""

    known: frozenset[Logic] = frozenset()
    missing: str | None = None
    says: dict[str, Truth] = field(default_factory=dict)


@dataclass(slots=True)
class _Follower:
    program: ir.Program
    when: dict[str, Logic] = field(init=False)
    fields: dict[str, frozenset[str]] = field(init=False)
    ranks: dict[str, int] = field(init=False)
    work: int = 0

    def __post_init__(self) -> None:
        self.ranks = {rule.name: self.program.classes.index(rule.class_) for rule in self.program.rules}
        self.when = {p.name: p.when for p in self.program.propositions}
        self.fields = {}
        for derived in self.program.derived:
            self.fields[derived.name] = self.fields_of(derived.value)

    def fields_of(self, node: ir.Value | Logic) -> frozenset[str]:
        """The fields that a tree stands on, through derived quantities."""
        found: set[str] = set()
        for leaf in leaves(node):
            if isinstance(leaf, ir.FieldValue):
                found.add(leaf.name)
            elif isinstance(leaf, ir.DerivedValue):
                found |= self.fields.get(leaf.name, frozenset())
        return frozenset(found)

    # ------------------------------------------------------------------------------------------ the items

    def released(self, rule: ir.Rule, outcome: str) -> Iterator[ir.Disposition]:
        """The lines that release an item of that outcome for this rule alone."""
        for name in [f"{rule.name}.{side}" for side in rule.sides] or [rule.name]:
            if name not in self.when:
                continue
            truth = True if outcome == "nonconforming" else None
            says: dict[str, Truth] = {name: truth, rule.name: truth}
            if self.line(_Item(says=says), rule) is None or self.work >= MOST_WORK:
                continue
            for item in self.items(name, truth):
                self.work += len(self.when)
                item.says = dict(says)
                if self.is_settled(item, rule) and (line := self.line(item, rule)) is not None:
                    yield line

    def items(self, name: str, truth: Truth) -> Iterator[_Item]:
        tests = frozenset(self.needed(name))
        if truth is True:
            yield _Item(known=tests)
            return
        own = [t for t in _tests(self.when[name]) if not isinstance(t, ir.Missing | ir.Recorded)]
        for missing in sorted({used for test in own for used in self.fields_of(test)})[:3]:
            yield _Item(missing=missing)
        yield from _in_zone(self.when[name])

    def needed(self, name: str) -> Iterator[Logic]:
        """The tests that must be true for a proposition to be, through the findings that it stands on."""
        todo: list[Logic] = [self.when[name]]
        seen = {name}
        while todo:
            match todo.pop():
                case ir.All(parts):
                    todo.extend(parts)
                case ir.AnyOf((part, ir.Open())):
                    todo.append(part)
                case ir.Found(inner, _):
                    if inner not in seen and inner in self.when:
                        seen.add(inner)
                        todo.append(self.when[inner])
                    yield ir.Found(inner)
                case part:
                    yield part

    def is_settled(self, item: _Item, rule: ir.Rule) -> bool:
        """Work out what else is found or unknown, as little as can be; False where that comes to no rest."""
        fixed = set(item.says)
        item.says |= {part.proposition: True for part in item.known if isinstance(part, ir.Found)}
        for _ in range(MOST_ROUNDS):
            changed = False
            for name, when in self.when.items():
                if name in fixed or name.startswith("disposition."):
                    continue
                truth = _least(self.truths(when, item))
                truth = True if item.says.get(name) is True else truth
                changed |= item.says.get(name, False) is not truth
                item.says[name] = truth
            if not changed:
                return rule.name not in item.says or self.truths(self.when[rule.name], item) != FALSE
        return False

    # ------------------------------------------------------------------------------------------ the lines

    def line(self, item: _Item, rule: ir.Rule) -> ir.Disposition | None:
        """The line that releases the item for certain, and without having asked for what is wrong with it."""
        for line in self.program.dispositions:
            truths = self.truths(line.when, item)
            if truths == FALSE:
                continue
            is_release = truths == TRUE and line.then.casefold() == "release"
            return line if is_release and not self.is_meant(line.when, item) else None
        return None

    def is_meant(self, logic: Logic, item: _Item) -> bool:
        """Whether a line that holds asks for the finding, its class or its outcome by name."""
        match logic:
            case ir.All(parts) | ir.AnyOf(parts):
                return any(self.is_meant(part, item) for part in parts)
            case ir.ClassIs() | ir.OutcomeIs() | ir.Found():
                return self.truths(logic, item) == TRUE
            case _:
                return False

    # ------------------------------------------------------------------------------------------- the logic

    def truths(self, logic: Logic, item: _Item) -> Truths:
        """What a condition may come to for this item; all that is possible, and perhaps more."""
        match logic:
            case ir.All(parts):
                return _joined([self.truths(part, item) for part in parts], decides=False)
            case ir.AnyOf(parts):
                return _joined([self.truths(part, item) for part in parts], decides=True)
            case ir.Not(part):
                return frozenset(None if truth is None else not truth for truth in self.truths(part, item))
            case ir.Found(name):
                if name.startswith("disposition."):
                    return self.truths(self.when[name], item)
                return frozenset({item.says.get(name, False)})
            case ir.ClassIs(classes):
                return frozenset({self.has_class(classes, item)})
            case ir.Open():
                return UNKNOWN
            case ir.OutcomeIs(outcomes):
                return TRUE if self.outcome(item) in outcomes else FALSE
            case _:
                return self.test(logic, item)

    def test(self, test: Logic, item: _Item) -> Truths:
        if item.missing is not None and item.missing in self.fields_of(test):
            return TRUE if isinstance(test, ir.Missing) else UNKNOWN
        if is_implied(test, item.known):
            return TRUE
        return FALSE if is_excluded(test, item.known) else EITHER

    def has_class(self, classes: tuple[str, ...], item: _Item) -> Truth:
        """As the engine decides it: unknown while a more severe rule, or any where none found, may still find."""
        worst, might = len(self.program.classes), set[int]()
        for name, truth in item.says.items():
            rank = self.ranks.get(name)
            if rank is not None and truth is True:
                worst = min(worst, rank)
            elif rank is not None and truth is None:
                might.add(rank)
        asked = {self.program.classes.index(class_) for class_ in classes}
        possible = {worst, *(rank for rank in might if rank < worst)}
        return possible <= asked if possible <= asked or not possible & asked else None

    def outcome(self, item: _Item) -> str:
        said = {truth for name, truth in item.says.items() if name in self.ranks}
        return "nonconforming" if True in said else "indeterminate" if None in said else "conforming"


def _in_zone(logic: Logic) -> Iterator[_Item]:
    """An item whose value is there, and so near to a limit that its measurement does not decide a proposition."""
    match logic:
        case ir.All((*before, ir.AnyOf((outer, ir.Open())))):
            yield _Item(known=frozenset({*before, ir.Not(outer)}))
        case _:
            pass


def _tests(logic: Logic) -> Iterator[Logic]:
    todo = [logic]
    while todo:
        match todo.pop():
            case ir.All(parts) | ir.AnyOf(parts):
                todo.extend(parts)
            case ir.Not(part):
                todo.append(part)
            case part if isinstance(part, TESTS):
                yield part
            case _:
                pass


def _least(truths: Truths) -> Truth:
    """False where that is possible, then unknown: an item with as little wrong as can be."""
    return False if False in truths else None if None in truths else True


def _joined(parts: list[Truths], *, decides: bool) -> Truths:
    """`and` (False decides) and `or` (True decides) of parts that do not depend on each other."""
    if any(part == {decides} for part in parts):
        return frozenset({decides})
    found: set[Truth] = {decides} if any(decides in part for part in parts) else set()
    if any(None in part for part in parts):
        found.add(None)
    if all((not decides) in part for part in parts):
        found.add(not decides)
    return frozenset(found)

"""What rules, objectives, dispositions and counts of two versions say differently."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from graphlib import TopologicalSorter
from typing import Final

from gonogo.program import ir
from gonogo.program.compiler import Compiled
from gonogo.program.passes.rewrite import rebuild_logic
from gonogo.program.readable import logic_words
from gonogo.program.text import number_text, value_text
from gonogo.redline.canonical import TRUE, Canonical
from gonogo.redline.difference import Difference, Effect, alone, places, said
from gonogo.redline.implication import implies

OLD, NEW = "old", "new"


def level_differences(prefix: str, old: Compiled, new: Compiled) -> Iterator[Difference]:
    """The rules and dispositions of one level."""
    yield from _rules("rule", prefix, old.exact, new.exact)
    yield from _dispositions(prefix, old.exact, new.exact)
    yield from _applies(prefix, old.exact, new.exact)


class _Effects:
    """What becomes of each proposition that both versions have; those that others stand on come first."""

    def __init__(self, old: ir.Program, new: ir.Program) -> None:
        self._programs = old, new
        otherwise: set[str] = set()
        self._forms = Canonical(old, OLD, otherwise), Canonical(new, NEW, otherwise)
        self._plain = Canonical(old), Canonical(new)
        self._of: dict[str, Effect | None] = {}
        wider: set[tuple[str, str, str]] = set()
        when = [{each.name: each.when for each in program.propositions} for program in (old, new)]
        below = {name: {*_found_in(when[0][name]), *_found_in(when[1].get(name))} for name in when[0]}
        for name in TopologicalSorter(below).static_order():
            if name not in when[0] or name not in when[1]:
                continue
            forms = [canonical.proposition(name) for canonical in self._forms]
            tightened, loosened = implies(forms[0], forms[1], wider), implies(forms[1], forms[0], wider)
            self._of[name] = _effect(tightened=tightened, loosened=loosened)
            if self._of[name] is not None:
                otherwise.add(name)
                wider |= {(name, OLD, NEW)} if tightened else {(name, NEW, OLD)} if loosened else set()

    def of(self, name: str) -> Effect | None:
        """What it does to what speaks; None: nothing."""
        return self._of[name]

    def is_own(self, name: str) -> bool:
        """Whether it comes of the proposition itself, and not of findings that it stands on."""
        one, other = (canonical.proposition(name) for canonical in self._plain)
        return not (implies(one, other) and implies(other, one))


def _effect(*, tightened: bool, loosened: bool) -> Effect | None:
    if tightened and loosened:
        return None
    return "tightened" if tightened else "loosened" if loosened else "changed"


def _found_in(logic: ir.Logic | None) -> Iterator[str]:
    match logic:
        case ir.All(parts) | ir.AnyOf(parts):
            for part in parts:
                yield from _found_in(part)
        case ir.Not(part):
            yield from _found_in(part)
        case ir.Found(name):
            yield name
        case _:
            return


def _rules(what: str, prefix: str, old: ir.Program, new: ir.Program) -> Iterator[Difference]:
    rules = {rule.name: rule for rule in old.rules}, {rule.name: rule for rule in new.rules}
    effects = _Effects(old, new)
    for name in {**rules[0], **rules[1]}:
        one, other = rules[0].get(name), rules[1].get(name)
        if one is None or other is None:
            program = new if one is None else old

            def text(rule: ir.Rule, program: ir.Program = program) -> str:
                return _words(program, rule.name)

            yield alone(what, prefix + name, one, other, text, lambda rule: rule.span)
            continue
        at = places(one.span, other.span)
        sides = one.sides if one.sides and one.sides == other.sides else ()
        for each in [f"{name}.{side}" for side in sides] or [name]:
            effect = effects.of(each)
            if effect is not None:
                key = "condition" if effects.is_own(each) else "findings"
                yield Difference(what, prefix + each, key, effect, _words(old, each), _words(new, each), at)
        for key, of in _SAID.items():
            if what == "rule" or key in ("clause", "title"):
                yield from said(what, prefix + name, key, of(one), of(other), at)


def _words(program: ir.Program, name: str) -> str:
    """A proposition as people read it, with what its own parts say."""
    when = {each.name: each.when for each in program.propositions}

    def spelled(logic: ir.Logic) -> ir.Logic:
        match logic:
            case ir.Outcome(condition):
                return program.conditions[condition]
            case ir.Found(other) if other != name and other.partition(".")[0] == name and other in when:
                return rebuild_logic(when[other], lambda value: value, spelled)
            case _:
                return logic

    return logic_words(rebuild_logic(when[name], lambda value: value, spelled))


def _uncertainty(rule: ir.Rule) -> str | None:
    if rule.uncertainty is None:
        return None

    within = " and ".join(dict.fromkeys(value_text(zone.within) for zone in rule.uncertainty.zones))
    return f"{within}, coverage factor {number_text(rule.uncertainty.factor)}, {rule.uncertainty.decision}"


_SAID: Final[dict[str, Callable[[ir.Rule], str | None]]] = {
    "class": lambda rule: rule.class_,
    "nonconformity": lambda rule: rule.nonconformity,
    "clause": lambda rule: rule.clause,
    "title": lambda rule: rule.title,
    "measured within": _uncertainty,
}
"""What rules say beside their conditions."""


def _applies(prefix: str, old: ir.Program, new: ir.Program) -> Iterator[Difference]:
    """To what a standard applies at all: where to less, that is loosened."""
    one, other = (
        TRUE if program.applies is None else Canonical(program).proposition(program.applies) for program in (old, new)
    )
    effect = _effect(tightened=implies(one, other), loosened=implies(other, one))
    if effect is not None:
        told = [None if each.applies is None else _words(each, each.applies) for each in (old, new)]
        yield Difference("standard", f"{prefix}applies", "condition", effect, told[0], told[1], (None, None))


def objective_differences(old: Compiled | None, new: Compiled | None) -> Iterator[Difference]:
    if old is not None and new is not None:
        yield from _rules("objective", "", old.exact, new.exact)
        return
    for rule in old.exact.rules if old is not None else ():
        yield alone("objective", rule.name, rule, None, lambda _: None, lambda rule: rule.span)
    for rule in new.exact.rules if new is not None else ():
        yield alone("objective", rule.name, None, rule, lambda _: None, lambda rule: rule.span)


# --------------------------------------------------------------------------------------------------- dispositions


def _dispositions(prefix: str, old: ir.Program, new: ir.Program) -> Iterator[Difference]:
    """Lines of dispositions: their order decides, so that lines are matched in their order."""
    matcher = SequenceMatcher(None, _line_forms(old), _line_forms(new), autojunk=False)
    for word, start, end, first, last in matcher.get_opcodes():
        if word == "equal":
            continue
        gone, come = old.dispositions[start:end], new.dispositions[first:last]
        for number in range(max(len(gone), len(come))):
            one = gone[number] if number < len(gone) else None
            other = come[number] if number < len(come) else None
            name = f"{prefix}line {(start if one is not None else first) + number + 1}"
            if one is None or other is None:
                program = new if one is None else old

                def text(line: ir.Disposition, program: ir.Program = program) -> str:
                    return _line(program, line)

                yield alone("disposition", name, one, other, text, lambda line: line.span)
            else:
                told = _line(old, one), _line(new, other)
                yield Difference("disposition", name, "line", "changed", *told, places(one.span, other.span))


def _line_forms(program: ir.Program) -> list[str]:
    canonical = Canonical(program)
    return [repr((_sorted(canonical.logic(line.when)), line.then)) for line in program.dispositions]


def _line(program: ir.Program, line: ir.Disposition) -> str:
    def spelled(logic: ir.Logic) -> ir.Logic:
        return program.conditions[logic.condition] if isinstance(logic, ir.Outcome) else logic

    if line.when == ir.All(()):
        return f"otherwise {line.then}"
    return f"when {logic_words(rebuild_logic(line.when, lambda value: value, spelled))}: {line.then}"


def _sorted(form: object) -> object:
    """A form whose sets have an order, to be compared as text."""
    if isinstance(form, frozenset):
        return ("set", *sorted(map(_sorted, form), key=repr))
    return tuple(map(_sorted, form)) if isinstance(form, tuple) else form


def count_differences(old: Compiled, new: Compiled) -> Iterator[Difference]:
    """What lots, and the levels above, count of the level below."""
    both = min(len(old.levels), len(new.levels))
    for one, other in zip((old, *old.levels)[:both], (new, *new.levels)[:both], strict=True):
        counts = [{each.name: each for each in part.exact.counts} for part in (one, other)]
        forms = Canonical(one.exact), Canonical(other.exact)
        for name in {**counts[0], **counts[1]}:
            sides = [side.get(name) for side in counts]
            logic = [
                None if count is None else form.logic(count.when) for count, form in zip(sides, forms, strict=True)
            ]
            if logic[0] is None or logic[1] is None:
                yield alone("count", name, sides[0], sides[1], lambda _: None, lambda _: None)
            elif not (implies(logic[0], logic[1]) and implies(logic[1], logic[0])):
                told = [logic_words(_spelled(p.exact, c.when)) for p, c in zip((one, other), sides, strict=True) if c]
                yield Difference("count", name, "condition", "changed", told[0], told[1], (None, None))


def _spelled(program: ir.Program, logic: ir.Logic) -> ir.Logic:
    def spelled(part: ir.Logic) -> ir.Logic:
        return program.conditions[part.condition] if isinstance(part, ir.Outcome) else part

    return rebuild_logic(logic, lambda value: value, spelled)

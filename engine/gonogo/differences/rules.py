"""What rules, objectives, dispositions and counts of two versions say differently."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from typing import Final

from gonogo.differences.canonical import Canonical, Form
from gonogo.differences.difference import Difference, Effect, alone, places, said
from gonogo.differences.implication import implies
from gonogo.program import ir
from gonogo.program.compiler import Compiled
from gonogo.program.passes.rewrite import rebuild_logic
from gonogo.program.readable import logic_words
from gonogo.program.text import number_text, value_text


def level_differences(prefix: str, old: Compiled, new: Compiled) -> Iterator[Difference]:
    """The rules and dispositions of one level."""
    yield from _rules("rule", prefix, old.exact, new.exact)
    yield from _dispositions(prefix, old.exact, new.exact)
    yield from _applies(prefix, old.exact, new.exact)


def _rules(what: str, prefix: str, old: ir.Program, new: ir.Program) -> Iterator[Difference]:
    rules = {rule.name: rule for rule in old.rules}, {rule.name: rule for rule in new.rules}
    forms = Canonical(old), Canonical(new)
    for name in {**rules[0], **rules[1]}:
        one, other = rules[0].get(name), rules[1].get(name)
        if one is None or other is None:
            program = new if one is None else old

            def text(rule: ir.Rule, program: ir.Program = program) -> str:
                return _words(program, rule.name)

            yield alone(what, prefix + name, one, other, text, lambda rule: rule.span)
            continue
        at = places(one.span, other.span)
        yield from _conditions(what, prefix, (old, one), (new, other), forms)
        for key, of in _SAID.items():
            if what == "rule" or key in ("clause", "title"):
                yield from said(what, prefix + name, key, of(one), of(other), at)


def _conditions(
    what: str,
    prefix: str,
    old: tuple[ir.Program, ir.Rule],
    new: tuple[ir.Program, ir.Rule],
    forms: tuple[Canonical, Canonical],
) -> Iterator[Difference]:
    """When a rule speaks: side by side where both versions have sides."""
    (before, one), (after, other) = old, new
    at = places(one.span, other.span)
    sides = one.sides if one.sides and one.sides == other.sides else ("",)
    for side in sides:
        name = f"{one.name}.{side}" if side else one.name
        effect = _effect(forms[0].finding(one, side), forms[1].finding(other, side))
        if effect is not None:
            told = _words(before, name), _words(after, name)
            yield Difference(what, prefix + name, "condition", effect, *told, at)


def _effect(before: Form, after: Form) -> Effect | None:
    """What it does to what speaks; None: nothing."""
    tightened, loosened = implies(before, after), implies(after, before)
    if tightened and loosened:
        return None
    return "tightened" if tightened else "loosened" if loosened else "changed"


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
    forms = [
        ("all", frozenset()) if program.applies is None else Canonical(program).proposition(program.applies)
        for program in (old, new)
    ]
    effect = _effect(forms[0], forms[1])
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

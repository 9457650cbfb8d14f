"""Whether a spec is evidence: what gonogo proposed, a person has to approve, and again where its rule has changed.

A proposed spec carries the tags ``@proposed``, ``@rule-NAME`` and ``@hash-…``, of the rule as it was. A person
approves it by the tag ``@approved``, or by taking ``@proposed`` away. A spec that a person wrote has no such tags:
it is approved as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Final, Literal, TypeAlias, cast

from gonogo.pack import Standard
from gonogo.program import ir
from gonogo.redline.canonical import Canonical, Form
from gonogo.specs.coverage import prefix_of

Approval: TypeAlias = Literal["approved", "proposed", "stale"]

PROPOSED: Final = "proposed"
APPROVED: Final = "approved"
RULE: Final = "rule-"
HASH: Final = "hash-"
DISPOSITIONS: Final = "@dispositions"
"""By this name goes what becomes of items, with a tag of its own; no rule has such a name."""

APPLIES: Final = "@applies"
"""By this name goes to which items the standard applies."""

_DIGITS: Final = 12


def approval(tags: Collection[str], hashes: Mapping[str, str]) -> Approval:
    """What a scenario is to be taken for.

    Parameters
    ----------
    tags : collection of str
        Of the scenario, its rule and its feature, without ``@``.
    hashes : mapping of str to str
        Of the rules as they are; see `rule_hashes`.

    Returns
    -------
    str
        ``stale`` where its rule is gone, or another one than it was written for; else ``proposed`` or ``approved``.
    """
    told = {tag[len(HASH) :] for tag in tags if tag.startswith(HASH)}
    rules = [tag[len(RULE) :] for tag in tags if tag.startswith(RULE)]
    rules += [name for name in (DISPOSITIONS, APPLIES) if name[1:] in tags]
    if told and not told <= {hashes.get(rule) for rule in rules}:
        return "stale"
    return "proposed" if PROPOSED in tags and APPROVED not in tags else "approved"


def rule_hashes(standard: Standard) -> dict[str, str]:
    """A hash of each rule, by its name; of a level above items with that before it.

    It is the same whatever the rule's text looks like, and another one where it speaks of other items, or classes
    them otherwise; also where that comes of findings that it stands on.
    """
    compiled = standard.compiled
    return {name: told for part in (compiled, *compiled.levels) for name, told in _hashes(part.exact)}


def _hashes(program: ir.Program) -> Iterator[tuple[str, str]]:
    canonical = Canonical(program)
    forms = {each.name: canonical.proposition(each.name) for each in program.propositions}
    for rule in program.rules:
        names = [rule.name, *(f"{rule.name}.{side}" for side in rule.sides), *filter(None, [rule.applies])]
        below = [*names, *filter(None, [program.applies])]
        yield prefix_of(program) + rule.name, _hash((rule.name, rule.class_, _forms(forms, below)))

    if program.applies:
        yield prefix_of(program) + APPLIES, _hash(_forms(forms, [program.applies]))
    lines = tuple((canonical.logic(line.when), line.then) for line in program.dispositions)
    if lines:
        yield prefix_of(program) + DISPOSITIONS, _hash((lines, _forms(forms, _found(lines))))


def _forms(forms: Mapping[str, Form], names: Iterable[str]) -> Hashable:
    """What some findings say, and those that they stand on."""
    below = dict.fromkeys(name for name in names if name in forms)
    queue = [*below]
    for name in queue:
        for other in _found(forms[name]):
            if other in forms and other not in below:
                below[other] = None
                queue.append(other)
    return tuple((name, forms[name]) for name in below)


def _hash(told: Hashable) -> str:
    return hashlib.sha256(_spelled(told).encode()).hexdigest()[:_DIGITS]


def _found(form: Hashable) -> Iterator[str]:
    """The findings that a form stands on, in one order."""
    if isinstance(form, tuple) and len(form) == 2 and form[0] == "found":
        yield cast("str", form[1])
    elif isinstance(form, tuple):
        for part in form:
            yield from _found(part)
    elif isinstance(form, frozenset):
        for part in sorted(form, key=_spelled):
            yield from _found(part)


def _spelled(form: Hashable | Form) -> str:
    """A form as text, the same in every process."""
    match form:
        case tuple():
            return f"({','.join(map(_spelled, form))})"
        case frozenset():
            return f"{{{','.join(sorted(map(_spelled, form)))}}}"
        case Enum():
            return str(form.value)
        case _:
            return repr(form)

"""What one scenario speaks of: a standard, an item or a lot, what would be otherwise, and what came of it.

Nothing here knows Gherkin. Where something else is found than a scenario expects, that is `Unmet`, with both and with
the explanation of the verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, NoReturn

from gonogo.answer import Finding
from gonogo.causes.pack import CauseGraph
from gonogo.causes.trace import Trace
from gonogo.facts import FactsOptions
from gonogo.inspection.one_by_one import Inspection
from gonogo.levels.verdict import LevelVerdict
from gonogo.pack import Standard
from gonogo.problems import Problem, Refused, nearest
from gonogo.program.picks import plain_name
from gonogo.specs.coverage import Point, met_by
from gonogo.specs.known import fields_of, graph_of, setting_of, standard_of, words
from gonogo.standard.causes.numbers import read_probability
from gonogo.standard.changes import Change, ChangeKind
from gonogo.verdict import Verdict
from gonogo.whatif.acts import Acting
from gonogo.whatif.settings import Changing, Setting

DONE: Final = {
    "released": "release",
    "reworked": "rework",
    "repaired": "repair",
    "regraded": "regrade",
    "scrapped": "scrap",
    "held": "hold",
    "used under concession": "concession",
    "accepted": "accept",
    "rejected": "reject",
    "sampled again": "sample again",
}
"""What is said of items and lots, and the disposition that it is."""

Said = LevelVerdict | Verdict


class Unmet(AssertionError):
    """Something else was found than a scenario expects.

    Parameters
    ----------
    expected, found : str
        Both, in the words of the scenario.
    of : Verdict, LevelVerdict or str
        What is explained; or the explanation itself.
    """

    def __init__(self, expected: str, found: str, of: Said | str = "") -> None:
        super().__init__(f"expected {expected}; found {found}")
        self.expected, self.found, self._of = expected, found, of

    @property
    def explanation(self) -> str:
        """Why the verdict is what it is; empty where there is none."""
        return self._of if isinstance(self._of, str) else str(self._of.explain())


@dataclass(slots=True)
class Scene:
    """What a scenario has said so far.

    Parameters
    ----------
    folder : Path
        Where its feature file lies: names of packs and of facts are seen from there.
    pack : str
        The pack that it is about, unless it names another.
    """

    folder: Path
    pack: str = ""
    day: date | None = None
    cells: dict[str, object] = field(default_factory=dict)
    has_item: bool = False
    lot: list[tuple[dict[str, object], int]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    not_seen: list[str] = field(default_factory=list)
    traced: set[str] = field(default_factory=set)
    _standard: Standard | None = None

    # --------------------------------------------------------------------------------------------- what is given

    def use(self, pack: str) -> None:
        """The standard of a pack: one beside the feature file, or one that ships."""
        for place in (self.folder / pack, Path(pack)):
            with suppress(OSError):
                if place.exists():
                    pack = str(place)
                    break
        self.pack, self._standard = pack, None

    @property
    def standard(self) -> Standard:
        """What judges; raises `Refused`."""
        if self._standard is None:
            if not self.pack:
                raise Refused(
                    [Problem("no-standard", "spec", "no standard is named", 'say `Given the standard "NAME"`')]
                )
            found = standard_of(self.pack)
            found = found.conceding(self.day) if self.day is not None else found
            self._standard = found.revised(*self.changes) if self.changes else found
        return self._standard

    def on_day(self, day: str) -> None:
        """Concessions are those of a day."""
        try:
            self.day = date.fromisoformat(day)
        except ValueError:
            _refuse("bad-setting", f"`{day}` is not a date", "write it as 2026-01-31")
        self._standard = None

    def judge_by(self, standard: Standard) -> None:
        """Let another standard judge what was said so far."""
        self._standard = standard

    def begin(self) -> None:
        """Speak of a new item, of which nothing is known."""
        self.cells, self.has_item = {}, True

    def put(self, name: str, value: str) -> None:
        """A field of the item holds a value, with its unit or in the field's own; nothing: it is missing."""
        setting = self._setting(name, value)
        self.has_item = True
        self.cells = Changing(self.standard.compiled.exact, [setting])(self.cells)

    def put_row(self, header: Sequence[str], row: Sequence[str]) -> None:
        """Several fields at once, as a table names them."""
        settings = [self._setting(name, value) for name, value in zip(header, row, strict=True)]
        self.has_item = True
        self.cells = Changing(self.standard.compiled.exact, settings)(self.cells)

    def like(self, item: str, facts: str) -> None:
        """An item as a file of facts has it."""
        path = self.folder / facts
        path = path if path.exists() else Path(self.pack) / facts
        found = Inspection(self.standard, (str(path),), FactsOptions(), _ignore, _ignore, wanted=item.__eq__)
        verdict = next(iter(found), None)
        if verdict is None:
            _refuse("unknown-item", f"there is no item `{item}` in `{facts}`", "name one that is there")
        self.cells, self.has_item = dict(verdict.cells), True

    def items(self, name: str, table: Sequence[Sequence[str]]) -> None:
        """A lot of items: a row each, or, with a column `count`, so many like it."""
        if len(table) < 2:
            _refuse("bad-setting", "a lot has a table of its items", "write a row of names, and a row for each item")
        header, *rows = table
        program = self.standard.compiled.exact
        base = dict(self.cells)
        for row in rows:
            told = dict(zip(header, row, strict=True))
            count = told.pop("count", "1").strip()
            if not count.isdigit():
                _refuse("bad-setting", f"`{count}` is not a count of items", "write a whole number")
            self.cells = dict(base)
            self.put_row(list(told), list(told.values()))
            if int(count):
                item = {program.item: str(len(self.lot) + 1)} if program.item and program.item not in self.cells else {}
                cells = {**self.cells, **item, **({program.lot: name} if program.lot else {})}
                self.lot.append((cells, int(count)))
        self.cells = base

    def _setting(self, name: str, value: str) -> Setting:
        text = value.strip()
        text = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
        return setting_of(self.standard, f"{self.field(name)}={text}")

    def field(self, told: str) -> str:
        """The field of a name as people say it: with blanks, in any case, or as its column."""
        by_words = fields_of(self.standard)
        found = by_words.get(words(told))
        if found is None:
            known = dict.fromkeys(by_words.values())
            near = nearest(told.replace(" ", "_"), known)
            mend = f"did you mean `{(near or '').replace('_', ' ')}`?" if near else f"there is {_listed(known)}"
            _refuse("unknown-name", f"`{told}` is no field of `{self.standard.id}`", mend)
        return found

    # -------------------------------------------------------------------------------------------- what happens

    def change(self, kind: ChangeKind, target: str, value: str = "") -> None:
        """Judge by another limit, parameter or rule."""
        self.changes.append(Change(kind, target, value))
        self._standard = None

    def act(self, action: str) -> None:
        """Take a corrective action."""
        self.actions.append(action)
        Acting(self.graph, self.actions)

    def observe(self, node: str, *, is_seen: bool) -> None:
        """What a person saw, or looked for in vain."""
        (self.seen if is_seen else self.not_seen).append(node)

    @property
    def graph(self) -> CauseGraph:
        """The cause-effect graph of the pack; raises `Refused`."""
        return graph_of(self.pack)

    @property
    def verdict(self) -> Verdict:
        """On the item; raises `Refused` where there is none."""
        if not self.has_item:
            _refuse("no-item", "no item is given", "say what it is like, as in `Given a part whose bore is 25.01 mm`")
        return self.standard.judge(self.cells)

    @property
    def lot_verdict(self) -> LevelVerdict:
        """On the lot."""
        if not self.lot:
            _refuse("no-item", "no lot is given", 'say `Given the lot "A" of these items:` with a table')
        census, judge = self.standard.census(), self.standard.judging
        lots: tuple[LevelVerdict, ...] = ()
        if census is not None:
            for cells, count in self.lot:
                verdict = self.standard.judge(cells)
                census.add(verdict.names, judge.key(verdict.answer), count)
            lots = census.settle().lots
        if not lots:
            _refuse("no-item", f"`{self.standard.id}` judges no lots", "ask after items")
        return lots[0]

    @property
    def trace(self) -> Trace:
        """The root causes of the item's findings, or of what was seen."""
        trace = self.graph.trace(self.verdict if self.has_item else None, seen=self.seen, not_seen=self.not_seen)
        self.traced.update(trace.traced)
        return trace

    # ---------------------------------------------------------------------------------------- what is expected

    def expect_outcome(self, said: Said, outcome: str, class_: str | None, rules: Sequence[str]) -> None:
        """An outcome; and, where they are told, the class and exactly these findings."""
        expected = [
            outcome,
            *([f"class {class_}"] if class_ else []),
            *([f"because of {_listed(rules)}"] if rules else []),
        ]
        told = f"class {said.class_}" if said.class_ else "of no class"
        found = [said.outcome, *([told] if class_ or said.class_ else [])]
        found += [f"because of {_listed(finding.name for finding in said.findings)}"] if said.findings else []
        is_met = said.outcome == outcome and (class_ is None or said.class_ == class_)
        if not is_met or (rules and not _are(said.findings, rules)):
            raise Unmet(", ".join(expected), ", ".join(found), said)

    def expect_missing(self, outcome: str, name: str) -> None:
        """An outcome that comes of a missing value."""
        verdict, wanted = self.verdict, self.field(name)
        missing = sorted({each for unknown in verdict.unknown for each in unknown.missing})
        if verdict.outcome != outcome or wanted not in map(plain_name, missing):
            told = (
                f"because {_listed(missing)} {'is' if len(missing) == 1 else 'are'} missing"
                if missing
                else "with all values"
            )
            raise Unmet(f"{outcome}, because `{wanted}` is missing", f"{verdict.outcome}, {told}", verdict)

    def expect_disposition(self, said: Said, words: str) -> None:
        """What is to happen to it."""
        wanted = DONE.get(words.strip().casefold(), words.strip().strip('"'))
        if said.disposition != wanted:
            raise Unmet(f"disposition {wanted}", f"disposition {said.disposition or 'none'}", said)

    def expect_rule(self, said: Said, rule: str, *, is_found: bool) -> None:
        """A rule speaks, or is silent; where it can't be judged, it does neither."""
        self._check_rule(said, rule)
        found = any(rule in (finding.rule, finding.name) for finding in said.findings)
        is_open = any(unknown.rule == rule.partition(".")[0] for unknown in said.unknown)
        if found != is_found or (is_open and not found):
            told = "was found" if found else "could not be judged" if is_open else "was not found"
            raise Unmet(f"that `{rule}` is {'' if is_found else 'not '}found", f"that it {told}", said)

    def expect_open(self, rule: str, name: str) -> None:
        """A rule can't be judged, because a value is missing."""
        self._check_rule(self.verdict, rule)
        verdict, wanted = self.verdict, self.field(name)
        missing = next((unknown.missing for unknown in verdict.unknown if unknown.rule == rule), None)
        if missing is None or wanted not in map(plain_name, missing):
            told = "that it was judged" if missing is None else f"that {_listed(missing)} is missing"
            raise Unmet(f"that `{rule}` is not judged, because `{wanted}` is missing", told, verdict)

    def expect_nothing(self, said: Said) -> None:
        """No rule speaks."""
        if said.findings:
            raise Unmet("that nothing is found", f"{_listed(finding.name for finding in said.findings)}", said)

    def _check_rule(self, said: Said, rule: str) -> None:
        known = {each.name for each in said.judge.exact.rules} if isinstance(said, Verdict) else None
        if known is not None and rule.partition(".")[0] not in known:
            near = nearest(rule, known)
            _refuse(
                "unknown-rule",
                f"`{rule}` is no rule of `{self.standard.id}`",
                f"did you mean `{near}`?" if near else "",
            )

    def expect_cause(self, cause: str, least: str | None = None) -> None:
        """The most probable cause."""
        trace = self.trace
        top = trace.top
        wanted = _probability(least) if least else 0.0
        if top is None or top.cause != cause or top.probability < wanted:
            expected = f"`{cause}` as the most probable cause{f', with at least {least}' if least else ''}"
            found = "none" if top is None else f"`{top.cause}` with {100 * top.probability:.1f} %"
            raise Unmet(expected, found, _ranking(trace))

    def expect_ruled_out(self, cause: str) -> None:
        """A cause that the facts rule out."""
        trace = self.trace
        found = next((each for each in trace.causes if each.cause == cause), None)
        if found is None:
            _refuse(
                "unknown-name",
                f"`{cause}` is no cause of `{self.standard.id}`",
                f"there is {_listed(self.graph.causes)}",
            )
        if found.probability > 0:
            raise Unmet(f"that `{cause}` is ruled out", f"{100 * found.probability:.1f} %", _ranking(trace))

    def expect_proposed(self, action: str) -> None:
        """An action acts on the most probable cause."""
        top, known = self.trace.top, self.graph.written.actions
        acting = [name for name, each in known.items() if top is not None and top.cause in each.removes]
        if action not in known:
            near = nearest(action, known)
            _refuse(
                "unknown-name",
                f"`{action}` is no action of `{self.standard.id}`",
                f"did you mean `{near}`?" if near else "",
            )
        if action not in acting:
            told = _listed(acting) if acting else "no action"
            raise Unmet(f"that `{action}` is proposed", f"{told} against `{top.cause if top else 'nothing'}`")

    def expect_risk(self, finding: str, most: str) -> None:
        """With the actions that were taken, a nonconformity is rarer than that in the long run."""
        after = Acting(self.graph, self.actions).long_run().after
        if finding not in after:
            _refuse("unknown-name", f"`{finding}` is no nonconformity of the graph", f"there is {_listed(after)}")
        self.traced.add(finding)
        if after[finding] >= _probability(most):
            raise Unmet(f"that the risk of `{finding}` falls below {most}", f"{100 * after[finding]:.3g} %")

    def exercised(self) -> set[Point]:
        """What of the standard the scene has met, as the standard is."""
        found = {Point("nonconformity", name) for name in self.traced}
        if self.changes:
            return found
        with suppress(Refused):
            if self.has_item:
                found.update(met_by(self.verdict))
            if self.lot:
                found.update(met_by(self.lot_verdict))
                for cells, _ in self.lot:
                    found.update(met_by(self.standard.judge(cells)))
        return found

    def explanation(self) -> str:
        """Why the verdict is what it is; empty where there is none to explain."""
        with suppress(Refused):
            if self.lot:
                return str(self.lot_verdict.explain())
            if self.has_item:
                return str(self.verdict.explain())
        return ""


def _ranking(trace: Trace) -> str:
    """The causes that come into question, most probable first."""
    lines = [f"{100 * each.probability:5.1f} %  {each.cause}" for each in trace.candidates[:8]]
    return "\n".join(["root causes", *lines, f"{100 * trace.none_of_these:5.1f} %  none of these causes"])


def _are(findings: Sequence[Finding], rules: Sequence[str]) -> bool:
    """Whether findings are exactly those of some rules, or of sides of them."""
    names = [(finding.rule, finding.name) for finding in findings]
    return all(any(rule in pair for pair in names) for rule in rules) and all(
        any(rule in pair for rule in rules) for pair in names
    )


def _probability(text: str) -> float:
    value = read_probability(text)
    if value is None:
        _refuse("bad-setting", f"`{text}` is not a probability", "write it as 70 %, 0.7 or 1 in 1000")
    return float(value)


def _refuse(code: str, what: str, mend: str = "") -> NoReturn:
    raise Refused([Problem(code, "spec", what, mend)])


def _listed(names: Iterator[str] | Mapping[str, object] | Sequence[str] | set[str]) -> str:
    told = [f"`{name}`" for name in names]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}" if told else "nothing"


def _ignore(_told: object) -> None:
    pass

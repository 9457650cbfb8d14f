"""A `causes.yaml` → `Causes`: which sections it has, and whether names in it lead anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gonogo.problems import Problems, Source, Span
from gonogo.standard import model as standards
from gonogo.standard import reader
from gonogo.standard.causes.actions import ActionReader, check_excluded
from gonogo.standard.causes.gates import GateReader
from gonogo.standard.causes.model import CATEGORIES, Cause, Causes, Effect, Nonconformity
from gonogo.standard.causes.numbers import ANY, PRIOR, NumberReader, occurrence_of, prior_of
from gonogo.standard.document import check_language
from gonogo.standard.reader import Node, Scalar, read_document
from gonogo.standard.sections import RULE_ID, Reading, Section, check_owner, shown, suggested

_TOP: Final = (
    "gonogo", "causes-of", "title", "version", "currency", "words", "causes", "effects", "nonconformities", "actions",
)  # fmt: skip
_CAUSE: Final = ("title", "category", "occurrence", "prior", "requires", "evidence", "persists", "check")


def read_causes(source: Source, standard: standards.Standard, problems: Problems) -> Causes | None:
    """The cause-effect graph in a text; None where it is not even a mapping.

    Raises
    ------
    Refused
        For bad YAML.
    """
    node = read_document(source)
    reading = Reading(problems, dict(standard.units))
    if not isinstance(node, reader.Mapping):
        mend = f"begin with `causes-of: {standard.id}`"
        reading.error("wrong-shape", node.span, "a cause-effect graph is a mapping of keys", mend)
        return None
    top = reading.section(node, _TOP, "causes", node.items[0][0].span if node.items else node.span)
    check_language(reading, top)
    check_owner(reading, top, "causes-of", "these causes", standard.id)
    return _Document(reading, standard, top, NumberReader(reading).read_words(top.get("words"))).read()


@dataclass(frozen=True, slots=True)
class _Document:
    reading: Reading
    standard: standards.Standard
    top: Section
    numbers: NumberReader

    def read(self) -> Causes:
        reading, top = self.reading, self.top
        gates = GateReader(reading, self.numbers, self.standard)
        causes = reading.named(reading.needed(top, "causes"), "causes", self.cause, pattern=RULE_ID)
        effects = reading.named(top.get("effects"), "effects", gates.effect, pattern=RULE_ID)
        told = reading.pairs(reading.needed(top, "nonconformities"), "nonconformities")
        findings = self.nonconformities(told, gates)
        unread = frozenset(reading.unread_rules)
        whole = effects | {name: each.effect for name, each in findings.items()}
        self.check_sources(causes, whole, unread)
        reads = ActionReader(reading, self.numbers, causes, whole, findings, unread)
        actions = reading.named(top.get("actions"), "actions", reads.action, pattern=RULE_ID)
        check_excluded(reading, actions, frozenset(reading.unread_rules))
        for name, held in (("causes", causes), ("nonconformities", findings)):
            if name in top.keys and not held and not reading.problems.has_errors:
                reading.error("missing-key", top.keys[name].span, f"there are no {name} here", "name at least one")
        self.check_names()
        text = reading.text
        return Causes(
            standard=self.standard.id,
            title=text(top.get("title")),
            version=text(top.get("version")) or "",
            currency=text(top.get("currency")),
            causes=causes,
            effects=effects,
            nonconformities=findings,
            actions=actions,
            source=top.span.source,
            span=top.span,
            unread=frozenset(reading.unread_rules),
        )

    def nonconformities(self, told: tuple[tuple[Scalar, Node], ...], gates: GateReader) -> dict[str, Nonconformity]:
        """Their names are those of rules, and may have a side."""
        found = {}
        for key, node in told:
            name, dot, side = key.text.partition(".")
            self.reading.check_name(Scalar(name, key.span) if dot and side else key, RULE_ID)
            member = gates.nonconformity(key, node)
            if member is None:
                self.reading.unread_rules.add(key.text)
            else:
                found[key.text] = member
        return found

    def cause(self, key: Scalar, node: Node) -> Cause | None:
        """`causes.NAME`."""
        reading, numbers = self.reading, self.numbers
        section = reading.section(node, _CAUSE, key.text, key.span)
        category = reading.word(section.get("category"), CATEGORIES)
        prior, occurrence = self.prior(section, key)
        gates = GateReader(reading, numbers, self.standard)
        evidence, requires = gates.evidence(section), reading.expression(section.get("requires"))
        persists = numbers.probability(section.get("persists"), ANY)
        check = numbers.check(section.get("check"), key.span)
        if prior is None or occurrence is None:
            return None
        return Cause(
            name=key.text,
            title=reading.text(section.get("title")),
            category=next((each for each in CATEGORIES if each == category), None),
            prior=prior,
            occurrence=occurrence,
            requires=requires,
            evidence=evidence,
            persists=persists or 0.0,
            check=check,
            span=key.span,
        )

    def prior(self, section: Section, key: Scalar) -> tuple[float | None, int | None]:
        """How likely a cause is, and its rating: one is told, and the other follows."""
        rated, told = section.get("occurrence"), section.get("prior")
        if rated is not None and told is not None:
            what, mend = "this says twice how likely the cause is", "remove `occurrence`, or `prior`"
            self.reading.error("contradiction", section.keys["occurrence"].span, what, mend)
        elif rated is None and told is None:
            what = f"the cause {shown(key.text)} does not say how likely it is"
            self.reading.error("missing-key", key.span, what, "add `occurrence: 1…10`, or `prior: 1 in 100`")
        if rated is not None:
            occurrence = self.numbers.rating(rated, "occurrence")
            return (None, None) if occurrence is None else (prior_of(occurrence), occurrence)
        prior = self.numbers.probability(told, PRIOR)
        return (None, None) if prior is None else (prior, occurrence_of(prior))

    def check_sources(self, causes: Mapping[str, Cause], gates: Mapping[str, Effect], unread: frozenset[str]) -> None:
        """What brings something about is named in the document."""
        known = [*causes, *gates]
        for gate in gates.values():
            for link in gate.links:
                if link.source not in causes and link.source not in gates and link.source not in unread:
                    near = suggested(link.source, known, self.reading.problems)
                    mend = f"did you mean `{near}`?" if near else "add it to `causes` or `effects`"
                    what = f"{shown(link.source)} is no cause or effect of this document"
                    self.reading.error("unknown-name", link.span, what, mend)

    def check_names(self) -> None:
        """One name, one thing."""
        seen: dict[str, Span] = {}
        for name in ("causes", "effects", "nonconformities", "actions"):
            node = self.top.get(name)
            for key, _ in node.items if isinstance(node, reader.Mapping) else ():
                if key.text in seen:
                    what = f"{shown(key.text)} already names something on line {seen[key.text].line}"
                    self.reading.error("name-taken", key.span, what, "choose another name")
                seen.setdefault(key.text, key.span)

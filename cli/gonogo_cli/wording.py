"""What is said of verdicts and problems in all formats for people, and how far beyond its limits an item lies."""

from __future__ import annotations

from collections.abc import Sequence

import gonogo


def in_full(problem: gonogo.Problem) -> str:
    """What is the matter, and how to mend it."""
    return f"{problem.what}; {problem.mend}" if problem.mend else problem.what


def sentences(evidence: tuple[gonogo.Evidence, ...]) -> list[str]:
    """The sentences of all evidence, each once."""
    return list(dict.fromkeys(each.sentence for each in evidence))


def missing(verdict: gonogo.Verdict) -> str | None:
    """What could not be judged, and for want of what."""
    if not verdict.answer.unknown:
        return None
    return "; ".join([*verdict.reasons, f"not judged: {', '.join(verdict.answer.unknown)}"])


def permitted(concession: str | None) -> list[tuple[str, str]]:
    """That a finding is under a concession, where it is."""
    return [(f"  under concession {concession}", "green")] if concession is not None else []


def listed(words: Sequence[str]) -> str:
    """Words as a sentence lists them."""
    return ", ".join(words) if len(words) < 2 else f"{', '.join(words[:-1])} and {words[-1]}"


def finding_head(finding: gonogo.Finding) -> str:
    """What was found, as a heading: rule and side, title, class and clause, and what permits it."""
    side = f" {finding.side}" if finding.side else ""
    title = f": {finding.title}" if finding.title else ""
    clause = f", {finding.clause}" if finding.clause else ""
    conceded = f", under concession {finding.concession}" if finding.concession else ""
    return f"{finding.rule}{side}{title} ({finding.class_}{clause}{conceded})"


def missing_above(verdict: gonogo.LevelVerdict) -> str | None:
    """What of a lot, or of a unit of a level above, is open, and for want of what."""
    if verdict.unless or not verdict.unknown:
        return verdict.unless
    rules = ", ".join(unknown.rule for unknown in verdict.unknown)
    if verdict.name is None:
        return f"held: nothing says which {verdict.unit} these belong to"
    counts = sorted({name for unknown in verdict.unknown for name in unknown.missing})
    open_counts = [f"{listed(counts)} {'is' if len(counts) == 1 else 'are'} not known for certain"] if counts else []
    return "; ".join([*open_counts, *verdict.reasons, f"not judged: {rules}"])


def unit_name(verdict: gonogo.LevelVerdict) -> str:
    """What a lot, or a unit of a level above, is called."""
    return verdict.name or f"no {verdict.unit}"


def excess(verdict: gonogo.Verdict) -> float:
    """How far beyond its limits an item lies, in proportion: of its findings the farthest."""
    return max((_least(verdict.evidence(finding)) for finding in verdict.findings), default=0.0)


def _least(evidence: tuple[gonogo.Evidence, ...]) -> float:
    """The smallest way back of one finding; conditions without a distance have none."""
    return min((each.excess for each in evidence if each.excess is not None), default=0.0)

"""What is said of a verdict in all formats for people, and how far beyond its limits an item lies."""

from __future__ import annotations

from collections.abc import Sequence

import gonogo


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


def excess(verdict: gonogo.Verdict) -> float:
    """How far beyond its limits an item lies, in proportion: of its findings the farthest."""
    return max((_least(verdict.evidence(finding)) for finding in verdict.findings), default=0.0)


def _least(evidence: tuple[gonogo.Evidence, ...]) -> float:
    """The smallest way back of one finding; conditions without a distance have none."""
    return min((each.excess for each in evidence if each.excess is not None), default=0.0)

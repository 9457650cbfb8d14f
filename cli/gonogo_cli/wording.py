"""What is said of a verdict in all formats for people, and how far beyond its limits an item lies."""

from __future__ import annotations

from collections.abc import Sequence

import gonogo


def sentences(evidence: tuple[gonogo.Evidence, ...]) -> list[str]:
    """The sentences of all evidence, each once."""
    return list(dict.fromkeys(each.sentence for each in evidence))


def missing(unknown: tuple[gonogo.Unknown, ...]) -> str | None:
    """What could not be judged, and for want of what."""
    if not unknown:
        return None
    fields = list(dict.fromkeys(field for one in unknown for field in one.missing))
    lacking = f"{listed(fields)} {'is' if len(fields) == 1 else 'are'} missing; " if fields else ""
    return f"{lacking}not judged: {', '.join(one.rule for one in unknown)}"


def listed(words: Sequence[str]) -> str:
    """Words as a sentence lists them."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def excess(verdict: gonogo.Verdict) -> float:
    """How far beyond its limits an item lies, in proportion: of its findings the farthest."""
    return max((_least(verdict.evidence(finding)) for finding in verdict.findings), default=0.0)


def _least(evidence: tuple[gonogo.Evidence, ...]) -> float:
    """The smallest way back of one finding; conditions without a distance have none."""
    return min((each.excess for each in evidence if each.excess is not None), default=0.0)

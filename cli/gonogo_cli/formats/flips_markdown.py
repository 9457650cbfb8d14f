"""What flips, as Markdown that fits a merge request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import gonogo
from gonogo_cli.formats.flips import ORDER, amount


def flip_markdown(found: gonogo.Comparison, top: int, currency: str | None = None) -> Iterator[str]:
    """The comparison as Markdown: counts, then the first flips, most severe first."""
    yield ""
    yield f"**{found.count:,} of {found.judged:,} items flip**"
    yield ""
    yield "| items | before | after | |"
    yield "|---|---:|---:|---:|"
    for outcome in ORDER:
        before, after = (getattr(side, outcome) for side in (found.before, found.after))
        yield f"| {outcome} | {before:,} | {after:,} | {after - before:+,} |"
    for level, (judged, flipped) in found.units().items():
        yield ""
        yield f"**{len(flipped):,} of {judged:,} {level} flip**"
        yield from _table(flipped[:top])
    targets = [target for target in found.objectives() if target.is_changed]
    for target in targets:
        before, after = ("not measured" if side is None else side.sentence for side in (target.before, target.after))
        yield ""
        yield f"Objective **{target.id}**: {before} → {after}"
    cost = found.per_thousand()
    if cost is not None:
        yield ""
        yield f"Nonconformities of 1000 items cost {amount(cost[0], currency)} → {amount(cost[1], currency)}"
    if found.count:
        yield from _table(found.worst(top))
        if found.count > top:
            yield ""
            yield f"… and {found.count - top:,} more"


def _table(flips: Sequence[gonogo.Flipped]) -> Iterator[str]:
    if not flips:
        return
    yield ""
    yield "| | before | after | found |"
    yield "|---|---|---|---|"
    for flip in flips:
        findings = ", ".join(f"`{name}`" for name in flip.after.findings) if flip.after is not None else ""
        name = flip.item.replace("|", "\\|") or "without a name"
        yield f"| {name} | {_said(flip.before)} | {_said(flip.after)} | {findings} |"


def _said(side: gonogo.Judged | None) -> str:
    if side is None:
        return "not judged"
    return ", ".join(word for word in (side.outcome, side.class_, side.disposition) if word)

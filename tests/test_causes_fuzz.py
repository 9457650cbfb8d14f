"""Whatever stands in a `causes.yaml`, it is read or refused with problems: nothing else ever comes out of it."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

import gonogo
from gonogo.causes.loading import causes_of
from gonogo.problems import Refused, Source

PACKS = ("milling-cell", "turned-shaft")
JUNK = (
    "", "~", "[]", "{}", "[a, b]", "{a: b}", "-1", "1e9999", "9" * 20, "\u202e", "0x10", "NaN", "&a", "x: y", "all",
)  # fmt: skip


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_document_is_read_or_refused(pack: str, seed: int) -> None:
    random = Random(seed)
    standard = gonogo.load(pack)
    text = Path(standard.path).with_name("causes.yaml").read_text("utf-8")
    for _ in range(random.randint(1, 4)):
        words = list(re.finditer(r"[^\s{}:,\[\]]+", text))
        word = random.choice(words)
        match random.randint(0, 3):
            case 0:
                text = text[: word.start()] + random.choice(JUNK) + text[word.end() :]
            case 1:
                other = random.choice(words).group()
                text = text[: word.start()] + other + text[word.end() :]
            case 2:
                text = text[: word.start()] + text[word.end() :]
            case _:
                lines = text.splitlines(keepends=True)
                del lines[random.randrange(len(lines))]
                text = "".join(lines)
    try:
        graph = causes_of(Source("causes.yaml", text), standard)
    except Refused:
        return
    finding = random.choice(graph.nonconformities)
    try:
        trace = graph.trace(seen=[finding])
    except Refused:  # a cause may have been made to prevent what is seen
        return
    assert all(0 <= cause.probability <= 1 for cause in trace.causes)


def test_a_document_of_twenty_thousand_bad_causes_is_refused() -> None:
    standard = gonogo.load("milling-cell")
    causes = "".join(f"  c{number}: {{occurrence: 5, category: nonsense}}\n" for number in range(20_000))
    with pytest.raises(Refused) as refused:
        causes_of(Source("causes.yaml", f"gonogo: 1\ncauses-of: milling-cell\ncauses:\n{causes}"), standard)
    assert len(refused.value.problems) == 400


def test_a_long_circle_and_many_unknown_names_are_told_and_not_gone_through_one_by_one() -> None:
    standard = gonogo.load("milling-cell")
    effects = "".join(f"  e{number}: {{from: {{e{(number + 1) % 3000}: often}}}}\n" for number in range(3000))
    text = f"gonogo: 1\ncauses-of: milling-cell\ncauses: {{a: {{occurrence: 5}}}}\neffects:\n{effects}"
    text += "nonconformities: {power: {from: {e0: often}}}\n"
    with pytest.raises(Refused, match="this is a circle: e0 > e2999 > e2998"):
        causes_of(Source("causes.yaml", text), standard)

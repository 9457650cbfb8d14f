"""A standard that is cut in two anywhere, one part extending the other, is the same standard."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from documents import beside
from gonogo.problems import Source
from gonogo.program.compiler import compile_standard
from gonogo.standard.bases import OWN
from gonogo.standard.reader import content_hash, read_document
from test_corpus import CASES, Case
from test_properties import SEEDS, deeply, written

ROOT = Path(__file__).parent.parent
SHIPPED = {path.parent.name: path.read_text("utf-8") for path in ROOT.glob("rules/*/standard.yaml")}
MEMBERS = {"fields", "derived", "units", "parameters", "characteristics", "rules"}
SECTIONS = {"facts"}

Pairs = list[tuple[yaml.Node, yaml.Node]]


class Cut:
    """Deals what a standard says to a base and an extension; the base also has what is to be replaced or withdrawn.

    Parameters
    ----------
    chance : Random
        Decides who gets what.
    """

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.stale = 0

    def of(self, text: str) -> tuple[str, str]:
        """The base and the extension that a standard is cut into."""
        whole = yaml.compose(text, yaml.SafeLoader)
        assert isinstance(whole, yaml.MappingNode)
        own = [pair for pair in whole.value if pair[0].value in OWN]
        base, extension = self.dealt([pair for pair in whole.value if pair[0].value not in OWN])
        self.put_to_withdraw(base, extension)
        if not any(key.value == "version" for key, _ in own):
            own.append(_pair("version", "1"))
        extension += [*own, _pair("extends", "base.yaml")]
        return _text([*base, _pair("gonogo", "1"), _pair("standard", "base")]), _text(extension)

    def dealt(self, pairs: Pairs) -> tuple[Pairs, Pairs]:
        base: Pairs = []
        extension: Pairs = []
        for key, value in pairs:
            name = key.value
            if isinstance(value, yaml.MappingNode) and name in MEMBERS | SECTIONS:
                parts = self.dealt_members(value.value) if name in MEMBERS else self.dealt(value.value)
                for side, part in zip((base, extension), parts, strict=True):
                    if part or self.chance.random() < 0.3:
                        side.append((key, yaml.MappingNode(value.tag, part, flow_style=value.flow_style)))
            else:
                (base if self.chance.random() < 0.5 else extension).append((key, value))
        return base, extension

    def dealt_members(self, pairs: Pairs) -> tuple[Pairs, Pairs]:
        """Members as they are; some that the extension has stand in the base, too, and are wrong there."""
        base: Pairs = []
        extension: Pairs = []
        for key, value in pairs:
            side = self.chance.choice("bbeer")
            if side == "r":
                self.stale += 1
                base.append((key, yaml.ScalarNode("tag:yaml.org,2002:str", "no longer > true", style='"')))
            (base if side == "b" else extension).append((key, value))
        self.chance.shuffle(extension)
        return base, extension

    def put_to_withdraw(self, base: Pairs, extension: Pairs) -> None:
        """A rule that is wrong, and withdrawn."""
        for key, value in base:
            if key.value == "rules" and isinstance(value, yaml.MappingNode):
                value.value.append(_pair("to-be-withdrawn", "wrong"))
                names = [yaml.ScalarNode("tag:yaml.org,2002:str", "to-be-withdrawn")]
                extension.append((_pair("withdraw", "")[0], yaml.SequenceNode("tag:yaml.org,2002:seq", names)))


def _pair(key: str, value: str) -> tuple[yaml.Node, yaml.Node]:
    return yaml.ScalarNode("tag:yaml.org,2002:str", key), yaml.ScalarNode("tag:yaml.org,2002:str", value)


def _text(pairs: Pairs) -> str:
    node = yaml.MappingNode("tag:yaml.org,2002:map", pairs)
    return yaml.serialize(node, allow_unicode=True, width=10**6)


def assert_same(text: str, chance: Random) -> None:
    """Cut a standard, and have it put together: it says what the whole says, whatever the order of names."""
    whole = yaml.compose(text, yaml.SafeLoader)
    assert isinstance(whole, yaml.MappingNode)
    if not any(key.value == "version" for key, _ in whole.value):
        whole.value.append(_pair("version", "1"))
    base, extension = Cut(chance).of(text)
    files = {"site.yaml": extension, "base.yaml": base}
    one = compile_standard(Source("site.yaml", extension), beside(files))
    assert one.written.hash == content_hash(read_document(Source("whole.yaml", _text(whole.value))))


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("pack", sorted(SHIPPED))
def test_a_pack_that_is_cut_in_two_is_the_same(pack: str, seed: int) -> None:
    assert_same(SHIPPED[pack], Random(f"{pack} {seed}"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_that_is_cut_in_two_is_the_same(case: Case) -> None:
    assert_same(f"gonogo: 1\nstandard: case\n{case.standard}", Random(case.name))


@deeply(60)
@given(seed=SEEDS, chance=st.randoms(use_true_random=False))
def test_a_random_standard_that_is_cut_in_two_is_the_same(seed: int, chance: Random) -> None:
    _, standard = written(seed)
    assert_same(standard.compiled.written.span.source.text, chance)


def test_cuts_reach_all_that_they_are_to_try() -> None:
    cuts = [(*(cut := Cut(Random(seed))).of(SHIPPED["turned-shaft"]), cut.stale) for seed in range(20)]
    assert sum("withdraw" in extension for _, extension, _ in cuts) > 10
    assert sum(stale for _, _, stale in cuts) > 50
    assert sum("fields" in extension and "fields" in base for base, extension, _ in cuts) > 10

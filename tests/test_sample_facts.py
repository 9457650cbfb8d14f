"""The shipped samples are what their generator makes, byte for byte."""

from __future__ import annotations

import pytest

import sample_facts


@pytest.mark.parametrize("pack", sample_facts.SAMPLES)
def test_a_shipped_sample_is_what_its_generator_makes(pack: str) -> None:
    mend = "run `python tests/sample_facts.py` and read the difference before you keep it"
    assert sample_facts.path_of(pack).read_bytes().decode() == sample_facts.text_of(pack), mend


@pytest.mark.parametrize("pack", sample_facts.SAMPLES)
def test_a_sample_is_the_same_each_time_it_is_made(pack: str) -> None:
    assert sample_facts.text_of(pack) == sample_facts.text_of(pack)


def test_every_shipped_pack_has_a_generator() -> None:
    packs = {path.parent.name for path in (sample_facts.ROOT / "rules").glob("*/standard.yaml")}
    assert packs == set(sample_facts.SAMPLES)

"""What is proposed, what a person approved, and what has become stale."""

from __future__ import annotations

from pathlib import Path

import pytest

import gonogo
from gonogo.specs.approval import approval, rule_hashes

STANDARD = """gonogo: 1
standard: discs
facts:
  fields:
    bore:  {column: Bore, unit: mm, resolution: 0.01}
    burr:  {column: Burr, one of: [free, slight, sharp]}
characteristics:
  bore: {nominal: 25 mm, tolerance: 0.02 mm, class: major}
rules:
  burr: {when: burr = sharp, class: minor}
  both: {when: found(bore.above) and found(burr), class: critical}
classes: [critical, major, minor]
"""


def hashes(tmp_path: Path, *changes: tuple[str, str]) -> dict[str, str]:
    text = STANDARD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "standard.yaml"
    path.write_text(text, encoding="utf-8")
    return rule_hashes(gonogo.load(str(path)))


@pytest.mark.parametrize(
    ("change", "touched"),
    [
        (("standard: discs", "# of steel\nstandard: discs"), set()),
        (("25 mm", "2.5 cm"), set()),
        (("burr = sharp", "burr in (sharp)"), set()),
        (("found(bore.above) and found(burr)", "found(burr) and found(bore.above)"), set()),
        (("tolerance: 0.02 mm", "tolerance: 0.03 mm"), {"bore", "both"}),
        (("tolerance: 0.02 mm", "tolerance: {upper: 0.02 mm, lower: -0.03 mm}"), {"bore"}),
        (("burr = sharp", "burr != free"), {"burr", "both"}),
        (("class: minor", "class: major"), {"burr"}),
        (("found(bore.above) and", "found(bore) or"), {"both"}),
    ],
)
def test_a_hash_changes_where_its_rule_says_something_else(
    tmp_path: Path, change: tuple[str, str], touched: set[str]
) -> None:
    before, after = hashes(tmp_path), hashes(tmp_path, change)
    assert {name for name in before if before[name] != after[name]} == touched


def test_what_a_scenario_is_taken_for(tmp_path: Path) -> None:
    now = hashes(tmp_path)
    of_bore = {"rule-bore", f"hash-{now['bore']}"}
    assert approval({"clause-4.2"}, now) == "approved"
    assert approval({"proposed", *of_bore}, now) == "proposed"
    assert approval({"proposed", "approved", *of_bore}, now) == "approved"
    assert approval(of_bore, now) == "approved"
    assert approval({"approved", "rule-bore", "hash-000000000000"}, now) == "stale"
    assert approval({"proposed", "rule-bore", "hash-000000000000"}, now) == "stale"
    assert approval({"approved", "rule-hole", f"hash-{now['bore']}"}, now) == "stale"


def test_levels_have_hashes_of_their_own() -> None:
    assert "lots.too-many-major" in rule_hashes(gonogo.load("food-containers"))

"""A pack whose specs come out in every way: passed, failed, proposed, stale, of another standard, and holes."""

from __future__ import annotations

from pathlib import Path

import gonogo

EVIL = "<script>alert('x')</script>"
LONG = "w" * 200

STANDARD = """gonogo: 1
standard: discs
title: Discs & more <b>
version: 2.1.0
facts:
  item: Id
  lot: Lot
  fields:
    bore:  {column: Bore, unit: mm, resolution: 0.01}
    burr:  {column: Burr, one of: [free, slight, sharp]}
    rust:  {column: Rust, kind: flag}
    thick: {column: Thick, unit: mm}
characteristics:
  thick: {at most: 5 mm, class: minor, clause: "8.2"}
  bore: {nominal: 25 mm, tolerance: 0.02 mm, class: major, clause: "7.1", title: Bore of the hub}
rules:
  burr: {when: burr = sharp, class: minor, clause: "7.4"}
  rust: {when: rust, class: minor}
  both: {when: found(bore.above) and found(burr), class: critical, clause: "7.1"}
lots:
  rules: {too-many: {when: nonconforming > 1, class: major, clause: "9"}}
classes: [critical, major, minor]
"""

FEATURE = """# language: en
@discs
Feature: Discs {evil}
  What they are held against,
  and what comes of it.

  Background:
    Given a disc with these values:
      | field | value |
      | bore  | 25 mm |
      | burr  | free  |
      | rust  | no    |
      | thick | 4 mm  |

  @clause-7.1
  Rule: The bore | {evil}

    Scenario Outline: A bore of <bore>
      Given its bore is <bore>
      When it is inspected
      Then it is <outcome>

      Examples: within
        | bore     | outcome    |
        | 25.02 mm | conforming |
        | 24.98 mm | conforming |

      @beyond
      Examples: beyond it
        | bore     | outcome                                              |
        | 25.03 mm | nonconforming, class major, because of "bore.above"  |
        | 24.97 mm | nonconforming, class critical, because of "bore"     |

    Scenario: Both at once
      Given its bore is 25.1 mm
      And its burr is sharp
      When it is inspected
      Then it is nonconforming, class critical, because of "bore", "burr" and "both"

  @rule-rust @proposed @hash-{rust}
  Scenario: Rust as gonogo sees it
    Given it is rust
    When it is inspected
    Then it is nonconforming

  @rule-thick @proposed @approved @hash-000000000000
  Scenario: A thickness that was approved for another limit
    Given its thick is 5.1 mm
    When it is inspected
    Then it is nonconforming

  Scenario: A thicker limit {long}
    Given its thick is 5.5 mm
    When the limit "thick.at most" becomes 5.2 mm
    Then it would be nonconforming, because of "thick"

  Scenario: A word that nobody knows
    Given its thick is 4.5 mm
    When it is turned upside down
    Then nothing is found
"""


def write_pack(folder: Path) -> Path:
    """The pack, in a folder of that one; its rule of lots has no spec."""
    pack = folder / "discs"
    (pack / "features").mkdir(parents=True)
    (pack / "standard.yaml").write_text(STANDARD, encoding="utf-8")
    rust = gonogo.rule_hashes(gonogo.load(str(pack)))["rust"]
    text = FEATURE.format(evil=EVIL, rust=rust, long=LONG)
    (pack / "features" / "discs.feature").write_text(text, encoding="utf-8")
    return pack

Feature: What else is required of the shaft
  One requirement after the other, each at its limit and one step beyond, on a shaft that is sound otherwise.

  Background:
    Given the standard "turned-shaft"
    And a shaft like item "S0002" of "../sample.csv"

  Rule: Dimensions

    Scenario Outline: Journal and length
      Given its <field> is <value>
      When it is inspected
      Then it is <outcome>
      And it is <done>

      Examples:
        | field            | value      | outcome                                                         | done                  |
        | journal diameter | 20.05 mm   | conforming                                                      | released              |
        | journal diameter | 20.051 mm  | nonconforming, class major, because of "journal_diameter.above" | reworked              |
        | journal diameter | 19.95 mm   | conforming                                                      | released              |
        | journal diameter | 19.949 mm  | nonconforming, class major, because of "journal_diameter.below" | scrapped              |
        | overall length   | 120.78 mm  | nonconforming, class minor, because of "overall_length.above"   | reworked              |
        | overall length   | 120.77 mm  | conforming                                                      | released              |
        | overall length   | 120.52 mm  | nonconforming, class minor, because of "overall_length.below"   | used under concession |
        | overall length   | 4.75 in    | conforming                                                      | released              |

  Rule: Surface and hardness

    Scenario Outline: Roughness, runout, hardness
      Given its <field> is <value>
      When it is inspected
      Then it is <outcome>
      And it is <done>

      Examples:
        | field     | value    | outcome                                                 | done     |
        | roughness | 0.8 um   | conforming                                              | released |
        | roughness | 0.81 um  | nonconforming, class minor, because of "roughness"      | reworked |
        | runout    | 0.02 mm  | conforming                                              | released |
        | runout    | 0.021 mm | nonconforming, class major, because of "runout"         | reworked |
        | hardness  | 58.0 HRC | conforming                                              | released |
        | hardness  | 57.9 HRC | nonconforming, class major, because of "hardness.below" | regraded |
        | hardness  | 61.9 HRC | conforming                                              | released |
        | hardness  | 62.0 HRC | nonconforming, class major, because of "hardness.above" | reworked |

    Scenario: Hardness is not asked of a shaft that is not hardened
      Given it is not hardened
      And its hardness is 20 HRC
      When it is inspected
      Then "hardness" is not found

  Rule: Edges

    Scenario Outline: Burrs
      Given its burr is <burr>
      When it is inspected
      Then it is <outcome>

      Examples:
        | burr   | outcome                                                                            |
        | free   | conforming                                                                         |
        | slight | conforming                                                                         |
        | loose  | nonconforming, class critical, because of "burr" and "deburring-ineffective"       |
        | sharp  | nonconforming, class critical, because of "burr" and "deburring-ineffective"       |

    Scenario: A sharp edge that was not deburred
      Given it is not deburred
      And its burr is sharp
      When it is inspected
      Then it is nonconforming, class critical, because of "burr" and "not-deburred"
      And it is to be reworked

  Rule: Marks, papers and gauges

    Scenario Outline: What is written
      Given its <field> is <value>
      When it is inspected
      Then it is <outcome>
      And it is <done>

      Examples:
        | field         | value              | outcome                                                     | done                  |
        | colour        | green              | conforming                                                  | released              |
        | colour        | yellow             | nonconforming, class minor, because of "colour"             | used under concession |
        | surface       | "Rust at the seat" | nonconforming, class major, because of "corrosion"          | scrapped              |
        | surface       | "some corrosion"   | nonconforming, class major, because of "corrosion"          | scrapped              |
        | certificate   | "MC-2026-1"        | nonconforming, class major, because of "certificate-number" | held                  |
        | calibrated on | 2020-01-01         | nonconforming, class major, because of "gauge-overdue"      | held                  |

  Rule: A nonconformity leads to its cause

    Scenario Outline: The cause that explains most
      Given its <field> is <value>
      When its causes are traced
      Then the most probable cause is "<cause>"

      Examples:
        | field            | value     | cause         |
        | roughness        | 0.95 um   | glazed-wheel  |
        | runout           | 0.03 mm   | worn-centre   |

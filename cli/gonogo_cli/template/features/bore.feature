Feature: The bore
  What this standard does with a part, in words that everybody can check. `gonogo spec --steps` lists the words.

  Background:
    Given a part like item "B-001" of "../sample.csv"

  Rule: The bore is 20 H7, from 20 mm to 20.021 mm

    Scenario Outline: At a limit, and one step beyond
      Given its bore is <bore>
      When it is inspected
      Then it is <outcome>

      Examples:
        | bore      | outcome                                             |
        | 20.000 mm | conforming                                          |
        | 19.999 mm | nonconforming, class major, because of "bore.below" |
        | 20.021 mm | conforming                                          |
        | 20.022 mm | nonconforming, class major, because of "bore.above" |

    Scenario: What is too wide can't be mended
      Given its bore is 20.03 mm
      When it is inspected
      Then it is to be scrapped

  Rule: What is not measured does not pass

    Scenario: No bore
      Given its bore is not measured
      When it is inspected
      Then it is indeterminate, because bore is missing
      And it is to be held

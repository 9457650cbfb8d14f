Feature: What gonogo promises
  The invariants of the engine, in the words of the specs that it runs.

  Background:
    Given the standard "turned-shaft"
    And a shaft like item "S0002" of "../rules/turned-shaft/sample.csv"

  Rule: Missing data never passes

    Scenario Outline: Without a value nothing conforms
      Given its <field> is not measured
      When it is inspected
      Then it is indeterminate, because <field> is missing
      And it is to be held

      Examples:
        | field            |
        | seat diameter    |
        | journal diameter |
        | roughness        |
        | runout           |

    Scenario: What was found is found all the same
      Given its roughness is not measured
      And its seat diameter is 25.004 mm
      When it is inspected
      Then it is nonconforming, class major, because of "seat_diameter.above"

  Rule: Decimals are decimals, and limits are met at the limit

    Scenario Outline: A shaft at its limit
      Given its seat diameter is <diameter>
      When it is inspected
      Then "seat_diameter" is <found>

      Examples:
        | diameter         | found     |
        | 25.000 mm        | not found |
        | 25.0000000001 mm | found     |
        | 24.987 mm        | not found |
        | 24.9869999999 mm | found     |

  Rule: Units convert exactly

    Scenario Outline: One diameter in several units
      Given its seat diameter is <diameter>
      When it is inspected
      Then "seat_diameter" is <found>

      Examples:
        | diameter    | found     |
        | 2.5 cm      | not found |
        | 25000 um    | not found |
        | 25001 um    | found     |
        | 0.9842 in   | not found |
        | 0.9843 in   | found     |

  Rule: A change is seen before it is made

    Scenario: A narrower tolerance
      Given its seat diameter is 24.999 mm
      When the limit "seat_diameter.upper" becomes -0.002 mm
      Then it would be nonconforming, class major, because of "seat_diameter.above"

Feature: The bearing seat of the shaft
  A seat that is too thick is ground again; one that is too thin can't be mended.

  Background:
    Given the standard "turned-shaft"
    And a shaft like item "S0002" of "../sample.csv"

  @clause-ISO-286-2
  Rule: The seat is 25 h6, from 24.987 mm to 25 mm

    Scenario Outline: A seat at its limits
      Given its seat diameter is <diameter>
      When it is inspected
      Then it is <outcome>

      Examples:
        | diameter   | outcome                                                           |
        | 25.000 mm  | conforming                                                        |
        | 24.987 mm  | conforming                                                        |
        | 25.001 mm  | nonconforming, class major, because of "seat_diameter.above"      |
        | 24.986 mm  | nonconforming, class major, because of "seat_diameter.below"      |

    Scenario: A thick seat is reworked
      Given its seat diameter is 25.004 mm
      When it is inspected
      Then it is nonconforming, class major, because of "seat_diameter"
      And it is to be reworked

    Scenario: A thin seat is scrapped
      Given its seat diameter is 24.986 mm
      When it is inspected
      Then it is to be scrapped

    Scenario: A seat in inches
      Given its seat diameter is 0.984 in
      When it is inspected
      Then "seat_diameter" is not found

  Rule: What is not measured does not pass

    Scenario: No diameter
      Given its seat diameter is not measured
      When it is inspected
      Then it is indeterminate, because seat diameter is missing
      And "seat_diameter" is not judged, because seat diameter is missing
      And it is to be held

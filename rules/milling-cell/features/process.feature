Feature: The process of the milling cell
  Parts are judged by what the cell recorded while they were cut. The failure conditions are those of AI4I 2020.

  Background:
    Given the standard "milling-cell"
    And a part with these values:
      | field               | value     |
      | type                | M         |
      | air temperature     | 300 K     |
      | process temperature | 310 K     |
      | rotational speed    | 1500 rpm  |
      | torque              | 40 N*m    |
      | tool wear           | 100 min   |

  Rule: Heat is carried away

    Scenario Outline: The least difference of temperatures
      Given its process temperature is <process>
      And its rotational speed is <speed>
      When it is inspected
      Then it is <outcome>

      Examples: at the limit of 8.6 K, and just below
        | process | speed    | outcome                                                          |
        | 308.6 K | 1379 rpm | conforming                                                       |
        | 308.5 K | 1379 rpm | nonconforming, class critical, because of "heat-dissipation"     |
        | 308.5 K | 1380 rpm | conforming                                                       |

      Examples: in other units
        | process    | speed        | outcome                                                      |
        | 35.35 degC | 1379 rpm     | nonconforming, class critical, because of "heat-dissipation" |

    Scenario: A hot part is lost
      Given its process temperature is 308 K
      And its rotational speed is 1300 rpm
      When it is inspected
      Then it is to be scrapped

  Rule: The spindle works in its window

    Scenario: Too much power
      Given its torque is 70 N*m
      And its tool wear is 10 min
      When it is inspected
      Then it is nonconforming, class major, because of "power"
      And it is to be held

    Scenario: Too little power
      Given its torque is 20 N*m
      And its rotational speed is 1670 rpm
      When it is inspected
      Then it is nonconforming, class major, because of "power"

    Scenario: Hot and out of power range at once
      Given its process temperature is 308 K
      And its rotational speed is 1250 rpm
      And its torque is 70 N*m
      When it is inspected
      Then it is nonconforming, class critical, because of "heat-dissipation", "power" and "runaway"
      And "overstrain" is not found

  Rule: A worn tool is not overstrained

    Scenario Outline: The limit depends on the type
      Given its type is <type>
      And its tool wear is 199 min
      And its torque is <torque>
      When it is inspected
      Then "overstrain" is <found>

      Examples:
        | type | torque   | found     |
        | L    | 55.2 N*m | not found |
        | L    | 55.3 N*m | found     |
        | M    | 60.3 N*m | not found |
        | M    | 60.4 N*m | found     |
        | H    | 65.3 N*m | not found |
        | H    | 65.4 N*m | found     |

    Scenario: Overstrained alone, it is cut again with a fresh tool
      Given its tool wear is 199 min
      And its torque is 61 N*m
      And its rotational speed is 1300 rpm
      When it is inspected
      Then it is nonconforming, class major, because of "overstrain"
      And it is to be reworked

    Scenario: In its wear-out window it may be used, on record
      Given its tool wear is 200 min
      When it is inspected
      Then it is nonconforming, class minor, because of "tool-worn"
      And it is to be used under concession

    Scenario: Beyond the window a tool has outlived its kind
      Given its tool wear is 241 min
      When it is inspected
      Then "tool-worn" is not found

  Rule: What is missing does not pass

    Scenario: No torque
      Given its torque is not recorded
      When it is inspected
      Then it is indeterminate, because torque is missing
      And "power" is not judged, because torque is missing
      And "tool-worn" is not found
      And it is to be held

  Rule: A nonconformity leads to its cause, and to what can be done

    Scenario: Not enough coolant
      Given its process temperature is 308 K
      And its rotational speed is 1300 rpm
      When its causes are traced
      Then the most probable cause is "coolant-starved", with at least 50 %
      And the action "flow-switch" is proposed

    Scenario: Too heavy a cut on a worn tool
      Given its tool wear is 199 min
      And its torque is 61 N*m
      And its rotational speed is 1300 rpm
      When its causes are traced
      Then the most probable cause is "edge-overloaded"
      And the action "wear-limited-feed" is proposed

    Scenario: A part that lost its heat and its power at once
      Given its process temperature is 308 K
      And its rotational speed is 1250 rpm
      And its torque is 70 N*m
      When its causes are traced
      Then the most probable cause is "load-off-window"

    Scenario: A switch keeps it from coming again
      When the action "flow-switch" is taken
      Then the risk of "heat-dissipation" falls below 0.5 %

  Rule: A limit is not changed without seeing what it does

    Scenario: A hotter limit
      Given its process temperature is 308.8 K
      And its rotational speed is 1379 rpm
      When the parameter "hot_limit" becomes 9 K
      Then it would be nonconforming, class critical, because of "heat-dissipation"

Feature: Grades of malting barley
  The official sample of a lot decides its grade, by 7 CFR 810.205: the best grade whose every requirement is met.

  Background:
    Given the standard "malting-barley"
    And a lot with these values:
      | test weight | suitable types | sound barley | wild oats | foreign material | skinned broken | thin barley | infested |
      | 50 lb/bu    | 97 %           | 98 %         | 1 %       | 0.5 %            | 5 %            | 5 %         | no       |

  @clause-810.205
  Rule: From the best grade down

    Scenario Outline: A requirement that is just met, and just missed
      Given its <factor> is <value>
      When it is inspected
      Then its disposition is "<disposition>"

      Examples:
        | factor         | value      | disposition          |
        | test weight    | 50 lb/bu   | release as U.S. No. 1 |
        | test weight    | 49.9 lb/bu | release as U.S. No. 2 |
        | sound barley   | 97.9 %     | release as U.S. No. 3 |
        | suitable types | 96.9 %     | release as U.S. No. 3 |
        | wild oats      | 2.1 %      | release as U.S. No. 4 |
        | thin barley    | 7.1 %      | release as U.S. No. 3 |
        | thin barley    | 10.1 %     | regrade              |

    Scenario Outline: What keeps a lot from every grade
      Given its <factor> is <value>
      When it is inspected
      Then it is nonconforming, class major, because of "below-no-4" and "<rule>"

      Examples:
        | factor           | value  | rule             |
        | suitable types   | 94.9 % | suitable_types   |
        | sound barley     | 92.9 % | sound_barley     |
        | wild oats        | 3.1 %  | wild_oats        |
        | foreign material | 3.1 %  | foreign_material |
        | skinned broken   | 10.1 % | skinned_broken   |
        | thin barley      | 10.1 % | thin_barley      |

    Scenario: Below every grade
      Given its test weight is 47.9 lb/bu
      When it is inspected
      Then it is nonconforming, class major, because of "below-no-4" and "test_weight"

  Rule: Live insects hold a lot of any grade

    Scenario: An infested lot
      Given it is infested
      When it is inspected
      Then it is nonconforming, class critical, because of "infested"
      And it is to be held

  Rule: A grade needs every factor

    Scenario: Thin barley was not measured
      Given its thin barley is not measured
      When it is inspected
      Then "thin_barley" is not judged, because thin barley is missing
      And it is to be held

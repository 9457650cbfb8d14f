Feature: Lots of food containers
  A sample of a lot is inspected by the plans of 7 CFR 42.109; the numbers that a lot may have depend on the sample.

  Background:
    Given the standard "food-containers"

  @clause-42.109
  Rule: A sample of 84 from a lot at origin may have 3 majors, and no more

    Scenario Outline: At the acceptance number, and one beyond
      Given the lot "A" of these containers:
        | inspection | lot size | defects | count   |
        | origin     | 5000     | none    | <sound> |
        | origin     | 5000     | 105     | <major> |
      When the lot is inspected
      Then the lot is <outcome>
      And the lot is to be <done>

      Examples:
        | sound | major | outcome                                                 | done     |
        | 81    | 3     | conforming                                              | accepted |
        | 80    | 4     | nonconforming, class major, because of "too-many-major" | rejected |

  Rule: What can't be told of a container holds the lot only where it could flip it

    Scenario: One container without a finding
      Given the lot "A" of these containers:
        | inspection | lot size | defects | count |
        | origin     | 5000     | none    | 83    |
        | origin     | 5000     |         | 1     |
      When the lot is inspected
      Then the lot is indeterminate
      And the lot is to be held

  Rule: A container is judged by its worst defect

    Scenario: A critical defect
      Given a container whose defects is 1
      And its inspection is origin
      And its lot size is 5000
      When it is inspected
      Then it is to be scrapped

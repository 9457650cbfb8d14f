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

  Rule: No critical defect, and not too many in all

    Scenario Outline: Other numbers of the plan
      Given the lot "A" of these containers:
        | inspection | lot size | defects | count   |
        | origin     | 5000     | none    | <sound> |
        | origin     | 5000     | <code>  | <found> |
      When the lot is inspected
      Then <rule> is found in the lot
      And the lot is to be rejected

      Examples:
        | sound | code | found | rule                |
        | 83    | 1    | 1     | "too-many-critical" |
        | 60    | 205  | 24    | "too-many-in-all"   |

  Rule: A sample is one of the plan

    Scenario Outline: A larger lot needs a larger sample
      Given the lot "A" of these containers:
        | inspection | lot size | defects | count    |
        | origin     | <size>   | none    | <sample> |
      When the lot is inspected
      Then "sample-too-small" is <found> in the lot

      Examples:
        | size  | sample | found     |
        | 6000  | 84     | not found |
        | 6001  | 84     | found     |
        | 12000 | 168    | not found |
        | 12001 | 168    | found     |
        | 36001 | 168    | found     |

    Scenario: A sample that is too small is taken again
      Given the lot "A" of these containers:
        | inspection | lot size | defects | count |
        | origin     | 6001     | none    | 84    |
      When the lot is inspected
      Then the lot is to be sampled again

    Scenario: Two places of inspection in one lot
      Given the lot "A" of these containers:
        | inspection | lot size | defects | count |
        | origin     | 5000     | none    | 83    |
        | other      | 5000     | none    | 1     |
      When the lot is inspected
      Then "mixed-inspection" is found in the lot
      And the lot is to be sampled again

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

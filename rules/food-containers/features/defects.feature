Feature: Defects of food containers
  Every code of Table IV of 7 CFR 42.112, and the class that it has.

  Background:
    Given the standard "food-containers"
    And a container whose inspection is origin
    And its lot size is 5000

  @clause-42.112
  Rule: A container is judged by its codes

    Scenario Outline: One code
      Given its defects is "<code>"
      When it is inspected
      Then it is nonconforming, class <class>, because of <rules>
      And it is to be <done>

      Examples:
        | code | class    | rules                    | done     |
        | 1    | critical | "closure-of-processed"   | scrapped |
        | 2    | critical | "swell"                  | scrapped |
        | 3    | critical | "leaker"                 | scrapped |
        | 101  | major    | "closure-of-unprocessed" | regraded |
        | 102  | major    | "key-missing"            | regraded |
        | 103  | major    | "key-does-not-fit"       | regraded |
        | 104  | major    | "tab-too-short"          | regraded |
        | 105  | major    | "improper-scoring"       | regraded |
        | 106  | major    | "pull-tab-broken"        | regraded |
        | 107  | major    | "score-line-incomplete"  | regraded |
        | 108  | major    | "poor-seal"              | regraded |
        | 109  | major    | "pull-tab-missing"       | regraded |
        | 110  | major    | "overcap-missing"        | regraded |
        | 111  | major    | "overcap-warped"         | regraded |
        | 112  | major    | "pitted-rust"            | regraded |
        | 113  | major    | "dent-affecting-use"     | regraded |
        | 114  | major    | "buckle-into-seam"       | regraded |
        | 115  | major    | "collapsed"              | regraded |
        | 116  | major    | "solder-missing"         | regraded |
        | 117  | major    | "cable-cut"              | regraded |
        | 118  | major    | "improper-side-seam"     | regraded |
        | 119  | major    | "ends-bulging-much"      | regraded |
        | 201  | minor    | "closure-of-outer"       | regraded |
        | 202  | minor    | "dirty"                  | regraded |
        | 203  | minor    | "pull-tab-short"         | regraded |
        | 204  | minor    | "pull-tab-torn"          | regraded |
        | 205  | minor    | "coating-incomplete"     | regraded |
        | 206  | minor    | "coating-blistered"      | regraded |
        | 207  | minor    | "coating-scratched"      | regraded |
        | 208  | minor    | "coating-cracked"        | regraded |
        | 209  | minor    | "rust-stain"             | regraded |
        | 210  | minor    | "wet"                    | regraded |
        | 211  | minor    | "dent"                   | regraded |
        | 212  | minor    | "buckle"                 | regraded |
        | 213  | minor    | "paneled-side"           | regraded |
        | 214  | minor    | "ends-bulging"           | regraded |

    Scenario: No defect
      Given its defects is none
      When it is inspected
      Then it is conforming
      And nothing is found

    Scenario: Several codes, of which the worst decides
      Given its defects is "205 105"
      When it is inspected
      Then it is nonconforming, class major

    Scenario: What is no code is classified by hand
      Given its defects is "dented"
      When it is inspected
      Then it is nonconforming, class critical, because of "unlisted"

  Rule: What nobody wrote down is not a sound container

    Scenario: No entry
      Given its defects is not recorded
      When it is inspected
      Then it is indeterminate, because defects is missing
      And it is to be held

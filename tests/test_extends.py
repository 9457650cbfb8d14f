"""A standard that extends another says what the same standard, written whole in one file, would say."""

from __future__ import annotations

import re

import pytest

from documents import beside
from gonogo.pack import Standard
from gonogo.problems import Problems, Source
from gonogo.program.compiler import PASS_NAMES, Compiled, compile_standard, programs_after
from gonogo.program.text import program_text
from gonogo.standard.document import _FACTS, _TOP
from gonogo.standard.merging import MEMBERS, NAMED_BY, RULE_PATHS, Merging, names_at, without_members
from gonogo.standard.reader import Node, content_hash, read_document
from gonogo.standard.sections import Reading

BASE = """
gonogo: 1
standard: base
title: The base
version: 1.0.0
effective: {from: 2026-01-01}
facts:
  item: Serial
  missing words: ["-"]
  fields:
    torque: {unit: N*m, resolution: 0.1}
    speed: {unit: rpm, resolution: 1}
    grade: {one of: [A, B]}
  derived:
    power: {is: torque * speed, unit: W}
units: {leaf: 0.5 mm}
parameters: {torque_limit: 50 N*m}
characteristics:
  torque: {at least: 5 N*m, at most: torque_limit, class: major}
  grade: {one of: [A], class: minor}
rules:
  strong: {when: power > 9000 W, class: major}
  fast: {when: speed > 3000 rpm, class: critical}
  both: {when: found(strong) and found(fast), class: critical}
dispositions:
  - {when: class = critical, then: scrap}
  - {when: 'class in (major, minor)', then: hold}
  - {when: outcome = indeterminate, then: hold}
  - {otherwise: release}
"""

HEAD = "gonogo: 1\nstandard: site\nversion: 2\n"
EXTENSION = f"{HEAD}extends: base.yaml\n"


def compiled(extension: str, base: str = BASE, **more: str) -> Compiled:
    files = {"site.yaml": EXTENSION + extension, "base.yaml": base, **{f"{name}.yaml": more[name] for name in more}}
    return compile_standard(Source("site.yaml", files["site.yaml"]), beside(files))


def written_whole(*changes: tuple[str, str]) -> Compiled:
    """The base under another name, with changes made by hand."""
    text = BASE.replace("standard: base", "standard: site").replace("version: 1.0.0", "version: 2")
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return compile_standard(Source("site.yaml", text))


# -------------------------------------------------------------------------------------------------- what it says

SAME: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "nothing is changed": ("", []),
    "a rule is added behind those of the base": (
        "rules:\n  slow: {when: speed < 10 rpm, class: minor}\n",
        [("dispositions:", "  slow: {when: speed < 10 rpm, class: minor}\ndispositions:")],
    ),
    "a rule is replaced whole, where the base has it": (
        "rules: {strong: {when: power > 9 kW}}\n",
        [("{when: power > 9000 W, class: major}", "{when: power > 9 kW}")],
    ),
    "a parameter is replaced, and the limit of the base follows": (
        "parameters: {torque_limit: 40 N*m}\n",
        [("torque_limit: 50 N*m", "torque_limit: 40 N*m")],
    ),
    "a parameter is added, and a limit uses it": (
        "parameters: {least: 6 N*m}\ncharacteristics: {torque: {at least: least, at most: torque_limit}}\n",
        [
            ("parameters: {torque_limit: 50 N*m}", "parameters: {torque_limit: 50 N*m, least: 6 N*m}"),
            ("{at least: 5 N*m, at most: torque_limit, class: major}", "{at least: least, at most: torque_limit}"),
        ],
    ),
    "fields are added and replaced, and what else is said of facts stays": (
        "facts:\n  fields:\n    speed: {unit: rev/s}\n    depth: {unit: leaf}\n",
        [
            ("speed: {unit: rpm, resolution: 1}", "speed: {unit: rev/s}"),
            ("    grade: {one", "    depth: {unit: leaf}\n    grade: {one"),
        ],
    ),
    "columns of the facts are replaced one by one": (
        'facts: {item: Number, lot: Batch, missing words: ["n/a"]}\n',
        [("item: Serial", "item: Number\n  lot: Batch"), ('["-"]', '["n/a"]')],
    ),
    "a field becomes a derived quantity": (
        """
facts:
  derived:
    speed: {is: turns / 1 s, unit: rpm}
  fields: {turns: {unit: rev}}
""",
        [
            ("    speed: {unit: rpm, resolution: 1}\n", ""),
            ("    grade: {one of: [A, B]}", "    grade: {one of: [A, B]}\n    turns: {unit: rev}"),
            ("unit: W}", "unit: W}\n    speed: {is: turns / 1 s, unit: rpm}"),
        ],
    ),
    "a characteristic becomes a rule of the same name": (
        """
rules: {torque: {when: torque > 60 N*m}}
characteristics: {speed: {at most: 4000 rpm}}
units: {}
""",
        [
            ("  torque: {at least: 5 N*m, at most: torque_limit, class: major}\n", ""),
            (
                "  grade: {one of: [A], class: minor}",
                "  grade: {one of: [A], class: minor}\n  speed: {at most: 4000 rpm}",
            ),
            ("dispositions:", "  torque: {when: torque > 60 N*m}\ndispositions:"),
        ],
    ),
    "a rule becomes a characteristic of the same name": (
        "characteristics: {fast: {field: speed, at most: 3000 rpm}}\n",
        [
            ("  fast: {when: speed > 3000 rpm, class: critical}\n", ""),
            (
                "  grade: {one of: [A], class: minor}",
                "  grade: {one of: [A], class: minor}\n  fast: {field: speed, at most: 3000 rpm}",
            ),
        ],
    ),
    "dispositions are replaced as a whole": (
        "dispositions: [{when: outcome = conforming, then: release}, {otherwise: hold}]\n",
        [
            ("  - {when: class = critical, then: scrap}\n", ""),
            ("  - {when: 'class in (major, minor)', then: hold}\n", ""),
            ("{when: outcome = indeterminate, then: hold}", "{when: outcome = conforming, then: release}"),
            ("{otherwise: release}", "{otherwise: hold}"),
        ],
    ),
    "rules and characteristics are withdrawn": (
        "withdraw: [both, grade]\n",
        [
            ("  both: {when: found(strong) and found(fast), class: critical}\n", ""),
            ("  grade: {one of: [A], class: minor}\n", ""),
        ],
    ),
    "a section is left empty": ("rules:\nfacts:\n  fields:\n", []),
}


@pytest.mark.parametrize("name", SAME)
def test_an_extension_is_the_standard_written_whole(name: str) -> None:
    extension, changes = SAME[name]
    one, whole = compiled(extension), written_whole(*changes)
    assert _unordered(program_text(one.program)) == _unordered(program_text(whole.program))
    assert one.written.hash == whole.written.hash
    assert [rule.name for rule in one.exact.rules] == [rule.name for rule in whole.exact.rules]


LOTS = """lots:
  counts: {strongs: found(strong)}
  parameters: {most: 4}
  rules:
    many: {when: strongs > most, class: major}
    any: {when: critical > 0, class: critical}
  dispositions: [{when: found(any), then: reject}, {otherwise: accept}]
levels:
  - {level: supplier, by: Supplier, rules: {bad: {when: nonconforming > 3}}}
objectives:
  strength: {measure: found(strong) / inspected, at most: 5 %}
  yield: {measure: conforming / inspected, at least: 95 %}
"""
LAND = "  - {level: land, by: Land, rules: {worse: {when: nonconforming > 9}}}"


def test_lots_levels_and_objectives_are_merged_by_their_names() -> None:
    base = BASE.replace("  item: Serial\n", "  item: Serial\n  lot: Batch\n") + LOTS
    extension = """
withdraw: [any]
lots:
  counts: {fasts: found(fast)}
  parameters: {most: 2}
  rules: {some: {when: fasts > 1, class: minor}}
  dispositions: [{when: found(many), then: reject}, {otherwise: accept}]
levels:
  - {level: supplier, characteristics: {bad: {field: nonconforming, at most: 4}}}
  - {level: land, by: Land, rules: {worse: {when: nonconforming > 9}}}
objectives: {yield: {measure: conforming / inspected, at least: 98 %}}
"""
    whole = base.replace("standard: base", "standard: site").replace("version: 1.0.0", "version: 2")
    for before, after in (
        ("{strongs: found(strong)}", "{strongs: found(strong), fasts: found(fast)}"),
        ("most: 4", "most: 2"),
        ("any: {when: critical > 0, class: critical}", "some: {when: fasts > 1, class: minor}"),
        ("{when: found(any), then", "{when: found(many), then"),
        (
            "rules: {bad: {when: nonconforming > 3}}}",
            f"rules: {{}}, characteristics: {{bad: {{field: nonconforming, at most: 4}}}}}}\n{LAND}",
        ),
        ("at least: 95 %", "at least: 98 %"),
    ):
        assert whole.count(before) == 1, before
        whole = whole.replace(before, after)
    one, other = compiled(extension, base), compile_standard(Source("site.yaml", whole))
    assert [part.written.level for part in one.parts] == ["items", "lots", "supplier", "land", "objectives"]
    assert [program_text(part.program) for part in one.parts] == [program_text(part.program) for part in other.parts]
    assert one.written.hash == other.written.hash


def _unordered(text: str) -> list[str]:
    """The lines of a program, without the numbers that depend on the order of fields."""
    return sorted(re.sub(r"\b[cf]\d+\b", "#", line) for line in text.splitlines())


def test_what_a_standard_says_of_itself_is_its_own_and_the_rest_is_handed_on() -> None:
    standard = Standard(compiled("owner: Site B\n"))
    assert (standard.id, standard.version, standard.title, standard.path) == ("site", "2", "The base", "site.yaml")
    assert str(standard.effective_from) == "2026-01-01"
    assert standard.paths == ("site.yaml", "base.yaml")
    assert standard.compiled.written.owner == "Site B"


def test_a_chain_is_laid_from_its_end() -> None:
    middle = (
        "gonogo: 1\nstandard: middle\nextends: last.yaml\nwithdraw: [fast, both]\nparameters: {torque_limit: 45 N*m}\n"
    )
    text = "rules: {both: {when: found(strong)}}\nparameters: {torque_limit: 40 N*m}\n"
    one = compiled(text, base=middle, last=BASE)
    assert [rule.name for rule in one.exact.rules] == ["torque", "grade", "strong", "both"]
    assert "40 N*m" in program_text(one.exact)
    assert "45 N*m" not in program_text(one.exact)
    assert [source.path for source in one.written.sources] == ["site.yaml", "base.yaml", "last.yaml"]


def test_everything_keeps_its_place_in_the_file_that_says_it() -> None:
    extension = compiled("rules:\n  slow: {when: speed < 10 rpm, class: minor}\n  strong: {when: power > 9 kW}\n")
    places = {rule.name: str(rule.span) for rule in extension.exact.rules}
    assert places == {
        "torque": "base.yaml:19:3",
        "grade": "base.yaml:20:3",
        "strong": "site.yaml:7:3",
        "fast": "base.yaml:23:3",
        "both": "base.yaml:24:3",
        "slow": "site.yaml:6:3",
    }


@pytest.mark.parametrize("name", PASS_NAMES)
def test_every_pass_takes_what_was_extended(name: str) -> None:
    files = {"site.yaml": f"{EXTENSION}withdraw: [both]\n", "base.yaml": BASE}
    [program] = programs_after(Source("site.yaml", files["site.yaml"]), name, beside(files))
    text = program_text(program)
    assert "fast" in text
    assert "both" not in text


# -------------------------------------------------------------------------------------------------------- the hash


def test_the_hash_is_that_of_all_that_is_said() -> None:
    known = compiled("").written.hash
    assert compiled("", BASE.replace("3000 rpm", "3001 rpm")).written.hash != known
    assert compiled("owner: Site B\n").written.hash != known
    assert compiled("withdraw: [both]\n").written.hash != known
    assert compiled("# a comment\n", f"# a comment\n{BASE}").written.hash == known


def test_what_is_replaced_and_who_said_the_rest_is_no_part_of_the_hash() -> None:
    files = {"site.yaml": HEAD + "extends: other/base.yaml\nrules: {fast: {when: speed > 1 rpm}}\n"}
    files["other/base.yaml"] = BASE.replace("3000 rpm", "1000 rpm")
    elsewhere = compile_standard(Source("site.yaml", files["site.yaml"]), beside(files))
    assert elsewhere.written.hash == compiled("rules: {fast: {when: speed > 1 rpm}}\n").written.hash


def test_the_order_of_keys_is_no_part_of_the_hash() -> None:
    one = compiled("rules: {a: {when: speed > 1 rpm}, b: {when: speed > 2 rpm}}\nowner: O\n")
    other = compiled("owner: O\nrules: {b: {when: speed > 2 rpm}, a: {when: speed > 1 rpm}}\n")
    assert one.written.hash == other.written.hash


# ------------------------------------------------------------------------------------------------------- merging


def node(text: str) -> Node:
    return read_document(Source("node.yaml", text))


def laid(base: str, extension: str) -> Node:
    problems = Problems()
    merged = Merging(Reading(problems)).over(node(base), node(extension))
    assert problems.found == []
    return merged


@pytest.mark.parametrize(
    ("base", "extension", "whole"),
    [
        (
            "lots: {counts: {a: x, b: y}, rules: {r: 1}, dispositions: [1]}",
            "lots: {counts: {b: z}, rules: {s: 2}, dispositions: [2]}",
            "lots: {counts: {a: x, b: z}, rules: {r: 1, s: 2}, dispositions: [2]}",
        ),
        (
            "lots: {counts: {a: x}, rules: {r: 1}}",
            "lots: {parameters: {a: 1}}",
            "lots: {counts: {}, rules: {r: 1}, parameters: {a: 1}}",
        ),
        (
            "lots: {characteristics: {r: 1}, rules: {r: 0}}",
            "lots: {rules: {r: 2}}",
            "lots: {characteristics: {}, rules: {r: 2}}",
        ),
        ("rules: {r: 1}", "lots: {characteristics: {r: 1}}", "rules: {r: 1}\nlots: {characteristics: {r: 1}}"),
        ("objectives: {o: 1, p: 2}", "objectives: {o: 3}", "objectives: {o: 3, p: 2}"),
        ("tables: {t: {hit: first, rows: [1]}}", "tables: {t: {rows: [2]}}", "tables: {t: {rows: [2]}}"),
        (
            "levels: [{level: line, by: L, rules: {r: 1}}, {level: plant, by: P}]",
            "levels: [{level: plant, rules: {r: 2}}, {level: firm, by: F}]",
            "levels: [{level: line, by: L, rules: {r: 1}}, {level: plant, by: P, rules: {r: 2}}, {level: firm, by: F}]",
        ),
        (
            "levels: [{level: a, by: A}, {by: X}, 5, {level: a, by: B}]",
            "levels: [{level: a, by: C}, {level: a, by: D}, {by: Y}]",
            "levels: [{level: a, by: C}, {by: X}, 5, {level: a, by: B}, {level: a, by: D}, {by: Y}]",
        ),
    ],
)
def test_every_level_is_laid_over_its_own(base: str, extension: str, whole: str) -> None:
    assert content_hash(laid(base, extension)) == content_hash(node(whole))


def test_rules_are_withdrawn_from_every_level() -> None:
    whole = node("rules: {r: 1, s: 2}\nlots: {characteristics: {r: 1}}\nlevels: [{level: a, rules: {r: 1, t: 1}}, 5]")
    assert {name for path in RULE_PATHS for name in names_at(whole, path)} == {"r", "s", "t"}
    for path in RULE_PATHS:
        whole = without_members(whole, path, {"r", "t"})
    left = "rules: {s: 2}\nlots: {characteristics: {}}\nlevels: [{level: a, rules: {}}, 5]"
    assert content_hash(whole) == content_hash(node(left))


def test_every_named_member_of_the_language_is_merged_by_its_name() -> None:
    """A new section of the language has to say whether its members are laid over those of a base one by one."""
    whole = {"gonogo", "standard", "title", "version", "status", "effective", "owner", "source", "policy", "classes"}
    whole |= {"applies", "dispositions", "extends", "withdraw", "item", "lot", "time", "missing words"}
    whole |= {"layout", "characteristic", "value"}
    merged = {path.split(".")[-1] for groups in MEMBERS.values() for group in groups for path in group}
    sections = {"facts", "lots", *(path[0] for path in NAMED_BY)}
    assert {*_TOP, *_FACTS} <= whole | merged | sections
    assert whole.isdisjoint(merged | sections)

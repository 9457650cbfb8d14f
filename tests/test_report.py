"""`gonogo report`: what the page says, that it is well-formed and stands by itself, and how the command behaves."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

import gonogo
from command_line import MILLING, ROOT, SHAFTS, Result, expected
from command_line import gonogo as run
from gonogo_cli.report.content import Told
from gonogo_cli.report.gathering import Gathering
from gonogo_cli.report.page import page
from gonogo_cli.report.sheet import STYLE
from html_pages import Node, parsed

CONTAINERS = "rules/food-containers/sample.csv"
SAMPLES = {"milling-cell": MILLING, "turned-shaft": SHAFTS, "food-containers": CONTAINERS}
DAY = date(2026, 3, 14)
EVIL = "<script>alert('x')</script>"

STANDARD = """
gonogo: 1
standard: s
title: S
version: 1.0.0
owner: q
source: s
policy: p
facts:
  item: id
  fields: {x: {kind: number}}
characteristics: {x: {at most: 5, class: major}}
"""


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def reported(folder: Path, *arguments: str | Path, stdin: str = "") -> tuple[Result, Node]:
    """What a report comes to, and its page."""
    result = run("report", *arguments, "-o", folder / "report", stdin=stdin)
    assert result.code in (0, 1), result.err
    return result, parsed((folder / "report" / "index.html").read_text("utf-8"))


def written(folder: Path, text: str, name: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def told(pack: str, facts: str, top: int = 20, title: str | None = None) -> str:
    """The page of some facts, made at a time that is told, by a version that is told."""
    standard = gonogo.load(pack).as_of(DAY, draft=True)
    gathering = Gathering(standard, top)
    inspection = gonogo.Inspection(standard, [facts], gonogo.FactsOptions(), lambda _: None, gathering.add_unusable)
    for verdict in inspection:
        gathering.add(verdict, inspection)
    made = datetime(2026, 3, 14, 15, 9, tzinfo=UTC)
    return page(gathering.content(inspection.summary, Told(title or standard.title, [facts], DAY, made, "1.2.3")))


def section(root: Node, name: str) -> Node:
    return root.one("section", id=name)


def sections(root: Node) -> list[str | None]:
    return [each.attributes["id"] for each in root.all("section")]


def table(root: Node, caption: str) -> Node:
    """The table whose caption starts with these words."""
    (found,) = [each for each in root.all("table") if each.one("caption").text.startswith(caption)]
    return found


# ------------------------------------------------------------------------------------------------- the page


@pytest.mark.parametrize("pack", SAMPLES)
def test_the_page_of_a_shipped_sample_says_what_is_written_down(pack: str) -> None:
    root = parsed(told(pack, SAMPLES[pack]))
    lines = [part.text.replace("\N{NO-BREAK SPACE}", " ") for part in _leaves(root.one("body"))]
    text = "\n".join(filter(None, lines)).replace(f"{ROOT}/", "") + "\n"
    assert text == expected(f"report-{pack}.txt", text)


def _leaves(node: Node) -> list[Node]:
    """The elements that are lines of a page, as one would read them out."""
    lines = {"h1", "h2", "p", "dt", "dd", "caption", "figcaption", "tr", "title", "desc", "li"}
    found = []
    for child in node.children:
        if isinstance(child, Node):
            found += [child] if child.tag in lines else _leaves(child)
    return found


@pytest.mark.parametrize("pack", SAMPLES)
def test_the_counts_are_those_of_check(pack: str, tmp_path: Path) -> None:
    _, root = reported(tmp_path, pack, SAMPLES[pack])
    checked = run("check", pack, SAMPLES[pack], "--format", "json").json
    rows, counts = checked["facts"]["rows"], checked["summary"]
    outcomes = ("conforming", "nonconforming", "indeterminate")
    shown = {row[0].split()[-1]: row[1] for row in table(root, "Items by outcome").rows()}
    assert shown == {outcome: f"{counts[outcome]:,}" for outcome in outcomes}
    assert f"{rows:,} items" in root.one("header").text
    assert {row[0]: int(row[1]) for row in table(root, "Nonconforming items by class").rows()} == counts["by_class"]
    assert {row[0].split()[0]: int(row[2]) for row in table(root, "Findings by rule").rows()} == counts["by_rule"]
    if checked["facts"]["unusable"]:
        assert f"{len(checked['facts']['unusable'])} values could not be used" in section(root, "unusable").text
    if checked["lots"]:
        for row, lot in zip(table(root, "Lots").rows(), checked["lots"], strict=True):
            assert row[0].startswith(lot["lot"])
            assert row[1] == f"{lot['inspected']:,}"
            assert f"{lot['outcome']} {lot['disposition']}" in row[4]
    results = checked["objectives"]
    for row, objective in zip(table(root, "What was to be").rows() if results else [], results, strict=True):
        assert objective["id"] in row[0]
        assert ("met" if objective["met"] else "missed") in row[2]


@pytest.mark.parametrize("pack", SAMPLES)
def test_both_engines_make_the_same_page(pack: str, tmp_path: Path) -> None:
    pages = []
    for engine in ("scalar", "columnar"):
        run("report", pack, SAMPLES[pack], "-o", tmp_path / engine, "--engine", engine)
        pages.append(
            re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d \w+ by", "now by", (tmp_path / engine / "index.html").read_text())
        )
    assert pages[0] == pages[1]


def test_sections_stand_in_their_order_and_those_without_content_are_left_out() -> None:
    every = ["summary", "objectives", "findings", "lots", "worst", "indeterminate", "unusable", "method"]
    assert sections(parsed(told("food-containers", CONTAINERS))) == every
    assert sections(parsed(told("milling-cell", MILLING))) == [s for s in every if s not in ("objectives", "lots")]


def test_the_head_tells_by_what_it_was_judged() -> None:
    standard = gonogo.load("food-containers")
    text = parsed(told("food-containers", CONTAINERS, title="Goods in, week 10")).one("header").text
    for word in (
        "Goods in, week 10", standard.title, f"version {standard.version}", standard.hash, standard.owner,
        standard.policy, "from 2026-01-01", CONTAINERS, "840 items", "2026-03-14 15:09 UTC by gonogo 1.2.3",
    ):  # fmt: skip
        assert word in text


def test_the_verdict_is_told_in_one_line(tmp_path: Path) -> None:
    standard = written(tmp_path, STANDARD, "standard.yaml")
    lines = {
        "1,1\n2,5\n": "✓ conforming All 2 items conform.",
        "1,1\n": "✓ conforming The one item conforms.",
        "1,6\n": "✕ nonconforming The one item is nonconforming.",
        "1,1\n2,6\n3,\n": "✕ nonconforming Of 3 items, 1 is nonconforming (1 major) and 1 could not be judged.",
        "1,1\n2,\n": "? indeterminate Of 2 items, 1 could not be judged.",
        "": "? nothing judged There are no facts in it.",
    }
    for number, (rows, line) in enumerate(lines.items()):
        facts = written(tmp_path, f"id,x\n{rows}", f"{number}.csv")
        assert parsed(told(str(standard), str(facts))).one("p", class_=re_class(line)).text == line


def re_class(line: str) -> str:
    return {"✓": "verdict good", "✕": "verdict bad", "?": "verdict open"}[line[0]]


def test_a_missed_objective_is_told_though_every_item_conforms(tmp_path: Path) -> None:
    objective = "objectives: {few: {measure: inspected, at least: 10}}\n"
    standard = written(tmp_path, STANDARD + objective, "standard.yaml")
    result, root = reported(tmp_path, standard, written(tmp_path, "id,x\n1,1\n2,1\n", "facts.csv"))
    assert result.code == 1
    line = "✕ objectives missed All 2 items conform. The one objective is missed."
    assert root.one("p", class_="verdict bad").text == line


def test_a_value_stands_beside_its_limit_how_far_off_it_is_and_its_clause() -> None:
    rows = table(parsed(told("turned-shaft", SHAFTS)), "20 of 47 nonconforming items").rows()
    assert rows[0] == [
        "S0042 scrap, lot 26-032", "burr critical Edges", "burr is sharp , one of sharp , loose",
        "ISO 13715; Drawing 4711 C, note 6 standard.yaml:78:3",
    ]  # fmt: skip
    assert [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in rows[1]] == [
        "S0042", "seat_diameter below major Bearing seat 25 h6", "24.981 mm seat_diameter", "24.987 mm",
        "0.006 mm below", "ISO 286-2, 25 h6 standard.yaml:37:3",
    ]  # fmt: skip


def test_top_bounds_what_is_shown_one_by_one_and_tells_how_many_more_there_are() -> None:
    root = parsed(told("food-containers", CONTAINERS, top=2))
    assert len({row[0].split()[0] for row in table(root, "2 of 61 nonconforming items").rows()}) == 2
    assert "… and 59 more; --top 61 shows all." in section(root, "worst").text
    assert "… and 1 more; --top 3 shows all." in section(root, "indeterminate").text
    assert [row[0].split()[0] for row in table(root, "The worst 2 of 9 lots").rows()] == ["L02", "L09"]


def test_lots_stand_in_the_order_of_their_earliest_times_whatever_that_of_the_facts(tmp_path: Path) -> None:
    head, *rows = (ROOT / SHAFTS).read_text("utf-8").splitlines(keepends=True)
    turned = written(tmp_path, head + "".join(reversed(rows)), "facts.csv")
    for facts in (SHAFTS, str(turned)):
        root = parsed(told("turned-shaft", facts))
        assert [row[0] for row in table(root, "Lots, in the order of their earliest times (Finished)").rows()] == [
            f"26-03{number} 2026-02-{day} 06:00" for number, day in ((1, "02"), (2, "09"), (3, "16"), (4, "23"))
        ]


def test_what_has_no_time_is_told(tmp_path: Path) -> None:
    text = (ROOT / SHAFTS).read_text("utf-8").replace("2026-02-02T06:00", "soon")
    root = parsed(told("turned-shaft", str(written(tmp_path, text, "facts.csv"))))
    assert "1 item has no time that can be read." in section(root, "lots").text


def test_a_standard_without_a_time_gives_lots_in_the_order_of_the_facts(tmp_path: Path) -> None:
    standard = written(tmp_path, STANDARD.replace("item: id", "item: id\n  lot: lot"), "standard.yaml")
    facts = written(tmp_path, "id,lot,x\n1,B,1\n2,A,6\n3,B,\n", "facts.csv")
    lots = section(parsed(told(str(standard), str(facts))), "lots")
    assert "2 lots, in the order of the facts, for no times of items are read." in lots.text
    assert lots.one("table").rows() == [["B", "2", "0", "1 50.0 %"], ["A", "1", "1 100.0 %", "0"]]


LEVELS = """
lots:
  rules: {bad: {when: nonconforming > 1, class: major, clause: "Q 7"}}
  dispositions: [{when: found(bad), then: reject}, {otherwise: accept}]
levels:
  - {level: suppliers, by: sup, rules: {many: {when: nonconforming > 0, class: minor}}}
"""


def test_levels_above_lots_have_a_section_each_the_worst_first(tmp_path: Path) -> None:
    standard = written(tmp_path, STANDARD.replace("item: id", "item: id\n  lot: lot") + LEVELS, "standard.yaml")
    rows = "1,A,x,1\n2,A,x,2\n3,B,y,6\n4,B,y,7\n5,A,y,1\n6,C,,\n"
    root = parsed(told(str(standard), str(written(tmp_path, f"id,lot,sup,x\n{rows}", "facts.csv"))))
    assert [row[0] for row in table(root, "Lots").rows()] == [
        "A suppliers: x", "B suppliers: y", "A suppliers: y", "C suppliers: none",
    ]  # fmt: skip
    above = table(section(root, "level-1"), "Suppliers, worst first")
    assert [row[:3] for row in above.rows()] == [
        ["y", "2", "✕ nonconforming"], ["no supplier", "1", "? indeterminate"], ["x", "1", "✓ conforming"],
    ]  # fmt: skip
    line = "Of 3 suppliers, 1 is nonconforming and 1 could not be judged."
    assert line in root.one("header").text


def test_what_is_under_concession_stays_visible_and_says_why(tmp_path: Path) -> None:
    standard = written(tmp_path, STANDARD, "standard.yaml")
    permitted = "{rule: x, items: [1], reason: Fits the bore, approver: M. Weber, expires: 2026-06-30}"
    expired = "{rule: x, items: [9], reason: Long ago, approver: M. Weber, expires: 2025-06-30}"
    text = f"gonogo: 1\nconcessions-of: s\nconcessions:\n  C-1: {permitted}\n  C-0: {expired}\n"
    written(tmp_path, text, "concessions.yaml")
    facts = written(tmp_path, "id,x\n1,6\n2,1\n", "facts.csv")
    result, root = reported(tmp_path, standard, facts, "--as-of", "2026-03-14")
    assert result.code == 0
    line = "✓ conforming but for concessions Of 2 items, 1 is nonconforming (1 major; 1 under concession)."
    assert root.one("p", class_="verdict good").text == line
    assert "under concession C-1" in table(root, "1 nonconforming item").text
    assert table(root, "In force on 2026-03-14").rows() == [
        ["C-1", "x items 1", "Fits the bore", "M. Weber", "2026-06-30"]
    ]
    _, root = reported(tmp_path, standard, facts, "--as-of", "2026-07-01")
    assert "concessions" not in sections(root)
    assert "✕ nonconforming" in root.one("header").text


# ------------------------------------------------------------------------------------- well-formed, by itself


@pytest.mark.parametrize("pack", SAMPLES)
def test_the_page_needs_nothing_but_itself(pack: str) -> None:
    text = told(pack, SAMPLES[pack])
    root = parsed(text)
    assert not [*root.all("script"), *root.all("link"), *root.all("img"), *root.all("iframe")]
    for node in root.all():
        for name, value in node.attributes.items():
            assert not name.startswith("on")
            assert name != "src"
            if name == "href":
                assert re.fullmatch(r"#[\w-]+", value or "")
    assert "@import" not in text
    assert set(re.findall(r"url\(([^)]*)\)", text)) <= {"#hatch-middle", "#hatch-mild", "#hatch-open"}
    assert root.one("meta", http_equiv="Content-Security-Policy").attributes["content"]


@pytest.mark.parametrize("pack", SAMPLES)
def test_headings_and_tables_are_in_order_and_ids_are_unique(pack: str) -> None:
    root = parsed(told(pack, SAMPLES[pack]))
    assert root.one("html").attributes["lang"] == "en"
    levels = [int(node.tag[1]) for node in root.all() if re.fullmatch("h[1-6]", node.tag)]
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    ids = [node.attributes["id"] for node in root.all() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    for each in root.all("table"):
        assert each.one("caption").text
        assert {head.attributes["scope"] for head in each.all("th")} == {"col", "row"}
    for node in root.all():
        for name in ("aria-labelledby", "href"):
            for id_ in (node.attributes.get(name) or "").replace("#", "").split():
                assert id_ in ids


@pytest.mark.parametrize("pack", SAMPLES)
def test_every_chart_says_what_it_shows(pack: str) -> None:
    root = parsed(told(pack, SAMPLES[pack]))
    charts = list(root.all("svg", role="img"))
    assert len(charts) == 2 * len(list(root.all("figure")))
    for chart in charts:
        title, text = chart.one("title"), chart.one("desc")
        assert chart.attributes["aria-labelledby"] == f"{title.attributes['id']} {text.attributes['id']}"
        assert title.text
        assert re.search(r"\d", text.text)
    for each in root.all("figure"):
        assert each.one("figcaption").text


def test_what_facts_and_standards_hold_is_shown_and_never_obeyed(tmp_path: Path) -> None:
    standard = written(
        tmp_path,
        STANDARD.replace("title: S", f'title: "{EVIL}</title></style>"').replace("owner: q", 'owner: "\\" onload=\\"x"')
        .replace("item: id", f'item: "{EVIL}"\n  lot: "L\\"<b>"')
        .replace("{at most: 5, class: major}", f'{{at most: 5, class: major, title: "{EVIL}", clause: "</td>{EVIL}"}}'),
        "<b>standard.yaml",
    )  # fmt: skip
    facts = written(tmp_path, f'"{EVIL}","L""<b>",x\n{EVIL},"<i>A",6\n{EVIL},"\x1b[31m\u202eA",<x>\n', "<i>facts.csv")
    text = told(str(standard), str(facts))
    root = parsed(text)
    assert not list(root.all("script"))
    assert {node.tag for node in root.all()}.isdisjoint({"b", "i", "x"})
    assert root.one("h1").text == f"{EVIL}</title></style>"
    assert (
        root.one(
            "title",
        ).text
        if not list(root.all("svg"))
        else True
    )
    assert f"{EVIL} lot <i>A" in section(root, "worst").text
    assert "<x> is not a number" in section(root, "unusable").text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_the_page_stays_small_whatever_is_judged(tmp_path: Path) -> None:
    rules = "".join(f"  r{number}: {{when: x > {number}, class: major}}\n" for number in range(200))
    text = STANDARD.replace("item: id", "item: id\n  lot: lot").replace(
        "characteristics:", f"rules:\n{rules}characteristics:"
    )
    standard = written(tmp_path, text, "standard.yaml")
    rows = "".join(
        f"{number}{'n' * 3000 if number < 5 else ''},lot {number // 2},{number % 211}\n" for number in range(3000)
    )
    page_ = told(str(standard), str(written(tmp_path, f"id,lot,x\n{rows}", "facts.csv")))
    root = parsed(page_)
    assert len(page_) < 250_000
    assert "1,500 lots" in section(root, "lots").text
    assert "Each column is 25 lots in a row, named by the first." in section(root, "lots").text
    assert "… and 151 more rules." in section(root, "findings").text
    assert "more findings of this item" in section(root, "worst").text


# ------------------------------------------------------------------------------------------------ the colours


def _colors(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


def _luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 defines it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_contrast_that_wcag_states() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_the_contrast_that_wcag_asks_for(scheme: str) -> None:
    css = STYLE.read_text("utf-8")
    light, dark = (re.search(rf"{start} {{\n(.*?)}}", css, re.DOTALL) for start in (r"^:root", r"  :root"))
    assert light is not None
    assert dark is not None
    colors = _colors((light if scheme == "light" else dark)[1])
    assert colors.keys() == _colors(light[1]).keys()
    for text in ("text", "muted", "link", "good", "bad", "open", "middle", "mild", "line"):
        assert contrast(colors[text], colors["ground"]) >= 4.5, text
    for kind in ("good", "bad", "open"):
        for text in ("text", kind):
            assert contrast(colors[text], colors[f"{kind}-ground"]) >= 4.5, (text, kind)


# ----------------------------------------------------------------------------------------------- the command


def test_the_page_is_the_only_thing_that_is_told_and_the_exit_code_is_that_of_check(tmp_path: Path) -> None:
    result = run("report", "milling-cell", MILLING, "-o", tmp_path / "r", "--quiet")
    assert (result.code, result.out, result.err) == (1, f"{tmp_path}/r/index.html\n", "")
    assert run("report", "milling-cell", MILLING, "-o", tmp_path / "r", "--exit-zero").code == 0
    facts = written(tmp_path, "id,x\n1,1\n", "good.csv")
    assert run("report", written(tmp_path, STANDARD, "s.yaml"), facts, "-o", tmp_path / "g").code == 0


def test_a_report_is_replaced_by_another(tmp_path: Path) -> None:
    for pack in ("milling-cell", "turned-shaft"):
        reported(tmp_path, pack, SAMPLES[pack])
    assert "turned shaft" in (tmp_path / "report" / "index.html").read_text("utf-8")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["_gonogo", "index.html", "report"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    reported(tmp_path, "milling-cell", MILLING)


@pytest.mark.parametrize("content", ["folder", "file", "parquet of a cluster"])
def test_what_gonogo_did_not_write_is_not_replaced(content: str, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    if content == "file":
        written(tmp_path, "keep", "mine")
    else:
        target.mkdir()
        written(target, "keep", "notes.txt")
        if content == "parquet of a cluster":
            written(target, "result of a cluster\n", "_gonogo")
    result = run("report", "milling-cell", MILLING, "-o", target)
    line = f"{target}: this is there, and no report; name another folder with `-o`, or remove it [already-there]\n"
    assert (result.code, result.out, result.err) == (2, "", line)
    assert (target if content == "file" else target / "notes.txt").read_text("utf-8") == "keep"


def test_a_report_beside_which_somebody_has_put_something_is_not_replaced(tmp_path: Path) -> None:
    reported(tmp_path, "milling-cell", MILLING)
    notes = written(tmp_path / "report", "keep", "notes.txt")
    result = run("report", "milling-cell", MILLING, "-o", tmp_path / "report")
    assert result.code == 2
    assert "this holds `notes.txt`, which gonogo did not write; name another folder" in result.err
    assert notes.read_text("utf-8") == "keep"


def test_a_report_that_cannot_take_its_place_leaves_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported(tmp_path, "milling-cell", MILLING)
    before, replace = (tmp_path / "report" / "index.html").read_bytes(), Path.replace

    def fail(self: Path, target: Path) -> Path:
        if self.suffix == ".part" and self.is_dir():
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    result = run("report", "turned-shaft", SHAFTS, "-o", tmp_path / "report")
    line = f"{tmp_path}/report: this can't be written: no space left on device [unwritable]\n"
    assert (result.code, result.err[-len(line) :]) == (2, line)
    assert (tmp_path / "report" / "index.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_nothing_is_left_where_facts_are_refused(tmp_path: Path) -> None:
    facts = written(tmp_path, "a,b\n1,2\n", "facts.csv")
    result = run("report", "milling-cell", facts, "-o", tmp_path / "report")
    assert result.code == 2
    assert "[missing-column]" in result.err
    assert [path.name for path in tmp_path.iterdir()] == ["facts.csv"]


@pytest.mark.parametrize("folder", ["-", "s3a://bucket/report", ""])
def test_a_report_needs_a_folder_here(folder: str) -> None:
    result = run("report", "milling-cell", MILLING, "-o", folder)
    assert result.code == 2
    assert result.errors == [
        f"gonogo report: `--output {folder}` names no folder here; see `gonogo report --help` [usage]"
    ]


def test_a_report_without_a_folder_is_refused() -> None:
    line = "gonogo report: missing option `-o` / `--output`; see `gonogo report --help` [usage]"
    assert run("report", "milling-cell", MILLING).errors == [line]


def test_a_report_never_goes_over_its_own_facts(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    facts = written(folder, "id,x\n1,1\n", "facts.csv")
    assert "[output-is-input]" in run("report", written(tmp_path, STANDARD, "s.yaml"), facts, "-o", folder).err
    assert facts.exists()


def test_standard_input_is_reported(tmp_path: Path) -> None:
    _, root = reported(tmp_path, "milling-cell", "-", stdin=(ROOT / MILLING).read_text("utf-8"))
    assert "standard input" in root.one("header").text


def test_facts_without_rows_are_told(tmp_path: Path) -> None:
    facts = written(tmp_path, "id,x\n", "facts.csv")
    result, root = reported(tmp_path, written(tmp_path, STANDARD, "s.yaml"), facts)
    assert result.errors == [f"{facts}: warning: there are no facts in it, and nothing was judged [no-facts]"]
    assert "nothing judged" in root.one("header").text


def test_cells_that_were_no_use_name_their_file_where_there_are_several(tmp_path: Path) -> None:
    one, other = (written(tmp_path, f"id,x\n{name},{name}\n", f"{name}.csv") for name in "ab")
    _, root = reported(tmp_path, written(tmp_path, STANDARD, "s.yaml"), one, other)
    assert [row[-1] for row in table(root, "2 unusable values").rows()] == [str(one), str(other)]
    assert json.dumps(str(one)) not in root.text

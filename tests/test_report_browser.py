"""What only a browser knows of a report: that it fits a phone, asks for nothing, prints, and is read out as it should.

The browser is Chromium, without a window; where there is none, these tests are skipped.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from browser import WIDTHS, Browser, check_a4, check_page
from command_line import ROOT, gonogo

PACKS = ("milling-cell", "turned-shaft", "food-containers", "hostile", "many lots")
LONG = "w" * 200

HOSTILE = f"""
gonogo: 1
standard: hostile
title: "{LONG}<script>alert(1)</script>"
version: 1.0.0
owner: "<img src='http://example.com/x.png' onerror='alert(1)'>"
source: "</style><link rel=stylesheet href=http://example.com/x.css>"
policy: p
facts:
  item: id
  lot: lot
  time: at
  fields: {{x: {{column: x, unit: mm}}}}
characteristics:
  x: {{at most: 5 mm, class: major, title: "{LONG}", clause: "<svg onload=alert(1)>{LONG}"}}
lots:
  rules: {{bad: {{when: nonconforming > 1, class: major, title: "{LONG}"}}}}
"""


OVERLAPPING = """
[...document.querySelectorAll("figure svg")].filter(svg => svg.getBoundingClientRect().width).flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")].map(text => [text.textContent, text.getBoundingClientRect()]);
  const isCut = box => box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1;
  const meet = (a, b) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
  const pairs = texts.flatMap(([one, a], place) =>
    texts.slice(place + 1).filter(([_, b]) => meet(a, b)).map(([other]) => [one, other]));
  return [...texts.filter(([_, box]) => isCut(box)).map(([text]) => ["is cut", text]), ...pairs];
})
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The reports of the shipped samples, and one of names that are up to no good."""
    folder = tmp_path_factory.mktemp("reports")
    (folder / "hostile.yaml").write_text(HOSTILE, "utf-8")
    rows = ["id,lot,at,x"]
    for n in range(90):
        lot = f"{LONG if n % 3 else '<b>'}{n // 4}"
        rows.append(f'"{LONG}{n}<script>alert(1)</script>",{lot},2026-01-0{n % 9 + 1},{n % 9}')
    rows += [f"{LONG},A,,{'9' * 60}", f"{LONG},B,{LONG},{LONG}"]
    (folder / "hostile.csv").write_text("\n".join(rows) + "\n", "utf-8")
    days = [f"2026-{1 + lot // 28:02}-{1 + lot % 28:02}" for lot in range(300)]
    lots = [f"{lot},L{lot:05},{day},{lot % 7}" for lot, day in enumerate(days)]
    (folder / "many lots.csv").write_text("\n".join(["id,lot,at,x", *lots]) + "\n", "utf-8")
    found = {}
    for pack in PACKS:
        is_ours = pack in ("hostile", "many lots")
        standard = folder / "hostile.yaml" if is_ours else ROOT / "rules" / pack
        facts = folder / f"{pack}.csv" if is_ours else standard / "sample.csv"
        assert gonogo("report", standard, facts, "-o", folder / pack, "--quiet").code == 1
        found[pack] = folder / pack / "index.html"
    return found


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("device", WIDTHS)
def test_the_page_fits_asks_for_nothing_and_raises_no_complaint(
    chromium: Browser, pages: dict[str, Path], pack: str, device: str, tmp_path: Path
) -> None:
    chromium.open(pages[pack], WIDTHS[device], is_phone=device == "phone")
    check_page(chromium, pages[pack], device, tmp_path / "page.png")


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("device", WIDTHS)
def test_no_two_texts_of_a_chart_overlap_and_none_is_cut_off(
    chromium: Browser, pages: dict[str, Path], pack: str, device: str
) -> None:
    chromium.open(pages[pack], WIDTHS[device], is_phone=device == "phone")
    overlapping = chromium.evaluate(OVERLAPPING)
    assert overlapping == []


@pytest.mark.parametrize("device", WIDTHS)
def test_one_of_both_drawings_of_a_chart_is_shown(chromium: Browser, pages: dict[str, Path], device: str) -> None:
    chromium.open(pages["food-containers"], WIDTHS[device], is_phone=device == "phone")
    shown = chromium.evaluate(
        """[...document.querySelectorAll("figure svg")].filter(svg => svg.getBoundingClientRect().width)
             .map(svg => svg.getAttribute("class"))"""
    )
    assert shown == 2 * (["narrow"] if device == "phone" else ["wide"])


@pytest.mark.parametrize("device", ["phone", "screen"])
def test_the_page_is_read_out_with_its_headings_charts_and_tables(
    chromium: Browser, pages: dict[str, Path], device: str
) -> None:
    chromium.open(pages["food-containers"], WIDTHS[device], is_phone=device == "phone")
    spoken = chromium.spoken()
    headings = [name for role, name in spoken if role == "heading"]
    assert headings[:3] == ["Condition of metal food containers", "Summary", "Objectives"]
    charts = [name for role, name in spoken if role in ("image", "img")]
    assert len(charts) == 2
    assert charts[0].startswith("Pareto of findings Findings by rule, the most frequent first: dent 23 (35.9 %)")
    assert charts[1].startswith("Lots over time The share of nonconforming items by lot: L01 4.8 %, L02 3.6 %")
    assert sum(role == "table" for role, _ in spoken) == 8
    for role in ("columnheader", "rowheader", "cell"):
        assert any(known == role for known, _ in spoken), role


def test_the_page_follows_light_and_dark(chromium: Browser, pages: dict[str, Path]) -> None:
    grounds = []
    for is_dark in (False, True):
        chromium.open(pages["milling-cell"], 1280, is_dark=is_dark)
        grounds.append(chromium.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(255, 255, 255)", "rgb(20, 23, 26)"]


@pytest.mark.parametrize("pack", PACKS)
def test_the_page_prints_on_a4(chromium: Browser, pages: dict[str, Path], pack: str, tmp_path: Path) -> None:
    chromium.open(pages[pack], 1280)
    check_a4(chromium, tmp_path / "page.pdf")

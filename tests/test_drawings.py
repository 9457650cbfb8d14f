"""Pictures of root causes: whole, readable, and the same every time."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest

from command_line import MILLING
from command_line import gonogo as run
from gonogo_cli.drawings.dot import dot
from gonogo_cli.drawings.picture import Drawn, Link, Picture, drawn, write_picture
from gonogo_cli.drawings.sheet import measure

SVG = "{http://www.w3.org/2000/svg}"
CATEGORIES = ("man", "machine", "material", "method", "measurement", "milieu", None)
SIZES = {"name": 12, "note": 10, "title": 16, "bone-name": 13, "on-head": 13}
WORDS = "spindle coolant worn clamped deburring temperature of the hardened blank measured twice".split()


def picture(count: int, seed: int = 1) -> Picture:
    """So many causes with names of all lengths, each leading to a finding, some by an effect."""
    random = Random(seed)
    causes = [
        Drawn(
            f"c{number}",
            " ".join(random.choices(WORDS, k=random.randint(1, 9))),
            "cause",
            random.choice(CATEGORIES),
            random.random() ** 3,
            "12 %, before 1.0 % › Heat stays in the cut" if number % 3 else "7 %, before 1.0 %",
            number % 2 == 0,
        )
        for number in range(count)
    ]
    nodes = (*causes, Drawn("e", "An effect", "effect", is_strong=True), Drawn("f", "A finding", "finding"))
    links = (*(Link(cause.name, "e", 0.5, cause.is_strong) for cause in causes), Link("e", "f", 0.8, True))
    return Picture("Root causes of item 7", ("A finding",), nodes, links)


def boxes(svg: str) -> list[tuple[float, float, float, float, str]]:
    """Where each text lies, by the measure that the drawing goes by."""
    found = []
    for text in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        words = "".join(text.itertext()) if not len(text) else (text[0].tail or "")
        size = SIZES[text.attrib["class"].split()[0]]
        width, x, y = measure(words, size) * 0.9, float(text.attrib["x"]), float(text.attrib["y"])
        x -= width / 2 if text.attrib["text-anchor"] == "middle" else 0
        found.append((x, y - 0.75 * size, x + width, y + 0.2 * size, words))
    return found


@pytest.mark.parametrize("count", [1, 2, 5, 15, 40])
@pytest.mark.parametrize("way", ["fishbone", "graph"])
def test_no_text_meets_another_and_none_is_cut_off(count: int, way: str) -> None:
    svg = drawn(picture(count), way)  # type: ignore[arg-type]  # one of both
    root = ElementTree.fromstring(svg)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    found = boxes(svg)
    assert len(found) > 2 * count
    for place, (left, top, right, bottom, words) in enumerate(found):
        assert left >= 0, words
        assert top >= 0, words
        assert right <= width, words
        assert bottom <= height, words
        for other_left, other_top, other_right, other_bottom, other in found[:place]:
            is_apart = right <= other_left or other_right <= left or bottom <= other_top or other_bottom <= top
            assert is_apart, (words, other)


def test_the_same_picture_is_the_same_file() -> None:
    assert drawn(picture(9), "fishbone") == drawn(picture(9), "fishbone")
    assert drawn(picture(9), "graph") == drawn(picture(9), "graph")


def test_what_names_hold_is_shown_and_never_obeyed() -> None:
    name = '</text><script>alert("1")</script>&\n\x1b[31m\\'
    hostile = Picture(
        name, (name,), (Drawn(name, name, "cause", None, 0.5, name, True), Drawn("f", name, "finding")), ()
    )
    for way in ("fishbone", "graph"):
        svg = drawn(hostile, way)
        assert "<script" not in svg
        ElementTree.fromstring(svg)
    text = dot(hostile)
    assert text.count("\n") == len(text.splitlines())
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)
    assert "script" not in outside
    assert outside.count("{") == outside.count("}")


def test_pictures_from_the_command_line(tmp_path: Path) -> None:
    for name in ("fish.svg", "fish.png", "fish.dot"):
        result = run("trace", "milling-cell", MILLING, "--quiet", "--item", "82", "--draw", tmp_path / name)
        assert result.code == 1
    root = ElementTree.parse(tmp_path / "fish.svg").getroot()
    words = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    for category in ("man", "machine", "material", "method", "measurement", "milieu"):
        assert category in words
    assert "Coolant does not reach the cut" in words
    assert root.attrib["role"] == "img"
    image = (tmp_path / "fish.png").read_bytes()
    assert image.startswith(b"\x89PNG")
    assert int.from_bytes(image[16:20], "big") == 2 * int(root.attrib["width"])
    text = (tmp_path / "fish.dot").read_text("utf-8")
    assert '"coolant-starved" -> "heat-build-up"' in text
    assert "style=bold" in text


def test_the_picture_of_the_docs_is_what_is_drawn(tmp_path: Path) -> None:
    run("trace", "milling-cell", MILLING, "--quiet", "--item", "81", "--draw", tmp_path / "fishbone.svg")
    shown = Path(__file__).parents[1] / "docs" / "fishbone.svg"
    assert (tmp_path / "fishbone.svg").read_text("utf-8") == shown.read_text("utf-8")


def test_a_picture_never_takes_the_place_of_a_folder(tmp_path: Path) -> None:
    target = tmp_path / "fish.svg"
    target.mkdir()
    with pytest.raises(Exception, match="folder"):
        write_picture(picture(2), str(target), "fishbone")
    assert [path.name for path in tmp_path.iterdir()] == ["fish.svg"]

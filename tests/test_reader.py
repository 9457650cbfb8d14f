"""The reader: every scalar is the text that stands there, every place is exact, and hostile documents are refused."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.problems import Refused, Source
from gonogo.standard import reader
from gonogo.standard.reader import Mapping, Node, Scalar, Sequence, content_hash, read_document

PATIENCE = 20.0
"""Seconds that a hostile document may take on a slow machine: far more than it does, far less than a hang."""


def read(text: str) -> Node:
    return read_document(Source("document.yaml", text))


def plain(node: Node) -> object:
    match node:
        case Scalar(text=text):
            return text
        case Sequence(items=items):
            return [plain(item) for item in items]
        case Mapping(items=pairs):
            return {key.text: plain(value) for key, value in pairs}


@pytest.mark.parametrize(
    "text",
    [
        "NO", "no", "yes", "Yes", "on", "off", "true", "False", "null", "12:30", "1:2:3", "0123", "0o17", "0x1F", "1e3",
        "1_000", "1.", ".5", "+1", ".inf", ".nan", "2026-01-31", "2026-01-31T10:00:00Z", "=", "5 %", "25 h6", "1,5",
    ],
)  # fmt: skip
def test_a_scalar_is_the_text_that_stands_there(text: str) -> None:
    assert plain(read(f"key: {text}\n")) == {"key": text}
    assert plain(read(f"key: '{text}'\n")) == {"key": text}
    assert plain(read(f"{text}: value\n")) == {text: "value"}


def test_nothing_written_is_told_from_an_empty_text() -> None:
    document = read("a:\nb: ~\nc: ''\nd: null\n")
    assert isinstance(document, Mapping)
    assert [value.is_empty for _, value in document.items if isinstance(value, Scalar)] == [True, True, False, False]


def test_a_byte_order_mark_is_no_character_of_the_first_line() -> None:
    document = read("\ufeffgonogo: 1\n")
    assert isinstance(document, Mapping)
    key, value = document.items[0]
    assert (key.text, key.span.line, key.span.column) == ("gonogo", 1, 1)
    assert value.span.column == 9


@pytest.mark.parametrize(
    "written",
    [
        "one two three",
        "'one two three'",
        '"one two three"',
        '"one two \\x74hree"',
        '"one two\n  three"',
        "'one\n  two\n  three'",
        "one\n  two\n  three",
        ">-\n  one\n  two\n  three",
        ">\n  one two\n  three\n",
        "&anchor one two three",
        "! 'one two three'",
    ],
)
@pytest.mark.parametrize("end_of_line", ["\n", "\r\n"])
def test_a_word_inside_a_scalar_is_found_where_it_was_written(written: str, end_of_line: str) -> None:
    source = f"first: 𝄞\nkey: {written}\nlast: z\n".replace("\n", end_of_line)
    document = read(source)
    assert isinstance(document, Mapping)
    value = document.items[1][1]
    assert isinstance(value, Scalar)
    assert value.text.strip() == "one two three"
    for word in ("one", "two", "three"):
        start = value.text.index(word)
        place = value.locate(start, start + len(word))
        assert place.text.replace("\\x74", "t") == word
        assert place.start > source.index("key")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["ab", "é", "𝄞", "'", '"', "\\", "#", "x:", "  ", "\t", "\u2028", "\n"]), max_size=12))
def test_every_character_of_a_quoted_text_is_found(pieces: list[str]) -> None:
    text = "".join(pieces)
    written = json.dumps(text).replace("\\ud834\\udd1e", "𝄞")  # JSON's two halves are no characters to YAML
    document = read(f"key: {written}\n")
    assert isinstance(document, Mapping)
    value = document.items[0][1]
    assert isinstance(value, Scalar)
    assert value.text == text
    for index, character in enumerate(text):
        place = value.locate(index, index + 1).text
        assert json.loads(f'"{place}"') == character


def test_spans_of_collections_end_with_what_is_written() -> None:
    document = read("a:\n  b: 1\n  c: [2,\n    3]\n\n# comment\nd:\n  - x\n  - |\n    y\n\ne: z\n")
    assert isinstance(document, Mapping)
    assert [value.span.text for _, value in document.items] == [
        "b: 1\n  c: [2,\n    3]",
        "- x\n  - |\n    y",
        "z",
    ]


def test_the_hash_tells_content_and_not_layout() -> None:
    first = content_hash(read("a: 1\nb: [x, 'y']\n"))
    assert content_hash(read("# note\nb:\n  - x\n  - y\na: '1'\n")) == first
    assert content_hash(read("a: 1\nb: [y, x]\n")) != first
    assert content_hash(read("a: 1\nb: {x: y}\n")) != content_hash(read("a: 1\nb: [x, y]\n"))


HOSTILE = {
    "an alias bomb": "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}' if n else '*a'] * 9)}]\n" for n in range(20)),
    "aliases as keys and values": "a: &a {x: y}\n" + "".join(f"k{n}: *a\n" for n in range(300_000)),
    "an alias inside itself": "a: &a [*a]\n",
    "aliases that deepen": "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 60)),
    "a million brackets": "[" * 1_000_000,
    "a million braces": "{a: " * 300_000,
    "a million dashes": "- " * 500_000,
    "a deep block": "".join(" " * n + "a:\n" for n in range(1000)),
    "a document of nine million characters": "a: " + "x" * 9_000_000,
    "half a million values": "[" + "x," * 500_000 + "]",
    "a hundred thousand keys twice": "a: b\n" * 100_000,
    "a hundred thousand tags": "- !t x\n" * 100_000,
    "a hundred thousand documents": "---\na\n" * 100_000,
    "an open quote of a million characters": 'a: "' + "x " * 1_000_000,
    "an open bracket of many lines": "a: [\n" + "b: c,\n" * 100_000,
    "a lone half of a pair": "a: \ud800\n",
    "an escaped half of a pair": 'a: "\\ud800"\n',
    "a NUL": "a: \0\n",
    "a code to run": "a: !!python/object/apply:os.system ['true']\n",
    "a merged bomb": "a: &a {b: c}\nd:\n  <<: [*a, *a, *a]\n",
    "a directive": "%YAML 9.9\n---\na: b\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_document_is_refused_in_bounded_time(text: str) -> None:
    began = time.perf_counter()
    with pytest.raises(Refused) as refused:
        read(text)
    assert time.perf_counter() - began < PATIENCE
    assert 1 <= len(refused.value.problems) <= reader.MOST_PROBLEMS + 1
    assert all(len(str(problem)) < 600 for problem in refused.value.problems)


def test_a_long_scalar_is_walked_once_however_many_places_are_asked_for() -> None:
    words = " ".join(f"w{n}" for n in range(20_000))
    document = read(f'key: "\\x61 {words}"\n')
    assert isinstance(document, Mapping)
    value = document.items[0][1]
    assert isinstance(value, Scalar)
    began = time.perf_counter()
    for start in range(0, len(value.text), 7):
        value.locate(start, start + 3)
    assert time.perf_counter() - began < PATIENCE

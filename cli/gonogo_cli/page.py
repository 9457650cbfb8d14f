"""Text for people: lines of styled words, as they stand in a pipe, painted and folded to fit on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, Literal, TextIO, TypeAlias

from gonogo_cli.messages import is_colored

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Words: TypeAlias = tuple[str, str]
"""A text, and its style in the terms of rich; an empty style is the terminal's own."""

WHOLE: Final = -1

OUTCOMES: Final = {"conforming": "green", "nonconforming": "red", "indeterminate": "yellow"}
FAINT: Final = "bright_black"

_UNIT = re.compile(r"(?<=\d) (?=[^\W\d])")
_GLUE: Final = "\ue000"
"""Stands for a blank that no line is folded at; a letter that nobody uses."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line, and the column at which it goes on where a terminal is too narrow for it; WHOLE: it is not broken."""

    words: tuple[Words, ...] = ()
    hang: int = 0

    @property
    def text(self) -> str:
        """The line without its styles."""
        return "".join(text for text, _ in self.words).rstrip()


def line(*words: str | Words, hang: int = 0) -> Line:
    """Make a line of words, styled or not."""
    return Line(tuple(map(_words, words)), hang)


def _words(words: str | Words) -> Words:
    text, style = (words, "") if isinstance(words, str) else words
    return visible(text), style


def visible(text: str) -> str:
    """A text without line ends or the codes of a terminal: what stands in facts is shown, and never obeyed."""
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")


def heading(text: str) -> Line:
    """A line that says what follows."""
    return line((text, "bold"))


def grid(rows: Sequence[Sequence[str | Words]], aligns: str, indent: int = 2) -> Iterator[Line]:
    """Lay rows out in columns.

    Parameters
    ----------
    rows : sequence of sequences
        Of words; the last column may be as long as it likes.
    aligns : str
        One of ``<`` and ``>`` for each column.
    indent : int
        How many blanks stand before the first.
    """
    styled = [[_words(cell) for cell in row] for row in rows]
    widths = [max(len(text) for text, _ in column) for column in zip_longest(*styled, fillvalue=("", ""))]
    hang = indent + sum(widths[:-1]) + 2 * (len(widths) - 1)
    for row in styled:
        words: list[Words] = [(" " * indent, "")]
        for (text, style), align, width in zip(row, aligns, widths, strict=False):
            blanks = " " * (width - len(text))
            words += [(blanks, ""), (text, style)] if align == ">" else [(text, style), (blanks, "")]
            words.append(("  ", ""))
        yield Line(tuple(words), hang)


def class_style(name: str | None, classes: Sequence[str]) -> str:
    """The style of a class: the most severe stands out, the mildest is mild."""
    if name is None or name not in classes:
        return ""
    rank = classes.index(name)
    return "bold red" if rank == 0 else "yellow" if rank == len(classes) - 1 else "red"


def write_page(lines: Iterable[Line], stream: TextIO, no_color: bool) -> None:
    """Write lines: plain and each as long as it is, or, to a terminal, painted and folded at its edge."""
    if not stream.isatty():
        stream.writelines(f"{each.text}\n" for each in lines)
        return
    from rich.console import Console
    from rich.text import Text

    colors: Literal["auto"] | None = "auto" if is_colored(stream, no_color) else None
    console = Console(file=stream, color_system=colors, highlight=False, markup=False, emoji=False)
    for each in lines:
        text = Text.assemble(*each.words)
        text.rstrip()
        for part in _folded(text, each.hang, console):
            console.print(part, soft_wrap=True)


def _folded(text: Text, hang: int, console: Console) -> Iterator[Text]:
    """The lines that a text takes at the terminal's width; a number stays with its unit."""
    from rich.text import Text

    if text.cell_len <= console.width or hang == WHOLE:
        yield text
        return
    lead, body = text.divide([hang]) if 0 < hang < len(text) else (Text(), text)
    body.plain = _UNIT.sub(_GLUE, body.plain)
    for number, part in enumerate(body.wrap(console, max(console.width - hang, 20))):
        part.plain = part.plain.replace(_GLUE, " ")
        part.rstrip()
        yield Text(" " * hang) + part if number else lead + part

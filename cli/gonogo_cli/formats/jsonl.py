"""JSON lines: one object an item, each out before the next fact is read."""

from __future__ import annotations

from collections.abc import Collection
from typing import TextIO

import gonogo
from gonogo_cli.formats.report import Placing, Reads, Report, Serializer
from gonogo_cli.output import is_streamed


class JsonLines(Report):
    """Writes each verdict as it comes."""

    reads: Reads = "lines"

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_streamed = is_streamed(stream)
        self._text = Serializer().text

    def add(self, verdict: gonogo.Verdict, at: Placing) -> None:
        self._stream.write(self._text(verdict) + "\n")
        if self._is_streamed:
            self._stream.flush()

    def take(self, judged: gonogo.ColumnarInspection, outcomes: Collection[str]) -> None:
        for lines in judged.lines(outcomes):
            self._stream.write("\n".join(lines) + "\n")

"""JSON: one document. Its counts stand before its items and are known after them, so items wait on disk."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TextIO

import gonogo
from gonogo_cli.formats.report import Placing, Reads, Report, Serializer, dumps, dumps_lines
from gonogo_cli.formats.spool import elements, new_spool


class Document(Report):
    """Spools items and unusable cells to files without a name, and writes the document at the end."""

    reads: Reads = "lines"

    def __init__(self, stream: TextIO, standard: gonogo.Standard) -> None:
        self._stream = stream
        self._standard = standard
        self._text = Serializer().text
        self._items = new_spool()
        self._unusable = new_spool()

    def add(self, verdict: gonogo.Verdict, at: Placing) -> None:
        self._items.write(self._text(verdict) + "\n")

    def take(self, judged: gonogo.ColumnarInspection, outcomes: Collection[str]) -> None:
        for lines in judged.lines(outcomes):
            self._items.write("\n".join(lines) + "\n")

    def add_unusable(self, cell: gonogo.Unusable) -> None:
        self._unusable.write(dumps(cell.as_dict()) + "\n")

    def finish(self, summary: gonogo.Summary) -> None:
        standard = {"id": self._standard.id, "version": self._standard.version, "hash": self._standard.hash}
        write = self._stream.write
        write(f'{{"standard": {dumps(standard)},\n"facts": {{"rows": {summary.rows}, "unusable": [')
        self._stream.writelines(elements(self._unusable))
        write(f']}},\n"summary": {dumps(summary.as_dict())},\n')
        for name, told in above_items(summary.levels).items():
            write(f'"{name}": {dumps_lines(told)},\n')
        write('"items": [')
        self._stream.writelines(elements(self._items))
        write("]}\n")

    def release(self) -> None:
        self._items.close()
        self._unusable.close()


def above_items(levels: gonogo.Levels) -> dict[str, Sequence[Mapping[str, object]]]:
    """What stands in the document beside items: lots, objectives, and the levels above lots, where there are any."""
    told: dict[str, Sequence[Mapping[str, object]]] = {
        "lots": [verdict.as_dict() for verdict in levels.lots],
        "objectives": [objective.as_dict() for objective in levels.objectives],
    }
    above = [verdict for name, verdicts in levels.verdicts.items() if name != "lots" for verdict in verdicts]
    return told | ({"levels": [{"level": each.level, **each.as_dict()} for each in above]} if above else {})

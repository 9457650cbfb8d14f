"""JSON: one document. Its counts stand before its items and are known after them, so items wait on disk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Final, TextIO

import gonogo
from gonogo_cli.formats.report import Report, Serializer, dumps, dumps_lines

IN_MEMORY: Final = 1 << 24


class Document(Report):
    """Spools items and unusable cells to files without a name, and writes the document at the end."""

    def __init__(self, stream: TextIO, standard: gonogo.Standard) -> None:
        self._stream = stream
        self._standard = standard
        self._text = Serializer().text
        self._items = _spool()
        self._unusable = _spool()

    def add(self, verdict: gonogo.Verdict) -> None:
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
        self._stream.writelines(_joined(self._unusable))
        write(f']}},\n"summary": {dumps(summary.as_dict())},\n')
        for name, told in above_items(summary.levels).items():
            write(f'"{name}": {dumps_lines(told)},\n')
        write('"items": [')
        self._stream.writelines(_joined(self._items))
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


def _spool() -> IO[str]:
    return SpooledTemporaryFile(IN_MEMORY, "w+", encoding="utf-8", errors="surrogatepass", newline="\n")


def _joined(spool: IO[str]) -> Iterable[str]:
    """The lines of a spool as the elements of an array."""
    spool.seek(0)
    comma = "\n"
    for text in spool:
        yield comma + text.rstrip("\n")
        comma = ",\n"
    if comma != "\n":
        yield "\n"

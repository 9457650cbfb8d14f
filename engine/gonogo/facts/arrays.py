"""Columns of Arrow → cells, as the shortest decimals that say what was stored.

A float of 32 bits that prints as `308.7` is 308.7, and a point in time finer than microseconds stays text, which
`read_time` refuses.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_UP, Decimal
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc


def cells_of(array: pa.Array | pa.ChunkedArray) -> list[object]:
    """The cells of a column, as the scalar screen reads them.

    Parameters
    ----------
    array : pyarrow.Array or pyarrow.ChunkedArray
        Of any type.

    Returns
    -------
    list of object
        None where there is null; whole numbers, floats of 64 bits, decimals, truth values and texts as they are; floats
        of fewer bits as the shortest Decimal that stands for them; dates, and times to the microsecond (in UTC where
        they have a zone). What Python's calendar or clock can't hold is text, which says so. Anything else is a value
        that no reader of cells takes.

    Examples
    --------
    >>> cells_of(pa.array([308.7, None], pa.float32()))
    [Decimal('308.7'), None]
    """
    if isinstance(array, pa.ChunkedArray):
        return [cell for chunk in array.chunks for cell in cells_of(chunk)]
    if isinstance(array, pa.ExtensionArray):
        return cells_of(array.storage)
    kind = array.type
    if pa.types.is_dictionary(kind):
        cells = cells_of(array.dictionary)
        return [None if place is None else cells[place] for place in array.indices.to_pylist()]
    if pa.types.is_run_end_encoded(kind):
        return cells_of(pc.run_end_decode(array))
    if pa.types.is_timestamp(kind):
        per_second, start = _TICKS[kind.unit], _EPOCH if kind.tz else _EPOCH.replace(tzinfo=None)
        return [None if tick is None else _time(tick, per_second, start) for tick in array.view(pa.int64()).to_pylist()]
    if pa.types.is_date32(kind):
        return [None if day is None else _date(day) for day in array.view(pa.int32()).to_pylist()]
    if pa.types.is_date64(kind):
        return [None if tick is None else _midnight(tick) for tick in array.view(pa.int64()).to_pylist()]
    if pa.types.is_float32(kind):
        return [None if numeral is None else _number(numeral) for numeral in array.cast(pa.string()).to_pylist()]
    if pa.types.is_float16(kind):
        return [None if number is None else _half(float(number)) for number in array.to_pylist()]
    return _plain_cells(array)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = _EPOCH.toordinal()
_DAY_MS: Final = 86_400_000
_TICKS: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def _time(tick: int, per_second: int, start: datetime) -> datetime | str:
    seconds, rest = divmod(tick, per_second)
    try:
        if rest % 1000 and per_second == _TICKS["ns"]:
            second = (start + timedelta(0, seconds)).replace(tzinfo=None)
            return f"{second.isoformat()}.{rest:09}{'Z' if start.tzinfo else ''}"
        return start + timedelta(0, seconds, rest * 1_000_000 // per_second)
    except OverflowError:
        return f"{seconds} s since 1970-01-01"


def _date(day: int) -> date | str:
    try:
        return date.fromordinal(_EPOCH_DAY + day)
    except (ValueError, OverflowError):
        return f"{day} days since 1970-01-01"


def _midnight(tick: int) -> date | str:
    day, rest = divmod(tick, _DAY_MS)
    return _time(tick, _TICKS["ms"], _EPOCH.replace(tzinfo=None)) if rest else _date(day)


def _number(numeral: str) -> Decimal | float:
    return Decimal(numeral) if numeral[-1].isdigit() else float(numeral)


def _half(number: float) -> Decimal | float:
    """The shortest decimal of a float of 16 bits."""
    exact = Decimal(number)
    if not exact.is_finite():
        return number
    for digits in range(1, 6):
        step = Decimal(1).scaleb(exact.adjusted() + 1 - digits)
        # Above a power of two floats stand less close than below it: the nearest numeral may miss, and a farther hit.
        for rounding in (ROUND_HALF_EVEN, ROUND_UP):
            numeral = exact.quantize(step, rounding)
            with suppress(OverflowError):  # rounded up, beyond the largest
                if struct.unpack("e", struct.pack("e", float(numeral)))[0] == number:
                    return numeral
    return exact


class _Unknown:
    """A value that Python has no type for."""

    def __init__(self, kind: pa.DataType) -> None:
        self._kind = kind

    def __repr__(self) -> str:
        return f"a value of type {self._kind}"


def _plain_cells(array: pa.Array) -> list[object]:
    try:
        cells: list[object] = array.to_pylist()
    except UnicodeDecodeError:
        # Half a character is not read as text, and what is wrong with one cell costs no other.
        binary = pa.large_binary() if pa.types.is_large_string(array.type) else pa.binary()
        texts = array.cast(binary).to_pylist()
        return [None if text is None else text.decode("utf-8", "surrogateescape") for text in texts]
    except (pa.ArrowException, ValueError, OverflowError):
        unknown = _Unknown(array.type)
        return [None if is_null else unknown for is_null in array.is_null().to_pylist()]
    return cells

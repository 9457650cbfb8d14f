"""Dates and times, in the form of ISO 8601: days and microseconds, as exact whole numbers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from gonogo.facts.unusable import Unusable, as_written, name_of

_DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
_DAY = re.compile(_DATE + r"(?:[T ]00:00(?::00(?:[.,]0+)?)?(?:Z|[+-]00:?00)?)?", re.IGNORECASE)
_TIME = re.compile(
    _DATE + r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,6})0*)?)?"
    r" ?(?:Z|([+-][0-9]{2})(?::?([0-9]{2}))?)?)?",
    re.IGNORECASE,
)
_TOO_FINE = re.compile(r"(.*:[0-9]{2}[.,][0-9]{6})[0-9]+(.*)", re.DOTALL)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-./]?)([0-9]{1,2})\2([0-9]{1,2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-./])([0-9]{1,2})\2([0-9]{4})")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_MICROSECOND = timedelta(microseconds=1)
_FIRST_TIME = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST_TIME = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND


def read_date(raw: object) -> int | None:
    """Read a cell as a date in the form of ISO 8601, `YYYY-MM-DD`.

    Parameters
    ----------
    raw : object
        Text, or a date; a date-time only where it says midnight, as spreadsheets export dates.

    Returns
    -------
    int or None
        The proleptic Gregorian ordinal in days, 1 being 0001-01-01; None where the cell is missing.

    Raises
    ------
    Unusable
        Where it is no date, or says a time of day.
    """
    if raw is None:
        return None
    if isinstance(raw, datetime):
        if (raw.hour, raw.minute, raw.second, raw.microsecond) != (0, 0, 0, 0):
            raise Unusable(f"{name_of(raw)} is not a date: it says a time of day; call the field a time")
        return raw.toordinal()
    if isinstance(raw, date):
        return raw.toordinal()
    if not isinstance(raw, str):
        raise Unusable(f"{name_of(raw)} is not a date; write dates as YYYY-MM-DD")
    text = as_written(raw).strip()
    if not text:
        return None
    if match := _DAY.fullmatch(text):
        return _day(match.group(1, 2, 3), text)
    if _TIME.fullmatch(text):
        raise Unusable(f"{name_of(text)} is not a date: it says a time of day; call the field a time")
    raise Unusable(f"{name_of(text)} is not a date; write {_date_meant(text) or 'dates as YYYY-MM-DD'}")


def _day(parts: tuple[str, ...], text: str) -> int:
    try:
        return date(*map(int, parts)).toordinal()
    except ValueError:
        raise Unusable(f"{name_of(text)} is not a date: the calendar has no such day") from None


def _date_meant(text: str) -> str | None:
    """Return the date in ISO form where only one can be meant: `31.01.2026` can, `03.04.2026` cannot."""
    if match := _YEAR_FIRST.fullmatch(text):
        year, _, month, day = match.groups()
    elif match := _YEAR_LAST.fullmatch(text):
        day, _, month, year = match.groups()
        if int(month) > 12:
            day, month = month, day
        elif int(day) <= 12 and day != month:
            return None
    else:
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def read_time(raw: object) -> int | None:
    """Read a cell as a point in time in the form of ISO 8601, `2026-01-31T14:05:30.25+02:00`.

    Parameters
    ----------
    raw : object
        Text, a date-time or a date. A blank may stand for the `T`; seconds, fraction (to the microsecond) and
        zone may be left out. What names no zone stands as UTC, and a date alone is its midnight.

    Returns
    -------
    int or None
        Microseconds since 1970-01-01T00:00Z; None where the cell is missing.

    Raises
    ------
    Unusable
        Where it is no time.
    """
    if raw is None:
        return None
    if isinstance(raw, datetime):
        return ((raw if raw.utcoffset() is not None else raw.replace(tzinfo=UTC)) - _EPOCH) // _MICROSECOND
    if isinstance(raw, date):
        return (raw.toordinal() - _EPOCH_DAY) * 86_400_000_000
    if not isinstance(raw, str):
        raise Unusable(f"{name_of(raw)} is not a time; write times as YYYY-MM-DDThh:mm:ss")
    text = as_written(raw).strip()
    if not text:
        return None
    match = _TIME.fullmatch(text)
    if match is None:
        if (fine := _TOO_FINE.fullmatch(text)) and _TIME.fullmatch(fine[1] + fine[2]):
            raise Unusable(
                f"{name_of(text)} is not a time that gonogo can hold: it has more than six digits of a second"
            )
        meant = _date_meant(text)
        raise Unusable(f"{name_of(text)} is not a time; write {meant or 'times as YYYY-MM-DDThh:mm:ss'}")
    return _microseconds(match, text)


def _microseconds(match: re.Match[str], text: str) -> int:
    days = _day(match.group(1, 2, 3), text) - _EPOCH_DAY
    hour, minute, second, zone_hours, zone_minutes = (int(match[group] or 0) for group in (4, 5, 6, 8, 9))
    if hour > 23 or minute > 59 or second > 59 or abs(zone_hours) > 23 or zone_minutes > 59:
        raise Unusable(f"{name_of(text)} is not a time: the clock has no such hour, minute or second")
    east = -1 if (match[8] or "").startswith("-") else 1
    minutes = (days * 24 + hour - zone_hours) * 60 + minute - east * zone_minutes
    microseconds = (minutes * 60 + second) * 1_000_000 + int((match[7] or "").ljust(6, "0"))
    if not _FIRST_TIME <= microseconds <= _LAST_TIME:
        raise Unusable(f"{name_of(text)} is not a time that gonogo can hold")
    return microseconds

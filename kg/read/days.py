"""ISO dates and datetimes → days."""

from __future__ import annotations

import re
from datetime import date, datetime

from kg.errors import InputError, KgError

_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ]([0-9][0-9:.,]*) ?([Zz]|[+-][0-9:]+)?)?")


def parse_day(text: str, *, where: str = "date", error: type[KgError] = InputError) -> date:
    """The day that an ISO date or datetime names, in the time zone it was written in.

    `where` begins the error's message: the article's file, or the option.

    >>> parse_day("2022-03-16").isoformat(), parse_day("2022-03-16T23:30:00-05:00").isoformat()
    ('2022-03-16', '2022-03-16')
    >>> parse_day("2022-02-30", where="--published")
    Traceback (most recent call last):
    kg.errors.InputError: --published: there is no day 2022-02-30; correct it, as YYYY-MM-DD

    :raises KgError: of the class given, when it is anything else or no such day exists.
    """
    match = _DAY.fullmatch(text.strip())
    if not match:
        raise error(f"{where}: {_shown(text)} is not a date; write it as YYYY-MM-DD, such as 2022-03-16")
    day, time, zone = match.groups()
    try:
        found = date.fromisoformat(day)
    except ValueError as cause:
        raise error(f"{where}: there is no day {day}; correct it, as YYYY-MM-DD") from cause
    if time:
        try:
            datetime.fromisoformat(f"{day}T{time}{(zone or '').upper()}")
        except ValueError as cause:
            raise error(
                f"{where}: {_shown(text)} has no such time of day; write only the day, as YYYY-MM-DD"
            ) from cause
    return found


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 40 else text[:39] + "…") if not text.isprintable() else f"{text[:40]!r}"

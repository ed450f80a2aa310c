"""Time expressions → days, counted from the day of publication.

Source: TimeML annotation guidelines 1.2.1, section 2.2 (what counts as a time expression and what it covers).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from dateutil.relativedelta import relativedelta


class Tense(Enum):
    """The direction in which a bare "Monday" or "November" is sought."""

    PAST = "past"
    PRESENT = "present"
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class Days:
    """Inclusive bounds; None where open or unknown."""

    first: date | None
    last: date | None


UNKNOWN = Days(None, None)

_WEEKDAYS = {name.casefold(): i for i, name in enumerate(calendar.day_name)}
_WEEKDAYS |= {name[:3]: i for name, i in list(_WEEKDAYS.items())} | {"tues": 1, "thur": 3, "thurs": 3}
_MONTHS = {name.casefold(): i for i, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: i for name, i in list(_MONTHS.items())} | {"sept": 9}
_COUNTS = "one two three four five six seven eight nine ten eleven twelve".split()
_NUMBERS = {word: i for i, word in enumerate(_COUNTS, start=1)} | {"a": 1, "an": 1, "couple of": 2, "a couple of": 2}

_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)"
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_WEEKDAY = r"(?P<weekday>" + "|".join(sorted(_WEEKDAYS, key=len, reverse=True)) + r")\.?"
_COUNT = r"(?P<count>\d{1,3}|" + "|".join(sorted(map(re.escape, _NUMBERS), key=len, reverse=True)) + r")"
_UNIT = r"(?P<unit>day|week|month|year|decade)s?"
_WHICH = r"(?P<which>last|this|next|past|coming|previous|current|same|following)"

_NOISE = re.compile(
    r"""^(?:(?:on|in|at|during|over|of|for|the|about|around|roughly|early|late|mid|earlier\ in|later\ in|back\ in|as\ of|
        beginning\ of|end\ of|start\ of|morning\ of|evening\ of|eve\ of|night\ of)[\s-]+)+""",
    re.VERBOSE,
)
_TAIL = re.compile(r"\s+(?:morning|afternoon|evening|night|local time|at dawn)$")


def resolve_when(expression: str, published: date | None, tense: Tense) -> Days:
    """The days that a time expression covers, counted from the day of publication.

    Bounds are inclusive; both are None when the expression cannot be resolved ("recently", or "Monday" with no
    publication day). "Since 2014" has no last day, "until Friday" no first.

    >>> when = resolve_when("on Monday", date(2022, 3, 16), Tense.PAST)
    >>> when.first.isoformat(), when.last.isoformat()
    ('2022-03-14', '2022-03-14')
    >>> resolve_when("since 2014", date(2022, 3, 16), Tense.PAST)
    Days(first=datetime.date(2014, 1, 1), last=None)
    """
    text = " ".join(expression.casefold().replace(",", " ").split())
    for word, bound in (
        ("since ", "first"),
        ("by ", "last"),
        ("until ", "last"),
        ("till ", "last"),
        ("through ", "last"),
    ):
        if text.startswith(word):
            days = resolve_when(text[len(word) :], published, Tense.PAST if bound == "first" else Tense.FUTURE)
            return Days(days.first, None) if bound == "first" else Days(None, days.last)
    ends = re.fullmatch(r"(?:from|between) (.+?) (?:to|and|until) (.+)", text)
    if ends:
        return _from_to(ends.group(1), ends.group(2), published, tense)
    text = _TAIL.sub("", _NOISE.sub("", text))
    for pattern, rule in _RULES:
        found = pattern.fullmatch(text)
        if found:
            try:
                return rule(found, published, tense)
            except (ValueError, OverflowError):
                return UNKNOWN
    return UNKNOWN


def _from_to(start: str, end: str, published: date | None, tense: Tense) -> Days:
    last = resolve_when(end, published, tense)
    first = resolve_when(start, published, tense)
    if last.first is not None and re.fullmatch(_MONTH + r"(?: " + _DAY + r")?", start):
        first = resolve_when(start, last.first, Tense.PAST)
    if first.first is not None and last.last is not None and first.first > last.last:
        return UNKNOWN
    return Days(first.first, last.last)


_Match = re.Match[str]


def _iso(found: _Match, published: date | None, tense: Tense) -> Days:
    day = date.fromisoformat(found.group())
    return Days(day, day)


def _full_date(found: _Match, published: date | None, tense: Tense) -> Days:
    day = date(int(found["year"]), _MONTHS[found["month"]], int(found["day"]))
    return Days(day, day)


def _day_of_month(found: _Match, published: date | None, tense: Tense) -> Days:
    if published is None:
        return UNKNOWN
    month, number = _MONTHS[found["month"]], int(found["day"])
    years = [
        year for year in range(published.year - 4, published.year + 5) if number <= calendar.monthrange(year, month)[1]
    ]
    days = [date(year, month, number) for year in years]
    if tense is Tense.FUTURE:
        day = next(d for d in days if d >= published)
    else:
        day = next(d for d in reversed(days) if d <= published + timedelta(days=1))
    return Days(day, day)


def _month_days(year: int, month: int) -> Days:
    return Days(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _month_of_year(found: _Match, published: date | None, tense: Tense) -> Days:
    return _month_days(int(found["year"]), _MONTHS[found["month"]])


def _month_of_which_year(found: _Match, published: date | None, tense: Tense) -> Days:
    if published is None:
        return UNKNOWN
    return _month_days(published.year + _step(found["which"]), _MONTHS[found["month"]])


def _bare_month(found: _Match, published: date | None, tense: Tense) -> Days:
    if published is None:
        return UNKNOWN
    month = _MONTHS[found["month"]]
    which = found["which"]
    if which in ("next", "coming"):
        tense = Tense.FUTURE
    later = month > published.month if tense is not Tense.FUTURE else month < published.month
    shift = (-1 if tense is not Tense.FUTURE else 1) if later else 0
    if which in ("last", "past", "previous") and month == published.month:
        shift = -1
    return _month_days(published.year + shift, month)


def _whole_year(found: _Match, published: date | None, tense: Tense) -> Days:
    return Days(date(int(found["year"]), 1, 1), date(int(found["year"]), 12, 31))


def _decade(found: _Match, published: date | None, tense: Tense) -> Days:
    year = int(found["year"])
    return Days(date(year, 1, 1), date(year + 9, 12, 31))


def _near_day(found: _Match, published: date | None, tense: Tense) -> Days:
    if published is None:
        return UNKNOWN
    shift = {
        "yesterday": -1,
        "tomorrow": 1,
        "the day before yesterday": -2,
        "day before yesterday": -2,
        "day after tomorrow": 2,
    }
    day = published + timedelta(days=shift.get(found.group(), 0))
    if found.group() in ("last night", "overnight"):
        return Days(
            published - timedelta(days=1), published if found.group() == "overnight" else published - timedelta(days=1)
        )
    return Days(day, day)


def _weekday(found: _Match, published: date | None, tense: Tense) -> Days:
    if published is None:
        return UNKNOWN
    number, which = _WEEKDAYS[found["weekday"]], found["which"]
    if which in ("next", "coming") or (which is None and tense is Tense.FUTURE):
        ahead = (number - published.weekday()) % 7
        day = published + timedelta(days=ahead or (7 if which else 0))
    elif which == "this":
        day = published - timedelta(days=published.weekday()) + timedelta(days=number)
    else:
        back = (published.weekday() - number) % 7
        day = published - timedelta(days=back or (7 if which in ("last", "past") else 0))
    return Days(day, day)


def _step(which: str | None) -> int:
    return {"last": -1, "previous": -1, "past": -1, "next": 1, "coming": 1, "following": 1}.get(which or "this", 0)


def _which_unit(found: _Match, published: date | None, tense: Tense) -> Days:
    """ "last week", "this month", "next year"; "the past year" is the year up to now."""
    if published is None:
        return UNKNOWN
    unit, which = found["unit2"], found["which"]
    if which == "past" or which == "coming":
        edge = _span(7, "day") if unit == "weekend" else _span(1, unit)
        return Days(published - edge, published) if which == "past" else Days(published, published + edge)
    step = _step(which)
    if unit in ("week", "weekend"):
        monday = published - timedelta(days=published.weekday()) + timedelta(weeks=step)
        return Days(monday + timedelta(days=5 if unit == "weekend" else 0), monday + timedelta(days=6))
    if unit == "month":
        middle = published.replace(day=1) + relativedelta(months=step)
        return _month_days(middle.year, middle.month)
    if unit == "year":
        return Days(date(published.year + step, 1, 1), date(published.year + step, 12, 31))
    decade = published.year // 10 * 10 + 10 * step
    return Days(date(decade, 1, 1), date(decade + 9, 12, 31))


def _part_of_unit(found: _Match, published: date | None, tense: Tense) -> Days:
    """ "earlier this week" ends on the day of publication, "later this month" begins there."""
    if published is None:
        return UNKNOWN
    whole = resolve_when("this " + found["unit2"], published, tense)
    return Days(whole.first, published) if found["part"] == "earlier" else Days(published, whole.last)


def _count(found: _Match) -> int:
    text = found["count"]
    return int(text) if text.isdigit() else _NUMBERS[text]


def _ago(found: _Match, published: date | None, tense: Tense) -> Days:
    """Days ago are counted; weeks, months and years ago cover that week, month or year."""
    if published is None:
        return UNKNOWN
    return _around(published, -_count(found), found["unit"])


def _ahead(found: _Match, published: date | None, tense: Tense) -> Days:
    if published is None or tense is not Tense.FUTURE:
        return UNKNOWN
    return _around(published, _count(found), found["unit"])


def _around(published: date, count: int, unit: str) -> Days:
    day = published + _span(count, unit)
    if unit == "day":
        return Days(day, day)
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return Days(monday, monday + timedelta(days=6))
    return _month_days(day.year, day.month) if unit == "month" else Days(date(day.year, 1, 1), date(day.year, 12, 31))


def _span(count: int, unit: str) -> relativedelta:
    if unit == "day":
        return relativedelta(days=count)
    if unit == "week":
        return relativedelta(weeks=count)
    return (
        relativedelta(months=count) if unit == "month" else relativedelta(years=count * (10 if unit == "decade" else 1))
    )


def _past_count(found: _Match, published: date | None, tense: Tense) -> Days:
    if published is None:
        return UNKNOWN
    count, unit = _count(found), found["unit"]
    edge = _span(count, unit)
    return (
        Days(published - edge, published)
        if found["which"] in ("last", "past", "previous")
        else Days(published, published + edge)
    )


_Rule = Callable[[_Match, date | None, Tense], Days]
_RULES: tuple[tuple[re.Pattern[str], _Rule], ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (r"\d{4}-\d\d-\d\d", _iso),
        (rf"(?:{_WEEKDAY} )?{_MONTH} {_DAY} {_YEAR}", _full_date),
        (rf"(?:{_WEEKDAY} )?{_DAY}(?: of)? {_MONTH} {_YEAR}", _full_date),
        (rf"(?:{_WEEKDAY} )?{_MONTH} {_DAY}", _day_of_month),
        (rf"(?:{_WEEKDAY} )?(?:the )?{_DAY}(?: of)? {_MONTH}", _day_of_month),
        (rf"{_MONTH}(?: of)? {_YEAR}", _month_of_year),
        (rf"{_MONTH}(?: of)? {_WHICH} year", _month_of_which_year),
        (rf"(?:{_WHICH} )?{_MONTH}", _bare_month),
        (rf"(?:year )?{_YEAR}", _whole_year),
        (rf"{_YEAR}s", _decade),
        (
            r"today|now|tonight|this (?:morning|afternoon|evening)|yesterday|tomorrow|(?:day before yesterday|day after tomorrow)",
            _near_day,
        ),
        (r"last night|overnight", _near_day),
        (rf"(?:{_WHICH} )?{_WEEKDAY}", _weekday),
        (rf"{_WEEKDAY} (?P<which>last|next) week", _weekday),
        (rf"{_WHICH} (?P<unit2>weekend|week|month|year|decade)", _which_unit),
        (r"(?P<part>earlier|later) this (?P<unit2>week|month|year|decade)", _part_of_unit),
        (rf"{_COUNT} {_UNIT} (?:ago|earlier|before)", _ago),
        (rf"{_COUNT} {_UNIT}(?: from now)?", _ahead),
        (rf"(?P<which>last|past|previous|next|coming) {_COUNT} {_UNIT}", _past_count),
    )
)

"""Time expressions."""

from __future__ import annotations

from datetime import date

import pytest

from kg.dates import UNKNOWN, Tense, resolve_when

WEDNESDAY = date(2022, 3, 16)

CASES = [
    ("today", Tense.PAST, "2022-03-16", "2022-03-16"),
    ("yesterday", Tense.PAST, "2022-03-15", "2022-03-15"),
    ("tomorrow", Tense.FUTURE, "2022-03-17", "2022-03-17"),
    ("Monday", Tense.PAST, "2022-03-14", "2022-03-14"),
    ("Monday", Tense.FUTURE, "2022-03-21", "2022-03-21"),
    ("Wednesday", Tense.PAST, "2022-03-16", "2022-03-16"),
    ("last Wednesday", Tense.PAST, "2022-03-09", "2022-03-09"),
    ("next Friday", Tense.FUTURE, "2022-03-18", "2022-03-18"),
    ("this week", Tense.PAST, "2022-03-14", "2022-03-20"),
    ("earlier this week", Tense.PAST, "2022-03-14", "2022-03-16"),
    ("later this month", Tense.FUTURE, "2022-03-16", "2022-03-31"),
    ("last month", Tense.PAST, "2022-02-01", "2022-02-28"),
    ("next year", Tense.FUTURE, "2023-01-01", "2023-12-31"),
    ("the past year", Tense.PAST, "2021-03-16", "2022-03-16"),
    ("the last three months", Tense.PAST, "2021-12-16", "2022-03-16"),
    ("In November", Tense.PAST, "2021-11-01", "2021-11-30"),
    ("in November", Tense.FUTURE, "2022-11-01", "2022-11-30"),
    ("January last year", Tense.PAST, "2021-01-01", "2021-01-31"),
    ("March 2014", Tense.PAST, "2014-03-01", "2014-03-31"),
    ("10 April", Tense.PAST, "2021-04-10", "2021-04-10"),
    ("April 10th, 2019", Tense.PAST, "2019-04-10", "2019-04-10"),
    ("Tuesday, 8 March 2022", Tense.PAST, "2022-03-08", "2022-03-08"),
    ("2022-02-24", Tense.PAST, "2022-02-24", "2022-02-24"),
    ("2014", Tense.PAST, "2014-01-01", "2014-12-31"),
    ("the 1990s", Tense.PAST, "1990-01-01", "1999-12-31"),
    ("two days ago", Tense.PAST, "2022-03-14", "2022-03-14"),
    ("two weeks ago", Tense.PAST, "2022-02-28", "2022-03-06"),
    ("five years ago", Tense.PAST, "2017-01-01", "2017-12-31"),
    ("since 2014", Tense.PAST, "2014-01-01", None),
    ("until Friday", Tense.FUTURE, None, "2022-03-18"),
    ("from 3 March to 5 March", Tense.PAST, "2022-03-03", "2022-03-05"),
    ("between 2003 and 2011", Tense.PAST, "2003-01-01", "2011-12-31"),
    ("recently", Tense.PAST, None, None),
    ("February 30, 2021", Tense.PAST, None, None),
    ("three days", Tense.PAST, None, None),
]


@pytest.mark.parametrize(("expression", "tense", "first", "last"), CASES, ids=[f"{c[0]}-{c[1].value}" for c in CASES])
def test_an_expression_covers_its_days(expression: str, tense: Tense, first: str | None, last: str | None) -> None:
    """An expression covers the days it means on Wednesday 16 March 2022, in the direction of its tense."""
    days = resolve_when(expression, WEDNESDAY, tense)
    assert (days.first and days.first.isoformat(), days.last and days.last.isoformat()) == (first, last)


def test_all_cases_are_collected() -> None:
    """None of the cases is lost."""
    assert len(CASES) == 35


@pytest.mark.parametrize("expression", ["Monday", "yesterday", "last week", "in November", "two days ago"])
def test_nothing_is_guessed_without_a_publication_day(expression: str) -> None:
    """A relative expression resolves to nothing when the day of publication is unknown."""
    assert resolve_when(expression, None, Tense.PAST) == UNKNOWN


def test_the_29th_of_february_is_found_in_a_leap_year() -> None:
    """A day that few years have is sought in those that have it."""
    assert resolve_when("February 29", date(2022, 3, 16), Tense.PAST).first == date(2020, 2, 29)

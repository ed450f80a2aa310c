"""Classes of office titles."""

from __future__ import annotations

import doctest

import pytest

import kg.entities.offices
from kg.entities.offices import OfficeNames, Title
from kg.errors import DataError
from kg.resources import data_path


@pytest.fixture(scope="module")
def offices() -> OfficeNames:
    return OfficeNames.load()


def test_doctests() -> None:
    """The examples in the docstrings are true."""
    failed, attempted = doctest.testmod(kg.entities.offices)
    assert failed == 0 and attempted >= 4


CASES = [
    ("president", None, "head-of-state"),
    ("Prime Minister", "ITA", "head-of-government"),
    ("chancellor", "DEU", "head-of-government"),
    ("chancellor", "GBR", "finance-minister"),
    ("Chancellor of the Exchequer", "GBR", "finance-minister"),
    ("Secretary of State", "USA", "foreign-minister"),
    ("secretary of state", None, "foreign-minister"),
    ("Secretary of State", "AUT", "deputy-minister"),
    ("Secretary of State for Defence", "GBR", "defence-minister"),
    ("Secretary of State of Georgia", "USA", "official"),
    ("Secretary of Defense", "USA", "defence-minister"),
    ("defence secretary", "GBR", "defence-minister"),
    ("Foreign Secretary", "GBR", "foreign-minister"),
    ("external affairs minister", "IND", "foreign-minister"),
    ("Minister for Europe and Foreign Affairs", "FRA", "foreign-minister"),
    ("Chinese foreign minister", "CHN", "foreign-minister"),
    ("former Chinese foreign minister", "CHN", "foreign-minister"),
    ("vice foreign minister", "CHN", "deputy-minister"),
    ("Deputy Minister of Finance", "POL", "deputy-minister"),
    ("deputy prime minister", "RUS", "deputy-head-of-government"),
    ("Minister of Foreign Trade", "CUB", "trade-minister"),
    ("minister of agriculture", "FIN", "other-minister"),
    ("Minister of Defence Industry", "AZE", "other-minister"),
    ("Secretary of the Interior", "USA", "other-minister"),
    ("home secretary", "GBR", "interior-minister"),
    ("taoiseach", "IRL", "head-of-government"),
    ("supreme leader", "IRN", "head-of-state"),
    ("national security adviser", "USA", "national-security-adviser"),
    ("Ambassador to the United Nations", "USA", "ambassador"),
    ("special envoy", None, "special-envoy"),
    ("President of Italy", "ITA", "head-of-state"),
    ("President of Sicily", "ITA", "governor"),
    ("Head of the Sakha Republic", "RUS", "governor"),
    ("President of the Senate", "FRA", "speaker"),
    ("President of the Supreme Court", "ISR", "judge"),
    ("President of the European Commission", None, "head-of-organisation"),
    ("UN Secretary-General", None, "un-secretary-general"),
    ("Governor of the Central Bank", "TUR", "central-bank-governor"),
    ("Governor of Odessa Oblast", "UKR", "governor"),
    ("Kremlin spokesman", "RUS", "spokesperson"),
    ("emir", "QAT", "monarch"),
    ("Principal Secretary to the Prime Minister", "IND", None),
    ("goalkeeper", None, None),
    ("", None, None),
]


@pytest.mark.parametrize(
    ("title", "country", "expected"), CASES, ids=[f"{title} {country}" for title, country, _ in CASES]
)
def test_classify(offices: OfficeNames, title: str, country: str | None, expected: str | None) -> None:
    """A title has the class that its country gives it."""
    found = offices.classify(title, country)
    assert (found and found[0]) == expected


def test_sectors(offices: OfficeNames) -> None:
    """A class comes with the sector of those who hold it."""
    assert offices.classify("chief of the general staff", "RUS") == ("army-chief", "MIL")
    assert offices.classify("leader of the opposition", "GBR") == ("opposition-leader", "OPP")
    assert offices.classify("NATO secretary-general", None) == ("head-of-organisation", "IGO")


def test_table_is_distinct() -> None:
    """No title is listed twice for one country, and each row has a class and a source."""
    titles = OfficeNames.titles(data_path("seeds", "gazetteer", "offices.tsv"))
    assert len(titles) >= 900
    assert len({(row.title, row.country) for row in titles}) == len(titles)
    assert all(row.title == row.title.lower() and row.office_class for row in titles)


def test_own_table() -> None:
    """Any table of titles can be given."""
    offices = OfficeNames([Title("doge", "", "head-of-state", "GOV")])
    assert offices.classify("the new doge", None) == ("head-of-state", "GOV")


def test_missing_table(tmp_path: object) -> None:
    """A missing table is an error that names the file."""
    with pytest.raises(DataError, match=r"nowhere/offices\.tsv"):
        OfficeNames.load(data_path("seeds") / "nowhere" / "offices.tsv")

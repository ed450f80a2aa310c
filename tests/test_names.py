"""Folding of names."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg.entities.names
from kg.entities.names import fold_name, is_acronym, name_key, name_tokens, surname_of, without_particles


def test_doctests() -> None:
    """The examples in the docstrings are true."""
    failed, attempted = doctest.testmod(kg.entities.names)
    assert failed == 0 and attempted >= 10


@pytest.mark.parametrize(
    ("written", "key"),
    [
        pytest.param("U.S.", "us", id="dots in an acronym"),
        pytest.param("U. S.", "us", id="spaced acronym"),
        pytest.param("China's", "china", id="possessive"),
        pytest.param("the United States’", "the united states", id="plural possessive"),
        pytest.param("Recep Tayyip Erdoğan", "recep tayyip erdogan", id="accent"),
        pytest.param("Radosław Sikorski", "radoslaw sikorski", id="barred l"),
        pytest.param("Gideon Sa'ar", "gideon saar", id="apostrophe"),
        pytest.param("Amir–Abdollahian", "amir abdollahian", id="dash"),
        pytest.param("  St.  Lucia ", "st lucia", id="spaces"),
        pytest.param("Straße", "strasse", id="sharp s"),
        pytest.param("", "", id="empty"),
    ],
)
def test_fold(written: str, key: str) -> None:
    """Spellings of one name have one key."""
    assert fold_name(written) == key


@given(st.text())
def test_folding_settles(text: str) -> None:
    """The words of a key are parted by single spaces and hold nothing but letters and digits."""
    assert all(token.isalnum() or not token.isascii() for token in name_tokens(text))
    assert fold_name(text) == " ".join(name_tokens(text))


def test_leading_article() -> None:
    """A leading "the" does not tell names apart, but stays when it is all there is."""
    assert (name_key("The Kremlin"), name_key("the"), name_key("Theresa May")) == ("kremlin", "the", "theresa may")


@pytest.mark.parametrize(
    ("name", "country", "surname"),
    [
        ("Vladimir Putin", "RUS", "putin"),
        ("Mohammed bin Salman", "SAU", "bin salman"),
        ("Luiz Inácio Lula da Silva", "BRA", "da silva"),
        ("Xi Jinping", "CHN", "xi"),
        ("Yang Jiechi", "CHN", "yang"),
        ("Kim Jong-un", "PRK", "kim"),
        ("Fumio Kishida", "JPN", "kishida"),
        ("Viktor Orbán", "HUN", "orban"),
        ("Martin Luther King Jr.", "USA", "king"),
        ("Modi", None, "modi"),
        ("", None, ""),
    ],
)
def test_surname(name: str, country: str | None, surname: str) -> None:
    """The surname has its particles, and comes first where Wikidata writes it first."""
    assert surname_of(name, country) == surname


def test_acronyms() -> None:
    """Only capitals make an acronym."""
    assert [is_acronym(text) for text in ("US", "U.N.", "us", "Us", "United")] == [True, True, False, False, False]
    assert without_particles("bin salman") == "salman"

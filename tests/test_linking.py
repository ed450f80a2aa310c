"""Who is meant: what speaks for and against a candidate, and which words are no name of a place or person."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Found

Read = Callable[..., Found]

MEANT = [
    ("office and day", "President Kirchner spoke in Mendoza.", "2005-08-10", "Kirchner", "Q170899"),
    ("the same office on another day", "President Kirchner spoke in Mendoza.", "2012-01-04", "Kirchner", "Q40649"),
    ("former, and not in office", "Former President Kirchner fished in Ushuaia.", "2009-01-04", "Kirchner", "Q170899"),
    ("country of the office", "King Abdullah opened a dam in Jordan.", "2010-08-18", "Abdullah", "Q57464"),
    ("a title makes a place a person", "President Lagos opened the port in Chile.", "2003-10-11", "Lagos", "Q331"),
    ("hyphens do not count", "President Ahmadi-Nejad flew home to Iran.", "2008-06-12", "Ahmadi-Nejad", "Q34448"),
    ("the name and the father's", "Sheikh Tamim bin Hamad, the emir of Qatar, flew home.", "2019-11-06",
     "Tamim bin Hamad", "Q1855372"),
    ("a king's given name", "King Harald opened a bridge in Norway.", "2014-09-10", "Harald", "Q57287"),
    ("the age fits", "Emmanuel Macron, 44, voted in Le Touquet.", "2022-04-10", "Emmanuel Macron", "Q3052772"),
    ("a place in its country", "The train left Lille, France, at noon.", "2022-04-10", "Lille, France", "Q648"),
]  # fmt: skip

NOT_MEANT = [
    ("another age", "Emmanuel Macron, 19, won a swimming race in Le Touquet.", "2022-04-10", "Emmanuel Macron"),
    ("an age at which nobody holds office", "Nelson Mandela, 21, repairs clocks in Turku.", "2004-04-19",
     "Nelson Mandela"),
    ("a trade", "Viktor Orban, a plumber from Turku, found a coin.", "2015-02-10", "Viktor Orban"),
    ("years before the birth", "Captain James Cleverly sailed in 1801 and 1803.", None, "James Cleverly"),
    ("a place said to be elsewhere", "She moved to Verona, Wisconsin, in May.", "2022-04-10", "Verona, Wisconsin"),
    ("another number on the throne", "King Harald III was buried in Turku.", "2023-05-06", "Harald III"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "day", "name", "qid"), MEANT, ids=[m[0] for m in MEANT])
def test_meant(why: str, text: str, day: str, name: str, qid: str, read: Read) -> None:
    """Office, day, country, age and spelling tell who is meant."""
    assert read(text, day).qid(name) == qid


@pytest.mark.parametrize(("why", "text", "day", "name"), NOT_MEANT, ids=[m[0] for m in NOT_MEANT])
def test_not_meant(why: str, text: str, day: str | None, name: str, read: Read) -> None:
    """Who bears the name of somebody known and cannot be them is not linked."""
    assert read(text, day).qid(name) is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("She sang at the fairs of Spain 1992 and Portugal 1998.", "Spain"),
        ("The match against SC Dinamo Batumi was lost.", "Batumi"),
    ],
    ids=["a tour's year", "a club's name"],
)
def test_not_the_place(text: str, place: str, read: Read) -> None:
    """What is named after a place is not the place."""
    assert not [m for m in read(text).record.mentions if m.text == place]


def test_short_surnames_are_people_again(read: Read) -> None:
    """A surname that the recogniser passes over is found where the full name stood before."""
    found = read("Trade envoy Yu Min-ja spoke first for South Korea. Yu left at noon.", "2018-09-30")
    assert found.named("Yu") == found.named("Yu Min-ja")


DESCRIBED = [
    ("leader", "Alan García met Sebastián Piñera. The Chilean leader praised Peru.", "2010-08-15",
     "The Chilean leader", "Sebastián Piñera"),
    ("capital", "Felipe Calderón landed in Lima. Reporters left the Peruvian capital at noon.", "2010-08-15",
     "the Peruvian capital", "Lima"),
    ("court", "Norway wrote to the International Criminal Court. The court condemned the letter.",
     "2008-08-15", "The court", "International Criminal Court"),
    ("country", "Malta closed its ports. The country banned flights.", "2008-08-15", "The country", "Malta"),
    ("office", "Mark Rutte praised Greece. The prime minister condemned the riots.", "2014-06-01",
     "The prime minister", "Mark Rutte"),
    ("whole title", "Rex Tillerson flew to Manila. The US secretary of state condemned the raid.", "2017-08-07",
     "The US secretary of state", "Rex Tillerson"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "text", "day", "words", "name"), DESCRIBED, ids=[d[0] for d in DESCRIBED])
def test_described(what: str, text: str, day: str, words: str, name: str, read: Read) -> None:
    """A description means whoever was named before and is what it says."""
    assert read(text, day).named(words).name == name


def test_whose_country_it_is(read: Read) -> None:
    """ "His country" is that of whoever "his" means, though it is the first thing named."""
    found = read("Kenyan President William Ruto left Uganda. He praised the peace in his country.", "2023-03-02")
    assert found.named("his country").wikidata == "Q114"


def test_an_office_without_days_is_held_on_none() -> None:
    """A term of which no day is known says nothing of any day."""
    from datetime import date

    from kg.entities.gazetteer import Term
    from kg.entities.linking import _covers

    day = date(2020, 1, 1)
    assert not _covers(Term("Q1", "President", "head-of-state", None, "FRA", None, None, None), day)
    assert _covers(Term("Q1", "President", "head-of-state", None, "FRA", date(2019, 1, 1), None, None), day)


def test_those_who_share_words_stay_two() -> None:
    """Of "Thai and Lao envoys" each country's are an entity of their own, with an IRI of its own."""
    from kg.graph.mapper import entity_iri_of
    from kg.model import Article, Entity, MadeBy, Record

    entities = tuple(
        Entity(f"e{n}", "envoys", False, "person", c, "GOV") for n, c in enumerate(("THA", "LAO"), start=1)
    )
    record = Record(Article("a", "Thai and Lao envoys left."), MadeBy("0", "m", "l", "g"), (), entities, (), ())
    assert len({entity_iri_of(record)(entity) for entity in entities}) == 2


def test_a_gender_once_told_stays(read: Read) -> None:
    """Whom "she" meant "he" does not mean."""
    text = "Kim Harlow sued Dana Reyes in May. Harlow said she was tired. Reyes left, and he praised Kenya."
    found = read(text)
    assert found.named("she").name == "Kim Harlow" and found.named("he").name == "Dana Reyes"


STATED = [
    ("title with a phrase", "US Secretary of State John Kerry called for restraint.", "Secretary of State", "USA"),
    ("body's title", "UN High Commissioner for Refugees Filippo Grandi visited Chad.", "High Commissioner for Refugees", None),
    ("appointed", "Mary Kamau was elected president of Kenya.", "president of Kenya", "KEN"),
    ("appointed by", "The king appointed Ali Zaur as prime minister.", "prime minister", None),
    ("took office", "Yoon Suk-yeol took office as president of South Korea in May 2022.", "president of South Korea", "KOR"),
    ("sent", "Andriy Melnyk, the Ukrainian ambassador to Germany, apologised.", "ambassador to Germany", "UKR"),
    ("sent for", "Kofi Annan was appointed special envoy for Syria.", "special envoy for Syria", None),
]  # fmt: skip


@pytest.mark.parametrize(("how", "text", "office", "country"), STATED, ids=[s[0] for s in STATED])
def test_stated_offices(how: str, text: str, office: str, country: str | None, read: Read) -> None:
    """An office that the text gives becomes a statement, with the country that it is of."""
    [statement] = read(text, "2022-05-12").record.statements
    assert (statement.office, statement.country) == (office, country)


def test_days_of_offices(read: Read) -> None:
    """Taking an office dates its first day, leaving it its last."""
    [taken] = read("Tan Wei Ling became foreign minister on Monday.", "2022-05-12").record.statements
    [left] = read("Tan Wei Ling resigned as foreign minister on Monday.", "2022-05-12").record.statements
    assert (str(taken.first), taken.last, left.first, str(left.last)) == ("2022-05-09", None, None, "2022-05-09")


def test_who_is_behind_a_long_title(read: Read) -> None:
    """The parser takes the title for the subject; the bearer acts."""
    found = read("UN High Commissioner for Refugees Filippo Grandi condemned Chad.")
    assert found.told() == [("ACCUSE", "reported", ("Filippo Grandi",), ("Chad",))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The army and its spokesman, Sylvain Ekenge, denied it.", "Sylvain Ekenge"),
        ("Olavo Setubal, the foreign minister, left.", "Olavo Setubal"),
    ],
)
def test_who_is_called_a_person_is_one(text: str, name: str, read: Read) -> None:
    """A noun for a person beside an unknown name outweighs what the recogniser takes it for."""
    assert read(text).named(name).type == "person"


def test_the_only_two_named_are_the_two(read: Read) -> None:
    """ "The two leaders" means the only two people named shortly before, though not named together."""
    found = read("Rabin met Arafat in Cairo. Talks went on for hours. The two leaders signed a treaty.")
    [signed] = [e for e in found.events if e.reports[0].trigger.text.startswith("signed")]
    assert {found.name(p.entity) for p in signed.roles if p.role == "actor"} == {"Rabin", "Arafat"}


def test_a_known_gender_counts_more_than_the_subject(read: Read) -> None:
    """Whoever is known to be a woman is "she", before somebody of whom it is not known."""
    found = read("Robin Quist met Theresa May in London. She condemned Russia.", "2017-03-02")
    assert found.named("She").name == "Theresa May"

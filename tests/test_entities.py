"""Mentions, coreference, offices and links, on short texts of our own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.entities.gazetteer import Entry, NameMatch
from kg.entities.movements import load_movements
from kg.errors import DataError
from tests.conftest import Found

Read = Callable[..., Found]

LINKS = [
    ("Beijing condemned the sanctions.", "Beijing", "Q956"),
    ("The Kremlin condemned the sanctions.", "Kremlin", "Q133274"),
    ("Chinese diplomats left.", "Chinese", "Q148"),
    ("US-China talks failed.", "US", "Q30"),
    ("Volodymyr Zelenskyy spoke in Kyiv.", "Volodymyr Zelenskyy", "Q3874799"),
    ("Volodymyr Zelensky spoke in Kyiv.", "Volodymyr Zelensky", "Q3874799"),
    ("Egyptian President Abdel Fattah el-Sissi spoke.", "Abdel Fattah el-Sissi", "Q307871"),
    ("King Charles III spoke in London.", "Charles III", "Q43274"),
    ("Israeli troops entered Gaza.", "Gaza", "Q39760"),
    ("The World Food Program airlifted rice.", "World Food Program", "Q204344"),
    ("President Xi Jinpings visit began.", "Xi Jinpings", "Q15031"),
    ("NATO welcomed the decision.", "NATO", "Q7184"),
    ("The U.N. Security Council met.", "U.N. Security Council", "Q37470"),
    ("The State Department said that talks had begun.", "State Department", "Q789915"),
]


@pytest.mark.parametrize(("text", "words", "qid"), LINKS, ids=[w for _, w, _ in LINKS])
def test_a_name_is_linked(read: Read, text: str, words: str, qid: str) -> None:
    """A name is linked to the item it stands for, in whatever form it is written."""
    assert read(text).qid(words) == qid


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Emily Horne, an envoy, spoke.", "Emily Horne"),
        ("Senator Marco Rubio is a Republican from Florida.", "Florida"),
        ("Luigi Mattiolo, an adviser, met Sullivan.", "Luigi Mattiolo"),
    ],
)
def test_what_is_not_known_stays_unlinked(read: Read, text: str, words: str) -> None:
    """An unknown name is not linked by its surname, nor a state to the football club named after it."""
    assert read(text).qid(words) is None


def test_the_pronoun_is_no_country(read: Read) -> None:
    """ "us" is not "US"."""
    found = read("They told us that Britain had left.")
    assert "us" not in [m.text for m in found.record.mentions if found.record.entity(m.entity).wikidata == "Q30"]


def test_an_office_is_read_with_the_articles_date(read: Read) -> None:
    """ "The US secretary of state" is the one of the day of publication."""
    text = "U.S. Secretary of State {} met the Russian foreign minister, Sergei Lavrov, in Geneva."
    assert read(text.format("Antony Blinken"), "2022-01-21").qid("Antony Blinken") == "Q7821917"
    assert read(text.format("John Kerry"), "2013-09-14").qid("John Kerry") == "Q22316"


def test_an_office_alone_names_its_holder(read: Read) -> None:
    """ "The US secretary of state" without a name is who held the office on the day; a former one is nobody in particular."""
    text = "The {}US secretary of state visited Kyiv on Monday."
    for day, qid in (("2022-04-25", "Q7821917"), ("2014-03-04", "Q22316")):
        found = read(text.format(""), day)
        assert [e.wikidata for e in found.entities if e.type == "person"] == [qid]
    assert [e.wikidata for e in read(text.format("former "), "2022-04-25").entities if e.type == "person"] == [None]


@pytest.mark.parametrize(
    ("text", "name", "sector"),
    [
        ("Boko Haram attacked Maiduguri.", "Boko Haram", "REB"),
        ("The Afghan Taliban rejected the offer.", "Taliban", "REB"),
        ("Al-Shabab has left Kismayo.", "al-Shabaab", "REB"),
        ("Houthi missiles hit a tanker.", "Houthis", "REB"),
        ("Colombia freed members of the FARC.", "Revolutionary Armed Forces of Colombia", "REB"),
        ("The Sinaloa cartel killed a judge.", "Sinaloa Cartel", "CRM"),
        ("House Republicans rejected the bill.", "Republicans", "PTY"),
        ("HRW criticised Peru.", "Human Rights Watch", "NGO"),
    ],
)
def test_armed_movements_are_bodies_without_a_link(read: Read, text: str, name: str, sector: str) -> None:
    """A movement has its sector and one name however it is called, though the gazetteer has no item of it."""
    [movement] = [e for e in read(text).entities if e.name == name]
    assert (movement.type, movement.sector, movement.wikidata) == ("organisation", sector, None)


def test_a_known_name_that_a_longer_one_begins_with_is_not_meant(read: Read) -> None:
    """Sheikh Ahmed Yassin is not he whose short name is Sheikh Ahmed; whose own name is short is meant by a longer one."""
    names = [e.name for e in read("Police put Sheikh Ahmed Yassin under house arrest.").entities if e.type == "person"]
    assert "Sheikh Rasheed Ahmed" not in names
    for text, qid in (("Hugo Chávez Frías met Castro.", "Q8440"), ("Sheikh Hasina Wazed met Castro.", "Q52183")):
        assert qid in [e.wikidata for e in read(text).entities]


def test_names_that_go_beyond_a_movement_are_others(read: Read) -> None:
    """A council or a place with a movement's name in it is not the movement."""
    assert "REB" not in {e.sector for e in read("The Free Syrian Army Council met Macron.").entities}


def test_a_movement_of_no_known_sector_is_refused(tmp_path: Path) -> None:
    """The file and line of a wrong row are named."""
    path = tmp_path / "movements.tsv"
    path.write_text("name\taliases\tsector\tsource\nTaliban\t\tREBEL\town\n")
    with pytest.raises(DataError, match=r"^movements\.tsv, line 2: sector 'REBEL' is unknown; sectors: "):
        load_movements(path)


def test_namesakes_that_cannot_be_told_apart_are_not_linked() -> None:
    """Two people who fit equally well leave a name unlinked, with both as candidates."""
    from kg.entities.linking import Evidence, link

    def namesake(qid: str) -> NameMatch:
        entry = Entry(qid, "person", "Eli Cohen", "ISR", None, None, None, None, None, 0.4, "male", "1970", None)
        return NameMatch(entry, "name")

    class Nothing:
        def terms_of(self, qid: str) -> tuple[()]:
            return ()

    evidence = Evidence("person", (namesake("Q1"), namesake("Q2")), "Eli Cohen", (), None, frozenset({"ISR"}))
    decision = link(evidence, Nothing())  # type: ignore[arg-type]
    assert decision.entry is None
    assert [c.wikidata for c in decision.candidates] == ["Q1", "Q2"]
    assert link(Evidence("person", (namesake("Q1"),), "Eli Cohen", (), None, frozenset()), Nothing()).entry  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "words", "qid"),
    [
        ("Narendra Modi spoke. Modi met Vladimir Putin.", "Modi", "Q1058"),
        ("Putin spoke in Moscow.", "Putin", "Q7747"),
        ("Turkish President Tayyip Erdogan spoke.", "Tayyip Erdogan", "Q39259"),
    ],
)
def test_short_forms_of_leaders_names(read: Read, text: str, words: str, qid: str) -> None:
    """A sitting leader's bare surname, and a name with a given name left out, are enough."""
    assert read(text).qid(words) == qid


def test_officials_of_international_bodies_have_no_country(read: Read) -> None:
    """The secretary-general of the United Nations does not act for Portugal."""
    found = read("António Guterres, the U.N. secretary-general, met Vladimir Putin.")
    assert found.named("António Guterres").country is None


def test_a_capital_names_itself_and_acts_for_its_country(read: Read) -> None:
    """The mention "Beijing" is the city; the actor is China."""
    found = read("Beijing condemned the sanctions.")
    assert found.qid("Beijing") == "Q956"
    assert [
        found.record.entity(p.entity).wikidata for e in found.events for p in e.roles if p.role == "actor" and p.entity
    ] == ["Q148"]


def test_a_capital_that_is_a_place_does_not_act(read: Read) -> None:
    """ "In Rome" is where, and Italy takes no part."""
    [event] = read("Sullivan met Yang Jiechi in Rome on Monday.").events
    assert event.where is not None
    assert len([p for p in event.roles if p.role == "actor"]) == 2


def test_short_names_join_full_ones(read: Read) -> None:
    """A surname after the full name, and an acronym after its expansion, are the same one."""
    found = read(
        "Jake Sullivan flew to Rome. Sullivan met Yang Jiechi. Yang left. The European Union agreed. The EU paid."
    )
    for short, full in (("Sullivan", "Jake Sullivan"), ("Yang", "Yang Jiechi"), ("EU", "European Union")):
        assert found.named(short).id == found.named(full).id


def test_bearers_of_one_surname_stay_apart(read: Read) -> None:
    """Two full names with the same surname are two people."""
    found = read("Ali Khan met Omar Khan in Delhi.")
    assert found.named("Ali Khan").id != found.named("Omar Khan").id


OFFICES = [
    ("Italian Prime Minister Mario Draghi spoke.", "Mario Draghi", "Prime Minister", "ITA"),
    ("Jake Sullivan, the US national security adviser, spoke.", "Jake Sullivan", "national security adviser", "USA"),
    ("The president of France, Emmanuel Macron, spoke.", "Emmanuel Macron", "president of France", "FRA"),
    ("Russian Defence Minister Sergei Shoigu spoke.", "Sergei Shoigu", "Defence Minister", "RUS"),
]


@pytest.mark.parametrize(("text", "words", "office", "country"), OFFICES, ids=[o for _, _, o, _ in OFFICES])
def test_a_stated_office_becomes_a_statement(read: Read, text: str, words: str, office: str, country: str) -> None:
    """Titles and appositions give a person an office, with the country where it is said."""
    found = read(text)
    [statement] = found.record.statements
    assert (statement.entity, statement.office, statement.country) == (found.named(words).id, office, country)


def test_an_office_at_an_organisation(read: Read) -> None:
    """The body that an office belongs to is an entity of its own."""
    found = read("The National Security Council met. Ann Reed, NSC spokeswoman, spoke.")
    [statement] = found.record.statements
    assert found.name(statement.organisation) == "National Security Council"


PRONOUNS = [
    ("Sullivan met Yang. He warned China.", "Sullivan"),
    ("Angela Merkel met Vladimir Putin. She praised Ukraine.", "Angela Merkel"),
    ("“We condemn Russia,” Josep Borrell said.", "Josep Borrell"),
]


@pytest.mark.parametrize(("text", "actor"), PRONOUNS, ids=["he", "she", "we"])
def test_a_pronoun_means_its_antecedent(read: Read, text: str, actor: str) -> None:
    """Subjects come first, gender is minded, and "we" in a quotation is the speaker."""
    found = read(text)
    last = found.events[-1]
    assert found.party(last, "actor") == (found.named(actor).name,)


def test_the_two_leaders_are_both(read: Read) -> None:
    """ "The two leaders" are the last two who were named together."""
    found = read("Joe Biden and Xi Jinping spoke on Monday. The two leaders condemned Russia.")
    assert set(found.party(found.events[-1], "actor")) == {"Joe Biden", "Xi Jinping"}


def test_a_description_keeps_country_and_sector(read: Read) -> None:
    """Unnamed participants carry the country and sector that their description tells."""
    found = read("Chinese diplomats condemned Russian troops.")
    [event] = found.events
    actor, recipient = (found.record.entity(p.entity) for p in event.roles if p.entity)
    assert (actor.named, actor.country, actor.sector) == (False, "CHN", "GOV")
    assert (recipient.named, recipient.country, recipient.sector) == (False, "RUS", "MIL")


def test_a_government_is_its_country(read: Read) -> None:
    """ "The Chinese government" is China."""
    found = read("China spoke. The Chinese government condemned Japan.")
    assert found.party(found.events[-1], "actor") == ("China",)


@pytest.mark.parametrize(
    ("text", "words", "country"),
    [
        ("Cypriot and Israeli soldiers met in Rome.", ("soldiers of Cyprus", "soldiers of Israel"), ("CYP", "ISR")),
        ("The navies of China, Russia and Iran met.", ("navies of China", "navies of Russia"), ("CHN", "RUS")),
    ],
)
def test_people_of_several_countries_are_several(
    read: Read, text: str, words: tuple[str, ...], country: tuple[str, ...]
) -> None:
    """A plural with several countries speaks of one party for each."""
    found = {e.name: e.country for e in read(text).entities}
    assert tuple(found[w] for w in words) == country


def test_a_place_and_its_country_are_one_mention(read: Read) -> None:
    """ "Lille, France" is one place; where the sentence goes on with the country it is another."""
    one = read("The summit was held in Lille, France.")
    assert [m.text for m in one.record.mentions if "Lille" in m.text] == ["Lille, France"]
    two = read("After talks in Lille, France and Spain agreed on a text.")
    assert two.qid("France") == "Q142"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("He took the Oslo Tramways to the office.", "Oslo"),
        ("She lives in the province of Kandahar.", "Kandahar"),
        ("The Mongolia national football team won.", "Mongolia"),
    ],
)
def test_a_name_within_a_longer_one_is_not_linked(read: Read, text: str, words: str) -> None:
    """What is only called after a place is not that place."""
    found = read(text)
    linked = {e.id for e in found.record.entities if e.wikidata}
    assert not [m for m in found.record.mentions if m.text == words and m.entity in linked]


def test_unknown_names_take_part(read: Read) -> None:
    """Names that neither the recogniser nor the gazetteer knows are somebody when they act."""
    found = read("The Polisario Front rejected the plan of Doctors Without Borders.")
    assert found.named("Polisario Front").type == "organisation"
    assert found.named("Doctors Without Borders").type == "organisation"


def test_a_body_is_its_name_and_its_kind(read: Read) -> None:
    """ "the Hamas movement" is Hamas."""
    found = read("Hamas met the envoy. The Hamas movement rejected the offer.")
    assert len({m.entity for m in found.record.mentions if "Hamas" in m.text}) == 1


WHOLE = [
    ("Peru opened talks with the Workers' Party of Korea in Lima.", "Lima", "Q2868"),
    ("The ship left Portland, Maine, on Monday.", "Portland, Maine", None),
    ("She spoke in Boston, Mass., on Monday.", "Boston, Mass.", "Q100"),
    ("She spoke in Birmingham, Alabama, on Monday.", "Birmingham, Alabama", None),
    ("Rebels fled to Chicago, Illinois.", "Chicago, Illinois", "Q1297"),
    ("Troops crossed central Africa last year.", "central Africa", "Q27433"),
    ("The Soviets left Afghanistan in 1989.", "Soviets", "Q15180"),
    ("The fleet left Quebec City on Monday.", "Quebec City", "Q2145"),
    ("The premier of Quebec resigned on Monday.", "Quebec", None),
    ("The Viennese police closed the bridge.", "Viennese", "Q1741"),
    ("East African leaders met in Arusha.", "East African", "Q27407"),
    ("The Nazi occupation of Norway began in April.", "Nazi", "Q7318"),
    ("A Roman court freed the mayor.", "Roman", "Q220"),
]


@pytest.mark.parametrize(("text", "words", "qid"), WHOLE, ids=[w for _, w, _ in WHOLE])
def test_a_name_means_what_is_around_it(read: Read, text: str, words: str, qid: str | None) -> None:
    """The state after a town, the region in front of a continent and the full name elsewhere decide what is meant."""
    assert read(text).qid(words) == qid


NOT_MEANT = [
    ("She won 40 caps for Portugal and a league medal.", "Q45"),
    ("He scored for Iceland in the football final.", "Q189"),
    ("They will represent Kenya at the cycling championships.", "Q114"),
    ("The tour began with the Samoa rugby side.", "Q683"),
    ("Relations across the Korean peninsula got worse.", "Q884"),
    ("Ana Lopes, a professor at Cambridge, wrote the report.", "Q350"),
    ("The Treaty of Lisbon changed that.", "Q597"),
    ("The Communist Party of Vietnam met on Monday.", "Q881"),
]


@pytest.mark.parametrize(("text", "qid"), NOT_MEANT, ids=[q for _, q in NOT_MEANT])
def test_a_name_in_another_is_not_meant(read: Read, text: str, qid: str) -> None:
    """Teams, universities, features of the earth, parties and treaties are not the places in their names."""
    assert qid not in [e.wikidata for e in read(text).entities]


MEANT = [
    ("The envoy will represent Kenya at the talks.", ["Q114"]),
    ("The price cap was a win for Ukraine and a test for Russia.", ["Q212", "Q159"]),
    ("Trump called the final agreement a win for Israel.", ["Q801"]),
    ("A league official said the draft was a test for Syria.", ["Q858"]),
    ("His squad of diplomats will represent France in Geneva.", ["Q142"]),
    ("Riots broke out before the Serbia-Kosovo football match.", ["Q403", "Q1246"]),
    ("Russia blamed Kyiv, Washington and London for the attack.", ["Q1899", "Q61", "Q84"]),
    ("Talks opened in Tbilisi, Georgia.", ["Q994"]),
    ("In Beijing, California Gov. Gavin Newsom met Xi Jinping.", ["Q956", "Q99"]),
    ("PROTESTS IN PARIS, IN BERLIN AND IN ROME", ["Q90", "Q64"]),
    ("Xi Jinping met Joe Biden near San Francisco. California agreed.", ["Q62", "Q99"]),
    ("Israel killed in Lebanon 2000 fighters.", ["Q822"]),
    ("A man from Paris, Texas, flew to Paris, where French police met him.", ["Q90"]),
    ("The premier flew from London to London, Ont., on Monday.", ["Q84"]),
    ("Meloni met Scholz in Rome. She compared the EU to the Roman Empire.", ["Q220"]),
]


@pytest.mark.parametrize(("text", "qids"), MEANT, ids=[t[:30] for t, _ in MEANT])
def test_a_place_is_meant_in_politics(read: Read, text: str, qids: list[str]) -> None:
    """Words that sport shares with politics, lists of capitals, headlines and sentence ends take no place away."""
    linked = [e.wikidata for e in read(text, "2024-05-01").entities]
    assert [q for q in qids if q not in linked] == []


def test_a_full_name_in_an_undated_text_tells_what_is_meant(read: Read) -> None:
    """In a text of no known day "Roman" is the empire's if that is named; a dated one is about the city of today."""
    text = "Roman legions built the road. The Roman Empire fell later."
    assert read(text, None).qid("Roman") == "Q2277" and read(text, "2024-05-01").qid("Roman") == "Q220"


def test_a_party_called_a_party_is_there(read: Read) -> None:
    """ "The AfD party" and "the Taliban movement" name bodies, by the one name that each has."""
    for text, name in (("The AfD party won.", "Alternative for Germany"), ("The Taliban movement said so.", "Taliban")):
        assert name in [e.name for e in read(text).entities if e.named]


def test_a_court_of_a_country_is_one_body_of_it(read: Read) -> None:
    """ "The Supreme Court of Kenya" is a Kenyan court, and one mention."""
    court = read("The Supreme Court of Kenya annulled the vote.").named("Supreme Court of Kenya")
    assert (court.country, court.sector) == ("KEN", "JUD")


def test_a_name_in_a_description_of_itself_is_no_mention(read: Read) -> None:
    """ "The Peruvian government" is Peru once; the Peruvian ambassador is somebody else."""
    texts = [m.text for m in read("The Peruvian government met the Chilean ambassador.").record.mentions]
    assert "Peruvian" not in texts and "the Chilean ambassador" in texts and "Chilean" in texts


def test_a_surname_is_not_that_of_a_relative_who_comes_later(read: Read) -> None:
    """A bare surname before somebody's brother is brought in is not the brother's; after him it may be."""
    found = read("President Khan met his brother, Omar Khan, in Lahore.")
    assert found.named("Khan").id != found.named("Omar Khan").id
    found = read("Hafez Khan died in 2000 and his son Omar Khan took over. Khan fled to Lahore in 2024.")
    assert (
        found.record.mentions[-3 if found.record.mentions[-1].text == "2024" else -2].entity
        == found.named("Omar Khan").id
    )


def test_a_father_of_the_same_name_is_somebody_else(read: Read) -> None:
    """The surname before a relative is brought in is not his, and the office said to be former is."""
    found = read("Prime Minister Trudeau spoke of his father, former Prime Minister Pierre Trudeau.", "2018-03-01")
    assert found.named("Trudeau").wikidata != found.named("Pierre Trudeau").wikidata


def test_a_nickname_joins_its_bearer(read: Read) -> None:
    """ "Known as", "nicknamed" give another name of the one before."""
    found = read("Omar Hadid, a commander known as the Falcon, fled. Ali Reza, nicknamed Shambo, died.")
    assert found.named("Shambo").id == found.named("Ali Reza").id


def test_the_first_word_of_a_paragraph_stays_in_its_sentence(read: Read) -> None:
    """A headline of the same name before it does not cut a name in two."""
    found = read("Ana Brnabić\n\nAna Brnabić (born 1975) met Olaf Scholz in Berlin.")
    assert [m.text for m in found.record.mentions].count("Ana Brnabić") == 2


def test_a_tradesman_is_no_politician(read: Read) -> None:
    """A politician of whom no office is known is not meant by the name of a producer."""
    assert read("They sang with producer Peter Briner, who was ill.").qid("Peter Briner") is None


def test_a_ministry_is_its_owners(read: Read) -> None:
    """Two countries' foreign ministries are two bodies, each of its own country."""
    found = read("China's Foreign Ministry rejected the charge. Russia's Foreign Ministry agreed.")
    bodies = [e for e in found.entities if e.name == "Foreign Ministry"]
    assert [(e.country, e.sector) for e in bodies] == [("CHN", "GOV"), ("RUS", "GOV")]


def test_a_name_before_a_group_is_the_groups(read: Read) -> None:
    """ "The M23 rebel group" and "M23 fighters" make M23 a rebel body, the same one."""
    found = read("The M23 rebel group left Goma. M23 fighters had looted it, and M23 denied that.")
    bodies = {(e.type, e.sector) for e in found.entities if e.name == "M23"}
    assert bodies == {("organisation", "REB")}


def test_an_office_in_capitals_is_read_whatever_the_parse(read: Read) -> None:
    """A title at the start of a sentence is the office of the name after it."""
    found = read("Foreign Minister Andrii Sybiha later summoned the Hungarian ambassador.")
    assert found.named("Andrii Sybiha").sector == "GOV"


def test_a_generation_is_no_surname(read: Read) -> None:
    """ "Marcos" is short for "Ferdinand Marcos Jr."."""
    found = read("President Ferdinand Marcos Jr. left Manila. Marcos spoke.", "2024-03-24")
    assert found.qid("Marcos") == found.qid("Ferdinand Marcos Jr.") == "Q983324"


def test_an_office_with_its_country_ends_before_the_name(read: Read) -> None:
    """ "Ambassador to India Kenneth Juster" is a country and a person."""
    found = read("The former ambassador to India Kenneth Juster spoke on Monday.")
    assert found.qid("India") == "Q668" and found.named("Kenneth Juster").type == "person"


def test_a_rebel_leader_is_a_rebel(read: Read) -> None:
    """Who leads an armed group holds no office of a state."""
    assert read("Hamas leader Ismail Haniyeh left Doha.").named("Ismail Haniyeh").sector == "REB"


def test_an_unnamed_source_is_not_meant_afterwards(read: Read) -> None:
    """ "He" is whom the source speaks of."""
    found = read("Narendra Modi will travel to China in May, a government source said. He may meet Xi Jinping there.")
    assert found.named("He").id == found.named("Narendra Modi").id


def test_a_surname_taken_apart_is_put_back(read: Read) -> None:
    """The envoy is not the namesake who leads the country."""
    found = read(
        "Donald Lu threatened Asad Majeed Khan, Pakistan's ambassador to Washington. Imran Khan left.", "2022-04-03"
    )
    assert found.qid("Asad Majeed Khan") is None and found.qid("Imran Khan") == "Q155164"


def test_a_group_with_a_name_is_no_other_body(read: Read) -> None:
    """ "The Wazalendo militia" is not the body named before it."""
    found = read("The Congolese army, the FARDC, and the Wazalendo militia fought at Minova.")
    assert found.named("FARDC").id != found.named("Wazalendo").id


def test_an_unknown_name_before_a_coalition_is_its_own(read: Read) -> None:
    """ "The Viv Ansanm coalition" is not the body named last."""
    found = read("The UN met in May. The Viv Ansanm coalition attacked Haiti.")
    attacker = next(r.entity for e in found.events if e.type == "ASSAULT" for r in e.roles if r.role == "actor")
    assert found.record.entity(attacker or "").name == "Viv Ansanm coalition"


def test_two_places_of_one_name_stay_apart(read: Read) -> None:
    """The town in Texas is not the French capital, even where French police are in the article."""
    found = read("Police in Paris, Texas, said the man flew from Paris, where French police met him.")
    assert found.named("Paris, Texas").wikidata is None and found.qid("Paris") == "Q90"


def test_whose_fighters_they_are_is_a_rebel_body(read: Read) -> None:
    """Rebels of a name make it a rebel body, without a word such as "group"."""
    found = read("M23 rebels attacked Goma. Rwanda arms M23.")
    assert {(e.type, e.sector) for e in found.entities if e.name == "M23"} == {("organisation", "REB")}


SHARED = [
    ("North and South Korea held talks.", "North", "Q423"),
    ("North and South Korea held talks.", "South Korea", "Q884"),
    ("Officials from South and North Korea met.", "South", "Q884"),
    ("North and South Korean officials met.", "North", "Q423"),
    ("Trade between North, Central and South America grew.", "Central", "Q27611"),
    ("South Korea said that the North had fired a missile.", "North", "Q423"),
    ("South Sudan closed its border. Troops entered the South on Monday.", "South", "Q958"),
]


@pytest.mark.parametrize(("text", "words", "qid"), SHARED, ids=[f"{w} of {t[:22]}" for t, w, _ in SHARED])
def test_a_name_without_its_end_is_known(read: Read, text: str, words: str, qid: str) -> None:
    """Two names may share their end, and half a divided country is named by where it lies."""
    assert read(text).qid(words) == qid


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("South Korea sells ships. He grew up in the South of Italy.", "South of Italy"),
        ("Kenya and Ghana signed the accord. The North refused.", "North"),
        ("South Sudan signed the accord. The North refused.", "North"),
    ],
)
def test_half_of_nothing_known_is_not_linked(read: Read, text: str, words: str) -> None:
    """ "The North" is no country where none is divided so."""
    assert words not in [m.text for m in read(text).record.mentions] or read(text).qid(words) is None


def test_both_who_share_a_name_act(read: Read) -> None:
    """ "North and South Korea met" has two parties."""
    [event] = read("North and South Korea held talks on Monday.").record.events
    assert len([r for r in event.roles if r.role == "actor"]) == 2


def test_a_presidents_administration_acts_for_the_country(read: Read) -> None:
    """ "The Biden administration" is no name of the United States, which acts through it; "the Putin regime" is Russia."""
    found = read("The Biden administration imposed sanctions on the Putin regime. The United States had warned Russia.")
    assert found.qid("The Biden administration") is None and found.qid("the Putin regime") == "Q159"
    [sanction] = [e for e in found.record.events if e.type == "SANCTION"]
    assert {found.record.entity(r.entity).wikidata for r in sanction.roles if r.entity} == {"Q30", "Q159"}


PARTIES = [
    ("Republicans in the United States objected.", "Republicans", "Q29468"),
    ("A Democratic lawmaker from Maryland objected.", "Democratic", "Q29552"),
    ("Irish Republicans objected in Belfast.", "Republicans", None),
    ("The Democratic alliance won in Slovenia.", "Democratic", None),
]


@pytest.mark.parametrize(("text", "words", "qid"), PARTIES, ids=[t[:24] for t, _, _ in PARTIES])
def test_a_partys_short_name_needs_its_country(read: Read, text: str, words: str, qid: str | None) -> None:
    """Republicans are the party's where the United States, or one of the states, is spoken of."""
    found = read(text)
    assert qid in {found.record.entity(m.entity).wikidata for m in found.record.mentions if m.text == words} | {None}
    assert qid is not None or not {"Q29468", "Q29552"} & {e.wikidata for e in found.entities}


def test_a_partys_senator_sits_in_parliament(read: Read) -> None:
    """A public office outranks the party that its holder is of."""
    found = read("Democratic Senator Chris Murphy praised the United States.")
    assert found.named("Chris Murphy").sector == "LEG"


def test_an_adjective_is_what_its_full_name_says(read: Read) -> None:
    """ "Roman" beside the Roman Empire is not of the city that the article names too."""
    found = read("Rome is full of visitors. Roman soldiers built the wall when the Roman Empire was young.", None)
    assert (found.qid("Rome"), found.qid("Roman")) == ("Q220", "Q2277")


CALLED = [
    ("1991-07-31", "Soviet President Mikhail S. Gorbachev flew to Kiev.", "Mikhail S. Gorbachev", "Q30487"),
    ("2002-06-01", "Secretary of State Colin L. Powell met Joseph R. Biden Jr.", "Joseph R. Biden Jr.", "Q6279"),
    ("2012-09-27", "Salva Kiir landed in Addis Ababa.", "Salva Kiir", "Q57315"),
    ("2022-04-28", "King Abdullah II hosted Sheikh Abdullah bin Zayed.", "Abdullah II", "Q57464"),
    ("2022-06-30", 'Senator Ferdinand "Bongbong" Marcos Jr. spoke.', 'Ferdinand "Bongbong" Marcos Jr.', "Q983324"),
    ("2022-06-30", "Ferdinand Marcos Jr., son of the late Ferdinand Marcos, spoke.", "Ferdinand Marcos", None),
    ("2022-03-30", "Rep. Buddy Carter of Georgia flew to Tbilisi.", "Georgia", "Q1428"),
    ("2020-06-01", "Georgia Gov. Brian Kemp flew to Seoul.", "Georgia", "Q1428"),
    ("2020-06-01", "The minister of Georgia flew to Seoul.", "Georgia", "Q230"),
    ("2017-09-01", "A storm hit Dominica. The Dominican premier asked for aid.", "Dominican", "Q784"),
    ("2017-09-01", "The Dominican premier asked for aid.", "Dominican", "Q786"),
    ("2019-11-01", "Italy's Treasury objected.", "Treasury", None),
    ("2019-11-01", "The Treasury objected in Washington.", "Treasury", "Q648666"),
    (
        "2022-04-28",
        "Kemal Kılıçdaroğlu of the Republican People's Party (CHP) met Recep Tayyip Erdogan. The CHP leader condemned Russia.",
        "The CHP leader",
        None,
    ),
]


@pytest.mark.parametrize(("day", "text", "words", "qid"), CALLED, ids=[f"{w} in {t[:20]}" for _, t, w, _ in CALLED])
def test_a_name_is_whoever_the_text_tells(read: Read, day: str, text: str, words: str, qid: str | None) -> None:
    """Middle names, numbers, nicknames, kinship, offices and owners tell namesakes apart."""
    assert read(text, day).qid(words) == qid


WHICH = [
    ("A U.S. envoy arrived in the South Caucasus country.", "the South Caucasus country", None),
    ("The French envoy left Mali. Unrest is spreading in the Sahel nation.", "the Sahel nation", "Q912"),
    ("The Solomon Islands signed a pact with China. The island nation is poor.", "The island nation", "Q685"),
    ("Saudi Arabia cut ties with Qatar. The kingdom closed its border.", "The kingdom", "Q851"),
    ("Saudi Arabia cut ties with Qatar. The country closed its border.", "The country", "Q851"),
    ("NATO and EU ministers met. Kuleba asked the alliance for weapons.", "the alliance", "Q7184"),
    ("NATO and EU ministers met. Kuleba asked the bloc for money.", "the bloc", "Q458"),
    ("Zoran Zaev thanked Alexis Tsipras. His Greek counterpart smiled.", "His Greek counterpart", "Q312015"),
    ("Sergey Lavrov met John Kerry. Lavrov thanked him.", "him", "Q22316"),
    ("Abdoulaye Diop summoned Jean-Yves Le Drian to hand him a note.", "him", "Q559040"),
    ("Angela Merkel asked Emmanuel Macron to help her.", "her", "Q567"),
    ('Barack Obama spoke. "We need to hear Raul Castro," he said.', "he", "Q76"),
]


@pytest.mark.parametrize(("text", "words", "qid"), WHICH, ids=[f"{w} in {t[:20]}" for t, w, _ in WHICH])
def test_a_description_is_true_of_whom_it_means(read: Read, text: str, words: str, qid: str | None) -> None:
    """What a description says must be true of its bearer, and a pronoun is no other argument of its verb."""
    assert read(text, "2018-01-15").qid(words) == qid


@pytest.mark.parametrize(
    "text", ["Iran agreed a deal. John Kerry hailed it.", "Iran fired a missile. It was the first launch."]
)
def test_it_may_be_what_was_spoken_of(read: Read, text: str) -> None:
    """ "It" is no country where a thing is meant."""
    assert "it" not in [m.text.lower() for m in read(text).record.mentions]


def test_those_who_wrote_the_article_are_not_in_it(read: Read) -> None:
    """A byline names nobody, and lends no name."""
    text = "Kim welcomed\n\nBy Steve Holland and Christine Kim\n\nDonald Trump met Kim Jong Un on Monday. Kim smiled."
    found = read(text, "2018-05-24")
    assert found.qid("Kim") == "Q56226" and "Christine Kim" not in [e.name for e in found.entities]


STATED = [
    ("EU foreign policy chief Federica Mogherini spoke.", "Federica Mogherini", "foreign policy chief", None, "IGO"),
    ("Susan Collins, R-Maine, spoke. Sen. Ben Cardin, D-Md., left.", "Ben Cardin", "Senator", "USA", "LEG"),
    ("UAE Foreign Minister Sheikh Abdullah bin Zayed spoke.", "Abdullah bin Zayed", "Foreign Minister", "ARE", "GOV"),
    ("Their prime ministers, Alexis Tsipras and Zoran Zaev, spoke.", "Zoran Zaev", "prime minister", None, "GOV"),
    ("Treasury and Finance Minister Nureddin Nebati spoke.", "Nureddin Nebati", "Finance Minister", "TUR", "GOV"),
]


@pytest.mark.parametrize(("text", "name", "office", "country", "sector"), STATED, ids=[n for _, n, *_ in STATED])
def test_an_office_is_whole_and_of_its_body(
    read: Read, text: str, name: str, office: str, country: str | None, sector: str
) -> None:
    """Offices lose honorifics, gain what was abbreviated, and are of the body or country that has them."""
    found = read(text)
    entity = found.named(name)
    assert (office, country) in [(s.office, s.country) for s in found.record.statements if s.entity == entity.id]
    assert entity.sector == sector


NAMESAKES = [
    ("1990-08-03", "King Hussein flew to Baghdad to meet Saddam Hussein.", "Hussein", None),
    ("1986-02-25", "Benigno Aquino was shot dead at Manila airport.", "Benigno Aquino", None),
    ("2003-03-19", "George W. Bush phoned his father, George H. W. Bush. Mr. Bush said no.", "Bush", "Q207"),
    ("1998-08-20", "Hillary Clinton stood by her husband, Bill Clinton. Mrs. Clinton smiled.", "Clinton", "Q6294"),
    ("2008-08-12", "Jets bombed Georgia. Senator Saxby Chambliss of Georgia fumed.", "Georgia", "Q230"),
    ("2018-06-10", "Nato met in Brussels.", "Nato", "Q7184"),
    ("2017-06-07", "Emirates suspended flights to Qatar.", "Emirates", None),
    ("2022-03-01", "Education Minister Nadhim Zahawi spoke.", "Nadhim Zahawi", "Q259361"),
    ("2020-09-02", "Dmitry Kuleba spoke.", "Dmitry Kuleba", "Q24025631"),
    ("2013-07-10", "Mohammed Morsi was ousted.", "Mohammed Morsi", "Q4631"),
    ("1995-11-05", "Yitzhak Rabin is dead. Leah Rabin, his widow, wept.", "his", None),
    (
        "2009-07-06",
        "Jens Stoltenberg met Angela Merkel. The deposed leader condemned Russia.",
        "The deposed leader",
        None,
    ),
]


@pytest.mark.parametrize(
    ("day", "text", "words", "qid"), NAMESAKES, ids=[f"{w} in {t[:20]}" for _, t, w, _ in NAMESAKES]
)
def test_who_shares_a_name_is_told_apart(read: Read, day: str, text: str, words: str, qid: str | None) -> None:
    """Titles, ages, kinship and what somebody is said to be keep namesakes and their relatives apart."""
    assert read(text, day).qid(words) == qid


def test_a_persons_country_is_that_of_the_office(read: Read) -> None:
    """Not that of a later office elsewhere."""
    assert (
        read("President Mikheil Saakashvili of Georgia spoke.", "2008-08-12").named("Mikheil Saakashvili").country
        == "GEO"
    )


def test_a_bad_name_is_no_office(read: Read) -> None:
    """Whoever is called a criminal is none by office."""
    found = read('Hugo Chávez called his counterpart, Álvaro Uribe, "a criminal."', "2008-03-04")
    assert "criminal" not in [s.office for s in found.record.statements]


def test_a_counterparts_country_is_known(read: Read) -> None:
    """Whoever is somebody's "Chinese counterpart" is Chinese, known or not."""
    assert read("Todd Stern met his Chinese counterpart, Xie Zhenhua, in Paris.").named("Xie Zhenhua").country == "CHN"


def test_an_airport_is_no_person(read: Read) -> None:
    """A name right before "airport" is a place's."""
    found = read("Manuel Zelaya's plane circled over Toncontin airport.")
    assert found.named("Toncontin").type == "place"


@pytest.mark.parametrize(
    ("text", "sector", "country"),
    [
        ("A Hamas spokesman criticised Egypt.", "REB", None),
        ("A spokesman for Hamas criticised Egypt.", "REB", None),
        ("NATO officials criticised Russia.", "IGO", None),
        ("The UN envoy to Yemen criticised Iran.", "IGO", None),
        ("A Greenpeace spokesman criticised Japan.", "NGO", None),
        ("An official from Hamas criticised Egypt.", "REB", None),
        ("A NATO member's official criticised Japan.", "GOV", None),
        ("A spokesman for the minister criticised Japan.", "GOV", None),
        ("A Chinese official criticised NATO.", "GOV", "CHN"),
        ("A Chinese official of NATO criticised Japan.", "GOV", "CHN"),
    ],
    ids=[
        "fighters",
        "for fighters",
        "an alliance",
        "an envoy",
        "activists",
        "from fighters",
        "of a member",
        "a minister",
        "a state",
        "a state and a body",
    ],
)
def test_a_servant_has_the_sector_of_whom_he_serves(read: Read, text: str, sector: str, country: str | None) -> None:
    """Who speaks for a movement is no government, whatever his office would be in a state."""
    found = read(text)
    [event] = found.record.events
    doer = found.record.entity(next(p.entity for p in event.roles if p.role == "actor"))
    assert (doer.sector, doer.country) == (sector, country)


def test_words_that_a_hyphen_joins_are_one_noun(read: Read) -> None:
    """ "Hostage-takers" take hostages, whatever "takers" are."""
    [event] = (found := read("The hostage-takers surrendered to Jordanian special forces.")).record.events
    assert found.party(event, "actor") == ("hostage-takers",)

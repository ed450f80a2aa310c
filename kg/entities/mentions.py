"""Doc → the stretches that name or describe somebody: spaCy's entities corrected by the gazetteer, actor nouns, pronouns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from kg.entities.gazetteer import Gazetteer, NameMatch
from kg.entities.names import PARTICLES, SURNAME_FIRST, name_tokens
from kg.entities.nouns import ActorNoun
from kg.entities.offices import OfficeNames
from kg.model import EntityType

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

Form = Literal["name", "description", "pronoun"]

_TYPE_OF_LABEL: Mapping[str, EntityType] = {
    "PERSON": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "NORP": "group",
}
_PEOPLE_KINDS = frozenset({"adjective", "singular", "plural"})
_WEAK_KINDS = frozenset({"surname"})
_LINKING_WORDS = frozenset(
    "of the and for de la al el bin ben ibn abu del della den der des dem di da dos du von van zu ter ten in on to 's - ' & .".split()
)
_TITLES = frozenset(
    """mr mrs ms miss dr sir lord lady dame madame president prime minister premier chancellor secretary king queen
    prince princess pope general gen colonel col captain major admiral lieutenant lt sgt senator sen
    representative rep governor gov mayor ambassador judge justice foreign defence defense deputy vice former ex
    acting interim state sheikh ayatollah imam emir sultan professor prof rev father sister saint chairman
    chairwoman spokesman spokeswoman spokesperson leader chief commander marshal envoy commissioner speaker
    first crown finance interior trade attorney sergeant corporal brigadier inspector detective archbishop bishop
    cardinal rabbi mullah comrade councillor councilman superintendent sheriff barrister singer actor""".split()
)
_NUMERAL = re.compile(r"(?=[IVX])X{0,2}(IX|IV|V?I{0,3})")
_PERSONAL_TITLES = frozenset(
    """mr mrs ms miss dr president minister premier chancellor secretary senator governor ambassador general colonel
    captain major admiral lieutenant sergeant brigadier spokesman spokeswoman envoy commissioner""".split()
)
"""Titles that stand directly before a name."""
PLACE_NOUNS = frozenset({"kingdom", "capital", "city", "town", "resort", "port", "village"})
"""Nouns that stand for a place only where one was named before."""
PERSONAL = frozenset("he him his she her hers they them their theirs it its himself herself itself themselves".split())
SPEAKING = frozenset(["i", "me", "my", "we", "us", "our", "ours"])
_AGENTIVE = ("man", "men", "woman", "women", "ist", "ists", "crat", "crats")
"""Endings of nouns that stand for people, known or not: "clergyman", "seismologist"."""
_CONDITIONS = frozenset(
    "emergency siege war alert affairs readiness mind calm limbo calamity disaster shock exception".split()
)
_NO_PEOPLE = frozenset("specimen regimen talisman checklist playlist blacklist shortlist".split())
_PURPOSES = frozenset("against for without beyond".split())
_DIRECTIONS = frozenset(
    """north south east west northern southern eastern western central middle southeast southeastern southwest northwest
    northeast""".split()
)
_ROYAL = frozenset({"queen", "king", "prince", "princess", "lady", "lord", "saint", "sir", "miss", "mrs", "mr"})
_CALLED_AFTER = frozenset(
    """province county district governorate prefecture department diocese archdiocese university canton emirate duchy
    oblast municipality bishopric""".split()
)
"""Nouns for what is called after its town: "the province of L'Aquila"."""
_JOINTS = frozenset({"and", "&", "in", "-"})
_ARMED = frozenset({"GOV", "MIL", "REB", "COP"})
_AIMED = frozenset("by against with between".split())
_PLACING = frozenset("in at near outside inside from into around across".split())
_NO_NAME = frozenset(
    "DATE TIME PERCENT MONEY QUANTITY ORDINAL CARDINAL LAW EVENT WORK_OF_ART LANGUAGE PRODUCT PERSON".split()
)
_NO_PARTY = _NO_NAME - {"PRODUCT"}
_ARGUMENTS = frozenset({"nsubj", "nsubjpass", "dobj", "pobj", "appos", "conj"})
MAX_TOKENS = 8
KNOWN = 0.5
"""Prominence from which a single word that the gazetteer knows only as a surname is one, whatever the recogniser says."""
FAMOUS = 0.8
"""Prominence from which a bare surname is taken for its bearer where the recogniser saw no name: heads of state and government."""


@dataclass(frozen=True, slots=True)
class Found:
    """A mention in tokens, `doc[start:end]`, with its head token and what the gazetteer knows of its words.

    Of a description that speaks of people of several countries, `common` are the words without the countries.
    """

    start: int
    end: int
    head: int
    form: Form
    type: EntityType
    words: str
    matches: tuple[NameMatch, ...] = ()
    is_adjective: bool = False
    noun: ActorNoun | None = None
    country: str | None = None
    title: str | None = None
    office_class: str | None = None
    other_countries: tuple[str, ...] = ()
    common: str | None = None
    within: str | None = None
    """Of "Lille, France" the country around the place; "?" when it is not known which country that is in."""


def find_mentions(
    doc: Doc, gazetteer: Gazetteer, nouns: Mapping[str, ActorNoun], offices: OfficeNames
) -> tuple[Found, ...]:
    """Names, descriptions and pronouns in text order; names do not overlap each other."""
    names = _resolve_overlaps([*_gazetteer_names(doc, gazetteer), *_spacy_names(doc, gazetteer)])
    names = _resolve_overlaps([*names, *_acronyms(doc, names), *_repeated_surnames(doc, names, gazetteer)])
    names = _resolve_overlaps(
        [*names, *(n for n in _unrecognised(doc, names, nouns) if _noun_of(doc[n.head], nouns) is None)]
    )
    names = _outside_longer_names(doc, _with_container(doc, names), nouns)
    names = [n for n in names if not _is_edition(doc, n) and not _is_end_of_name(doc, n, names)]
    names = [replace(n, type="person") if _is_called_a_person(doc, n, nouns) else n for n in names]
    taken = {i for name in names for i in range(name.start, name.end)}
    heads = {name.head: name for name in names}
    others = [*_descriptions(doc, nouns, offices, taken, heads), *_pronouns(doc)]
    return tuple(sorted((*names, *others), key=lambda m: (m.start, m.end)))


def _is_called_a_person(doc: Doc, name: Found, nouns: Mapping[str, ActorNoun]) -> bool:
    """Whether a noun for a person stands in apposition to an unknown name: "its spokesman, Sylvain Ekenge"."""
    if name.type not in ("organisation", "place") or name.matches or name.within is not None:
        return False
    head = doc[name.head]
    beside = [c for c in head.children if c.dep_ == "appos" and c.i > name.head]
    beside += [head.head] if head.dep_ == "appos" and head.head.i < name.start else []
    found = [_noun_of(t, nouns) for t in beside if t.tag_ == "NN"]
    return any(noun is not None and noun.type == "person" for noun in found)


def _is_edition(doc: Doc, name: Found) -> bool:
    """Whether a year right after a country or place makes it a tour, a match or a fair: "France 1998"."""
    after = doc[name.end] if name.end < len(doc) else None
    if after is None or name.type not in ("country", "place"):
        return False
    return len(after) == 4 and after.text.isdigit() and 1850 <= int(after.text) <= 2100


def _is_end_of_name(doc: Doc, name: Found, names: Sequence[Found]) -> bool:
    """Whether a place ends an unknown name: "Accra" of "FC Hearts Accra"."""
    before = doc[name.start - 1] if name.start else None
    if before is None or name.type != "place" or before.pos_ != "PROPN" or before.dep_ != "compound":
        return False
    if not (name.start <= before.head.i < name.end) or before.is_sent_start or any(n.end == name.start for n in names):
        return False
    word = before.lower_.rstrip(".")
    return before.text[0].isupper() and len(word) > 1 and word not in _TITLES | _DIRECTIONS and not before.ent_type_


def _with_container(doc: Doc, names: Sequence[Found]) -> list[Found]:
    """With the country or region after a place taken into its name: "Lille, France" is one place, not two.

    Not so in "in Lille, France and Spain agreed", where the second name goes on with something else.
    """
    kept: list[Found] = []
    for name in names:
        last = kept[-1] if kept else None
        if last is not None and _is_container(doc, last, name):
            around = _sole_country(name)
            kept[-1] = replace(last, end=name.end, country=last.country or around, within=around or "?")
        else:
            kept.append(name)
    return kept


def _is_container(doc: Doc, place: Found, around: Found) -> bool:
    if place.type not in ("place", "organisation", "person") or around.type not in ("country", "place"):
        return False
    if around.is_adjective or around.start != place.end + 1 or doc[place.end].text != ",":
        return False
    known = place.matches[0].entry if place.matches else None
    if known is not None and (known.type != "place" or known.country not in (None, _sole_country(around))):
        return False
    if around.type == "place" and any(m.entry.population for m in around.matches):
        return False
    first = doc[place.head]
    is_place = place.type == "place" or (first.dep_ == "pobj" and first.head.lower_ in _PLACING)
    after = doc[around.end] if around.end < len(doc) else None
    ends = after is None or after.is_punct or after.is_space or after.pos_ in ("ADP", "SCONJ")
    joined = doc[around.head].dep_ in ("appos", "npadvmod", "conj", "pobj", "dobj", "nmod")
    return is_place and ends and joined and not any(c.dep_ == "cc" for c in first.children)


def _outside_longer_names(doc: Doc, names: Sequence[Found], nouns: Mapping[str, ActorNoun]) -> list[Found]:
    """Without countries and places that are only a part of a longer name: the "Oslo" of "Oslo Tramways".

    A people before an actor ("Polish Army", "German Chancellor Scholz") says whose he is, and stays; so does all in a headline
    whose words are capitals anyway.
    """
    holder = {i: name for name in names for i in range(name.start, name.end)}
    kept: list[Found] = []
    swallowed: set[int] = set()
    for name in names:
        whole = _longer_name(doc, name, holder, nouns) if name.type in ("country", "place") else None
        if whole is None:
            kept.append(name)
            continue
        inner = holder.get(whole.i)
        if inner is not None:
            swallowed.add(inner.start)
        if not name.is_adjective or inner is not None:
            kind = inner.type if inner is not None else "organisation"
            kept.append(Found(name.start, whole.i + 1, whole.i, "name", kind, doc[name.start : whole.i + 1].text))
    return [_not_itself(doc, name) for name in kept if name.start not in swallowed and not _is_team(doc, name)]


def _is_team(doc: Doc, name: Found) -> bool:
    """Whether a country is only that of a team: "the Mongolia national football team"."""
    after = doc[name.end : name.end + 4]
    return (
        name.type in ("country", "place") and len(after) > 1 and after[0].lower_ == "national" and "team" in after.text
    )


def _not_itself(doc: Doc, name: Found) -> Found:
    """A place that names what is called after it, "the province of L'Aquila", "Queen Victoria", as what it is: unknown."""
    before = doc[max(name.start - 2, 0) : name.start]
    if name.type != "place" or not len(before):
        return name
    if before[-1].lower_ in _ROYAL and before[-1].is_title:
        return replace(name, type="person", matches=())
    if before[-1].lower_ == "of" and before[0].lower_ in _CALLED_AFTER:
        return replace(name, matches=tuple(m for m in name.matches if m.entry.population is None))
    return name


def _longer_name(doc: Doc, name: Found, holder: Mapping[int, Found], nouns: Mapping[str, ActorNoun]) -> Token | None:
    """The head of the longer name that a name begins, or None."""
    token = doc[name.head]
    whole = token.head
    if token.dep_ not in ("compound", "amod", "nmod") or whole.i < name.end:
        return None
    inner = holder.get(whole.i)
    between = doc[name.end : whole.i + 1]
    if inner is not None and not _is_swallowed(name, inner):
        return None
    others = (holder.get(t.i) for t in between)
    if any(not (t.is_title or t.is_upper or t.text[0].isdigit()) for t in between):
        return None
    if any(other is not None and other is not inner for other in others):
        return None
    if any(t.lower_.rstrip(".") in _TITLES for t in between) or _is_in_capitals(token.sent):
        return None
    if _noun_of(whole, nouns) is not None and (name.is_adjective or name.type == "country"):
        return None
    return whole


def _is_swallowed(name: Found, inner: Found) -> bool:
    """Whether a name after another is the rest of a longer one: "British Honduras", "Spanish Sahara", "Oslo Tramways".

    A known body after a people is that people's, "the Polish Solidarity".
    """
    if inner.type == "place":
        return inner.end == inner.head + 1 and (not inner.matches or inner.start > name.end)
    known = [m.entry.prominence for m in inner.matches if m.entry.type == "organisation"]
    return not name.is_adjective and inner.type == "organisation" and bool(known) and max(known) < KNOWN


def _is_in_capitals(sentence: Span) -> bool:
    """Whether it is a headline that begins its words with capitals."""
    if any(t.text in ".?!" for t in sentence[-2:]):
        return False
    words = [t for t in sentence if t.is_alpha and len(t) > 3]
    return len(words) > 2 and sum(t.text[0].isupper() for t in words) > 0.7 * len(words)


def _spacy_names(doc: Doc, gazetteer: Gazetteer) -> Iterator[Found]:
    for ent in doc.ents:
        kind = _TYPE_OF_LABEL.get(ent.label_)
        span = _trimmed(ent)
        if kind is None or span is None or not any(t.text[0].isupper() for t in span):
            continue
        title: str | None = None
        if kind in ("place", "organisation") and _is_titled(span):
            kind = "person"
        if kind == "person":
            span = _completed(span)
            span, title = _without_title(span)
        if len(span) == 0 or not _looks_like_name(span, kind):
            continue
        matches = matches_of(span.text, gazetteer)
        if not matches and ((kind == "organisation" and _is_part_of_title(span)) or _is_several(span, gazetteer)):
            continue
        yield _name(span, kind, matches, title)


def _is_titled(span: Span) -> bool:
    """Whether a title before it tells that it is a person, whatever the recogniser takes it for: "Trade Minister Valencia"."""
    before = span.doc[span.start - 1] if span.start else None
    if before is None or before.lower_.rstrip(".") not in _PERSONAL_TITLES or not before.text[0].isupper():
        return False
    return before.dep_ == "compound" and before.head in span and all(t.pos_ == "PROPN" for t in span)


def _is_several(span: Span, gazetteer: Gazetteer) -> bool:
    """Whether the recogniser took two names for one: "Bergen and Tromsø", "Kribi in Cameroon", "Greek-Egyptian"."""
    for joint in span:
        if joint.lower_ in _JOINTS and span.start < joint.i < span.end - 1:
            sides = (span.doc[span.start : joint.i], span.doc[joint.i + 1 : span.end])
            known = [any(m.entry.type in ("country", "place") for m in gazetteer.find(s.text)) for s in sides]
            if all(known) if joint.lower_ == "-" else any(known):
                return True
    return False


def _is_part_of_title(span: Span) -> bool:
    """Whether it is the "Defence" of "Defence Minister Shoigu" or the "State" of "Secretary of State John Kerry"."""
    if len(span) > 2:
        return False
    head = span.root
    if head.dep_ == "pobj" and head.head.lower_ == "of":
        return head.head.head.lower_.rstrip(".") in _TITLES
    while head.dep_ in ("compound", "nmod", "amod") and head.head.i > head.i and head.head.i - span.end < 4:
        head = head.head
    return head.i >= span.end and (head.ent_type_ == "PERSON" or head.lower_ in _TITLES)


def _looks_like_name(span: Span, kind: EntityType) -> bool:
    """Not a stretch that the recogniser took for a name by its capital letter alone, such as "united international"."""
    if kind == "group":
        return any(t.pos_ in ("PROPN", "ADJ", "NOUN") for t in span)
    return any(t.pos_ == "PROPN" or (t.text[0].isupper() and not t.is_sent_start) for t in span)


def _trimmed(span: Span) -> Span | None:
    """The span without a leading article, trailing possessive, quotes and anything after a line's end."""
    start, end = span.start, span.end
    doc = span.doc
    while start < end and (doc[start].lower_ in ("the", "a", "an") or doc[start].is_punct or doc[start].is_space):
        start += 1
    for i in range(start, end):
        if doc[i].is_space or doc[i].text in ('"', "[", "]", "(", ")", ";", ":"):
            end = i
            break
    while end > start and (doc[end - 1].tag_ == "POS" or doc[end - 1].is_punct or doc[end - 1].lower_ in ("'s", "'")):
        if doc[end - 1].text.endswith(".") and len(doc[end - 1].text) > 1:
            break
        end -= 1
    return doc[start:end] if end > start else None


def _completed(span: Span) -> Span:
    """With the rest of a name that the recogniser cut off: "Moon Jae" of "Moon Jae-in", "von der" of "von der Leyen"."""
    doc, end = span.doc, span.end
    while end < len(doc) and doc[end - 1].lower_ in PARTICLES and doc[end].pos_ == "PROPN":
        end += 1
    if end < len(doc) and _NUMERAL.fullmatch(doc[end].text) and not doc[end].is_sent_start:
        end += 1
    while (
        end + 1 < len(doc)
        and doc[end].text == "-"
        and not doc[end - 1].whitespace_
        and not doc[end].whitespace_
        and doc[end + 1].is_alpha
    ):
        end += 2
    return doc[span.start : end]


def _without_title(span: Span) -> tuple[Span, str | None]:
    cut = 0
    while cut < len(span) - 1 and span[cut].lower_.rstrip(".") in _TITLES:
        cut += 1
    title = span[:cut].text if cut else None
    return span[cut:], title


def matches_of(name: str, gazetteer: Gazetteer) -> tuple[NameMatch, ...]:
    """What the gazetteer knows under a name as written; a typing slip as in "Xi Jinpings" is forgiven on the last word."""
    found = _case_filtered(name, gazetteer.find(name))
    if not found and "-" in name:
        found = gazetteer.find(name.replace("-", ""))
    if not found and " " in name and name.endswith("s"):
        found = gazetteer.find(name[:-1])
    return found or _partial_matches(name, gazetteer)


def _partial_matches(name: str, gazetteer: Gazetteer) -> tuple[NameMatch, ...]:
    """People whose full name holds the words of a shorter one in order: "Tayyip Erdogan" of "Recep Tayyip Erdoğan"."""
    words = name_tokens(name)
    if len(words) < 2:
        return ()
    bearers = gazetteer.find(words[-1])
    return tuple(
        NameMatch(m.entry, "alias")
        for m in bearers
        if m.kind == "surname" and _holds_in_order(name_tokens(m.entry.name), words)
    )


def _holds_in_order(long: Sequence[str], short: Sequence[str]) -> bool:
    rest = iter(long)
    return len(long) > len(short) and all(word in rest for word in short)


def _case_filtered(text: str, matches: tuple[NameMatch, ...]) -> tuple[NameMatch, ...]:
    """Acronyms are matched in capitals only: "US" is a country, "us" is not; nor is a lower-case word a name."""
    letters = [c for c in text if c.isalpha()]
    if letters and all(c.islower() for c in letters):
        return ()
    if text.isalpha() and not text.isupper():
        return tuple(m for m in matches if m.kind != "acronym")
    return matches


def _name(span: Span, kind: EntityType, matches: tuple[NameMatch, ...], title: str | None = None) -> Found:
    peoples = tuple(m for m in matches if m.kind in _PEOPLE_KINDS)
    root = span.root
    is_plural = root.tag_ in ("NNS", "NNPS")
    adjective = (
        bool(peoples)
        and not is_plural
        and (root.pos_ == "ADJ" or root.dep_ in ("amod", "compound") or root.ent_type_ == "NORP")
    )
    strong = tuple(m for m in matches if m.kind not in _WEAK_KINDS)
    if peoples and is_plural and not _stands_for_the_state(span):
        noun = ActorNoun(span.text.lower(), "group", "CVL", False)
        country = peoples[0].entry.country
        return Found(span.start, span.end, root.i, "description", "group", span.text, noun=noun, country=country)
    is_people = kind == "group" and span.text.endswith("s") and bool(strong) and strong[0].entry.type == "place"
    if is_people and not _stands_for_the_state(span):
        noun = ActorNoun(span.text.lower(), "group", "CVL", False)
        return Found(span.start, span.end, root.i, "description", "group", span.text, noun=noun)
    if adjective or (peoples and len(peoples) == len(strong)):
        return Found(
            span.start,
            span.end,
            root.i,
            "name",
            "country",
            span.text,
            peoples,
            is_adjective=adjective,
            country=peoples[0].entry.country,
        )
    if kind == "person" and len(span) == 1 and _is_rather_a_place(matches) and not _is_titled(span):
        kind = strong[0].entry.type
    if kind in ("organisation", "place") and not strong and matches and matches[0].entry.prominence >= KNOWN:
        kind = "person"
    best = strong[0].entry if strong else None
    if (
        best is not None
        and (kind != "person" or len(span) > 1)
        and best.type in ("country", "place", "organisation", "person")
    ):
        kind = _agreed_type(kind, tuple(m.entry.type for m in strong))
    return Found(span.start, span.end, root.i, "name", kind, span.text, matches, title=title)


def _stands_for_the_state(span: Span) -> bool:
    """Whether a people stands for its state, as "the Russians" do; "thousands of Russians" and "Russians" are people."""
    before = span.doc[span.start - 1] if span.start else None
    return before is not None and before.lower_ == "the" and not any(c.dep_ == "amod" for c in span.root.children)


def _is_rather_a_place(matches: tuple[NameMatch, ...]) -> bool:
    """Whether a single word taken for a person is better known as a place: "Kyiv"."""
    places = [
        m.entry.prominence for m in matches if m.kind in ("name", "alias") and m.entry.type in ("country", "place")
    ]
    people = [m.entry.prominence for m in matches if m.kind == "surname"]
    return bool(places) and matches[0].entry.type in ("country", "place") and max(places) > max(people, default=0.0)


def _agreed_type(kind: EntityType, known: Sequence[EntityType]) -> EntityType:
    """The recogniser's type where the gazetteer knows such a one, else the gazetteer's best."""
    if kind == "place":
        return (
            "country" if known[0] == "country" else "place" if "place" in known or "organisation" in known else known[0]
        )
    return kind if kind in known else known[0]


def _gazetteer_names(doc: Doc, gazetteer: Gazetteer) -> Iterator[Found]:
    i = 0
    while i < len(doc):
        found = _longest_match(doc, i, gazetteer) if _may_start(doc[i]) else None
        if found is not None:
            yield found
            i = found.end
        else:
            i += 1


def _may_start(token: Token) -> bool:
    return (
        bool(token.text[0].isupper())
        and not token.is_space
        and (token.pos_ not in ("DET", "PRON", "AUX", "SCONJ", "CCONJ") or _is_acronym(token))
    )


def _is_acronym(token: Token) -> bool:
    """Whether capitals among small letters say that it is no pronoun: "in the US"."""
    return (
        token.is_upper and 1 < len(token) < 4 and not all(t.is_upper for t in token.sent if t.is_alpha and len(t) > 3)
    )


def _longest_match(doc: Doc, start: int, gazetteer: Gazetteer) -> Found | None:
    limit = start
    while limit < len(doc) and limit - start < MAX_TOKENS and _may_continue(doc[limit]):
        limit += 1
    for end in range(limit, start, -1):
        last = doc[end - 1]
        if not (last.text[0].isupper() or last.text[0].isdigit()):
            continue
        span = _with_direction(doc, start, end, gazetteer)
        matches = tuple(m for m in _case_filtered(span.text, gazetteer.find(span.text)) if _trusted(span, m))
        if matches:
            return _name(span, matches[0].entry.type, matches)
    return None


def _with_direction(doc: Doc, start: int, end: int, gazetteer: Gazetteer) -> Span:
    """The words with a direction in small letters before them where that makes another known name: "central Africa"."""
    if start > 0 and doc[start - 1].lower_ in _DIRECTIONS:
        wider = doc[start - 1 : end]
        if any(m.entry.type == "place" for m in gazetteer.find(wider.text)):
            return wider
    return doc[start:end]


def _may_continue(token: Token) -> bool:
    return bool(token.text[0].isupper() or token.text[0].isdigit() or token.lower_ in _LINKING_WORDS)


def _trusted(span: Span, match: NameMatch) -> bool:
    """Whether the words alone, without the recogniser's word for it, are enough to take them for this name."""
    if match.kind in _WEAK_KINDS:
        return len(span) == 1 and match.entry.prominence >= FAMOUS and _is_argument(span[0])
    if len(span) > 1:
        return True
    token = span[0]
    if match.entry.type == "person":
        return False
    if match.kind in _PEOPLE_KINDS:
        return token.pos_ in ("ADJ", "PROPN", "NOUN")
    is_country = match.entry.type == "country" and match.kind == "name"
    is_plain = token.is_sent_start and not token.text.isupper() and token.pos_ != "PROPN" and not is_country
    return (
        token.pos_ in ("PROPN", "X", "NOUN", "ADJ", "PRON")
        and not is_plain
        and (match.entry.type == "country" or token.pos_ != "ADJ")
    )


def _acronyms(doc: Doc, names: Sequence[Found]) -> Iterator[Found]:
    """Words in capitals that are the initials of an organisation that the text names in full: "NSC"."""
    initials = {initials_of(name.words) for name in names if name.type == "organisation" and name.end - name.start > 1}
    for token in doc:
        if token.is_upper and token.is_alpha and 2 <= len(token) <= 6 and token.lower_ in initials:
            yield Found(token.i, token.i + 1, token.i, "name", "organisation", token.text)


def _repeated_surnames(doc: Doc, names: Sequence[Found], gazetteer: Gazetteer) -> Iterator[Found]:
    """Surnames that the recogniser passed over, of people whom the text names in full before: "Ha" after "Ha Min-woo"."""
    surnames: dict[int, int] = {}
    for name in names:
        if name.type != "person":
            continue
        span = doc[name.start : name.end]
        if len(span) > 1:
            is_first = name.matches[0].entry.country in SURNAME_FIRST if name.matches else span[-2].text == "-"
            surnames.setdefault(span[0 if is_first else -1].orth, name.end)
        elif _is_titled(span):
            surnames.setdefault(span[0].orth, name.end)
    if not surnames:
        return
    taken = {i for n in names for i in range(n.start, n.end) if n.end - n.start > 1 or n.type == "person"}
    for i, orth in enumerate(doc.to_array("ORTH").tolist()):
        if i <= surnames.get(orth, len(doc)) or i in taken:
            continue
        token = doc[i]
        is_name = token.tag_ in ("NNP", "NNPS", "NNS") and token.text[0].isupper()
        if is_name and token.dep_ not in ("compound", "amod", "nmod"):
            yield Found(i, i + 1, i, "name", "person", token.text, matches_of(token.text, gazetteer))


def _unrecognised(doc: Doc, names: Sequence[Found], nouns: Mapping[str, ActorNoun]) -> Iterator[Found]:
    """Proper names that act or are acted on and that the recogniser passed over: "ICE returned", "met Pablo Moncayo".

    A word in capitals is an organisation, two or three words after a title are a person; of others the article and the
    number tell.
    """
    taken = {i for name in names for i in range(name.start, name.end)}
    for token in doc:
        if token.i in taken or not token.text[0].isupper():
            continue
        if _is_lone_acronym(token):
            yield Found(token.i, token.i + 1, token.i, "name", "organisation", token.text)
            continue
        noun = _noun_of(token.head, nouns) if token.dep_ == "appos" and token.head.tag_ == "NN" else None
        is_appos = noun is not None and noun.type == "person" and token.tag_ == "NNP" and token.head.i < token.i
        if token.dep_ not in _ARGUMENTS and not is_appos:
            continue
        start = token.i
        if token.dep_ == "pobj" and token.head.lower_ in _PLACING and token.tag_ == "NNP" and token.is_title:
            while (
                start > 0
                and doc[start - 1].tag_ == "NNP"
                and doc[start - 1].dep_ == "compound"
                and start - 1 not in taken
            ):
                start -= 1
            if not any(t.ent_type_ in _NO_NAME or t.lower_ in _TITLES for t in doc[start : token.i + 1]):
                yield Found(start, token.i + 1, token.i, "name", "place", doc[start : token.i + 1].text)
            continue
        while start > 0 and doc[start - 1].pos_ == "PROPN" and start - 1 not in taken:
            start -= 1
        end = _purpose_end(token)
        if end is not None and not taken & set(range(start, end)):
            yield Found(start, end, token.i, "name", "organisation", doc[start:end].text)
            continue
        span, title = _without_title(doc[start : token.i + 1])
        is_name = all(t.is_title and t.lower_.rstrip(".") not in _TITLES for t in span)
        if title and token.tag_ == "NNP" and 1 <= len(span) <= 3 and is_name:
            yield Found(span.start, span.end, span.root.i, "name", "person", span.text, title=title)
        elif is_appos and is_name and 2 <= len(span) <= 3 and not any(t.ent_type_ in _NO_PARTY for t in span):
            yield Found(span.start, span.end, span.root.i, "name", "person", span.text)
        elif not title and is_name and _takes_part(token) and not any(t.ent_type_ in _NO_PARTY for t in span):
            yield Found(span.start, span.end, span.root.i, "name", _kind_of_unknown(span), span.text)


def _purpose_end(token: Token) -> int | None:
    """The end of a body's name that says what it is for: "Doctors" of "Doctors Without Borders", or None."""
    after = token.doc[token.i + 1 : token.i + 5]
    if len(after) < 2 or after[0].lower_ not in _PURPOSES or token.tag_ not in ("NNP", "NNPS"):
        return None
    end = 1
    while end < len(after) and (after[end].text[0].isupper() or (after[end].lower_ == "the" and end == 1)):
        end += 1
    return after[end - 1].i + 1 if end > 1 and after[end - 1].text[0].isupper() else None


def _takes_part(token: Token) -> bool:
    """Whether a proper noun does something or has it done to it, so that it may be somebody: "Lula sat down"."""
    if token.tag_ not in ("NNP", "NNPS") or not token.is_alpha or len(token) < 3:
        return False
    if token.dep_ in ("nsubj", "nsubjpass", "dobj"):
        return token.head.pos_ == "VERB"
    return token.dep_ == "pobj" and token.head.lower_ in _AIMED


def _kind_of_unknown(span: Span) -> EntityType:
    """What an unknown name may be: "the Polisario Front" a body, "Tamils" a people, "Lula" a person."""
    if span.root.tag_ == "NNPS":
        return "group"
    start = span.start
    while start > 0 and span.doc[start - 1].text[0].isupper() and span.doc[start - 1].lower_ != "the":
        start -= 1
    return "organisation" if start > 0 and span.doc[start - 1].lower_ == "the" else "person"


def _is_lone_acronym(token: Token) -> bool:
    """Whether it is a word in capitals among others that are not, as an argument or where a subject is missing."""
    if not (token.is_upper and token.is_alpha and 3 <= len(token) <= 7):
        return False
    if any(t.is_upper and len(t) > 3 for t in token.doc[max(token.i - 1, 0) : token.i + 2] if t.i != token.i):
        return False
    if token.dep_ in _ARGUMENTS:
        return token.pos_ in ("PROPN", "NOUN")
    verb = token.head
    return verb.pos_ == "VERB" and token.i < verb.i and not any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children)


def initials_of(name: str) -> str:
    """The initials of a name's words, small words left out.

    >>> initials_of("Organisation for the Prohibition of Chemical Weapons")
    'opcw'
    """
    return "".join(t[0] for t in name_tokens(name) if t not in ("of", "the", "and", "for", "on", "in"))


def _is_argument(token: Token) -> bool:
    if token.is_sent_start and token.tag_ == "NN":
        return token.dep_ == "nsubj" and not any(c.dep_ in ("det", "amod", "poss") for c in token.children)
    return (
        token.pos_ == "PROPN"
        and token.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj", "conj", "poss")
        and not token.ent_type_
    )


def _resolve_overlaps(names: Sequence[Found]) -> list[Found]:
    """Longer names win; of two equal ones the recogniser's stands when it says person, else the gazetteer's."""
    kept: list[Found] = []
    taken: set[int] = set()
    ranked = sorted(names, key=lambda n: (n.start - n.end, not n.matches, n.type != "person", n.start))
    for name in ranked:
        cells = set(range(name.start, name.end))
        if not cells & taken:
            kept.append(name)
            taken |= cells
    return sorted(kept, key=lambda n: n.start)


def _descriptions(
    doc: Doc, nouns: Mapping[str, ActorNoun], offices: OfficeNames, taken: set[int], heads: Mapping[int, Found]
) -> Iterator[Found]:
    for token in doc:
        if token.pos_ not in ("NOUN", "PROPN", "ADJ") or token.i in taken:
            continue
        if token.dep_ in ("compound", "nmod", "amod") and not _is_owner(token, nouns):
            continue
        if token.pos_ == "ADJ" and token.tag_ != "NNS":
            continue
        noun = _noun_of(token, nouns) or _place_noun(token)
        if noun is None or _is_condition(token):
            continue
        start = _left_edge(token, taken)
        country, *others = _countries_of(token, heads) or (None,)
        office = offices.classify(_bare_title(doc, start, _title_end(token, heads), heads), country)
        sector = (office[1] if office else None) or noun.sector
        known = ActorNoun(noun.noun, noun.type, sector, noun.stands_for_country)
        end = token.i + 3 if [t.lower_ for t in doc[token.i + 1 : token.i + 3]] == ["of", "state"] else token.i + 1
        yield Found(
            start,
            end,
            token.i,
            "description",
            noun.type,
            doc[start:end].text,
            noun=known,
            country=country,
            office_class=_office_class(token, start, office, is_shared=bool(others)),
            other_countries=tuple(others),
            common=_bare_title(doc, start, token.i + 1, heads) if others else None,
        )


def _is_owner(token: Token, nouns: Mapping[str, ActorNoun]) -> bool:
    """Whether it is a body whose thing acts: "government howitzers", "a junta helicopter", not "the army chief"."""
    noun, owned = nouns.get(token.lower_), token.head
    acts = owned.dep_ == "nsubj" or (owned.dep_ == "pobj" and owned.head.dep_ == "agent")
    is_body = noun is not None and noun.type == "organisation" and noun.sector in _ARMED
    return is_body and acts and token.dep_ == "compound" and _noun_of(owned, nouns) is None


def _is_condition(token: Token) -> bool:
    """Whether "state" is what something is in and no country: "a state of emergency"."""
    if token.lemma_.lower() != "state":
        return False
    inner = [g.lower_ for c in token.children if c.lower_ == "of" for g in c.children]
    return any(word in _CONDITIONS for word in inner)


def _place_noun(token: Token) -> ActorNoun | None:
    """The noun of "the town" or "the Russian capital", which are places if one was named before."""
    lemma = token.lemma_.lower()
    return ActorNoun(lemma, "place", None, False) if lemma in PLACE_NOUNS and token.tag_ == "NN" else None


def _noun_of(token: Token, nouns: Mapping[str, ActorNoun]) -> ActorNoun | None:
    lower = token.lower_
    singular = lower.removesuffix("men") + "man" if lower.endswith("men") else lower.rstrip("s")
    for lemma in (token.lemma_.lower(), lower, singular):
        if lemma in nouns:
            return nouns[lemma]
    if token.pos_ == "NOUN" and len(token) > 6 and token.lower_ not in _NO_PEOPLE and token.lower_.endswith(_AGENTIVE):
        return ActorNoun(token.lower_, "person", None, False)
    return None


def _left_edge(token: Token, taken: set[int]) -> int:
    """Where the noun phrase begins: determiners, adjectives, compounds and possessors directly before the head."""
    start = token.i
    for child in sorted(token.lefts, key=lambda t: -t.i):
        if (
            child.dep_ in ("det", "amod", "compound", "poss", "nmod", "nummod", "quantmod", "neg", "punct", "npadvmod")
            and child.text not in '",'
            and not _has_bracket(child, token)
        ):
            start = min(start, child.left_edge.i)
        else:
            break
    return start


def _title_end(token: Token, heads: Mapping[int, Found]) -> int:
    """The end of an office's words: "secretary of state" goes on after its head, "president of France" does not."""
    after = token.doc[token.i + 1 : token.i + 4]
    if len(after) > 1 and after[0].lower_ == "of" and after[1].pos_ in ("NOUN", "PROPN") and after[1].i not in heads:
        return after[1].i + 1
    return token.i + 1


def _office_class(token: Token, start: int, office: tuple[str, str] | None, is_shared: bool) -> str | None:
    """The class of the one office that a definite description names, as "the US secretary of state" does.

    A plural does so where each of its countries has one: "the Thai and Cambodian premiers".
    """
    words = {t.lower_ for t in token.doc[start : token.i]}
    if (
        office is None
        or (token.tag_ in ("NNS", "NNPS") and not is_shared)
        or words & {"a", "an", "former", "ex", "another", "any", "no", "every"}
    ):
        return None
    return office[0]


def _has_bracket(child: Token, head: Token) -> bool:
    return any(t.text in "[]()" for t in head.doc[child.left_edge.i : head.i])


def _countries_of(token: Token, heads: Mapping[int, Found]) -> tuple[str, ...]:
    """The countries in a noun phrase: "Chinese diplomats", "China's top official", "the president of France".

    A plural may have several, one for each of those it speaks of: "Thai and Cambodian soldiers", "the kings of Oman and
    Jordan"; what two countries have in common, "the border guard of Oman and Jordan", has none.
    """
    is_plural = token.tag_ in ("NNS", "NNPS")
    for child in token.children:
        if child.dep_ in ("amod", "poss", "compound", "nmod") and child.i in heads:
            return _sole_countries(_coordinated(child, token) if is_plural else [child], heads)
    for child in token.children:
        if child.dep_ == "prep" and child.lower_ in ("of", "from"):
            for inner in child.children:
                if inner.i in heads and heads[inner.i].type == "country":
                    all_of = _coordinated(inner, token)
                    if is_plural or len(all_of) == 1:
                        return _sole_countries(all_of, heads)
    return ()


def _coordinated(first: Token, noun: Token) -> list[Token]:
    """The words joined to one in a noun phrase: "Thai", "Lao" and "Khmer" of "Thai, Lao and Khmer officials"."""
    joined = [first]
    for token in joined:
        joined.extend(c for c in token.children if c.dep_ == "conj" and c not in joined)
    between = first.doc[first.i + 1 : noun.i]
    if len(joined) == 1 and first.dep_ == "amod" and any(t.lower_ == "and" for t in between):
        joined.extend(c for c in noun.children if c.dep_ == "amod" and c.i > first.i)
    return joined


def _sole_countries(tokens: Sequence[Token], heads: Mapping[int, Found]) -> tuple[str, ...]:
    countries = [c for t in tokens if t.i in heads and (c := _sole_country(heads[t.i])) is not None]
    return tuple(dict.fromkeys(countries))


def _sole_country(name: Found) -> str | None:
    if name.country is not None or not name.matches or name.type not in ("country", "place", "organisation", "person"):
        return name.country
    best = name.matches[0]
    if best.kind in _WEAK_KINDS and best.entry.prominence < FAMOUS:
        return None
    return best.entry.country if best.entry.type == name.type else None


def _bare_title(doc: Doc, start: int, end: int, heads: Mapping[int, Found]) -> str:
    """The words of a noun phrase without articles, possessors and names: "top foreign policy official"."""
    skip = {i for name in heads.values() for i in range(name.start, name.end)}
    words = [
        t.text
        for t in doc[start:end]
        if t.i not in skip and t.pos_ not in ("DET", "PUNCT", "PRON", "CCONJ") and t.tag_ != "POS"
    ]
    return " ".join(words)


def _pronouns(doc: Doc) -> Iterator[Found]:
    for token in doc:
        if (
            token.pos_ == "PRON"
            and token.lower_ in PERSONAL | SPEAKING
            and not (token.lower_ == "it" and _is_expletive(token))
        ):
            kind: EntityType = (
                "person" if token.lower_ not in ("it", "its", "itself", "they", "them", "their") else "group"
            )
            yield Found(token.i, token.i + 1, token.i, "pronoun", kind, token.text)


def _is_expletive(token: Token) -> bool:
    """The "it" of "it is important for China to …", which stands for nobody."""
    head = token.head
    if token.dep_ == "expl":
        return True
    if token.dep_ not in ("nsubj", "nsubjpass") or head.lemma_ not in (
        "be",
        "seem",
        "appear",
        "take",
        "become",
        "remain",
    ):
        return False
    predicates = [c for c in head.children if c.dep_ in ("acomp", "attr", "oprd")]
    return any(
        g.dep_ in ("ccomp", "xcomp", "csubj") or (g.dep_ == "prep" and g.lower_ == "for")
        for c in (head, *predicates)
        for g in c.children
    )

"""Names that the gazetteer knows: as long a stretch of words as it has an entry for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.entities.found import DIRECTIONS, FAMOUS, KNOWN, OBSCURE, PEOPLE_KINDS, WEAK_KINDS, Found, is_titled
from kg.entities.gazetteer import Gazetteer, NameMatch
from kg.entities.names import PARTICLES, name_tokens, surname_words
from kg.entities.nouns import ActorNoun
from kg.model import EntityType

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_LINKING_WORDS = frozenset(
    "of the and for de la al el bin ben ibn abu del della den der des dem di da dos du von van zu ter ten in on to 's - ' & .".split()
)
_ORDINARY = frozenset({"Male", "Nice", "Victoria"})
"""Names of capitals that are also words or people's names."""
_HALVES = frozenset({"North", "South"})
MAX_TOKENS = 8


def matches_of(name: str, gazetteer: Gazetteer) -> tuple[NameMatch, ...]:
    """What the gazetteer knows under a name as written; a typing slip as in "Xi Jinpings" is forgiven on the last word.

    The people of a place are known by its adjective: "Soviets".
    """
    found = _case_filtered(name, gazetteer.find(name))
    if name[:1].islower():
        found = tuple(m for m in found if m.entry.type == "place")
    if not found and "-" in name:
        found = gazetteer.find(name.replace("-", ""))
    if not found and " " in name and name.endswith("s"):
        found = gazetteer.find(name[:-1])
    if not found and " " not in name and name.endswith("s"):
        people = (m for m in gazetteer.find(name[:-1]) if m.entry.type == "place")
        found = tuple(m for m in people if m.kind == "adjective" or m.entry.name.startswith(f"{name[:-1]} "))
    return found or _partial_matches(name, gazetteer) or _matches_of_shorter(name, gazetteer)


def _matches_of_shorter(name: str, gazetteer: Gazetteer) -> tuple[NameMatch, ...]:
    """People known without an initial or a middle name that is written: "Mikhail S. Gorbachev", "John Forbes Kerry".

    Whole names in the middle tell namesakes apart, so that they are left out for well-known people only.
    """
    words = surname_words(name)
    if len(words) < 3 and not any(len(word) == 1 for word in words):
        return ()
    initials = 0
    while initials < len(words) - 1 and len(words[initials]) == 1:
        initials += 1
    written = ["".join(words[:initials]), *words[initials:]] if initials else list(words)
    full = [word for n, word in enumerate(written) if n == 0 or len(word) > 1]
    people = [m for m in gazetteer.find(" ".join(full)) if m.entry.type == "person" and m.kind not in WEAK_KINDS]
    if not people and len(full) > 2:
        end = len(full) - 1
        while end > 1 and full[end - 1] in PARTICLES:
            end -= 1
        named = gazetteer.find(" ".join([full[0], *full[end:]]))
        people = [
            m for m in named if m.entry.type == "person" and m.entry.prominence >= KNOWN and m.kind not in WEAK_KINDS
        ]
    return tuple(NameMatch(m.entry, "alias") for m in people)


def _partial_matches(name: str, gazetteer: Gazetteer) -> tuple[NameMatch, ...]:
    """People whose full name holds the words of a shorter one in order, "Tayyip Erdogan" of "Recep Tayyip Erdoğan".

    Else well-known ones whose name goes on after them: "Salva Kiir" of "Salva Kiir Mayardit".
    """
    words = name_tokens(name)
    if len(words) < 2:
        return ()
    bearers = [m.entry for m in gazetteer.find(words[-1]) if m.kind == "surname"]
    found = [e for e in bearers if e.prominence > OBSCURE and _holds_in_order(name_tokens(e.name), words)]
    return tuple(NameMatch(entry, "alias") for entry in found or gazetteer.beginning(" ".join(words), KNOWN))


def _holds_in_order(long: Sequence[str], short: Sequence[str]) -> bool:
    rest = iter(long)
    return len(long) > len(short) and all(word in rest for word in short)


def _case_filtered(text: str, matches: tuple[NameMatch, ...]) -> tuple[NameMatch, ...]:
    """Acronyms are matched in capitals only: "US" is a country, "us" is not; nor is a lower-case word a name."""
    letters = [c for c in text if c.isalpha()]
    if letters and all(c.islower() for c in letters):
        return ()
    if text.isalpha() and not text.isupper():
        return tuple(m for m in matches if m.kind != "acronym" or _is_spoken(text, m))
    return matches


def _is_spoken(text: str, match: NameMatch) -> bool:
    """Whether it is an acronym that British newspapers write as a word: "Nato", "Opec"."""
    return text.istitle() and len(text) > 3 and match.entry.sector == "IGO" and match.entry.prominence >= KNOWN


def name_of(span: Span, kind: EntityType, matches: tuple[NameMatch, ...], title: str | None = None) -> Found:
    """The mention that a stretch of words is, given what it was taken for and what the gazetteer knows under it."""
    peoples = tuple(m for m in matches if m.kind in PEOPLE_KINDS)
    root = span.root
    is_plural = root.tag_ in ("NNS", "NNPS")
    adjective = (
        bool(peoples)
        and not is_plural
        and (root.pos_ == "ADJ" or root.dep_ in ("amod", "compound") or root.ent_type_ == "NORP")
    )
    strong = tuple(m for m in matches if m.kind not in WEAK_KINDS)
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
    if kind == "person" and len(span) == 1 and _is_rather_a_place(matches) and not is_titled(span):
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


def gazetteer_names(doc: Doc, gazetteer: Gazetteer) -> Iterator[Found]:
    """The longest stretches that are names of the gazetteer, in text order."""
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
        if limit > start and doc[limit].is_sent_start:
            break
        limit += 1
    for end in range(limit, start, -1):
        last = doc[end - 1]
        if not (last.text[0].isupper() or last.text[0].isdigit()):
            continue
        span = _with_direction(doc, start, end, gazetteer)
        matches = tuple(m for m in _case_filtered(span.text, gazetteer.find(span.text)) if _trusted(span, m))
        if span[0].is_lower:
            matches = tuple(m for m in matches if m.entry.type == "place")
        if matches:
            return name_of(span, matches[0].entry.type, matches)
    return None


def _with_direction(doc: Doc, start: int, end: int, gazetteer: Gazetteer) -> Span:
    """The words with a direction in small letters before them where that makes another known name: "central Africa"."""
    if start > 0 and doc[start - 1].lower_ in DIRECTIONS:
        wider = doc[start - 1 : end]
        if any(m.entry.type == "place" for m in gazetteer.find(wider.text)):
            return wider
    return doc[start:end]


def shared_ends(doc: Doc, names: Sequence[Found], gazetteer: Gazetteer) -> Iterator[Found]:
    """Known names that leave their end to another: the "North" of "North and South Korea"."""
    for name in names:
        if name.type not in ("country", "place") or name.end - name.start < 2:
            continue
        if doc[name.start].lower_ not in DIRECTIONS:
            continue
        rest = doc[name.start + 1 : name.end].text
        i = name.start - 2
        while i >= 0 and doc[i + 1].lower_ in ("and", "or", ",") and doc[i].is_title and doc[i].lower_ in DIRECTIONS:
            found = _with_rest(doc, i, rest, gazetteer)
            if found is not None:
                yield replace(found, type="country") if name.is_adjective else found
            i -= 2


def halves(doc: Doc, names: Sequence[Found], gazetteer: Gazetteer) -> Iterator[Found]:
    """The halves of the divided country that was named last: "the North" after South Korea."""
    longer = {i for name in names if name.end - name.start > 1 for i in range(name.start, name.end)}
    divided = {n.start: doc[n.start + 1 : n.end].text for n in names if n.type == "country" and n.start in longer}
    rest: str | None = None
    for token in doc:
        if token.text not in _HALVES:
            continue
        rest = divided.get(token.i, rest)
        is_noun = token.i > 0 and token.nbor(-1).lower_ == "the" and token.dep_ not in ("compound", "amod", "nmod")
        if rest is not None and is_noun and token.i not in longer:
            found = _with_rest(doc, token.i, rest, gazetteer)
            if found is not None and found.type == "country":
                yield found


def _with_rest(doc: Doc, i: int, rest: str, gazetteer: Gazetteer) -> Found | None:
    """The country or place that a word names together with what is not said after it."""
    words = f"{doc[i].text} {rest}"
    matches = tuple(m for m in gazetteer.find(words) if m.entry.type in ("country", "place"))
    if not matches:
        return None
    return Found(i, i + 1, i, "name", matches[0].entry.type, words, matches, country=matches[0].entry.country)


def _may_continue(token: Token) -> bool:
    return bool(token.text[0].isupper() or token.text[0].isdigit() or token.lower_ in _LINKING_WORDS)


def _trusted(span: Span, match: NameMatch) -> bool:
    """Whether the words alone, without the recogniser's word for it, are enough to take them for this name."""
    if match.kind in WEAK_KINDS:
        return len(span) == 1 and match.entry.prominence >= FAMOUS and _is_argument(span[0])
    if len(span) > 1:
        return True
    token = span[0]
    if match.entry.type == "person":
        return False
    if match.kind in PEOPLE_KINDS:
        return token.pos_ in ("ADJ", "PROPN", "NOUN")
    if match.entry.acts_for and match.kind == "name" and token.is_sent_start and _is_bare_subject(token):
        # "Tehran rejects talks": the tagger knows few capitals, and no other word is so bare a subject.
        return True
    is_country = match.entry.type == "country" and match.kind == "name"
    is_plain = token.is_sent_start and not token.text.isupper() and token.pos_ != "PROPN" and not is_country
    return (
        token.pos_ in ("PROPN", "X", "NOUN", "ADJ", "PRON")
        and not is_plain
        and (match.entry.type == "country" or token.pos_ != "ADJ")
    )


def _is_bare_subject(token: Token) -> bool:
    is_named = token.pos_ in ("PROPN", "NOUN", "ADJ") and token.text not in _ORDINARY
    return is_named and token.dep_ in ("nsubj", "nsubjpass") and not any(True for _ in token.children)


def _is_argument(token: Token) -> bool:
    if token.is_sent_start and token.tag_ == "NN":
        return token.dep_ == "nsubj" and not any(c.dep_ in ("det", "amod", "poss") for c in token.children)
    return (
        token.pos_ == "PROPN"
        and token.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj", "conj", "poss")
        and not token.ent_type_
    )

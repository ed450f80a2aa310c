"""Names that neither spaCy nor the gazetteer sees: acronyms, repeated surnames, proper nouns that take part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kg.entities.found import PLACING, TITLES, Found, is_titled, noun_of, without_title
from kg.entities.gazetteer import Gazetteer
from kg.entities.known_names import matches_of
from kg.entities.names import SURNAME_FIRST, name_tokens
from kg.entities.nouns import ActorNoun
from kg.model import EntityType

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_PURPOSES = frozenset("against for without beyond".split())
_AIMED = frozenset("by against with between".split())
_NO_NAME = frozenset(
    "DATE TIME PERCENT MONEY QUANTITY ORDINAL CARDINAL LAW EVENT WORK_OF_ART LANGUAGE PRODUCT PERSON".split()
)
_NO_PARTY = _NO_NAME - {"PRODUCT"}
_ARGUMENTS = frozenset({"nsubj", "nsubjpass", "dobj", "dative", "pobj", "appos", "conj"})


def acronyms(doc: Doc, names: Sequence[Found]) -> Iterator[Found]:
    """Words in capitals that are the initials of an organisation that the text names in full, "NSC", or its name elsewhere."""
    bodies = [name for name in names if name.type == "organisation"]
    initials = {initials_of(name.words) for name in bodies if name.end - name.start > 1}
    known = {name.words: name.matches for name in bodies if name.end - name.start == 1 and name.words.isupper()}
    for token in doc:
        if token.is_upper and token.is_alpha and 2 <= len(token) <= 7 and not _shouts(token):
            if token.lower_ in initials or token.text in known:
                yield Found(
                    token.i, token.i + 1, token.i, "name", "organisation", token.text, known.get(token.text, ())
                )


def _shouts(token: Token) -> bool:
    """Whether it stands among other words in capitals, as in a headline."""
    return any(t.is_upper and len(t) > 3 and t.i != token.i for t in token.doc[max(token.i - 1, 0) : token.i + 2])


def repeated_surnames(doc: Doc, names: Sequence[Found], gazetteer: Gazetteer) -> Iterator[Found]:
    """Surnames that the recogniser passed over, of people whom the text names in full before: "Ha" after "Ha Min-woo"."""
    surnames: dict[int, int] = {}
    for name in names:
        if name.type != "person":
            continue
        span = doc[name.start : name.end]
        if len(span) > 1:
            is_first = name.matches[0].entry.country in SURNAME_FIRST if name.matches else span[-2].text == "-"
            surnames.setdefault(span[0 if is_first else -1].orth, name.end)
        elif is_titled(span):
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


def unrecognised_names(doc: Doc, names: Sequence[Found], nouns: Mapping[str, ActorNoun]) -> Iterator[Found]:
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
        noun = noun_of(token.head, nouns) if token.dep_ == "appos" and token.head.tag_ == "NN" else None
        is_appos = noun is not None and noun.type == "person" and token.tag_ == "NNP" and token.head.i < token.i
        if token.dep_ not in _ARGUMENTS and not is_appos:
            continue
        start = token.i
        if token.dep_ == "pobj" and token.head.lower_ in PLACING and token.tag_ == "NNP" and token.is_title:
            while (
                start > 0
                and doc[start - 1].tag_ == "NNP"
                and doc[start - 1].dep_ == "compound"
                and start - 1 not in taken
            ):
                start -= 1
            if not any(t.ent_type_ in _NO_NAME or t.lower_ in TITLES for t in doc[start : token.i + 1]):
                yield Found(start, token.i + 1, token.i, "name", "place", doc[start : token.i + 1].text)
            continue
        while start > 0 and doc[start - 1].pos_ == "PROPN" and start - 1 not in taken:
            start -= 1
        called = _called_so(doc, start, token, nouns)
        if called is not None and not taken & set(range(start, token.i)):
            yield Found(start, token.i + 1, token.i, "name", "organisation", doc[start : token.i + 1].text, noun=called)
            continue
        end = _purpose_end(token) if token.ent_type_ != "EVENT" else None
        if end is not None and not taken & set(range(start, end)):
            yield Found(start, end, token.i, "name", "organisation", doc[start:end].text)
            continue
        span, title = without_title(doc[start : token.i + 1])
        is_name = all(t.is_title and t.lower_.rstrip(".") not in TITLES - {"special"} for t in span)
        holds_office = is_appos or (start - 1 in taken and _is_after_an_office(doc, start))
        if title and token.tag_ == "NNP" and 1 <= len(span) <= 3 and is_name:
            yield Found(span.start, span.end, span.root.i, "name", "person", span.text, title=title)
        elif holds_office and is_name and 2 <= len(span) <= 3 and not any(t.ent_type_ in _NO_PARTY for t in span):
            yield Found(span.start, span.end, span.root.i, "name", "person", span.text)
        elif not title and is_name and _takes_part(token) and not any(t.ent_type_ in _NO_PARTY for t in span):
            yield Found(span.start, span.end, span.root.i, "name", _kind_of_unknown(span), span.text)


def _called_so(doc: Doc, start: int, head: Token, nouns: Mapping[str, ActorNoun]) -> ActorNoun | None:
    """What body the noun right before a name says that it is: "the newspaper Tuoi Tre", "the company Norilsk Nickel"."""
    before = doc[start - 1] if start > head.sent.start else None
    if before is None or before.tag_ != "NN" or before.dep_ not in ("compound", "nmod") or before.head != head:
        return None
    noun = noun_of(before, nouns)
    return noun if noun is not None and noun.type == "organisation" and not noun.stands_for_country else None


def _is_after_an_office(doc: Doc, start: int) -> bool:
    """Whether an office with its country stands right before: "ambassador to India"."""
    before = doc[max(start - 3, 0) : start]
    return len(before) == 3 and before[0].lower_ in TITLES and before[1].pos_ == "ADP"


def _purpose_end(token: Token) -> int | None:
    """The end of a body's name that says what it is for: "Doctors" of "Doctors Without Borders", or None."""
    after = token.doc[token.i + 1 : token.i + 5]
    if len(after) < 2 or after[0].lower_ not in _PURPOSES:
        return None
    if token.tag_ not in ("NNP", "NNPS") and not after[0].is_title:
        return None
    end = 1
    while end < len(after) and (after[end].text[0].isupper() or (after[end].lower_ == "the" and end == 1)):
        end += 1
    return after[end - 1].i + 1 if end > 1 and after[end - 1].text[0].isupper() else None


def _takes_part(token: Token) -> bool:
    """Whether a proper noun does something or has it done to it, so that it may be somebody: "Lula sat down"."""
    if token.tag_ not in ("NNP", "NNPS") or not token.is_alpha or len(token) < 3:
        return False
    if token.dep_ in ("nsubj", "nsubjpass", "dobj", "dative"):
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

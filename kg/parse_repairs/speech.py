"""What is said: told from who says it and from comments on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.parse_repairs.names import TELLING

if TYPE_CHECKING:
    from spacy.tokens import Span

_SAYING = frozenset({"say", "tell", "argue", "insist", "write", "note", "claim", "declare", "state"})
_SPEAKING = frozenset(
    "call urge demand condemn accuse warn vow pledge promise appeal reject denounce criticise criticize blame thank praise".split()
)
_REPORTING = frozenset("say report announce tell add disclose confirm claim".split())
GIVING = frozenset(
    """give fine fin lend loan grant sell send offer supply donate owe promise deny pay award hand bring provide ship
    deliver""".split()
)
"""Verbs with two objects; "fin" is what the lemmatiser makes of "fined"."""


def part_comment(sentence: Span) -> None:
    """Make a comment on a clause, "…, a charge Rwanda denies", the relative clause that it is.

    The parser takes the clause before it for what is denied.
    """
    verb = sentence.root
    told = [c for c in verb.children if c.dep_ == "ccomp" and c.i < verb.i]
    if len(told) != 1 or verb.pos_ != "VERB":
        return
    between = [c for c in verb.children if told[0].i < c.i < verb.i and c.dep_ in ("dobj", "nsubj", "nsubjpass")]
    if len(between) != 2 or between[1].dep_ != "nsubj" or between[1].left_edge.i != between[0].right_edge.i + 1:
        return
    noun = between[0]
    first = noun.left_edge
    if noun.pos_ != "NOUN" or first.lower_ not in ("a", "an") or first.i == 0 or first.nbor(-1).text != ",":
        return
    rest = [c for c in verb.children if c.i > verb.i and c.dep_ == "punct"]
    told[0].head, told[0].dep_ = told[0], "ROOT"
    noun.head, noun.dep_ = told[0], "appos"
    verb.head, verb.dep_ = noun, "relcl"
    for token in rest:
        token.head = told[0]


def give_back_speech(sentence: Span) -> None:
    """Give the speaker what he does beside saying: "She said the raids were illegal and called for a halt".

    The parser joins the second verb to what is said, where nobody is who could do it.
    """
    for verb in sentence:
        clause = verb.head
        is_aside = (
            verb.dep_ == "advcl" and verb.tag_ == "VBG" and verb.left_edge.nbor(-1).text == ","
            if verb.left_edge.i
            else False
        )
        if verb.lemma_ not in _SPEAKING or clause.dep_ != "ccomp" or verb.i < clause.i:
            continue
        if is_aside and clause.head.lemma_ in _SAYING and clause.head.i < clause.i:
            verb.head = clause.head
            continue
        if verb.dep_ != "conj":
            continue
        said = clause.head
        if said.lemma_ not in _SAYING or said.i > clause.i or verb.tag_ not in ("VBD", said.tag_):
            continue
        doers = [c for c in clause.children if c.dep_ in ("nsubj", "nsubjpass")]
        own = any(c.dep_ in ("nsubj", "nsubjpass", "aux") for c in verb.children)
        if len(doers) == 1 and doers[0].pos_ == "NOUN" and not doers[0].ent_type_ and not own:
            verb.head = said


def give_back_news(sentence: Span) -> None:
    """Give what somebody is told to the verb: "told a meeting that she had agreed", "told reporters he had accused Bonn".

    The parser takes the clause for a relative one, though "tell" needs something to be told.
    """
    for clause in sentence:
        told, verb = clause.head, clause.head.head
        if clause.dep_ != "relcl" or verb.lemma_ not in TELLING or told.dep_ not in ("dobj", "dative"):
            continue
        if any(c.dep_ in ("ccomp", "xcomp") or (c.dep_ == "dobj" and c != told) for c in verb.children):
            continue
        doer = next((c for c in clause.children if c.dep_ in ("nsubj", "nsubjpass") and c.i < clause.i), None)
        first = clause.left_edge
        if doer is None or doer.tag_ in ("WDT", "WP") or first.tag_ in ("WP", "WRB", "IN") or first.lower_ == "which":
            continue
        if not any(c.dep_ in ("dobj", "ccomp") and c != first and c.i > clause.i for c in clause.children):
            # "told the man he had pardoned to leave": what the clause lacks is the man.
            continue
        if first.lower_ == "that":
            first.head, first.dep_, first.tag_, first.pos_ = clause, "mark", "IN", "SCONJ"
        clause.head, clause.dep_ = verb, "ccomp"


def give_reported_its_verb(sentence: Span) -> None:
    """Make the verb of what is reported of a participle that its first subject was given: "Police arrested a man, Y said"."""
    said = sentence.root
    doers = [c for c in said.children if c.dep_ == "nsubj" and c.i < said.i]
    if said.lemma_ not in _REPORTING or len(doers) != 2:
        return
    verb = next((c for c in doers[0].children if c.dep_ == "acl" and c.tag_ in ("VBN", "VBD")), None)
    if verb is None or verb.lemma_ in GIVING or not any(c.dep_ == "dobj" for c in verb.children):
        return
    if verb.i > doers[1].i or not any(c.text == "," and c.i < doers[1].i for c in (*said.children, *doers[0].children)):
        return
    rest = [
        c for c in (*said.children, *doers[0].children) if verb.i < c.i < doers[1].left_edge.i and c.dep_ != "punct"
    ]
    verb.head, verb.dep_, verb.tag_ = said, "ccomp", "VBD"
    doers[0].head = verb
    for token in rest:
        token.head = verb


def part_reputed(sentence: Span) -> None:
    """Hang on its noun what somebody is said to be, and make what he does the verb: "The group, said to work for Peru, hacked …"."""
    said = sentence.root
    if said.lemma_ not in ("say", "believe", "think", "know", "report", "allege", "rumour") or said.i == sentence.start:
        return
    if said.nbor(-1).text != "," or said.tag_ not in ("VBD", "VBN"):
        return
    reputed = next((c for c in said.children if c.dep_ == "xcomp" and any(g.tag_ == "TO" for g in c.children)), None)
    subject = next((c for c in said.children if c.dep_ in ("nsubj", "nsubjpass") and c.i < said.i), None)
    verb = next((c for c in said.children if c.dep_ in ("ccomp", "conj") and c.tag_ in ("VBD", "VBZ", "VBP")), None)
    if reputed is None or subject is None or verb is None or not reputed.i < verb.i:
        return
    if verb.left_edge.i == 0 or verb.left_edge.nbor(-1).text != "," or any(c.dep_ == "nsubj" for c in verb.children):
        return
    rest = [c for c in said.children if c not in (reputed, subject, verb)]
    verb.head, verb.dep_ = verb, "ROOT"
    subject.head, subject.dep_ = verb, "nsubj"
    said.head, said.dep_, said.tag_ = subject, "acl", "VBN"
    for token in rest:
        if token.i < subject.left_edge.i or token.i > verb.i:
            token.head = verb

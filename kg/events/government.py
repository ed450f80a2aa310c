"""What a verb must govern for a pattern to fit: clauses, objects, partners, and whose deed they tell of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from kg.events.parties import MEDIA, MentionIndex, owners_of
from kg.events.status import follows_colon, is_conditional, is_imperative, is_open, refuses, status_of
from kg.events.syntax import (
    called_upon,
    is_passive,
    objects,
    partitive,
    prepositions,
    subjects,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

_AIMING = frozenset({"on", "against", "at", "into", "with", "upon"})
_VOWING = frozenset({"vow", "pledge", "promise", "swear", "threaten", "undertake"})
_TELLING_THE_PRESS = frozenset("comment elaborate say speculate specify disclose reveal identify name confirm".split())
_APPOINTED = frozenset(
    "nominee candidate appointee ambassador judge justice envoy minister appointment nomination".split()
)
_READY = frozenset("ready prepared poised determined willing set able bound free entitled".split())
_OBLIGATION = frozenset({"must", "should", "ought"})
DEEDS = frozenset(
    """decision move step refusal withdrawal failure action act attack invasion statement remark remarks comment comments
    rejection expulsion departure exit launch test announcement measure sanction sanctions ban veto vote silence
    absence stance position behaviour behavior conduct policy execution arrest detention verdict ruling""".split()
)
"""What somebody may be blamed for having done."""
_SHOOTING = frozenset({"launch", "fire", "shoot", "lob"})
_MEASURES = frozenset(
    """sanction tariff duty levy curb embargo ban tax restriction fine penalty scandal crisis shortage inflation outage downturn
    recession protest setback criticism allegation accusation ruling lawsuit boycott debt price cut unemployment pandemic""".split()
)
"""What hits a country without force."""
_FREIGHT = frozenset(
    "satellite astronaut cosmonaut taikonaut spacecraft probe telescope capsule orbit rover crew spaceport".split()
)
_HOURS = frozenset("dawn daybreak dusk night midnight noon sunrise sunset once least".split())


def _commands(verb: Token, mentions: MentionIndex) -> bool:
    return any(_is_commanded(c) for c in verb.children)


def _obliges(verb: Token, mentions: MentionIndex) -> bool:
    """Whether what is said is that somebody else must or should do something."""
    own = {p.entity for t in subjects(verb) for p in mentions.parties(t, "actor")}
    for clause in verb.children:
        if clause.dep_ != "ccomp" or not _is_obligation(clause):
            continue
        if is_passive(clause):
            return any(c.dep_ == "aux" and c.lower_ == "must" for c in clause.children)
        bound = {p.entity for t in subjects(clause) for p in mentions.parties(t, "actor")}
        if bound and not bound & own:
            return True
    return False


def _is_obligation(clause: Token) -> bool:
    """Whether it says what should be done; what "should have" been done or "must have" happened is past."""
    if any(c.dep_ == "aux" and c.lower_ == "have" for c in clause.children):
        return False
    if any(c.dep_ == "aux" and c.lower_ in _OBLIGATION for c in clause.children):
        return True
    infinitive = any(c.dep_ == "xcomp" and any(g.tag_ == "TO" for g in c.children) for c in clause.children)
    return clause.lemma_ in ("have", "need") and infinitive


def _demands(verb: Token, mentions: MentionIndex) -> bool:
    """Whether a clause says what somebody should do: "demanded that Athens withdraw", "had one demand: leave"."""
    for clause in verb.children:
        if clause.i > verb.i and is_imperative(clause) and follows_colon(clause):
            return True
        if clause.dep_ == "ccomp" and any(c.dep_ in ("nsubj", "nsubjpass") for c in clause.children):
            auxiliaries = {c.lower_ for c in clause.children if c.dep_ in ("aux", "auxpass")}
            singular = any(c.dep_ == "nsubj" and c.tag_ in ("NN", "NNP") for c in clause.children)
            bare = clause.tag_ == "VB" or (clause.tag_ == "VBP" and singular)
            if (bare and not auxiliaries - {"not", "to"}) or auxiliaries & (_OBLIGATION | {"be"}):
                return True
    return False


def _is_to_come(verb: Token, mentions: MentionIndex) -> bool:
    """Whether somebody says or shows that he will: "will retaliate", "would have to if …", "vowed to", "is ready to"."""
    token = verb
    while True:
        if status_of(token) == "planned" or is_conditional(token) or is_open(token):
            return True
        if token.dep_ != "xcomp":
            return False
        token = token.head
        if token.lemma_ in _VOWING or (token.pos_ in ("ADJ", "VERB") and token.lower_ in _READY):
            return True


def _has_consequences(verb: Token, mentions: MentionIndex) -> bool:
    """Whether what is said is what will follow if others do something, or what the speaker will do to whom he tells it."""
    own = _entities(subjects(verb), mentions)
    for clause in verb.children:
        if clause.dep_ != "ccomp" or any(c.dep_ == "neg" for c in clause.children):
            continue
        bound = _entities(subjects(clause), mentions)
        is_own = bool(bound & own) if bound else is_passive(clause)
        told = any(_is_addressee(t, mentions) for t in verb.doc[verb.i + 1 : clause.left_edge.i])
        if is_conditional(clause) and (told or is_own):
            return True
        if verb.lemma_ == "warn" and is_own and (status_of(clause) == "planned" or is_open(clause)):
            return True
        if told and is_own and status_of(clause) == "planned":
            return True
    return False


def _is_addressee(token: Token, mentions: MentionIndex) -> bool:
    """Whether somebody is told something; who tells it to the press tells it to all."""
    kinds = mentions.kinds_at(token)
    is_told = token.dep_ in ("dobj", "dative") or (token.dep_ == "pobj" and token.head.lower_ in ("to", "with"))
    return is_told and bool(kinds) and MEDIA not in kinds


def _entities(tokens: Iterable[Token], mentions: MentionIndex) -> set[str]:
    """Who the tokens stand for, and their countries: a minister speaks for his own."""
    known = [mentions.entity_of[p.entity] for t in tokens for p in mentions.parties(t, "actor") if p.entity]
    return {key for party in known for key in (party.id, party.country) if key}


def _refuses(verb: Token, mentions: MentionIndex) -> bool:
    return refuses(verb)


def _has_object(verb: Token, mentions: MentionIndex) -> bool:
    """Whether it is done to somebody or something: "stormed the palace", "advanced on the city", not "stormed to victory"."""
    aimed = (c for c in verb.children if c.dep_ == "prep" and c.lower_ in _AIMING)
    return bool(objects(verb)) or any(g.dep_ == "pobj" for c in aimed for g in c.children)


def _is_aimed(verb: Token, mentions: MentionIndex) -> bool:
    """Whether it is done at something: "fired rockets at a tanker"."""
    aimed = (t for p, found in prepositions(verb) for t in found if p in ("at", "on"))
    return any(
        t.ent_type_ not in ("DATE", "TIME") and t.pos_ in ("NOUN", "PROPN") and t.lemma_ not in _HOURS for t in aimed
    )


def _is_over_something(verb: Token, mentions: MentionIndex) -> bool:
    """Whether it is done over an issue, as words are: "attacked the government over rising prices", not "over the weekend"."""
    issues = (t for p, found in prepositions(verb) for t in found if p == "over")
    occasions = (t for p, found in prepositions(verb) for t in found if p in ("at", "in", "during"))
    hung = (t for o in (*objects(verb), *occasions) for p, found in prepositions(o) for t in found if p == "over")
    return any(t.ent_type_ not in ("DATE", "TIME", "GPE", "LOC") for t in (*issues, *hung))


def _is_given(verb: Token, mentions: MentionIndex) -> bool:
    """Whether somebody is given it: "sent Ukraine tanks", "sent tanks to Ukraine", not "to the border"."""
    given = [c for c in verb.children if c.dep_ == "dative"]
    given.extend(c for c in verb.children if c.dep_ == "prep" and c.lower_ == "to")
    given.extend(g for c in verb.children if c.dep_ == "advmod" for g in c.children if g.lower_ == "to")
    heads = [t for c in given for t in ([c] if c.pos_ != "ADP" else c.children)]
    return any(mentions.kinds_at(t) & {"country", "organisation", "group", "person"} for t in heads)


def _is_with_somebody(verb: Token, mentions: MentionIndex) -> bool:
    """Whether it is done with others and not with tools: "builds ships with Hyundai", not "with foreign steel"."""
    partners = (t for p, found in prepositions(verb) for t in found if p.endswith(("with", "alongside")))
    hung = (
        t for o in objects(verb) for p, found in prepositions(o) for t in found if p.endswith(("with", "alongside"))
    )
    return any(mentions.kinds_at(t) & {"country", "organisation", "group", "person"} for t in (*partners, *hung))


def _has_own_things(verb: Token, mentions: MentionIndex) -> bool:
    """Whether it is done to what is one's own: "destroyed its warheads", not "destroyed an Israeli tank"."""
    own = _entities(subjects(verb), mentions)
    for thing in objects(verb):
        others = _entities(owners_of(thing, mentions), mentions)
        if (others and not others & own) or any(c.dep_ == "acl" and c.lemma_ in _SHOOTING for c in thing.children):
            return False
    return True


def _is_asked_by_somebody(verb: Token, mentions: MentionIndex) -> bool:
    """Whether it is somebody who pushes another to do something, and no event that makes him do it."""
    return verb.lemma_ != "push" or any(mentions.parties(t, "actor") for t in subjects(verb))


def _is_no_measure(verb: Token, mentions: MentionIndex) -> bool:
    """Whether somebody or a weapon does it: "hit by a missile", not "hit by tariffs"."""
    doers = subjects(verb)
    return not doers or any(t.lemma_.lower() not in _MEASURES for t in doers)


def _is_of_no_troops(verb: Token, mentions: MentionIndex) -> bool:
    """Whether it is no matter of troops: "withdrew from the treaty", not "the troops withdrew from Rafah"."""
    return not any("MIL" in mentions.kinds_at(t) for t in subjects(verb))


def _is_no_space_flight(verb: Token, mentions: MentionIndex) -> bool:
    """Whether nothing is brought into space: "launched a rocket at a ship", not "a rocket carrying satellites"."""
    freight = {g.lemma_.lower() for o in objects(verb) for g in o.subtree if g != o}
    return not (freight & _FREIGHT or any(c.lemma_.lower() in _FREIGHT for c in verb.subtree if c.dep_ == "pobj"))


def _has_officials(verb: Token, mentions: MentionIndex) -> bool:
    """Whether those who do it and those it is done to are people: a king "sees" a premier, a ministry sees a ministry as such."""
    done_to = [*objects(verb), *(t for _, found in prepositions(verb) for t in found)]
    is_compared = any(p == "as" for p, _ in prepositions(verb))
    return not is_compared and all(
        any("person" in mentions.kinds_at(t) for t in side) for side in (subjects(verb), done_to)
    )


_OWNING_UP = frozenset({"admit", "acknowledge", "concede", "confess", "own"})
_MISTAKES = frozenset("mistake error blunder wrong mistaken unjust injustice misjudgement misjudgment".split())


def _tells_own_deed(verb: Token, mentions: MentionIndex) -> bool:
    """Whether somebody tells what he did himself: "admitted that it had wronged them", "admitted to having erred"."""
    own = {p.entity for t in subjects(verb) for p in mentions.parties(t, "actor")}
    for clause in verb.children:
        if clause.dep_ in ("ccomp", "xcomp") and clause.i > verb.i:
            doers = {p.entity for t in subjects(clause) for p in mentions.parties(t, "actor")}
            if doers & own:
                return True
            if own and not doers and verb.lemma_ in _OWNING_UP and _is_called_a_mistake(clause, mentions):
                return True
    return False


def _is_called_a_mistake(clause: Token, mentions: MentionIndex) -> bool:
    """Whether it judges a deed of nobody else's: "admitted that the eviction had been a mistake", not "Kenya's eviction"."""
    if clause.lemma_ != "be" or any(c.dep_ in ("neg", "csubj") for c in clause.children):
        return False
    deeds = [c for c in clause.children if c.dep_ == "nsubj"]
    is_anothers = any(c.lower_ == "by" for deed in deeds for c in deed.children)
    is_anothers = is_anothers or any(deed.pos_ == "PRON" or owners_of(deed, mentions) for deed in deeds)
    return not is_anothers and any(c.dep_ in ("attr", "acomp") and c.lemma_ in _MISTAKES for c in clause.children)


def _is_of_another(verb: Token, mentions: MentionIndex) -> bool:
    """Whether what is regretted is another's deed: "regretted that Seoul had left", "regretted the decision of Seoul"."""
    if _is_to_come(verb, mentions):
        return False
    own = _entities(subjects(verb), mentions)
    others = [t for c in verb.children if c.dep_ == "ccomp" for t in subjects(c)]
    deeds = [o for o in objects(verb) if o.lemma_ in DEEDS]
    others += [owner for o in deeds for owner in owners_of(o, mentions)]
    others = [t for t in others if not any(c.tag_ == "PRP$" for c in t.children)]
    return any(not _entities([t], mentions) & own for t in others if mentions.parties(t, "actor"))


def _is_own_regret(verb: Token, mentions: MentionIndex) -> bool:
    return not _is_of_another(verb, mentions) and not _is_to_come(verb, mentions)


def _is_likened(verb: Token, mentions: MentionIndex) -> bool:
    """Whether somebody is named, seen or likened "as" or "to" something, or called it."""
    named = any(c.dep_ in ("oprd", "attr", "ccomp") for c in verb.children)
    return (
        named
        or any(
            c.lower_ == "as" or (c.lower_ in ("to", "with") and verb.lemma_ in ("liken", "compare"))
            for t in (verb, *objects(verb))
            for c in t.children
            if c.dep_ in ("prep", "mark", "advcl")
        )
        or any(g.lower_ == "as" for c in verb.children if c.dep_ == "advcl" for g in c.children)
    )


def _has_no_object(verb: Token, mentions: MentionIndex) -> bool:
    return not is_passive(verb) and not any(c.dep_ in ("dobj", "ccomp") for c in verb.children)


def _has_no_clause(verb: Token, mentions: MentionIndex) -> bool:
    return not any(c.dep_ in ("ccomp", "xcomp") for c in verb.children)


def _names_nothing(verb: Token, mentions: MentionIndex) -> bool:
    """Whether "call" is to phone and not to name: "called the emir", not "called the emir a friend"."""
    if sum(c.dep_ in ("dobj", "dative") for c in verb.children) > 1:
        return False
    return not any(
        c.dep_ in ("oprd", "acomp", "attr", "prt")
        or (c.dep_ in ("ccomp", "xcomp") and not any(g.tag_ == "TO" for g in c.children))
        for c in verb.children
    )


def _is_commanded(clause: Token) -> bool:
    """Whether it is an infinitive with a subject of its own or of the verb's object: "told Iran to leave"."""
    if clause.dep_ == "advcl" and clause.i < clause.head.i:
        return False
    return (
        clause.dep_ in ("xcomp", "ccomp", "advcl")
        and any(c.dep_ == "aux" and c.tag_ == "TO" for c in clause.children)
        and (
            clause.dep_ == "ccomp"
            or any(c.dep_ in ("dobj", "dative") for c in clause.head.children)
            or is_passive(clause.head)
            or bool(called_upon(clause.head))
        )
    )


def _is_more_than_silence(verb: Token, mentions: MentionIndex) -> bool:
    """Whether what is refused is more than to speak: "declined to comment" refuses nobody anything.

    To confirm a person is more: it puts them in office.
    """
    untold = (c for c in verb.children if c.dep_ == "xcomp" and c.lemma_ in _TELLING_THE_PRESS)
    return all(c.lemma_ == "confirm" and any(_is_appointed(o) for o in objects(c)) for c in untold)


def _is_appointed(person: Token) -> bool:
    return (partitive(person) or person).lemma_ in _APPOINTED


def _is_no_question(verb: Token, mentions: MentionIndex) -> bool:
    """Whether it asks for something and not about it: "asked them whether the road was open" is a question."""
    asked = (c for c in verb.children if c.dep_ in ("ccomp", "xcomp", "advcl") and c.i > verb.i)
    return not any(g.dep_ == "mark" and g.lower_ == "whether" for c in asked for g in c.children)


GOVERNED_CLAUSES: Mapping[str, tuple[Callable[[Token, MentionIndex], bool], str]] = {
    "given-to": (_is_given, "nobody is given it"),
    "object": (_has_object, "it is done to nothing"),
    "likened": (_is_likened, "it is called nothing"),
    "aimed": (_is_aimed, "it is aimed at nothing"),
    "anothers-deed": (_is_of_another, "it is nothing that another did"),
    "own-regret": (_is_own_regret, "it is another's deed"),
    "over-something": (_is_over_something, "it is over no issue"),
    "own-deed": (_tells_own_deed, "it is nothing of his own that he tells"),
    "officials": (_has_officials, "they are no two people in office"),
    "with-somebody": (_is_with_somebody, "nobody does it with him"),
    "asked-by-somebody": (_is_asked_by_somebody, "an event makes him do it, and nobody asks"),
    "own-things": (_has_own_things, "it is done to what is another's"),
    "no-measure": (_is_no_measure, "a measure does it, and no force"),
    "no-troops": (_is_of_no_troops, "it is told of troops"),
    "no-space-flight": (_is_no_space_flight, "it is a flight into space"),
    "intransitive": (_has_no_object, "it has an object"),
    "infinitive": (_commands, "nobody is told to do anything"),
    "obligation": (_obliges, "it says of nobody else that he must do anything"),
    "subjunctive": (_demands, "no clause says what should be done"),
    "planned": (_is_to_come, "it is no future"),
    "refusing": (_refuses, "it is no future that is denied"),
    "consequence": (_has_consequences, "it says of nothing that it will follow"),
    "more-than-silence": (_is_more_than_silence, "it is only silence"),
    "no-question": (_is_no_question, "it is a question"),
    "no-clause": (_has_no_clause, "a clause tells what it is about"),
    "no-name-given": (_names_nothing, "it gives a name"),
}
"""Requirement → whether a verb meets it, and what to say when it does not."""

"""What the parse says of a verb or noun: its subjects, objects and prepositional phrases, through every construction."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from kg.parse_repairs.objects import OBJECT_CONTROL

if TYPE_CHECKING:
    from spacy.tokens import Token

SAYING = frozenset(
    """say tell add warn note stress write tweet post declare state announce explain insist argue claim reply
    respond remark comment conclude acknowledge admit report reiterate reaffirm confirm suggest maintain caution
    predict believe think hope emphasize emphasise underline underscore assert vow accuse ask
    thunder brag boast radio remind inform notify assure hint signal intimate fume proclaim disclose reveal quip retort
    gush contend recall concede caution tweet testify""".split()
)
_PRESSING = frozenset("press pressure push urge ask beg implore order persuade convince force compel tell".split())
_TIMES = frozenset("hour day week month year minute ultimatum deadline notice".split())
_DONE_TO_PEOPLE = frozenset(
    """detain arrest kill jail imprison free release sentence convict injure wound expel deport charge kidnap abduct
    execute shoot sack oust evacuate rescue indict acquit extradite summon elect appoint ban suspend pardon
    accuse condemn criticise criticize denounce blame rebuke reprimand slam blast praise honour honor mock assassinate impeach fine bar
    seize hijack behead torture poison stab sanction blacklist dismiss remove recall target nominate evict besiege ambush
    topple overthrow unseat probe investigate hand""".split()
)
RELATIVES = frozenset({"who", "which", "that", "whom"})
_PARTITIVES = frozenset(
    """group number dozen hundred thousand million score majority member member-state team delegation one some many
    several most all none handful series pair couple rest part half lot crowd unit column coalition spokesman
    spokeswoman leader contingent batch convoy""".split()
)
_MEASURES = frozenset(
    """percent % state plane planeload truckload shipload convoy dollar euro pound krone kroner yen million billion round series wave batch package set spate string barrage raft range flurry act amount worth tonne ton load
    shipment consignment contingent volley hail salvo sort kind type form piece deal array lot portion share campaign
    torrent surge sequence succession bout level degree increase withdrawal loan delivery mix list variety first last
    rest remainder bulk stock stockpile sack bag bundle crate litre gallon barrel kilo kilogram gram pound day week month
    hour boatload lorryload trainload herd fleet majority dose fifth quarter third half parcel bale cache""".split()
)
_LEMMAS = {
    "axed": "axe",
    "axing": "axe",
    "bombed": "bomb",
    "bused": "bus",
    "busing": "bus",
    "bussed": "bus",
    "bussing": "bus",
    "cordoned": "cordon",
    "cordoning": "cordon",
    "extolled": "extol",
    "extolling": "extol",
    "forgave": "forgive",
    "forswore": "forswear",
    "forwent": "forgo",
    "garrotted": "garrotte",
    "garrotting": "garrotte",
    "installed": "install",
    "installing": "install",
    "leant": "lean",
    "leapt": "leap",
    "readied": "ready",
    "rearrested": "rearrest",
    "rearresting": "rearrest",
    "relisted": "relist",
    "relisting": "relist",
    "resupplied": "resupply",
    "resupplies": "resupply",
    "resupplying": "resupply",
    "retook": "retake",
    "strove": "strive",
    "texted": "text",
    "texting": "text",
    "trialed": "trial",
    "trialing": "trial",
    "unwound": "unwind",
    "upskilled": "upskill",
    "upskilling": "upskill",
}
"""Forms that spaCy's lemmatiser gives a wrong lemma."""
_CLIPPED = re.compile(r"[^aeiou]*[aeiou][^aeiouwxy]")
"""A lemma of one short syllable, whose last letter English doubles before -ed: what does not is clipped, "stag" of "staged"."""
_OVERLONG = re.compile(r"(.*[aeiouy])(?:([bdgklmnprt])\2|(.*(?:nd|ht|ck|ct|pt|ft|rd|rk|nt|nch|ain|rm|lder|ster)))e")
"""A lemma to which an -e was given that English does not spell so: "kitte" of "kitted", "crowdfunde" of "crowdfunded"."""
_PREFIXES = frozenset("cease re counter co de pull walk stand build cyber spray cold test pooh".split())
_CARRIERS = frozenset("effort campaign operation wave spree mission drive bid process offensive".split())
_CAUSING = frozenset({"have", "get", "order"})
"""Verbs whose subject has done to the object what a participle after it tells: "had forty mayors detained"."""
_STATIVE = frozenset("commit determine prepare oppose dedicate devote interest resolve".split())
"""Verbs whose participle with "be" tells of a stance, so that its subject holds it: "is committed to", "was opposed to"."""
_NAMING = frozenset({"call", "describe", "term", "see", "regard", "view", "dub", "label", "say"})
_CALLING = frozenset(
    {"call", "look", "appeal", "plead", "lobby", "prevail", "lean", "petition", "clamour", "clamor", "pray"}
)
_WAYS = frozenset({"back", "home", "over", "away"})
"""Adverbs on which the parser hangs where something goes: "gave it back to Peru"."""
_PREPOSITIONAL = frozenset({"ADP", "SCONJ", "VERB", "ADV", "RP"})
_NEVER_PASSIVE = frozenset({"abide", "adhere", "stick", "balk", "stand"})
_WILLING = frozenset(
    "agree vow resolve decide refuse decline threaten promise pledge offer swear hesitate fail".split()
)
"""Verbs whose participle with an infinitive is no passive: "The king and his rival resolved to …"."""
_UTTERANCES = frozenset(
    """report statement resolution letter speech tweet article decree law ruling bill order communique communiqué
    declaration message note post remark comment editorial petition motion interview verdict document dossier vote
    campaign move decision video address sermon leaflet banner""".split()
)
_BACKED = _UTTERANCES | {"favour", "favor", "support"}
_LIGHT = frozenset(
    """hold have conduct launch carry make pay begin start resume open wage stage mount attend join host undertake
    give offer issue do take continue end finish conclude perform lead execute complete deliver order suspend
    plan announce express voice impose""".split()
)
_COMPOUND_PREPOSITIONS = {
    "front": "before",
    "favour": "for",
    "favor": "for",
    "support": "for",
    "defence": "for",
    "defense": "for",
    "behalf": "for",
    "honour": "for",
    "honor": "for",
    "opposition": "against",
    "defiance": "against",
    "protest": "against",
    "solidarity": "with",
}
"""Nouns that with a preposition on either side mean another: "in front of", "in defiance of", "in solidarity with"."""
_JUDGING = frozenset(
    """condemn criticise criticize denounce deplore decry slam blast lambast praise welcome hail applaud commend endorse reject
    oppose protest dismiss foil thwart uncover discover block prevent avert fear question regret lament applaud
    deny report expose reveal detect""".split()
)
"""What is done to others' plans: whoever condemns or foils a plan did not make it."""
MEETING_PREPOSITIONS = frozenset({"in", "for", "during", "at", "after", "before", "following", "ahead"})


T = TypeVar("T")


_REMEMBERED: list[Callable[[], None]] = []


def per_token(find: Callable[[Token], T]) -> Callable[[Token], T]:
    """Remembers what was found at a token until `forget_tokens`: matching, roles and status all ask about the same verbs.

    It takes for granted that nobody changes a parse while it is read for events.
    """
    remembering = lru_cache(maxsize=None)(find)
    _REMEMBERED.append(remembering.cache_clear)
    return remembering


def forget_tokens() -> None:
    """Forgets all that was found at tokens, so that nothing keeps their texts."""
    for forget in _REMEMBERED:
        forget()


def word_before(token: Token) -> str:
    """The text of the token before; empty when the token begins the Doc."""
    return token.nbor(-1).text if token.i > 0 else ""


@per_token
def lemma_of(token: Token) -> str:
    """The lemma, with a prefix that a hyphen joins to it: "cease-fire" is "ceasefire", "re-open" is "reopen"."""
    lemma = _lemma_of_form(token.lower_, token.lemma_, token.pos_, token.tag_)
    if token.i < 2:
        return lemma
    hyphen = token.nbor(-1)
    if hyphen.text == "-" and not hyphen.whitespace_:
        before = hyphen.nbor(-1)
        if not before.whitespace_ and before.lower_ in _PREFIXES:
            return before.lower_ + lemma
    return lemma


@lru_cache(maxsize=1 << 16)
def _lemma_of_form(form: str, lemma: str, kind: str, tag: str) -> str:
    """The lemma of a form in lower case, where spaCy's is none of English."""
    known = _LEMMAS.get(form)
    lemma = known or lemma.lower()
    if known is not None or kind != "VERB":
        return lemma
    if form in (f"{lemma}ed", f"{lemma}ing", f"{lemma}es") and _CLIPPED.fullmatch(lemma):
        lemma += "e"
    overlong = _OVERLONG.fullmatch(lemma) if tag in ("VBD", "VBN", "VBG") else None
    return lemma if overlong is None else overlong[1] + (overlong[2] or overlong[3])


@per_token
def is_passive(verb: Token) -> bool:
    """Whether the verb's object stands before it: "was condemned", "the sanctions imposed by …"."""
    if any(c.dep_ in ("auxpass", "nsubjpass") for c in verb.children):
        return verb.lemma_ not in _STATIVE or any(c.dep_ == "agent" for c in verb.children)
    if _is_headline_passive(verb):
        return True
    if verb.tag_ != "VBN" or any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children):
        return False
    if verb.dep_ == "ccomp" and verb.head.lemma_ in ("have", "get"):
        # "had her passport cancelled by the ministry"
        return any(c.dep_ == "agent" for c in verb.children)
    if verb.dep_ == "advcl":
        # "Sanctioned by Washington, the minister fled"
        return any(c.dep_ == "agent" for c in verb.children) and not any(
            c.dep_ in ("nsubj", "dobj") for c in verb.children
        )
    if verb.lemma_ in _NEVER_PASSIVE or (verb.dep_ == "acl" and _calls_upon_to_act(verb)):
        return False
    if verb.dep_ == "acl":
        # In a sentence that seems to have no finite verb the parser mistook it: "the coalition bombed Sanaa".
        is_finite = verb.head.dep_ == "ROOT" and not _agents(verb)
        if is_finite and verb.lemma_ in _WILLING and any(c.dep_ == "xcomp" for c in verb.children):
            return False
        has_object = any(c.dep_ == "dobj" for c in verb.children)
        return not (is_finite and (has_object or verb.head.lemma_.lower() in _UTTERANCES))
    return (
        verb.dep_ == "conj"
        and not any(c.dep_ in ("nsubj", "aux") for c in verb.children)
        and verb.head.pos_ in ("VERB", "AUX")
        and is_passive(verb.head)
    )


def is_verbal(token: Token) -> bool:
    """Whether it is a verb, also where the tagger took the verb of a short sentence for a noun: "The union petitions Rome"."""
    if token.pos_ in ("VERB", "AUX"):
        return True
    if token.pos_ not in ("NOUN", "PROPN") or token.dep_ != "ROOT" or token.is_title:
        return False
    deps = {c.dep_ for c in token.children}
    return "dobj" in deps and not deps & {"det", "poss", "amod", "case"}


def _is_headline_passive(verb: Token) -> bool:
    """Whether a headline leaves out the auxiliary: "Opposition leader detained in Moscow"."""
    if verb.dep_ != "ROOT" or verb.tag_ not in ("VBN", "VBD") or verb.lemma_ not in _DONE_TO_PEOPLE:
        return False
    if any(t.text in ".!?" for t in verb.sent[-2:]):
        return False
    kinds = {c.dep_ for c in verb.children}
    return "nsubj" in kinds and not kinds & {"aux", "auxpass", "dobj", "ccomp", "xcomp"}


def is_misplaced(verb: Token) -> bool:
    """Whether the parser took a finite verb between a name and a noun for a modifier: "Denmark exhorts firms to …"."""
    if verb.dep_ not in ("amod", "compound", "nmod") or verb.tag_ not in ("VBZ", "VBD", "VBP") or verb.head.i < verb.i:
        return False
    return verb.i > verb.sent.start and verb.nbor(-1).pos_ == "PROPN" and verb.nbor(-1).head in (verb, verb.head)


def _calls_upon_to_act(verb: Token) -> bool:
    return bool(called_upon(verb)) and any(c.dep_ in ("xcomp", "advcl") and c.tag_ == "VB" for c in verb.children)


def _agents(verb: Token) -> list[Token]:
    """The "by" of a passive, also where the parser took it for any preposition."""
    found = [c for c in verb.children if c.dep_ == "agent"]
    found = found or [
        c
        for c in verb.children
        if c.dep_ == "prep" and c.lower_ == "by" and not any(g.ent_type_ in ("DATE", "TIME") for g in c.children)
    ]
    return found or _misplaced_agents(verb)


def _misplaced_agents(verb: Token) -> list[Token]:
    """The "by" that the parser hung on a noun after what a passive keeps: "was denied a seat at the table by the hosts"."""
    kept = kept_object(verb)
    if kept is None:
        return []
    after = [kept, *(g for c in (verb, kept) for p in c.children if p.dep_ == "prep" for g in p.children)]
    return [c for t in after for c in t.children if c.lower_ == "by" and c.dep_ in ("prep", "agent")][:1]


@per_token
def subjects(verb: Token) -> tuple[Token, ...]:
    """The heads of whoever does it, in the active sense; empty when the clause does not say.

    Relative pronouns are replaced by what they stand for, coordinations are listed.
    """
    if is_misplaced(verb):
        return (verb.nbor(-1),)
    if is_passive(verb):
        agents = [inner for c in _agents(verb) for inner in c.children if inner.dep_ == "pobj"]
        if not agents and verb.dep_ == "conj" and is_passive(verb.head):
            return subjects(verb.head)
        if not agents and verb.dep_ == "acl" and verb.head.dep_ == "dobj" and verb.head.head.lemma_ in _CAUSING:
            return tuple(surface_subjects(verb.head.head))
        return tuple(expand(agents))
    return tuple(surface_subjects(verb))


@per_token
def objects(verb: Token) -> tuple[Token, ...]:
    """The heads of whom or what it is done to, in the active sense."""
    if is_misplaced(verb):
        return (verb.head,)
    if is_passive(verb):
        kept = kept_object(verb)
        if kept is not None:
            return tuple(expand([kept]))
        return tuple(expand([verb.head]) if verb.dep_ == "acl" else surface_subjects(verb))
    own = [c for c in verb.children if c.dep_ in ("dobj", "dative", "obj") and c.pos_ != "ADP"]
    if not own:
        own = [g for c in verb.children if c.dep_ == "prt" for g in c.children if g.dep_ == "pobj"]
    if not own and verb.dep_ == "relcl" and _gap_is_object(verb):
        own = [verb.head]
    if not own:
        shared = [c for c in verb.children if c.dep_ == "conj" and c.pos_ == "VERB" and c.i - verb.i <= 3]
        if shared and not any(c.dep_ in ("prep", "ccomp", "xcomp", "prt") for c in verb.children):
            return objects(shared[0])
    small = [
        c
        for v in verb.children
        if v.dep_ == "ccomp"
        and (v.tag_ in ("VB", "VBG") or (v.tag_ == "VBP" and verb.lemma_ in ("let", "help", "make")) or _is_ordered(v))
        and (verb.lemma_ in OBJECT_CONTROL or _is_small_clause(v))
        for c in v.children
        if c.dep_ == "nsubj"
    ]
    if not own and small and not _has_mark(verb):
        own = small[:1]
    if not own:
        own = [
            c
            for v in verb.children
            if v.dep_ == "ccomp" and v.pos_ in ("ADJ", "NOUN", "ADV") and v.i > verb.i
            for c in v.children
            if c.dep_ == "nsubj"
        ][:1]
    if not own and verb.lemma_ == "let":
        # "let go the crew"
        own = [
            g for c in verb.children if c.dep_ == "xcomp" and c.lower_ == "go" for g in c.children if g.dep_ == "dobj"
        ]
    if not own:
        own = _called(verb)
    predicates = [c for c in verb.children if c.dep_ == "oprd" and c.pos_ in ("NOUN", "PROPN")]
    if not own and len(predicates) > 1:
        own = predicates[:1]
    return tuple(expand([_resolved(t) for t in own]))


def _called(verb: Token) -> list[Token]:
    """What somebody calls so: the silence of "deplored what he called the silence of the West"."""
    for clause in verb.children:
        if clause.dep_ in ("ccomp", "pcomp") and clause.lemma_ in _NAMING and clause.left_edge.lower_ == "what":
            named = [c for c in clause.children if c.dep_ in ("oprd", "attr") and c.i > clause.i]
            named += [g for c in clause.children if c.lower_ == "as" for g in c.children if g.dep_ == "pobj"]
            return named[:1]
    return []


def _is_ordered(verb: Token) -> bool:
    """Whether it tells what is ordered to be done: "jailed" of "ordered six members jailed"."""
    is_bare = not any(c.dep_ in ("aux", "auxpass", "mark") for c in verb.children)
    return verb.tag_ in ("VBN", "VBD") and verb.head.lemma_ == "order" and is_bare


def _is_small_clause(verb: Token) -> bool:
    """Whether a participle tells of what the object before it does: "accepted refugees fleeing the war"."""
    is_bare = not any(c.dep_ in ("aux", "auxpass", "mark") for c in verb.children)
    return verb.tag_ == "VBG" and is_bare and verb.head.lemma_ not in SAYING


def kept_object(verb: Token) -> Token | None:
    """The thing given where a passive has whom it is given to as subject: "they were granted asylum"."""
    if not any(c.dep_ == "nsubjpass" for c in verb.children):
        return None
    return next((c for c in verb.children if c.dep_ == "dobj" and c.i > verb.i), None)


def _has_mark(verb: Token) -> bool:
    """Whether the verb's clause complement is introduced by "that" and so does not give it an object."""
    return any(g.dep_ == "mark" or g.tag_ == "MD" for v in verb.children if v.dep_ == "ccomp" for g in v.children)


def _gap_is_object(verb: Token) -> bool:
    """Whether a relative clause lacks its object: "the sanctions (that) Washington imposed"."""
    own = [c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")]
    return bool(own) and own[0].lower_ not in RELATIVES and not is_passive(verb)


def is_said(token: Token) -> bool:
    """Whether the clause that a predicate heads is what somebody says: "said that Moscow was responsible"."""
    clause = token
    while clause.dep_ in ("acomp", "attr", "xcomp", "conj", "oprd", "ccomp", "acl") and clause.head != clause:
        if clause.dep_ == "ccomp" and clause.head.lemma_ in SAYING:
            return True
        clause = clause.head
    return any(c.dep_ in ("ccomp", "parataxis") and c.lemma_ in SAYING for c in clause.children)


def surface_subjects(verb: Token, depth: int = 0) -> list[Token]:
    """The heads before the verb, inherited through coordination, control, raising and reduced clauses where it has none."""
    if depth > 8:
        return []
    own = [c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")]
    stolen = _stolen_subject(verb)
    if stolen is not None:
        return expand([stolen])
    own = _kept_subjects(verb, own)
    cleft = _cleft(verb, own)
    if cleft is not None:
        return expand([cleft])
    if own:
        names = _names_of(own)
        if len(names) > 1:
            return expand(names)
        first = _resolved(names[0])
        return [*_listed_before(first), *expand([first])]
    lost = _lost_subject(verb)
    if lost is not None:
        return expand([lost])
    head = verb.head
    if head == verb:
        return []
    return _inherited(verb, head, depth)


def _names_of(subjects: list[Token]) -> list[Token]:
    """The subjects without those that the parser made of one name's parts, "Bashar al-Assad"; of other words only the first.

    In headlines names are listed with commas: "Macron, Scholz condemn attack".
    """
    names = [t for t, after in zip(subjects, [*subjects[1:], None], strict=True) if after is None or after.i != t.i + 1]
    if len(names) > 1 and not all(t.pos_ == "PROPN" and t.ent_type_ for t in names):
        return subjects[:1]
    return names


def _listed_before(name: Token) -> list[Token]:
    """The names that a headline lists before a subject with commas only: "Egypt, Qatar, US urge …"."""
    if name.pos_ != "PROPN":
        return []
    listed: list[Token] = []
    token = name
    while not token.is_sent_start and token.i > 0:
        after, token = token, token.nbor(-1)
        if token.pos_ == "PROPN":
            if after.text == ",":
                listed.append(token)
        elif token.text not in (",", "-", "'s"):
            return []
    return listed[::-1]


def _cleft(verb: Token, own: list[Token]) -> Token | None:
    """Who "it was … that" brings forward, where "that" is the verb's subject: "It was Oslo that had paid for it"."""
    be = verb.head
    if (
        not own
        or own[0].lower_ not in ("that", "who")
        or verb.dep_ not in ("ccomp", "advcl", "relcl")
        or be.lemma_ != "be"
    ):
        return None
    if not any(c.dep_ in ("nsubj", "expl") and c.lower_ == "it" for c in be.children):
        return None
    return next((c for c in be.children if c.dep_ in ("attr", "acomp") and c.i < verb.i), None)


def _lost_subject(verb: Token) -> Token | None:
    """The name before a finite verb that the parser took for an adverb: "USAID provided shelter"."""
    is_noun = verb.pos_ in ("NOUN", "PROPN")
    if verb.tag_ not in ("VBD", "VBZ", "VBP", "VBN") and not (is_noun and is_verbal(verb)):
        return None
    for child in verb.lefts:
        if is_noun and child.dep_ in ("compound", "nmod") and child.pos_ == "PROPN":
            return child
        is_name = child.pos_ == "PROPN" or (child.is_upper and len(child) > 2)
        if is_name and child.dep_ in ("advmod", "npadvmod", "dep", "intj") and child.ent_type_ not in ("DATE", "TIME"):
            return child
    return None


def _inherited(verb: Token, head: Token, depth: int) -> list[Token]:
    dep = verb.dep_
    if dep in ("acl", "relcl") and head.lemma_.lower() in _UTTERANCES and not is_passive(verb):
        if head.dep_ == "nsubjpass" and head.head.lemma_ not in _JUDGING and (authors := subjects(head.head)):
            # "a resolution condemning the coup was adopted by parliament"
            return list(authors)
        return _owner_or_subject(head, depth) or expand([head])
    if dep == "acl" and head.dep_ == "ROOT" and head.ent_type_ and verb.tag_ == "VB":
        return expand([head])
    told = _told_to(verb, head)
    if told:
        return told
    if dep == "acl":
        return expand([head]) if verb.tag_ in ("VBG", "VBN", "VBD") else _owner_or_subject(head, depth)
    if dep == "relcl":
        return expand([head])
    if dep in ("xcomp", "ccomp") and head.pos_ in ("VERB", "AUX"):
        if dep == "ccomp" and verb.tag_ not in ("VB", "VBG"):
            return []
        given = [c for c in head.children if c.dep_ in ("dobj", "dative") and c.pos_ != "ADP"]
        called = called_upon(head)
        if called:
            return called
        if given and head.lemma_ in OBJECT_CONTROL and not _is_phone_call(verb, head):
            return expand([_resolved(given[0])])
        if _is_phone_call(verb, head) or is_passive(head) or head.lemma_ not in OBJECT_CONTROL or not given:
            return surface_subjects(head, depth + 1)
    if dep == "xcomp" and head.pos_ in ("ADJ", "NOUN"):
        return surface_subjects(head.head, depth + 1) if head.head != head else []
    if leaves_complement(verb):
        return surface_subjects(head.head, depth + 1)
    if dep in ("conj", "advcl", "dep", "parataxis") and head.pos_ in ("VERB", "AUX"):
        return surface_subjects(head, depth + 1)
    if dep == "pcomp":
        governor = head.head
        if governor.pos_ in ("VERB", "AUX"):
            given = [c for c in governor.children if c.dep_ == "dobj"]
            if given and head.lower_ in ("of", "from", "for", "into", "against") and not is_instead(head):
                return expand([_resolved(given[0])])
            if head.lower_ == "against":
                return []
            return list(objects(governor)) if is_passive(governor) else surface_subjects(governor, depth + 1)
        return _owner_or_subject(governor, depth)
    if dep in ("attr", "acomp", "oprd", "amod") and head.pos_ in ("VERB", "AUX"):
        return surface_subjects(head, depth + 1)
    return []


def is_instead(preposition: Token) -> bool:
    """Whether it is the "of" of "instead of" or "in lieu of"."""
    before = preposition.doc[preposition.i - 1] if preposition.i else None
    return preposition.lower_ == "of" and before is not None and before.lower_ in ("instead", "lieu")


def _told_to(verb: Token, head: Token) -> list[Token]:
    """Who is to do what an infinitive says that the parser hung elsewhere.

    "Pressed Serbia on Monday to release them", "gave Hamas a week to release them".
    """
    if not any(c.tag_ == "TO" for c in verb.children) or verb.i < head.i:
        return []
    if verb.dep_ == "advcl" and not any(c.dep_ == "dobj" for c in head.children):
        called = [t for t in called_upon(head) if t.ent_type_ not in ("DATE", "TIME")]
        if called:
            return called
    if verb.dep_ == "advcl" and head.lemma_ in _PRESSING:
        return expand([_resolved(c) for c in head.children if c.dep_ == "dobj" and c.i < verb.i][:1])
    giver = head.head if verb.dep_ in ("acl", "relcl") and head.dep_ == "dobj" else head
    limits = [c for c in giver.children if c.dep_ in ("dobj", "npadvmod") and c.lemma_ in _TIMES]
    given = [c for c in giver.children if c.dep_ == "dative" and c.pos_ != "ADP"]
    return expand([_resolved(given[0])]) if giver.lemma_ == "give" and limits and given else []


def _is_phone_call(verb: Token, head: Token) -> bool:
    """Whether an infinitive says what somebody calls another for: "called Modi to thank him"."""
    return head.lemma_ == "call" and verb.tag_ == "VB" and verb.dep_ == "xcomp" and not is_passive(head)


def leaves_complement(verb: Token) -> bool:
    """Whether a coordinated verb goes on with the main clause and not with the complement that the parser hung it on.

    "He denied that Moscow was bombing cities and accused Kyiv": a simple past does not go with "was bombing".
    """
    head = verb.head
    if verb.dep_ != "conj" or head.dep_ != "ccomp" or verb.tag_ != "VBD":
        return False
    return head.tag_ != "VBD" and head.head.tag_ == "VBD" and not any(c.dep_ in ("aux", "nsubj") for c in verb.children)


def called_upon(verb: Token) -> list[Token]:
    """Whom "called on France to …" or "appealed to Iran to …" calls upon: the subject of what they are to do."""
    if verb.lemma_ not in _CALLING:
        return []
    for child in verb.children:
        if child.dep_ in ("prep", "prt", "dative") and child.lower_ in ("on", "upon", "to", "with"):
            return expand([c for c in child.children if c.dep_ == "pobj"])
    return []


def _owner_or_subject(noun: Token, depth: int) -> list[Token]:
    """Whose effort, plan or refusal it is: the possessor, else the subject of the verb that governs the noun."""
    owners = [
        c
        for c in noun.children
        if c.dep_ in ("poss", "nmod")
        or (c.dep_ in ("amod", "compound") and c.ent_type_ in ("GPE", "NORP", "ORG", "PERSON"))
    ]
    if owners:
        return owners[:1]
    named = [
        g
        for c in noun.children
        if c.lower_ in ("of", "by")
        for g in c.children
        if g.ent_type_ in ("GPE", "ORG", "PERSON")
    ]
    if named:
        return expand(named[:1])
    governor = noun
    while governor.dep_ == "pobj" and governor.head.lower_ in ("of", "for", "in", "on") and governor.lemma_ in _BACKED:
        governor = governor.head.head
    if governor != noun and governor.pos_ == "VERB":
        # "campaigned for a motion rebuking …"
        return surface_subjects(governor, depth + 1)
    if noun.dep_ in ("dobj", "attr") and noun.head.pos_ in ("VERB", "AUX") and noun.head.lemma_ not in _JUDGING:
        return surface_subjects(noun.head, depth + 1)
    return []


def _stolen_subject(verb: Token) -> Token | None:
    """The subject that the parser gave to a verb of saying inside the clause: "Reed said Lopez would resign"."""
    if any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children):
        return None
    for said in verb.children:
        if said.dep_ in ("parataxis", "ccomp", "dep", "advcl") and said.lemma_ in SAYING and said.i < verb.i:
            after = [c for c in said.children if c.dep_ in ("nsubj", "dobj") and c.i > said.i]
            before = [c for c in said.children if c.dep_ == "nsubj" and c.i < said.i]
            if before and after:
                return after[-1]
    return None


def _kept_subjects(verb: Token, own: list[Token]) -> list[Token]:
    """A verb of saying keeps only the subject before it when it was also given the next clause's."""
    before = [c for c in own if c.i < verb.i]
    return before if before and len(own) > 1 else own


def _resolved(token: Token) -> Token:
    """What a relative pronoun stands for, or "them" after a verb that has many for its object, else the token itself."""
    if token.lower_ == "them" and token.dep_ == "dobj" and token.head.dep_ == "conj":
        # "stopped five traders and shot them"
        before = [c for c in token.head.head.children if c.dep_ == "dobj" and c.i < token.head.i]
        if before and before[0].tag_ in ("NNS", "NNPS"):
            return before[0]
    if token.lower_ in RELATIVES and token.pos_ in ("PRON", "DET", "SCONJ"):
        clause = token.head
        while clause.dep_ not in ("relcl", "ROOT") and clause.head != clause:
            clause = clause.head
        if clause.dep_ == "relcl":
            return clause.head
    return token


def expand(tokens: list[Token]) -> list[Token]:
    """Each token and those coordinated with it after it."""
    out: list[Token] = []
    for token in tokens:
        out.append(token)
        for child in token.children:
            if child.dep_ == "conj" and child.pos_ in ("NOUN", "PROPN", "PRON", "ADJ", "X"):
                out.extend(expand([child]))
            if child.dep_ == "appos" and child.i > token.i and token.tag_ != "NNS" and child.pos_ == "PROPN":
                # "President Buhari and his counterpart": what is joined to a name in apposition is joined to the whole.
                out.extend(expand([child])[1:])
        lost = _lost_conjunct(token)
        if lost is not None:
            out.append(lost)
    return out


def _lost_conjunct(token: Token) -> Token | None:
    """The name after "and" that the parser failed to coordinate with the name before it."""
    coordinator = next((c for c in token.children if c.dep_ == "cc" and c.lower_ == "and" and c.i > token.i), None)
    if coordinator is None or not token.ent_type_ or any(c.dep_ == "conj" for c in token.children):
        return None
    for candidate in token.doc[coordinator.i + 1 : coordinator.i + 6]:
        if candidate.ent_type_ == token.ent_type_:
            while candidate.i + 1 < len(token.doc) and token.doc[candidate.i + 1].ent_iob_ == "I":
                candidate = token.doc[candidate.i + 1]
            return candidate
        if candidate.pos_ not in ("PROPN", "ADJ", "NOUN", "DET"):
            break
    return None


def prepositions(head: Token) -> Iterator[tuple[str, list[Token]]]:
    """The prepositional phrases of a verb or noun: preposition in lower case, heads of its objects."""
    for child in head.children:
        if child.lower_ == "according":
            continue
        if child.dep_ == "advcl" and child.pos_ == "NOUN":
            # "stood side by side with Lima"
            yield from prepositions(child)
        is_particle = child.dep_ == "advmod" and child.lower_ in _WAYS
        if (is_particle or child.dep_ in ("prep", "agent", "dative", "prt")) and child.pos_ in _PREPOSITIONAL:
            inner = [c for c in child.children if c.dep_ in ("pobj", "pcomp")]
            if named := _called(child):
                yield child.lower_, expand(named)
            if inner and inner[0].dep_ == "pobj":
                yield child.lower_, expand([_resolved(inner[0])])
                if (meant := _COMPOUND_PREPOSITIONS.get(inner[0].lower_)) is not None:
                    for deeper in inner[0].children:
                        if deeper.dep_ == "prep":
                            yield meant, expand([c for c in deeper.children if c.dep_ == "pobj"])
            for deeper in child.children:
                if deeper.dep_ == "prep":
                    yield f"{child.lower_} {deeper.lower_}", expand([c for c in deeper.children if c.dep_ == "pobj"])
                    yield deeper.lower_, expand([c for c in deeper.children if c.dep_ == "pobj"])


def partitive(token: Token) -> Token | None:
    """Whom "a group of protesters" or "dozens of soldiers" counts, or None."""
    if token.lemma_.lower() in _PARTITIVES or token.pos_ == "NUM":
        for child in token.children:
            if child.dep_ == "prep" and child.lower_ == "of":
                return next((c for c in child.children if c.dep_ == "pobj"), None)
    return None


def measured(token: Token) -> Token | None:
    """What "a round of sanctions" or "a barrage of rockets" has much of, or None."""
    if token.lemma_.lower() in _MEASURES:
        for child in token.children:
            if child.dep_ == "prep" and child.lower_ in ("of", "in"):
                return next((c for c in child.children if c.dep_ == "pobj"), None)
    return None


def is_carried(noun: Token) -> bool:
    """Whether a noun before another tells of the event that the other only carries: "mediation efforts", "bombing campaign"."""
    return noun.dep_ == "compound" and noun.head.lemma_.lower() in _CARRIERS


def supporting_verb(noun: Token) -> Token | None:
    """The light verb whose object the noun is ("hold talks", "launch an attack"), or None."""
    verb = noun.head
    if noun.dep_ in ("dobj", "nsubjpass", "pobj"):
        if noun.dep_ == "pobj":
            verb = verb.head
            if verb.pos_ != "VERB" or noun.head.lower_ not in MEETING_PREPOSITIONS | {"out", "on", "to"}:
                return None
        if verb.pos_ == "VERB" and lemma_of(verb) in _LIGHT:
            return verb
    return None

"""Whether an event happened, is planned, is only thought of or is denied, by tense, modals, negation and conditionals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.dates import Tense
from kg.events.syntax import SAYING, is_instead, lemma_of, supporting_verb, word_before
from kg.model import Status

if TYPE_CHECKING:
    from spacy.tokens import Token

_RANK: dict[Status, int] = {"reported": 0, "historical": 1, "planned": 2, "hypothetical": 3, "denied": 4}
_PLANNED_ADJECTIVES = frozenset(["planned", "upcoming", "scheduled", "forthcoming", "expected", "coming"])
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_HYPOTHETICAL_ADJECTIVES = frozenset(
    """possible potential proposed future hypothetical further any threatened suspected alleged likely would-be
    eventual""".split()
)
_PAST_ADJECTIVES = frozenset("last previous earlier former past first historic initial".split())
_CONDITIONALS = frozenset({"if", "unless", "whether", "lest", "should"})
_DOUBTING = frozenset(
    """fear doubt worry suspect hope wish want consider imagine suppose believe think expect speculate wonder""".split()
)
_DREADING = frozenset(
    """fear dread anticipate foresee predict prevent avert avoid deter forestall thwart foil contemplate consider mull weigh seek
    risk discourage envisage urge await expect demand require request propose stipulate advocate""".split()
)
"""Verbs whose object has not happened: "fears a Russian attack", "foiled an attack", "sought the arrest of …"."""
_DREADING_WITH = frozenset(
    {
        ("brace", "for"),
        ("prepare", "for"),
        ("guard", "against"),
        ("warn", "of"),
        ("warn", "against"),
        ("worry", "about"),
        ("protect", "from"),
        ("protect", "against"),
        ("wait", "for"),
        ("hope", "for"),
    }
)
_PROSPECTS = frozenset(
    """risk fear threat danger prospect possibility likelihood chance spectre specter hope scenario probability event
    expectation worry""".split()
)
"""Nouns of what may come: "the risk of an Israeli attack"."""
_ANSWERING = frozenset("respond react retaliate reply".split())
_UNFOUNDED = frozenset("false untrue baseless unfounded wrong fake fabricated groundless".split())
_CERTAIN = frozenset("true clear certain known sure confirmed correct proven".split())
_CONFIRMING = frozenset("confirm say report prove show establish announce admit acknowledge verify find".split())
_REFUTING = frozenset("dismiss deny refute rebut reject debunk".split())
_RUMOURED = frozenset("rumour rumor speculation myth".split())
_FORETELLING = frozenset(
    """announce agree decide promise pledge swear threaten indicate signal hint resolve guarantee assure inform disclose reveal
    forecast rule learn signal understand let know""".split()
)
_OCCURRING = frozenset(
    "take happen occur begin start open hold resume continue end conclude follow come follow".split()
)
_MOTION = frozenset(
    "travel go come fly arrive gather head return sit set convene meet visit confer reconvene call phone telephone write".split()
)
_ACCOMPANYING = frozenset({"for", "in", "on", "at", "during"})
"""Prepositions whose noun tells of the same happening as their verb: "will meet for talks", "will go on a visit"."""
_WANTING = frozenset({"failing", "barring", "absent"})
"""Prepositions of what must come if something else is not to: "failing payment"."""
_BEARING = frozenset("be face risk lose suffer die perish expect forfeit pay else otherwise".split())
"""What follows "or" where somebody is told what he will have to bear."""
_IMPLYING = frozenset(
    "begin start continue come go manage proceed help seem appear force compel prompt oblige cause lead".split()
)
"""Verbs whose infinitive has happened if they have: "the scandal forced him to resign"."""
_UNREAL = frozenset({"against", "without", "before", "from", "to", "toward", "towards", "on"})
"""Prepositions before a gerund that tell of what has not happened: "warned against sending", "refrained from attacking"."""


def combine(*statuses: Status) -> Status:
    """The least certain of several: what is denied of a plan is denied.

    >>> combine("reported", "planned"), combine("hypothetical", "planned")
    ('planned', 'hypothetical')
    """
    return max(statuses, key=lambda s: _RANK[s])


_CALLS = frozenset({"call", "demand", "appeal", "plea", "push", "campaign", "hope", "bid", "request", "pressure"})
_GRANTING = frozenset("accept recognise recognize acknowledge ratify".split())
_EVER = frozenset({"circumstance", "way", "account", "condition", "event", "time", "case"})
"""What "under no", "in no" and "on no" deny a verb with."""


def status_of(token: Token) -> Status:
    """The status of an event by its trigger, before any verb that takes the event as its complement is considered."""
    if token.pos_ in ("NOUN", "PROPN"):
        return _noun_status(token)
    is_predicate = token.pos_ == "ADJ" and token.dep_ in ("acomp", "oprd") and token.head.pos_ in ("VERB", "AUX")
    status = _verb_status(token.head if is_predicate else token)
    return combine("hypothetical", status) if status == "reported" and _is_of_whoever(token) else status


def _is_of_whoever(verb: Token) -> bool:
    """Whether it tells of whoever may do it: "any villager who shelters them", "anyone who crosses the line"."""
    return verb.dep_ == "relcl" and _is_anybody(verb.head)


def _is_anybody(noun: Token) -> bool:
    return noun.lower_ in ("anyone", "anybody", "whoever") or any(c.lower_ == "any" for c in noun.children)


def _is_announced(noun: Token) -> bool:
    """Whether a participle set off by a comma tells that it is to come, wherever the parser hung it: "a visit by Wang, expected in May"."""
    for token in noun.doc[noun.i + 1 : noun.sent.end]:
        if token.tag_ in _FINITE:
            return False
        if token.tag_ == "VBN" and token.lower_ in _PLANNED_ADJECTIVES:
            return token.nbor(-1).text == ","
    return False


def _noun_status(noun: Token) -> Status:
    for child in noun.children:
        word = child.lower_
        if child.dep_ in ("det", "neg", "preconj") and word in ("no", "neither", "not"):
            return "denied"
        if word == "any" and (governor := supporting_verb(noun)) is not None and _own_status(governor) == "denied":
            return "denied"
        if child.dep_ in ("amod", "det"):
            if word in _PLANNED_ADJECTIVES:
                return "planned"
            if word in _HYPOTHETICAL_ADJECTIVES:
                return "hypothetical"
            if word in _PAST_ADJECTIVES and word not in ("first", "initial", "historic"):
                return "historical"
    if _is_announced(noun):
        return "planned"
    if _is_dreaded(noun) or _is_only_called_for(noun):
        return "hypothetical"
    verb = supporting_verb(noun)
    if (
        verb is None
        and noun.dep_ in ("nsubj", "nsubjpass")
        and noun.head.lemma_ in _OCCURRING | {"plan", "schedule", "expect"}
    ):
        verb = noun.head
        if verb.lemma_ in ("plan", "schedule", "expect"):
            return combine("planned", _verb_status(verb))
    if verb is None and noun.dep_ == "pobj" and noun.head.lower_ in _ACCOMPANYING and noun.head.head.pos_ == "VERB":
        status = _own_status(noun.head.head)
        return status if status in ("planned", "denied") else "reported"
    return _verb_status(verb) if verb is not None else "reported"


def _is_only_called_for(noun: Token) -> bool:
    """Whether a deed is what a call or a hope is for, or what is not there: "calls for the sacking of", "without the arming of"."""
    if noun.dep_ != "pobj":
        return False
    wanted = noun.head.lower_ == "for" and noun.head.head.lemma_.lower() in _CALLS
    return wanted or noun.head.lower_ == "without"


def _is_dreaded(noun: Token) -> bool:
    """Whether what a noun tells of is only feared, prevented, sought or reckoned with."""
    governor = noun.head
    if noun.dep_ in ("dobj", "nsubjpass"):
        return governor.lemma_ in _DREADING
    if noun.dep_ != "pobj":
        return False
    preposition, governor = governor.lower_, governor.head
    if governor.lemma_.lower() in _PROSPECTS and governor.pos_ == "NOUN":
        return preposition in ("of", "about", "over")
    if (governor.lemma_, preposition) in _DREADING_WITH:
        return True
    is_indefinite = not any(c.dep_ == "poss" or c.lower_ in ("the", "this", "that", "these") for c in noun.children)
    return governor.lemma_ in _ANSWERING and is_indefinite and _own_status(governor) in ("planned", "hypothetical")


def _doubted(clause: Token) -> Status | None:
    """The status of a clause that is called untrue or unconfirmed: "no evidence that", "it is not true that"; else None."""
    head = clause.head
    is_that = any(c.dep_ == "mark" for c in clause.children)
    if head.pos_ == "NOUN" and clause.dep_ in ("acl", "relcl") and is_that:
        if any(c.dep_ == "det" and c.lower_ in ("no", "any", "little") for c in head.children):
            return "hypothetical"
        if head.dep_ in ("nsubj", "nsubjpass") and _judged(head.head) & _UNFOUNDED:
            return "denied"
        if _is_refuted(head):
            return "denied"
        return "hypothetical" if head.lemma_ in _RUMOURED else None
    is_asked = any(c.tag_ in ("WRB", "WP", "WDT") for c in clause.children)
    if clause.dep_ not in ("ccomp", "csubj") or is_asked:
        # "did not say why it had attacked": it has.
        return None
    is_negated = any(c.dep_ == "neg" for c in head.children)
    if head.lemma_ == "be":
        said = _judged(head)
        return "denied" if said & _UNFOUNDED or (is_negated and said & _CERTAIN) else None
    return "hypothetical" if is_negated and head.lemma_ in _CONFIRMING else None


def _is_refuted(report: Token) -> bool:
    """Whether somebody calls reports untrue: "dismissed reports that", "dismissed as false claims that"."""
    governor = report.head.head if report.dep_ == "pobj" and report.head.lower_ == "as" else report.head
    return report.dep_ in ("dobj", "pobj", "nsubjpass") and governor.lemma_ in _REFUTING


def _is_rather(verb: Token) -> bool:
    """Whether something else was done: "rather than expel the envoy"."""
    joined = verb.head.children if verb.dep_ == "conj" else verb.children
    return any(c.lower_ == "than" and c.dep_ in ("mark", "prep", "cc") and c.i < verb.i for c in joined)


def _judged(verb: Token) -> set[str]:
    """What a subject is said to be: "were false", "proved unfounded"."""
    return {c.lower_ for c in verb.children if c.dep_ in ("acomp", "oprd", "attr")}


def _verb_status(verb: Token, depth: int = 0) -> Status:
    if depth > 8:
        return "reported"
    own = _own_status(verb)
    head = verb.head
    if own != "reported":
        return combine("hypothetical", own) if verb.dep_ == "ccomp" and lemma_of(head) in _DOUBTING else own
    if (doubted := _doubted(verb)) is not None:
        return doubted
    if _is_infinitive(verb) and _heads_a_headline(verb):
        return "planned"
    if head == verb or head.pos_ not in ("VERB", "AUX", "ADJ", "NOUN", "ADP", "SCONJ"):
        return "reported"
    if verb.dep_ == "conj" and head.pos_ in ("VERB", "AUX") and not _has_own_tense(verb):
        return _verb_status(head, depth + 1)
    if verb.dep_ in ("ccomp", "acl") and (lemma_of(head) in _DOUBTING):
        return "hypothetical"
    if _is_infinitive(verb):
        return _infinitive_status(verb, head, depth)
    if verb.dep_ in ("xcomp", "advcl") and verb.tag_ == "VBG" and head.pos_ in ("VERB", "AUX"):
        return _verb_status(head, depth + 1)
    if verb.dep_ == "pcomp" and (head.lower_ in _UNREAL or is_instead(head)):
        return "hypothetical"
    return "reported"


def _own_status(verb: Token) -> Status:
    status: Status = "reported"
    if any(c.dep_ in ("mark", "advmod") and c.lower_ in _CONDITIONALS for c in verb.children):
        return "hypothetical"
    if _is_rather(verb):
        return "hypothetical"
    if verb.dep_ == "advcl" and verb in condition_clauses(verb.head) and _is_future(verb.head):
        return "hypothetical"
    auxiliaries = [c for c in verb.children if c.dep_ in ("aux", "auxpass")]
    for child in verb.children:
        if _negates(child):
            return "denied" if not _is_doubtful(auxiliaries) else "hypothetical"
        if child.dep_ in ("nsubj", "dobj") and any(
            g.dep_ in ("det", "preconj") and g.lower_ in ("no", "neither") for g in child.children
        ):
            return "denied"
    for aux in auxiliaries:
        word = aux.lower_
        if word in ("will", "shall", "'ll", "wo"):
            status = combine(status, "planned")
        elif word in ("would", "'d") and aux.tag_ == "MD":
            status = combine(status, "planned" if _is_reported_future(verb) else "hypothetical")
        elif word in ("may", "might", "could", "can", "should", "must", "ought", "ca"):
            status = combine(status, "hypothetical")
    if _is_asked(verb):
        status = combine(status, "hypothetical")
    return status


def is_negated(verb: Token) -> bool:
    """Whether a verb is denied, whatever else makes it doubtful."""
    return any(_negates(c) for c in verb.children)


def _negates(part: Token) -> bool:
    """Whether a part of a verb denies it: "not", "never", "no longer", "under no circumstances"."""
    if part.dep_ == "neg" or (part.dep_ == "advmod" and part.lower_ in ("never", "hardly")):
        return True
    if part.dep_ == "advmod" and part.lower_ in ("longer", "more"):
        return any(c.lower_ == "no" for c in part.children)
    meant = [c for c in part.children if c.dep_ == "pobj"] if part.dep_ == "prep" else []
    return any(n.lemma_ in _EVER and any(c.lower_ == "no" for c in n.children) for n in meant)


def _is_future(verb: Token) -> bool:
    return any(c.dep_ == "aux" and c.lower_ in ("will", "would", "'ll", "shall", "wo") for c in verb.children)


def will_be(verb: Token) -> bool:
    """Whether the verb's future is told without doubt and in the reporter's own words: "will cut", not "would" or "may cut"."""
    return any(c.dep_ == "aux" and c.lower_ in ("will", "'ll", "shall") for c in verb.children)


def refuses(verb: Token) -> bool:
    """Whether the verb, or the one that it is the complement of, is a future that is denied: "will not open the crossing"."""
    token = verb
    while True:
        auxiliaries = {c.lower_ for c in token.children if c.dep_ in ("aux", "auxpass")}
        if auxiliaries & {"will", "wo", "would", "'ll", "shall"} and any(_negates(c) for c in token.children):
            return True
        if token.dep_ not in ("xcomp", "conj", "dobj", "pcomp", "prep") or token.head == token:
            return False
        token = token.head


def follows_colon(clause: Token) -> bool:
    """Whether the clause tells what a colon announces: "made one demand: leave"."""
    return not clause.left_edge.is_sent_start and word_before(clause.left_edge) == ":"


def is_imperative(verb: Token) -> bool:
    """Whether the verb is a bare form without subject that heads a clause: "Release the hostages"."""
    if verb.tag_ != "VB" or (verb.dep_ not in ("ROOT", "ccomp", "parataxis") and not follows_colon(verb)):
        return False
    return not any(
        c.dep_ in ("nsubj", "nsubjpass", "aux", "auxpass", "expl") and c.lower_ not in ("do",) for c in verb.children
    )


def is_conditional(verb: Token) -> bool:
    """Whether the clause says what will be done if or unless something else happens: "would close the port unless …"."""
    modals = ("will", "would", "'ll", "shall", "may", "might", "could")
    depends = any(c.dep_ == "aux" and c.lower_ in modals for c in verb.children)
    if not depends:
        return False
    if any(_is_anybody(c) and any(g.dep_ in ("relcl", "acl") for g in c.children) for c in verb.children):
        # "would sink any ship that came near"
        return True
    return bool(condition_clauses(verb)) or any(
        c.lower_ in _WANTING or (c.lower_ == "should" and c.i > verb.i) for c in verb.children
    )


def is_open(verb: Token) -> bool:
    """Whether the clause says what may yet be done: "might step up the raids", not "may have stepped up the raids"."""
    auxiliaries = {c.lower_ for c in verb.children if c.dep_ == "aux"}
    is_denied = any(c.dep_ == "neg" for c in verb.children)
    return (
        bool(auxiliaries & {"may", "might", "could"})
        and not is_denied
        and verb.tag_ == "VB"
        and "have" not in auxiliaries
    )


def is_ultimatum(verb: Token) -> bool:
    """Whether somebody is told to do one thing or bear another: "told the traders to pay or face eviction"."""
    asked = [c for c in verb.children if c.dep_ in ("xcomp", "ccomp", "advcl") and _is_infinitive(c)]
    bearing = {t.i for c in asked for t in c.subtree if t.i > c.i and t.lower_ in _BEARING}
    return any(word_before(verb.doc[i]).lower() == "or" for i in bearing)


def condition_clauses(verb: Token) -> list[Token]:
    """The clauses that say on what the verb's act depends: "unless …", "until …", "if …"."""
    return [
        c
        for c in verb.children
        if c.dep_ == "advcl"
        and any(
            g.dep_ in ("mark", "aux", "advmod") and g.lower_ in ("if", "unless", "should", "until", "before")
            for g in c.children
        )
    ]


def would_not(verb: Token) -> bool:
    """Whether somebody declined: "would not grant a reprieve", not "would not have died", nor what depends on something."""
    auxiliaries = [c for c in verb.children if c.dep_ in ("aux", "auxpass")]
    if [a.lower_ for a in auxiliaries] != ["would"] or verb.tag_ != "VB" or not any(_negates(c) for c in verb.children):
        return False
    is_asked = any(c.dep_ == "nsubj" and c.i > auxiliaries[0].i for c in verb.children) or _is_asked(verb)
    depends = any(c.dep_ == "prep" and (c.lower_ == "without" or _is_in_a_case(c)) for c in verb.children)
    # "would not lift the ban until he left" is a refusal all the same.
    is_until = bool(clauses := condition_clauses(verb)) and not any(
        c.lower_ in ("if", "should") for clause in clauses for c in clause.children
    )
    return not (is_asked or depends or (is_conditional(verb) and not is_until))


def never_accepted(verb: Token) -> bool:
    """Whether somebody has withheld what he was to grant, as a stance that he still holds: "has never accepted the verdict"."""
    is_perfect = any(c.dep_ == "aux" and c.lower_ in ("has", "have") for c in verb.children)
    return is_perfect and lemma_of(verb) in _GRANTING and any(c.lower_ == "never" for c in verb.children)


def _is_in_a_case(preposition: Token) -> bool:
    """Whether a phrase is "in that case" or "under the plan"."""
    meant = {c.lemma_ for c in preposition.children if c.dep_ == "pobj"}
    return preposition.lower_ in ("in", "under") and bool(
        meant & {"case", "event", "plan", "agreement", "deal", "proposal"}
    )


def _is_doubtful(auxiliaries: list[Token]) -> bool:
    return any(a.lower_ in ("may", "might", "could", "should", "must", "would") for a in auxiliaries)


def _is_reported_future(verb: Token) -> bool:
    """Whether "would" is the future seen from a past saying, as in "said he would meet"."""
    if any(c.dep_ in ("ccomp", "parataxis", "advcl") and c.lemma_ in SAYING and c.i < verb.i for c in verb.children):
        return True
    token = verb
    while token.head != token:
        if token.dep_ in ("ccomp", "parataxis") and token.head.lemma_ in SAYING | _FORETELLING:
            return not any(c.dep_ == "advcl" and any(m.lower_ == "if" for m in c.children) for c in verb.children)
        token = token.head
    return False


def _is_asked(verb: Token) -> bool:
    return verb.dep_ == "ROOT" and any(t.text == "?" for t in verb.sent[-3:])


def _has_own_tense(verb: Token) -> bool:
    """Whether a coordinated verb has its own auxiliary or finite form, so that it does not share the first one's modal."""
    return any(c.dep_ in ("aux", "nsubj") for c in verb.children) or verb.tag_ in ("VBD", "VBZ", "VBP")


def _is_infinitive(verb: Token) -> bool:
    return verb.tag_ == "VB" and any(c.dep_ == "aux" and c.tag_ == "TO" for c in verb.children)


def _infinitive_status(verb: Token, head: Token, depth: int) -> Status:
    """An infinitive's event has not happened yet, unless it is the purpose of a journey that is told of itself."""
    if head.lemma_ in _MOTION and (verb.dep_ == "advcl" or head.lemma_ in ("call", "phone", "telephone")):
        return _verb_status(head, depth + 1)
    if head.lemma_ == "be" and verb.dep_ == "xcomp":
        return combine("planned", _verb_status(head, depth + 1))
    if verb.dep_ in ("xcomp", "ccomp") and head.lemma_ in _IMPLYING:
        return _verb_status(head, depth + 1)
    return "hypothetical"


def _heads_a_headline(verb: Token) -> bool:
    """Whether the infinitive is all the verb that the sentence has: "Lima, Quito to swap maps"."""
    root = verb.sent.root
    if verb == root:
        return any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children)
    return (
        root.pos_ in ("NOUN", "PROPN") and verb.head == root and verb.dep_ in ("acl", "relcl") and bool(root.ent_type_)
    )


def tense_of(token: Token) -> Tense:
    """The direction of time in which the event of a trigger lies."""
    status = status_of(token)
    if status == "planned" or (status == "hypothetical" and token.tag_ == "VB"):
        return Tense.FUTURE
    verb = token if token.pos_ in ("VERB", "AUX") else token.head
    return Tense.PRESENT if verb.tag_ in ("VBZ", "VBP") else Tense.PAST

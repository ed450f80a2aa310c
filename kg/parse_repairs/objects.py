"""Objects and phrases: hung on the verb or the noun that they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.parse_repairs.speech import GIVING

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

OBJECT_CONTROL = frozenset(
    """urge ask order force invite tell persuade convince press pressure push encourage allow permit enable help
    request require compel instruct direct advise warn expect want beg implore appeal authorize authorise oblige
    lead prompt challenge dare enlist hire get cause condemn call let have make welcome like wish""".split()
)
"""Verbs whose object does what an infinitive after it tells: "urged Paris to leave"."""
_WISHING = frozenset(
    "need prefer hate love intend mean trust train teach bring wait arrange long hope assist inspire tempt entitle call want use take leave".split()
)
_BELIEVING = frozenset(
    """believe consider deem think show prove see suppose understand allege assume judge imagine estimate acknowledge know
    perceive presume feel""".split()
)
_FINDING = frozenset("hold find declare report claim reveal rule recognise recognize proclaim pronounce".split())
"""Verbs of belief, and verbs that are such only before a state: "found the vote to be fair"."""
_NOT_OF_NAMES = frozenset({"for", "over", "about", "against"})
"""Prepositions that a verb takes and a name does not."""
_ACCUSING = frozenset({"accuse", "suspect", "convict", "acquit"})
_MONEY = frozenset(
    """euro dollar pound yen yuan rouble ruble rupee peso franc mark dlr crown krone krona riyal dirham dinar shekel lira
    naira rand won baht rupiah real""".split()
)
_FAVOURS = frozenset(
    """asylum refuge sanctuary citizenship immunity amnesty permission access bail parole clemency independence autonomy
    custody shelter leave""".split()
)
_URGING = frozenset(
    """urge exhort implore entreat beseech enjoin lobby pressure press push coax cajole counsel admonish nudge prod order
    instruct direct tell warn advise encourage persuade convince compel oblige command""".split()
)
_DOABLE = frozenset(
    """plan move bid effort attempt right need way time chance decision measure campaign inquiry war bill resolution motion
    law proposal amendment reform legislation agenda deal button initiative scheme project idea""".split()
)
"""What may be to do something itself: "pushed a plan to leave"."""
_AMOUNTS = frozenset({"DATE", "TIME", "QUANTITY", "PERCENT", "MONEY", "CARDINAL"})
_SCENES = frozenset(
    """embassy consulate mission office headquarters ministry court courthouse building prison jail camp station port airport
    harbour harbor checkpoint village town city road street bridge square school hospital river border frontier sea coast
    hotel house home palace church mosque market crossing barracks base garage cell room field hall compound""".split()
)
"""Where something is done, which nobody makes: "were hurled at the embassy by exiles"."""
_SHOOTING = frozenset("open fire shoot attack strike bomb pound shell raid".split())


def free_object(sentence: Span) -> None:
    """Make who is aimed at the object that he is, and what he does a participle: "fired at protesters marching to the palace"."""
    for doing in sentence:
        preposition = doing.head
        if doing.dep_ != "pcomp" or doing.tag_ != "VBG" or preposition.lower_ not in ("at", "on", "against", "to"):
            continue
        who = next((c for c in doing.children if c.dep_ == "nsubj" and c.i < doing.i), None)
        if who is not None and who.pos_ in ("NOUN", "PROPN"):
            who.head, who.dep_ = preposition, "pobj"
            doing.head, doing.dep_ = who, "acl"


def part_given(sentence: Span) -> None:
    """Tell whom something is given from what he is given, where the parser took both for the same: "loaned Iceland oil"."""
    for verb in sentence:
        if verb.lemma_ not in GIVING:
            continue
        given = [c for c in verb.children if c.dep_ == "dobj" and c.i > verb.i]
        is_name = given[:1] and (given[0].ent_type_ in ("GPE", "NORP", "ORG", "PERSON") or given[0].pos_ == "PROPN")
        if len(given) == 2 and is_name and given[1].ent_type_ != "GPE" and given[1].pos_ != "PROPN":
            given[0].dep_ = "dative"
        if len(given) == 1:
            _part_sum(verb, given[0])
            _part_favour(verb, given[0])


def _part_sum(verb: Token, total: Token) -> None:
    """Tell whom a sum is given from the sum: "fined the bank 10 million euros"."""
    if total.lemma_.lower() not in _MONEY or any(c.dep_ == "auxpass" for c in verb.children):
        return
    count = next((c for c in total.children if c.dep_ == "nummod"), None)
    taker = next((c for c in total.children if c.dep_ in ("nmod", "compound") and c.pos_ in ("NOUN", "PROPN")), None)
    if count is None or taker is None or taker.ent_type_ == "DATE" or taker.lower_ == "record":
        return
    if taker.i + 1 != count.left_edge.i or taker.i <= verb.i:
        return
    for token in [c for c in total.children if c.i < taker.i]:
        token.head = taker
    taker.head, taker.dep_ = verb, "dative"


def _part_favour(verb: Token, favour: Token) -> None:
    """Tell whom something that is granted is granted from the thing: "granted the deposed minister asylum"."""
    taker = next((c for c in favour.children if c.dep_ in ("compound", "nmod") and c.i == favour.i - 1), None)
    article = next((c for c in favour.children if c.dep_ in ("det", "poss")), None)
    if taker is None or article is None or favour.lemma_.lower() not in _FAVOURS or taker.i <= verb.i:
        return
    for token in [c for c in favour.children if c.i < taker.i]:
        token.head = taker
    taker.head, taker.dep_ = verb, "dative"


def give_infinitive_to_verb(sentence: Span) -> None:
    """Make what somebody is urged to do what the verb says and not whom it urges: "exhorted the governors to spend less"."""
    for clause in sentence:
        urged = clause.head
        if clause.dep_ not in ("relcl", "acl") or clause.tag_ != "VB" or urged.dep_ != "dobj" or clause.i < urged.i:
            continue
        if urged.head.lemma_ not in _URGING or urged.lemma_.lower() in _DOABLE:
            continue
        first = clause.left_edge
        if first.tag_ == "TO" and not any(c.dep_ in ("nsubj", "nsubjpass") for c in clause.children):
            clause.head, clause.dep_ = urged.head, "xcomp"


def free_complement(sentence: Span) -> None:
    """Give the verb the complement that the parser hung on the name before it: "lobbied Peking for access", "pressed Iran over …".

    A country or a person has no "for", "over", "about" or "against" of its own, nothing has an "on" after "blame", and
    whoever is accused is accused of something: "accused the envoy of lies".
    """
    for name in sentence:
        if name.dep_ != "dobj" or name.head.pos_ != "VERB":
            continue
        own: set[str] = set()
        if name.ent_type_ in ("GPE", "PERSON"):
            own |= _NOT_OF_NAMES
        if name.head.lemma_ == "blame":
            own.add("on")
        if name.head.lemma_ in _ACCUSING and not any(c.lower_ == "of" for c in name.head.children):
            own.add("of")
        for child in list(name.children):
            if child.dep_ == "prep" and child.lower_ in own and child.i > name.i and not _is_of_somebody(child):
                child.head = name.head


def _is_of_somebody(preposition: Token) -> bool:
    """Whether it tells whose something is: the "of" of "accused the president of Kenya"."""
    return preposition.lower_ == "of" and any(
        c.ent_type_ in ("GPE", "ORG", "NORP", "LOC") for c in preposition.children
    )


def part_aside(sentence: Span) -> None:
    """Hang on the sentence what a comma parts from a verb that has no other object: "conferred with Hun Sen, their first talks"."""
    for aside in sentence:
        verb = aside.head
        if aside.dep_ != "dobj" or aside.i < verb.i or aside.left_edge.i <= verb.i + 1:
            continue
        if aside.left_edge.nbor(-1).text != "," or aside.left_edge.tag_ != "PRP$":
            continue
        between = verb.doc[verb.i + 1 : aside.left_edge.i - 1]
        if "," not in {t.text for t in between} and any(t.dep_ == "prep" and t.head == verb for t in between):
            aside.dep_ = "appos"


def free_aim(sentence: Span) -> None:
    """Give a verb of shooting what the parser hung on the weapon: "opened fire with rifles on the miners"."""
    for verb in sentence:
        if verb.lemma_ not in _SHOOTING:
            continue
        for tool in [c for c in verb.children if c.dep_ == "prep" and c.lower_ == "with"]:
            for aim in [g for c in tool.children if c.dep_ == "pobj" for g in c.children if g.dep_ == "prep"]:
                if aim.lower_ in ("on", "at", "against", "into"):
                    aim.head = verb


def free_agent(sentence: Span) -> None:
    """Give a passive whoever does it, hung on what came before: "were arrested with their boats by the navy"."""
    for verb in sentence:
        if verb.tag_ != "VBN" or not any(c.dep_ == "auxpass" for c in verb.children):
            continue
        if any(c.dep_ == "agent" or (c.dep_ == "prep" and c.lower_ == "by") for c in verb.children):
            continue
        for by in [g for c in verb.children if c.dep_ == "xcomp" and c.lower_ == "go" for g in c.children]:
            if by.lower_ == "by" and by.dep_ == "prep":
                by.head, by.dep_ = verb, "agent"
        for phrase in [c for c in verb.children if c.dep_ == "prep" and c.i > verb.i]:
            thing = next((c for c in phrase.children if c.dep_ == "pobj"), None)
            agent = next((c for c in thing.children if c.lower_ == "by" and c.dep_ == "prep"), None) if thing else None
            if agent is None or thing is None:
                continue
            is_scene = thing.ent_type_ in ("GPE", "LOC", "FAC", "DATE", "TIME") or thing.lemma_ in _SCENES
            is_scene = is_scene or (phrase.lower_ == "with" and any(c.tag_ == "PRP$" for c in thing.children))
            if is_scene and any(c.dep_ == "pobj" and c.pos_ in ("NOUN", "PROPN") for c in agent.children):
                agent.head, agent.dep_ = verb, "agent"
                break


def give_shifted_object(sentence: Span) -> None:
    """Make what the parser hung on "as" the verb's object where an adjective comes between: "dismissed as baseless Iran's claim"."""
    for word in sentence:
        if word.lower_ != "as" or word.dep_ != "prep" or word.head.pos_ != "VERB" or word.i + 2 >= sentence.end:
            continue
        adjective, following = word.nbor(1), word.nbor(2)
        thing = next((c for c in word.children if c.dep_ == "pobj"), None)
        if thing is None or thing not in (adjective.head, adjective.head.head) or not adjective.text.islower():
            continue
        owners = [c for c in thing.children if c.dep_ == "poss"]
        begins_anew = following.dep_ == "det" or following in owners or following.head in owners
        if begins_anew and adjective.dep_ in ("amod", "compound", "nmod", "advmod"):
            thing.head, thing.dep_ = word.head, "dobj"
            adjective.head, adjective.dep_, adjective.tag_ = word, "amod", "JJ"


def free_object_before_infinitive(sentence: Span) -> None:
    """Give a verb the object that the parser made subject of an infinitive: "demanded papers from Lima to settle it".

    Verbs that take whoever is to do something, "want the envoy to go", keep their clause; so do those of belief, "found
    the vote to be fair".
    """
    for verb in sentence:
        clause = next((c for c in verb.children if c.dep_ == "ccomp" and c.i > verb.i and c.tag_ == "VB"), None)
        if clause is None or verb.pos_ != "VERB" or verb.lemma_ in OBJECT_CONTROL | _WISHING:
            continue
        is_state = clause.lemma_ in ("be", "have") or clause.pos_ == "AUX"
        if verb.lemma_ in _BELIEVING or (verb.lemma_ in _FINDING and is_state):
            continue
        subject = next((c for c in clause.children if c.dep_ in ("nsubj", "nsubjpass")), None)
        to = next((c for c in clause.children if c.dep_ == "aux"), None)
        if subject is None or to is None or to.tag_ != "TO" or not verb.i < subject.i < to.i:
            continue
        if subject.pos_ == "PRON" or any(c.dep_ in ("dobj", "nsubjpass", "agent") for c in verb.children):
            continue
        if any(c.dep_ == "mark" for c in clause.children) or any(c.dep_ == "prt" for c in verb.children):
            continue
        subject.head, subject.dep_ = verb, "dobj"
        clause.dep_ = "advcl"


def free_called(sentence: Span) -> None:
    """Make whom somebody rings the object that he is: in "called President Xi to thank him" nobody is given a name."""
    for verb in sentence:
        if verb.lemma_ != "call" or any(c.dep_ in ("dobj", "nsubjpass", "auxpass", "ccomp") for c in verb.children):
            continue
        named = [c for c in verb.children if c.dep_ in ("oprd", "attr", "acomp") and c.i > verb.i]
        is_summons = any(c.dep_ == "prep" and c.lower_ in ("to", "into") for c in verb.children)
        if len(named) == 1 and named[0].ent_type_ == "PERSON" and not is_summons:
            named[0].dep_ = "dobj"
            for clause in verb.children:
                if clause.dep_ == "acl" and any(c.tag_ == "TO" for c in clause.children):
                    clause.dep_ = "advcl"


def free_object_before_source(sentence: Span) -> None:
    """Give a verb the object that the parser made a second subject of who tells it: "has massed men there, pictures suggest"."""
    for source in sentence:
        verb = source.head
        if source.dep_ not in ("parataxis", "ccomp", "conj") or verb.pos_ != "VERB" or verb.i > source.i:
            continue
        doers = [c for c in source.children if c.dep_ == "nsubj" and c.i < source.i]
        if len(doers) != 2 or doers[0].left_edge.i != verb.i + 1 or doers[1].left_edge.nbor(-1).text != ",":
            continue
        if not any(c.dep_ in ("dobj", "nsubjpass", "agent") for c in verb.children):
            doers[0].head, doers[0].dep_ = verb, "dobj"


def free_measure(sentence: Span) -> None:
    """Tell by how much something is done from by whom: "A judge extended by two months the detention"."""
    for by in sentence:
        amount = next((c for c in by.children if c.dep_ == "pobj"), None)
        if by.dep_ != "agent" or amount is None or amount.ent_type_ not in _AMOUNTS:
            continue
        by.dep_ = "prep"


def name_second_object(sentence: Span) -> None:
    """Make a noun of the last of two things, which the tagger took for a verb: "imposed travel bans and asset freezes".

    What comes before it is a plural and a singular: neither could be what it is done by.
    """
    for thing in sentence:
        before = thing.nbor(-1) if thing.i > sentence.start else None
        verb = thing.head
        if thing.tag_ != "VBZ" or thing.dep_ not in ("ccomp", "conj") or before is None or before.tag_ != "NN":
            continue
        first = before.head
        is_pair = before.dep_ == "conj" and first.tag_ == "NNS" and any(c.lower_ == "and" for c in first.children)
        if any(c.dep_ == "det" for c in before.children):
            continue
        if not is_pair or verb.pos_ != "VERB" or not verb.i < first.i < before.i:
            continue
        for child in [c for c in thing.children if c.i > thing.i]:
            child.head = verb
        if first.head == thing:
            first.head, first.dep_ = verb, "dobj"
        before.head, before.dep_ = thing, "compound"
        thing.head, thing.dep_, thing.tag_, thing.pos_ = first, "conj", "NNS", "NOUN"

"""Verbs and subjects: found where the tagger saw a noun, and told from each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.parse_repairs.names import SHORTEST_STORY

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_COMMANDING = frozenset({"tell", "urge", "order", "instruct", "ask", "force", "persuade", "compel", "command"})


def give_verb(sentence: Span) -> None:
    """Make the participle that the parser hung on a noun the verb of a full sentence that has none.

    "The OAS called on them to vote." is no noun phrase; a headline, which ends without a stop, may be.
    """
    root = sentence.root
    if root.pos_ not in ("NOUN", "PROPN") or sentence.text.rstrip("\"' \n")[-1:] != ".":
        return
    verb = next((t for t in sentence if t.dep_ == "acl" and t.tag_ in ("VBN", "VBD") and _is_above(root, t)), None)
    if verb is None or any(c.dep_ in ("agent", "aux", "auxpass") for c in verb.children):
        return
    asides = [t for t in root.children if t.dep_ in ("relcl", "conj", "appos")]
    is_named = len(asides) == 1 and asides[0].ent_type_ == "PERSON" and asides[0].right_edge.i + 2 == verb.i
    if (asides and not is_named) or any(c.lower_ == "by" and c.dep_ == "agent" for c in verb.children):
        return
    rest = [c for c in root.children if c.i > verb.i]
    verb.head, verb.dep_, verb.tag_ = verb, "ROOT", "VBD"
    root.head, root.dep_ = verb, "nsubj"
    for token in rest:
        token.head = verb


def give_infinitive(sentence: Span) -> None:
    """Make what somebody is told to do the infinitive that it is: "told Hamas to jail villagers" is no "to" of a direction."""
    for to in sentence:
        if to.lower_ != "to" or to.tag_ != "IN" or to.i + 1 >= sentence.end:
            continue
        doing = to.nbor(1)
        thing = doing.head
        verb = thing.head.head if thing.dep_ == "pobj" and thing.head == to else thing.head
        if doing.dep_ != "compound" or doing.tag_ != "NN" or not doing.is_lower or verb.lemma_ not in _COMMANDING:
            continue
        if verb == thing or doing.is_ancestor(thing):
            continue
        if thing.dep_ not in ("pobj", "dobj") or not any(
            c.dep_ in ("dobj", "dative") and c.i < to.i for c in verb.children
        ):
            continue
        doing.head, doing.dep_, doing.pos_, doing.tag_ = verb, "xcomp", "VERB", "VB"
        to.head, to.dep_, to.pos_, to.tag_ = doing, "aux", "PART", "TO"
        thing.head, thing.dep_ = doing, "dobj"


def make_infinitive(sentence: Span) -> None:
    """Make a verb of the word whose "to" is that of an infinitive: "offered to host talks"."""
    for to in sentence:
        if to.tag_ == "TO" and to.dep_ == "aux" and to.head.tag_ == "NN" and to.head.i == to.i + 1 and to.head.is_lower:
            to.head.tag_, to.head.pos_ = "VB", "VERB"


def name_what_there_is(sentence: Span) -> None:
    """Make what there has been a noun: "there has been fighting between A and B" has no verb but "be"."""
    for token in sentence:
        if token.tag_ == "VBG" and any(c.dep_ == "expl" and c.lower_ == "there" for c in token.children):
            if not any(c.dep_ in ("nsubj", "dobj") for c in token.children):
                token.tag_, token.pos_ = "NN", "NOUN"


def give_clause_its_subject(sentence: Span) -> None:
    """Make a clause of what the parser took for a phrase and a second verb: "after the army, …, killed a villager, prices rose"."""
    for word in sentence:
        if word.lower_ not in ("after", "before", "as", "when", "while") or word.dep_ != "prep":
            continue
        doer = next((c for c in word.children if c.dep_ == "pobj"), None)
        governor = word.head
        if doer is None or governor.pos_ != "VERB" or word.i < governor.i:
            continue
        verb = next((c for c in governor.children if c.dep_ == "conj" and c.tag_ in ("VBD", "VBZ", "VBP")), None)
        if verb is None or verb.i < doer.i or any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children):
            continue
        if verb.nbor(-1).text != "," or any(c.dep_ == "cc" and c.i > doer.i for c in governor.children):
            continue
        verb.dep_, doer.dep_ = "advcl", "nsubj"
        doer.head, word.head, word.dep_ = verb, verb, "mark"
        for aside in [c for c in governor.children if c.dep_ == "advcl" and doer.i < c.i < verb.i]:
            aside.head, aside.dep_ = doer, "acl"


def give_back_past_tense(sentence: Span) -> None:
    """Make what the parser took for the attribute of an object the verb: "Mali's army arrested two colonels." is a sentence."""
    root = sentence.root
    if root.pos_ not in ("NOUN", "PROPN") or sentence.text.rstrip("\"' \n")[-1:] != ".":
        return
    if len(sentence) < SHORTEST_STORY or any(t.tag_ in ("VBD", "VBZ", "VBP", "MD") for t in sentence):
        return
    for verb in sentence:
        if verb.tag_ != "VBN" or verb.dep_ != "amod" or verb.head != root or verb.i == sentence.start:
            continue
        is_joined = verb.nbor(-1).text == "-" and verb.i >= sentence.start + 3 and verb.nbor(-2).head == verb
        doer = verb.nbor(-3) if is_joined else verb.nbor(-1)
        if doer.pos_ not in ("NOUN", "PROPN") or doer.head not in (verb, root) or doer.dep_ == "poss":
            continue
        before = [c for c in (*root.children, *verb.children) if c.i < doer.i]
        verb.head, verb.dep_, verb.tag_ = verb, "ROOT", "VBD"
        doer.head, doer.dep_ = verb, "nsubj"
        for token in before:
            token.head = doer
        root.head, root.dep_ = verb, "dobj"
        return


def give_bare_subjunctive(sentence: Span) -> None:
    """Make a verb of what the tagger took for a noun in what is demanded: "insisted that the king hand power over"."""
    for verb in sentence:
        if verb.tag_ != "NN" or verb.dep_ != "ccomp":
            continue
        parts = {c.dep_ for c in verb.children}
        if {"mark", "nsubj", "dobj"} <= parts and "det" not in parts:
            verb.tag_, verb.pos_ = "VB", "VERB"


def give_shot_dead(sentence: Span) -> None:
    """Make the verb what the tagger took for a noun before "dead": "A gunman on a motorcycle shot dead a general"."""
    dead = sentence.root
    if dead.lower_ != "dead" or dead.i < sentence.start + 2:
        return
    shot = dead.nbor(-1)
    doer = next((c for c in dead.children if c.dep_ == "nsubj" and c.i < shot.i), None)
    if shot.lower_ != "shot" or shot.tag_ != "NN" or doer is None:
        return
    place, prefixes = shot.head, [c for c in shot.children if c.i < shot.i]
    if prefixes:
        prefixes[-1].head, prefixes[-1].dep_ = place, shot.dep_
        for token in prefixes[:-1]:
            token.head = prefixes[-1]
    for token in [c for c in dead.children if c != shot]:
        token.head = shot
    shot.head, shot.dep_, shot.tag_, shot.pos_, shot.lemma_ = shot, "ROOT", "VBD", "VERB", "shoot"
    dead.head, dead.dep_ = shot, "acomp"


def give_back_before_determiner(sentence: Span) -> None:
    """Make the verb what the parser took for an attribute though a number or an article follows: "Peru test-fired two rockets"."""
    for verb in sentence:
        thing = verb.head
        if verb.tag_ not in ("VBN", "VBD") or verb.dep_ != "amod" or thing.i <= verb.i + 1:
            continue
        following = verb.nbor(1)
        if following.tag_ not in ("DT", "CD", "PRP$") and following.lower_ not in ("several", "many"):
            continue
        first = verb.left_edge
        if first.i == sentence.start or following.head != thing or thing.dep_ not in ("ROOT", "dep", "ccomp"):
            continue
        doer = first.nbor(-1) if verb.nbor(-1).is_punct else verb.nbor(-1)
        if doer.pos_ not in ("NOUN", "PROPN") or doer.head not in (verb, thing) or doer.dep_ == "poss":
            continue
        rest = [c for c in thing.children if c.i < verb.i and c != doer]
        rest.extend(c for c in thing.children if c.i > thing.i and c.dep_ in ("prep", "punct") and c.lower_ != "of")
        is_root = thing.dep_ == "ROOT"
        verb.head, verb.dep_ = (verb, "ROOT") if is_root else (thing.head, "ccomp")
        verb.tag_, verb.pos_ = "VBD", "VERB"
        for token in rest:
            token.head = doer if token.i < doer.i and token.dep_ in ("det", "amod", "compound", "nmod") else verb
        doer.head, doer.dep_ = verb, "nsubj"
        thing.head, thing.dep_ = verb, "dobj"
        return


def give_back_urging(sentence: Span) -> None:
    """Make what the parser took for the attribute of a subject the verb: "The envoy pressed Arab governments to condemn it."."""
    clause = sentence.root
    if clause.tag_ != "VB" or sentence.text.rstrip("\"' \n")[-1:] != ".":
        return
    if not any(c.dep_ == "aux" and c.lower_ == "to" for c in clause.children):
        return
    for thing in [c for c in clause.children if c.dep_ in ("nsubj", "nsubjpass") and c.i < clause.i]:
        verb = next((c for c in thing.children if c.tag_ in ("VBD", "VBN") and c.dep_ == "amod"), None)
        if verb is None or verb.i == sentence.start or verb.nbor(-1).is_punct:
            continue
        doer = next((c for c in verb.children if c.dep_ in ("npadvmod", "nsubj") and c.i < verb.i), verb.nbor(-1))
        if doer.pos_ not in ("NOUN", "PROPN") or doer.head not in (verb, thing) or doer.dep_ == "poss":
            continue
        before = [c for c in (*clause.children, *thing.children, *verb.children) if c.i < verb.i and c != doer]
        after = [c for c in clause.children if c.dep_ == "punct" and c.i > clause.i]
        verb.head, verb.dep_, verb.tag_, verb.pos_ = verb, "ROOT", "VBD", "VERB"
        doer.head, doer.dep_ = verb, "nsubj"
        for token in before:
            token.head = doer if token.i < doer.i and token.pos_ in ("DET", "ADJ", "NOUN", "PROPN") else verb
        for token in after:
            token.head = verb
        thing.head, thing.dep_ = verb, "dobj"
        clause.head, clause.dep_ = verb, "xcomp"
        return


def give_predicate_its_subject(sentence: Span) -> None:
    """Make a name that the parser hung on an adjective as its attribute the adjective's subject: "found Ratko Mladic guilty"."""
    for word in sentence:
        if word.dep_ == "ccomp" and word.pos_ == "ADJ" and not any(c.dep_ == "nsubj" for c in word.children):
            before = word.nbor(-1) if word.i > sentence.start else None
            if before is not None and before.head == word and before.pos_ == "PROPN" and before.dep_ == "amod":
                before.dep_ = "nsubj"


def give_subject(sentence: Span) -> None:
    """Make the noun that the parser took for a part of a finite verb its subject: "as Biden envoy visits Tbilisi"."""
    for verb in sentence:
        if verb.pos_ != "VERB" or verb.tag_ not in ("VBZ", "VBD", "VBP"):
            continue
        if any(c.dep_ in ("nsubj", "nsubjpass", "expl", "csubj") for c in verb.children):
            continue
        before = [c for c in verb.children if c.dep_ in ("compound", "nmod") and c.right_edge.i == verb.i - 1]
        if before and before[0].pos_ in ("NOUN", "PROPN"):
            before[0].dep_ = "nsubj"


def give_subject_before(sentence: Span) -> None:
    """Make what the parser took for an object before a finite verb its subject: "The Teamsters disaffiliated from the union"."""
    for verb in sentence:
        if verb.tag_ not in ("VBD", "VBZ", "VBP") or verb.dep_ == "relcl":
            continue
        if any(c.dep_ in ("nsubj", "nsubjpass", "csubj", "expl", "auxpass") for c in verb.children):
            continue
        before = next((c for c in verb.children if c.dep_ == "dobj" and c.i == verb.i - 1), None)
        if before is not None and before.tag_ in ("NNP", "NNPS", "NN", "NNS") and before.left_edge.is_sent_start:
            before.dep_ = "nsubj"


def give_passive(sentence: Span) -> None:
    """Make the verb what the parser took for an adjective with an agent: "was jeered by students"."""
    for verb in sentence:
        be = verb.head
        if verb.dep_ != "acomp" or verb.tag_ != "VBN" or not any(c.dep_ == "agent" for c in verb.children):
            continue
        verb.head, verb.dep_ = (verb, "ROOT") if be.head == be else (be.head, be.dep_)
        be.dep_ = "auxpass"
        for child in [c for c in be.children if c != verb]:
            child.head = verb
            child.dep_ = {"nsubj": "nsubjpass", "csubj": "csubjpass"}.get(child.dep_, child.dep_)
        be.head = verb


def give_sentence_its_verb(sentence: Span) -> None:
    """Make the past tense that the parser took for an adjective the verb: "The general mobilised troops." is a sentence."""
    noun = sentence.root
    if noun.pos_ not in ("NOUN", "PROPN") or sentence[-1].text != ".":
        return
    verb = next((t for t in sentence if t.dep_ == "amod" and t.tag_ == "VBD" and t.right_edge == t), None)
    doer = verb.nbor(-1) if verb is not None and verb.i > sentence.start else None
    if verb is None or doer is None or verb.head not in (noun, *noun.children) or verb.i > noun.i:
        return
    if doer.head != noun or doer.dep_ not in ("amod", "compound"):
        return
    if verb.head != noun:
        verb.head.head = noun
    before = [c for c in noun.children if c.i < doer.i]
    after = [c for c in noun.children if c.i > noun.i]
    verb.head, verb.dep_, verb.pos_ = verb, "ROOT", "VERB"
    noun.head, noun.dep_ = verb, "dobj"
    doer.head, doer.dep_ = verb, "nsubj"
    if doer.tag_ == "JJ":
        doer.pos_, doer.tag_ = "NOUN", "NN"
    for token in before:
        token.head = doer
    for token in after:
        token.head = verb


def _is_above(noun: Token, participle: Token) -> bool:
    """Whether the participle hangs on the noun or on a noun in its prepositional phrases."""
    head = participle.head
    while head != noun and head.dep_ in ("pobj", "prep", "compound"):
        head = head.head
    return head == noun and participle.i > noun.i


def give_lemma(sentence: Span) -> None:
    """Give words the lemma that those beside them show: "according to" accords nothing, "wound up the mission" wounds nobody."""
    for token in sentence[:-1]:
        if token.lower_ == "according" and token.nbor().lower_ == "to":
            token.lemma_ = "according"
        elif token.lower_ == "wound" and _is_particle(token.nbor()):
            token.lemma_ = "wind"


def _is_particle(token: Token) -> bool:
    """Whether it is an "up" or "down" that belongs to the verb, not that of "wounded up to forty people"."""
    return token.lower_ in ("up", "down") and token.dep_ == "prt"

"""What the parser often gets wrong in newspaper sentences, put right after general rules of English syntax."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_SAYING = frozenset({"say", "tell", "argue", "insist", "write", "note", "claim", "declare", "state"})
_SPEAKING = frozenset(
    "call urge demand condemn accuse warn vow pledge promise appeal reject denounce criticise criticize blame thank praise".split()
)
_REPORTING = frozenset("say report announce tell add disclose confirm claim".split())
_TELLING = frozenset({"tell", "warn", "inform", "assure", "remind", "notify"})
_COMMANDING = frozenset({"tell", "urge", "order", "instruct", "ask", "force", "persuade", "compel", "command"})
_GIVING = frozenset(
    """give fine fin lend loan grant sell send offer supply donate owe promise deny pay award hand bring provide ship
    deliver""".split()
)
"""Verbs with two objects; "fin" is what the lemmatiser makes of "fined"."""
_PREFIXES = frozenset({"ex", "vice", "non", "pro", "anti", "co"})
_NOT_OF_NAMES = frozenset({"for", "over", "about", "against"})
"""Prepositions that a verb takes and a name does not."""
_ACCUSING = frozenset({"accuse", "suspect", "convict", "acquit"})
_OF_HEADLINES = frozenset(
    """vow pledge talk swap trade sign back slam hail call clash launch halt face mull ink plan visit meet discuss agree
    condemn urge seek eye resume hold join""".split()
)
"""Verbs that the tagger takes for nouns after the names that begin a headline."""
_MONEY = frozenset(
    """euro dollar pound yen yuan rouble ruble rupee peso franc mark dlr crown krone krona riyal dirham dinar shekel lira
    naira rand won baht rupiah real""".split()
)
_FIGHTING = frozenset(
    "kill attack hack ambush seize abduct kidnap bomb shoot storm raid murder blow free ransack detonate fire".split()
)
_AUXILIARIES = frozenset("having being be have do get will would can could may might must shall should".split())
_SHOOTING = frozenset("open fire shoot attack strike bomb pound shell raid".split())
_LONGEST_NAME = 5
_SHORTEST_STORY = 8
"""Words of a sentence from which it is hardly a noun phrase with a full stop."""
_DIRECTIONS = frozenset("North South East West Central Northern Southern Eastern Western".split())


def repair_parse(doc: Doc) -> None:
    """Hang words elsewhere in the Doc where the parser's tree cannot be meant; sentences keep their bounds."""
    for sentence in list(doc.sents):
        for repair in _REPAIRS:
            repair(sentence)


def _give_verb(sentence: Span) -> None:
    """Make the participle that the parser hung on a noun the verb of a full sentence that has none.

    "The OAS called on them to vote." is no noun phrase; a headline, which ends without a stop, may be.
    """
    root = sentence.root
    if root.pos_ not in ("NOUN", "PROPN") or sentence.text.rstrip("\"' \n")[-1:] != ".":
        return
    verb = next((t for t in sentence if t.dep_ == "acl" and t.tag_ in ("VBN", "VBD") and _is_above(root, t)), None)
    if verb is None or any(c.dep_ in ("agent", "aux", "auxpass") for c in verb.children):
        return
    if any(t.dep_ in ("relcl", "conj", "appos") for t in root.children) or any(c.lower_ == "by" for c in verb.children):
        return
    rest = [c for c in root.children if c.i > verb.i]
    verb.head, verb.dep_, verb.tag_ = verb, "ROOT", "VBD"
    root.head, root.dep_ = verb, "nsubj"
    for token in rest:
        token.head = verb


def _part_comment(sentence: Span) -> None:
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


def _give_back_speech(sentence: Span) -> None:
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


def _give_back_news(sentence: Span) -> None:
    """Give what somebody is told to the verb: "told a meeting that she had agreed", "told reporters he had accused Bonn".

    The parser takes the clause for a relative one, though "tell" needs something to be told.
    """
    for clause in sentence:
        told, verb = clause.head, clause.head.head
        if clause.dep_ != "relcl" or verb.lemma_ not in _TELLING or told.dep_ not in ("dobj", "dative"):
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


def _part_participle(sentence: Span) -> None:
    """Hang a participle on the noun after it: "warned visiting envoys not to speak" tells of no visit that is warned.

    Verbs of telling take no gerund.
    """
    for verb in sentence:
        if verb.lemma_ not in _TELLING or verb.i + 2 >= sentence.end:
            continue
        participle = verb.nbor(1)
        if participle.head != verb or participle.tag_ != "VBG" or participle.dep_ not in ("xcomp", "ccomp", "advcl"):
            continue
        noun = next((c for c in participle.children if c.dep_ == "dobj"), None)
        if noun is None or noun.left_edge.i != participle.i + 1 or noun.tag_ not in ("NNS", "NNPS", "NNP"):
            continue
        for child in [c for c in participle.children if c != noun]:
            child.head = verb
        noun.head = verb
        participle.head, participle.dep_ = noun, "amod"


def _give_infinitive(sentence: Span) -> None:
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


def _make_infinitive(sentence: Span) -> None:
    """Make a verb of the word whose "to" is that of an infinitive: "offered to host talks"."""
    for to in sentence:
        if to.tag_ == "TO" and to.dep_ == "aux" and to.head.tag_ == "NN" and to.head.i == to.i + 1 and to.head.is_lower:
            to.head.tag_, to.head.pos_ = "VB", "VERB"


def _part_shared_name(sentence: Span) -> None:
    """Make two of the names that share their end, as "North and South Korea" do.

    The parser takes all that stands before "Korea" for parts of one name.
    """
    for first in sentence:
        whole = first.head
        if first.text not in _DIRECTIONS or first.dep_ not in ("nmod", "compound") or whole.pos_ != "PROPN":
            continue
        last = first
        while (
            then := next((c for c in last.children if c.dep_ == "conj" and c.text in _DIRECTIONS), None)
        ) is not None:
            last = then
        if last == first or whole.i != last.i + 1:
            continue
        joint = last.head
        _put_first(first, whole)
        whole.head, whole.dep_ = joint, "conj"
        last.head, last.dep_ = whole, "compound"


def _part_two_names(sentence: Span) -> None:
    """Make two people of two with titles or long names, as in "Foreign Minister A and Defence Minister B met".

    The parser takes the first for a part of the second's name.
    """
    people = [ent for ent in sentence.ents if ent.label_ == "PERSON"]
    for one, other in pairwise(people):
        first, whole, doc = one[-1], other[-1], sentence.doc
        title = doc[one.end + 1 : other.start]
        is_joined = doc[one.end].lower_ == "and" and all(t.pos_ in ("PROPN", "NOUN", "ADJ") for t in title)
        if not is_joined or first.dep_ not in ("nmod", "compound") or not whole.is_ancestor(first):
            continue
        _put_first(first, whole)
        whole.head, whole.dep_ = first, "conj"
        doc[one.end].head, doc[one.end].dep_ = first, "cc"
        for token in doc[first.left_edge.i : other.end]:
            if token.i < first.i and token.head.i > one.end:
                token.head, token.dep_ = first, "compound"
            elif token.i > one.end and token != whole and token.head.i <= first.i:
                token.head, token.dep_ = whole, "compound"


def _part_day(sentence: Span) -> None:
    """Part a day from the subject after it: "On Monday German Chancellor Olaf Scholz met …" is on Monday, not on Scholz."""
    for name in sentence:
        preposition, verb = name.head, name.head.head
        if name.dep_ != "pobj" or preposition.lower_ != "on" or preposition.i > name.i or verb.pos_ != "VERB":
            continue
        day = sentence.doc[preposition.i + 1]
        if day.ent_type_ != "DATE" or day == name or day.dep_ not in ("compound", "nmod") or verb.i < name.i:
            continue
        if any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children):
            continue
        is_passive = any(c.dep_ == "auxpass" for c in verb.children)
        day.head, day.dep_ = preposition, "pobj"
        name.head, name.dep_ = verb, "nsubjpass" if is_passive else "nsubj"


def _part_owned_names(sentence: Span) -> None:
    """Coordinate people who are each named with a country: "Egypt's Sisi and Jordan's Abdullah", "France's Macron, Italy's Draghi"."""
    doc = sentence.doc
    for name in sentence:
        whole = name.head
        if (
            name.dep_ in ("poss", "nmod")
            and name.pos_ == whole.pos_ == "PROPN"
            and not any(c.dep_ == "case" for c in name.children)
        ):
            owner = next(
                (c for c in name.children if c.dep_ == "conj" and any(g.dep_ == "case" for g in c.children)), None
            )
            if owner is not None and doc[name.i + 1].lower_ == "and" and name.i < owner.i < whole.i:
                listed = [
                    c
                    for c in whole.children
                    if c.dep_ == "nmod" and c.i < name.i and c.pos_ == "PROPN" and _has_owner(c)
                ]
                for first in [c for c in whole.children if c.dep_ == "poss" and c.i < name.i and c != owner]:
                    first.head = name
                _put_first(name, whole)
                whole.head, whole.dep_ = name, "conj"
                owner.head, owner.dep_ = whole, "poss"
                for other in reversed(listed):
                    _put_first(other, name)
                    name.head, name.dep_ = other, "conj"
                    name = other
        elif name.dep_ == "appos" and name.pos_ == whole.pos_ == "PROPN" and _has_owner(name) and _has_owner(whole):
            name.dep_ = "conj"
        elif name.dep_ == "conj" and any(c.dep_ == "case" and c.i == name.i + 1 for c in name.children):
            owned = next((c for c in whole.children if c.dep_ == "conj" and c.i > name.i + 1), None)
            if owned is not None and owned.left_edge.i <= name.i + 2:
                name.head, name.dep_ = owned, "poss"


def _has_owner(name: Token) -> bool:
    return any(c.dep_ == "poss" and c.pos_ == "PROPN" for c in name.children)


def _raise_person(sentence: Span) -> None:
    """Coordinate a person with a person and not with what is told of him: "Sen. A of Georgia and Sen. B of Ohio"."""
    for name in sentence:
        told = name.head
        if name.dep_ != "conj" or name.ent_type_ != "PERSON" or told.ent_type_ == "PERSON" or told.i > name.i:
            continue
        if told.pos_ == "VERB":
            bearer = next((c for c in told.children if c.dep_ == "dobj" and c.i < name.i), None)
            if bearer is not None and not any(c.dep_ == "nsubj" for c in name.children):
                name.head = bearer
            continue
        bearer = told.head if told.dep_ == "appos" else told.head.head if told.dep_ == "pobj" else None
        if bearer is None or bearer.ent_type_ != "PERSON" or any(c.dep_ == "conj" for c in bearer.children):
            continue
        name.head = bearer
        for joint in [c for c in told.children if c.dep_ == "cc"]:
            joint.head = bearer


def _list_names(sentence: Span) -> None:
    """Coordinate the names that a headline lists with commas only: "Kagame, Tshisekedi agree ceasefire"."""
    for name in sentence:
        whole, verb = name.head, name.head.head
        if name.dep_ != "appos" or whole.dep_ != "nsubj" or name.pos_ != "PROPN" or whole.pos_ != "PROPN":
            continue
        is_bare = whole.ent_type_ != "" and name.ent_type_ == whole.ent_type_ and verb.tag_ in ("VBP", "VB")
        if is_bare and name.right_edge.i + 1 == verb.i and sentence.doc[whole.i + 1].text == ",":
            name.dep_ = "conj"


def _free_object(sentence: Span) -> None:
    """Make who is aimed at the object that he is, and what he does a participle: "fired at protesters marching to the palace"."""
    for doing in sentence:
        preposition = doing.head
        if doing.dep_ != "pcomp" or doing.tag_ != "VBG" or preposition.lower_ not in ("at", "on", "against", "to"):
            continue
        who = next((c for c in doing.children if c.dep_ == "nsubj" and c.i < doing.i), None)
        if who is not None and who.pos_ in ("NOUN", "PROPN"):
            who.head, who.dep_ = preposition, "pobj"
            doing.head, doing.dep_ = who, "acl"


def _part_given(sentence: Span) -> None:
    """Tell whom something is given from what he is given, where the parser took both for the same: "loaned Iceland oil"."""
    for verb in sentence:
        if verb.lemma_ not in _GIVING:
            continue
        given = [c for c in verb.children if c.dep_ == "dobj" and c.i > verb.i]
        is_name = given[:1] and (given[0].ent_type_ in ("GPE", "NORP", "ORG", "PERSON") or given[0].pos_ == "PROPN")
        if len(given) == 2 and is_name and given[1].ent_type_ != "GPE" and given[1].pos_ != "PROPN":
            given[0].dep_ = "dative"
        if len(given) == 1:
            _part_sum(verb, given[0])


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


def _join_prefix(sentence: Span) -> None:
    """Hang "ex" on the noun that a hyphen joins it to: "nine ex-members" are members."""
    doc = sentence.doc
    for hyphen in sentence:
        if hyphen.text != "-" or hyphen.i <= sentence.start or hyphen.i + 1 >= sentence.end or hyphen.whitespace_:
            continue
        prefix, noun = doc[hyphen.i - 1], doc[hyphen.i + 1]
        if prefix.lower_ not in _PREFIXES or prefix.whitespace_ or noun.pos_ not in ("NOUN", "PROPN"):
            continue
        if prefix.head == noun or prefix.is_ancestor(noun) or hyphen.is_ancestor(noun):
            continue
        for child in [c for c in prefix.children if c.i < prefix.i]:
            child.head = noun
        prefix.head, prefix.dep_ = noun, "compound"
        hyphen.head, hyphen.dep_ = noun, "punct"


def _free_complement(sentence: Span) -> None:
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


def _name_what_there_is(sentence: Span) -> None:
    """Make what there has been a noun: "there has been fighting between A and B" has no verb but "be"."""
    for token in sentence:
        if token.tag_ == "VBG" and any(c.dep_ == "expl" and c.lower_ == "there" for c in token.children):
            if not any(c.dep_ in ("nsubj", "dobj") for c in token.children):
                token.tag_, token.pos_ = "NN", "NOUN"


def _list_origins(sentence: Span) -> None:
    """Join to where people are from the rest of a list that the parser made subjects: "Ministers from A, B and C met"."""
    for name in sentence:
        if name.dep_ != "nsubj" or name.i < 2 or sentence.doc[name.left_edge.i - 1].text != ",":
            continue
        before = sentence.doc[name.left_edge.i - 2]
        people = before.head.head
        is_origin = before.dep_ == "pobj" and before.head.lower_ in ("from", "of") and people.dep_ == "nsubj"
        if is_origin and people.head == name.head and before.ent_type_ == name.ent_type_ == "GPE":
            name.head, name.dep_ = before, "conj"


def _give_headline_its_names(sentence: Span) -> None:
    """Make the names that begin a headline the subject of its verb: "Putin, Xi vow closer ties", "Lavrov to meet Rubio"."""
    words = [t for t in sentence if not t.is_space]
    if len(words) < 4 or words[-1].text in ".?!":
        return
    names = _names_that_begin(words)
    rest = words[names[-1][-1].i - words[0].i + 1 :] if names else []
    if len(rest) < 2:
        return
    is_to = rest[0].lower_ == "to" and rest[1].tag_ in ("VB", "VBP")
    is_plural = rest[0].tag_ in ("VBP", "VB") or (rest[0].tag_ == "NN" and rest[0].lower_ in _OF_HEADLINES)
    if not is_to and not (len(names) > 1 and is_plural and rest[0].is_lower):
        return
    verb = rest[1] if is_to else rest[0]
    if not verb.is_lower:
        # In "Trump Vows to Impose Duties" capitals tell nothing of names.
        return
    heads = [name[-1] for name in names]
    is_right = verb.dep_ == "ROOT" and heads[0].head == verb and heads[0].dep_ == "nsubj"
    if is_right and all(h.head in heads and h.dep_ == "conj" for h in heads[1:]):
        return
    for token in rest:
        if token != verb and (token.head.i < rest[0].i or token.dep_ == "ROOT"):
            is_thing = token.pos_ in ("NOUN", "PROPN") and token.dep_ != "npadvmod"
            token.head, token.dep_ = verb, "dobj" if is_thing else token.dep_
    verb.head, verb.dep_, verb.pos_, verb.tag_ = verb, "ROOT", "VERB", "VB" if is_to else "VBP"
    if is_to:
        rest[0].head, rest[0].dep_, rest[0].tag_, rest[0].pos_ = verb, "aux", "TO", "PART"
    _list_before(verb, names)


def _names_that_begin(words: Sequence[Token]) -> list[list[Token]]:
    """The names, parted by commas, of as many words with a capital as a sentence begins with."""
    names: list[list[Token]] = [[]]
    for word in words:
        if word.text == "," and names[-1]:
            names.append([])
        elif _may_be_of_a_name(word) and len(names[-1]) < _LONGEST_NAME:
            names[-1].append(word)
        else:
            break
    return names if names[-1] else []


def _may_be_of_a_name(word: Token) -> bool:
    """Whether it has a capital and is no small word: "US" is none, though "us" is."""
    return word.text[0].isupper() and (not word.is_stop or (word.is_upper and len(word) > 1))


def _list_before(verb: Token, names: Sequence[Sequence[Token]]) -> None:
    """Make the names a coordinated subject of the verb."""
    for token in verb.doc[names[0][0].i : names[-1][-1].i + 1]:
        token.head, token.dep_ = verb, "punct"
    for name in names:
        for part in name:
            part.head, part.dep_, part.tag_, part.pos_ = name[-1], "compound", "NNP", "PROPN"
    names[0][-1].head, names[0][-1].dep_ = verb, "nsubj"
    for before, name in pairwise(names):
        name[-1].head, name[-1].dep_ = before[-1], "conj"


def _give_headline_its_verb(sentence: Span) -> None:
    """Make the plural noun that the parser saw a headline's verb: "Trump cancels Kim summit", "Biden's envoy visits Kyiv"."""
    words = [t for t in sentence if not t.is_space]
    if (
        len(words) < 3
        or words[-1].text in ".?!"
        or any(
            t.pos_ in ("VERB", "AUX")
            and any(c.dep_ in ("nsubj", "nsubjpass") for c in t.children)
            and t.i != words[-1].i
            for t in words
        )
    ):
        return
    root = sentence.root
    first, second = words[0], words[1]
    if root.tag_ == "NNS" and root.is_lower and any(c.dep_ == "dobj" for c in root.children):
        doer = next((c for c in root.children if c.dep_ in ("compound", "nmod") and c.i == root.i - 1), None)
        if doer is not None:
            _make_verb(root, doer)
            for owner in [c for c in root.children if c.dep_ == "poss"]:
                owner.head = doer
        return
    if not (first.text[0].isupper() and second.tag_ == "NNS" and second.is_lower):
        return
    if root == second:
        done_to = next((c for c in second.children if c.dep_ in ("appos", "dobj") and c.i > second.i), None)
    else:
        done_to = root if root.i > second.i and root.pos_ in ("NOUN", "PROPN", "VERB") else None
    if done_to is None:
        return
    for doer in [c for c in done_to.children if c.dep_ == "nsubj"]:
        doer.dep_ = "compound"
    if done_to.pos_ == "VERB":
        done_to.pos_, done_to.tag_ = "NOUN", "NNS"
    second.head = second
    done_to.head, done_to.dep_ = second, "dobj"
    _make_verb(second, first)


def _make_verb(verb: Token, doer: Token) -> None:
    verb.head, verb.dep_, verb.pos_, verb.tag_ = verb, "ROOT", "VERB", "VBZ"
    doer.head, doer.dep_, doer.pos_, doer.tag_ = (
        verb,
        "nsubj",
        "PROPN" if doer.text[0].isupper() else "NOUN",
        ("NNP" if doer.text[0].isupper() else "NN"),
    )


def _put_first(first: Token, whole: Token) -> None:
    """Hang the first of two where the second hangs."""
    if whole.dep_ == "ROOT":
        first.head, first.dep_ = first, "ROOT"
    else:
        first.head, first.dep_ = whole.head, whole.dep_


def _give_clause_its_subject(sentence: Span) -> None:
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


def _give_back_past_tense(sentence: Span) -> None:
    """Make what the parser took for the attribute of an object the verb: "Mali's army arrested two colonels." is a sentence."""
    root = sentence.root
    if root.pos_ not in ("NOUN", "PROPN") or sentence.text.rstrip("\"' \n")[-1:] != ".":
        return
    if len(sentence) < _SHORTEST_STORY or any(t.tag_ in ("VBD", "VBZ", "VBP", "MD") for t in sentence):
        return
    for verb in sentence:
        if verb.tag_ != "VBN" or verb.dep_ != "amod" or verb.head != root or verb.i == sentence.start:
            continue
        doer = verb.nbor(-1)
        if doer.pos_ not in ("NOUN", "PROPN") or doer.head not in (verb, root) or doer.dep_ == "poss":
            continue
        before = [c for c in (*root.children, *verb.children) if c.i < doer.i]
        verb.head, verb.dep_, verb.tag_ = verb, "ROOT", "VBD"
        doer.head, doer.dep_ = verb, "nsubj"
        for token in before:
            token.head = doer
        root.head, root.dep_ = verb, "dobj"
        return


def _give_reported_its_verb(sentence: Span) -> None:
    """Make the verb of what is reported of a participle that its first subject was given: "Police arrested a man, Y said"."""
    said = sentence.root
    doers = [c for c in said.children if c.dep_ == "nsubj" and c.i < said.i]
    if said.lemma_ not in _REPORTING or len(doers) != 2:
        return
    verb = next((c for c in doers[0].children if c.dep_ == "acl" and c.tag_ in ("VBN", "VBD")), None)
    if verb is None or verb.lemma_ in _GIVING or not any(c.dep_ == "dobj" for c in verb.children):
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


def _part_aside(sentence: Span) -> None:
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


def _name_gerund(sentence: Span) -> None:
    """Make a part of a name of a gerund that begins a sentence before one: "Shining Path guerrillas killed 39 peasants"."""
    first = sentence[0]
    if first.dep_ != "csubj" or first.tag_ != "VBG" or len(sentence) < _SHORTEST_STORY:
        return
    doer = next((c for c in first.children if c.dep_ == "dobj" and c.tag_ == "NNS"), None)
    if doer is None or not doer.is_lower or first.nbor(1).pos_ != "PROPN" or first.nbor(1).head != doer:
        return
    verb = first.head
    if verb.lemma_ not in _FIGHTING:
        return
    doer.head, doer.dep_ = verb, "nsubj"
    first.head, first.dep_, first.tag_, first.pos_ = first.nbor(1), "compound", "NNP", "PROPN"


def _give_bare_subjunctive(sentence: Span) -> None:
    """Make a verb of what the tagger took for a noun in what is demanded: "insisted that the king hand power over"."""
    for verb in sentence:
        if verb.tag_ != "NN" or verb.dep_ != "ccomp":
            continue
        parts = {c.dep_ for c in verb.children}
        if {"mark", "nsubj", "dobj"} <= parts and "det" not in parts:
            verb.tag_, verb.pos_ = "VB", "VERB"


def _give_shot_dead(sentence: Span) -> None:
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


def _name_auxiliary(sentence: Span) -> None:
    """Make a name of what the tagger took for an auxiliary: "The bloc Ecowas suspended Niger"."""
    for name in sentence:
        if name.dep_ not in ("aux", "auxpass") or not name.is_title or name.i == sentence.start or name.tag_ == "MD":
            continue
        verb, kind = name.head, name.nbor(-1)
        if (
            {name.lemma_.lower(), name.lower_} & _AUXILIARIES
            or kind.dep_ not in ("nsubj", "nsubjpass")
            or kind.head != verb
        ):
            continue
        if any(c.dep_ in ("aux", "auxpass") and c != name for c in verb.children):
            continue
        name.tag_, name.pos_, name.dep_ = "NNP", "PROPN", "nsubj"
        kind.head, kind.dep_ = name, "nmod"
        verb.tag_ = "VBD" if verb.tag_ == "VBN" else verb.tag_


def _give_back_before_determiner(sentence: Span) -> None:
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


def _give_back_urging(sentence: Span) -> None:
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


def _name_the_court(sentence: Span) -> None:
    """Make a place of what the tagger took for an infinitive: "dragged him to court"."""
    for word in sentence:
        if word.lower_ == "court" and word.tag_ == "VB" and word.i > sentence.start and word.nbor(-1).lower_ == "to":
            to, verb = word.nbor(-1), word.head
            if verb.lemma_ in ("take", "drag", "haul", "bring", "go") and not any(
                c.dep_ == "dobj" for c in word.children
            ):
                to.head, to.dep_ = verb, "prep"
                for after in [c for c in word.children if c != to]:
                    after.head = verb
                word.head, word.dep_, word.tag_, word.pos_ = to, "pobj", "NN", "NOUN"


def _free_aim(sentence: Span) -> None:
    """Give a verb of shooting what the parser hung on the weapon: "opened fire with rifles on the miners"."""
    for verb in sentence:
        if verb.lemma_ not in _SHOOTING:
            continue
        for tool in [c for c in verb.children if c.dep_ == "prep" and c.lower_ == "with"]:
            for aim in [g for c in tool.children if c.dep_ == "pobj" for g in c.children if g.dep_ == "prep"]:
                if aim.lower_ in ("on", "at", "against", "into"):
                    aim.head = verb


def _free_agent(sentence: Span) -> None:
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
            is_scene = thing.ent_type_ in ("GPE", "LOC", "FAC", "DATE", "TIME")
            is_scene = is_scene or (phrase.lower_ == "with" and any(c.tag_ == "PRP$" for c in thing.children))
            if is_scene and any(c.dep_ == "pobj" and c.pos_ in ("NOUN", "PROPN") for c in agent.children):
                agent.head, agent.dep_ = verb, "agent"
                break


def _give_shifted_object(sentence: Span) -> None:
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


def _give_predicate_its_subject(sentence: Span) -> None:
    """Make a name that the parser hung on an adjective as its attribute the adjective's subject: "found Ratko Mladic guilty"."""
    for word in sentence:
        if word.dep_ == "ccomp" and word.pos_ == "ADJ" and not any(c.dep_ == "nsubj" for c in word.children):
            before = word.nbor(-1) if word.i > sentence.start else None
            if before is not None and before.head == word and before.pos_ == "PROPN" and before.dep_ == "amod":
                before.dep_ = "nsubj"


def _give_subject(sentence: Span) -> None:
    """Make the noun that the parser took for a part of a finite verb its subject: "as Biden envoy visits Tbilisi"."""
    for verb in sentence:
        if verb.pos_ != "VERB" or verb.tag_ not in ("VBZ", "VBD", "VBP"):
            continue
        if any(c.dep_ in ("nsubj", "nsubjpass", "expl", "csubj") for c in verb.children):
            continue
        before = [c for c in verb.children if c.dep_ in ("compound", "nmod") and c.right_edge.i == verb.i - 1]
        if before and before[0].pos_ in ("NOUN", "PROPN"):
            before[0].dep_ = "nsubj"


def _is_above(noun: Token, participle: Token) -> bool:
    """Whether the participle hangs on the noun or on a noun in its prepositional phrases."""
    head = participle.head
    while head != noun and head.dep_ in ("pobj", "prep", "compound"):
        head = head.head
    return head == noun and participle.i > noun.i


_REPAIRS = (
    _give_verb,
    _part_comment,
    _give_back_speech,
    _give_back_news,
    _part_participle,
    _give_infinitive,
    _make_infinitive,
    _part_shared_name,
    _part_two_names,
    _part_owned_names,
    _raise_person,
    _list_names,
    _list_origins,
    _free_object,
    _free_complement,
    _name_what_there_is,
    _part_given,
    _join_prefix,
    _give_headline_its_names,
    _give_headline_its_verb,
    _part_day,
    _give_clause_its_subject,
    _give_back_past_tense,
    _give_reported_its_verb,
    _part_aside,
    _name_gerund,
    _give_bare_subjunctive,
    _give_shot_dead,
    _name_auxiliary,
    _give_back_before_determiner,
    _give_back_urging,
    _name_the_court,
    _free_aim,
    _free_agent,
    _give_shifted_object,
    _give_predicate_its_subject,
    _give_subject,
)
"""In the order in which they are made."""

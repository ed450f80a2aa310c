"""Headlines, which leave out articles and auxiliaries: their names made subjects, their nouns verbs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_OF_HEADLINES = frozenset(
    """vow pledge talk swap trade sign back slam hail call clash launch halt face mull ink plan visit meet discuss agree
    condemn urge seek eye resume hold join""".split()
)
"""Verbs that the tagger takes for nouns after the names that begin a headline."""
_LONGEST_NAME = 5


def list_names(sentence: Span) -> None:
    """Coordinate the names that a headline lists with commas only: "Kagame, Tshisekedi agree ceasefire"."""
    for name in sentence:
        whole, verb = name.head, name.head.head
        if name.dep_ != "appos" or whole.dep_ != "nsubj" or name.pos_ != "PROPN" or whole.pos_ != "PROPN":
            continue
        is_bare = whole.ent_type_ != "" and name.ent_type_ == whole.ent_type_ and verb.tag_ in ("VBP", "VB")
        if is_bare and name.right_edge.i + 1 == verb.i and sentence.doc[whole.i + 1].text == ",":
            name.dep_ = "conj"


def give_headline_its_names(sentence: Span) -> None:
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


def give_headline_its_verb(sentence: Span) -> None:
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

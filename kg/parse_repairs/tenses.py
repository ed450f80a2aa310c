"""Verbs in the past that the tagger took for presents or adjectives, and so without a lemma."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token


def restore_past_tense(doc: Doc, nlp: Language) -> None:
    """Give verbs in the past that the tagger mistook their tense and lemma, as far as the lemmatizer knows the verbs.

    "Widows petitioned the court", "was jeered by students", "Deputies heckled President Horvat".
    """
    from spacy.pipeline import Lemmatizer

    lemmatizer = nlp.get_pipe("lemmatizer")
    if not isinstance(lemmatizer, Lemmatizer) or not lemmatizer.lookups.has_table("lemma_index"):
        return
    verbs = lemmatizer.lookups.get_table("lemma_index").get("verb", ())
    for token in doc:
        tense = _tense_of(token) if token.lower_.endswith("ed") and token.lower_ not in verbs else None
        if tense is None:
            continue
        told = token.pos_, token.tag_, token.lemma_, str(token.morph)
        token.pos_, token.tag_ = "VERB", tense
        token.set_morph("Tense=Past|VerbForm=" + ("Part" if tense == "VBN" else "Fin"))  # type: ignore[attr-defined]
        lemma = lemmatizer.rule_lemmatize(token)[0]
        if lemma in verbs:
            token.lemma_ = lemma
        else:
            token.pos_, token.tag_, token.lemma_ = told[:3]
            token.set_morph(told[3])  # type: ignore[attr-defined]


def _tense_of(token: Token) -> str | None:
    """The tag of a past form that a word in -ed must be by its place, or None where it may be what the tagger says."""
    if token.tag_ in ("VB", "VBP"):
        return "VBD"
    if token.tag_ != "JJ":
        return None
    if token.dep_ == "acomp" and token.head.lemma_ == "be" and any(c.dep_ == "agent" for c in token.children):
        return "VBN"
    if token.dep_ == "ROOT" and any(c.dep_ == "nsubj" and c.i < token.i for c in token.children):
        return "VBD" if any(c.dep_ == "dobj" for c in token.children) else None
    root = token.sent.root
    before = token.nbor(-1) if token.i > token.sent.start else None
    is_no_sentence = root.pos_ in ("NOUN", "PROPN") and token.sent[-1].text == "."
    is_after_a_doer = before is not None and before.tag_ in ("NNS", "NNP", "NNPS") and before.dep_ == "compound"
    return "VBD" if is_no_sentence and token.dep_ == "amod" and is_after_a_doer else None

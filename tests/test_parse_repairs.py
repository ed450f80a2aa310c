"""Repairs on trees built by hand, as the parser gets them wrong: what hangs where, before and after."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from spacy.lang.en import English
from spacy.tokens import Doc, Span

from kg.parse_repairs import names, objects, speech, verbs

Word = tuple[str, str, str, str, int, str]
"""Text, lemma, part of speech, tag, the index of its head, and its relation to it."""


class Case(NamedTuple):
    """A tree as the parser makes it, a repair, and the relations of some words after it: word → (head, relation)."""

    repair: Callable[[Span], None]
    words: tuple[Word, ...]
    after: dict[str, tuple[str, str]]


CASES = {
    "an infinitive of whom one urges": Case(
        objects.give_infinitive_to_verb,
        (
            ("Norway", "Norway", "PROPN", "NNP", 1, "nsubj"),
            ("exhorted", "exhort", "VERB", "VBD", 1, "ROOT"),
            ("governors", "governor", "NOUN", "NNS", 1, "dobj"),
            ("to", "to", "PART", "TO", 4, "aux"),
            ("rein", "rein", "VERB", "VB", 2, "relcl"),
            ("in", "in", "ADP", "RP", 4, "prt"),
            ("spending", "spending", "NOUN", "NN", 4, "dobj"),
        ),
        {"rein": ("exhorted", "xcomp")},
    ),
    "a verb that a hyphen joins": Case(
        verbs.give_back_past_tense,
        (
            ("The", "the", "DET", "DT", 6, "det"),
            ("police", "police", "NOUN", "NN", 6, "nmod"),
            ("tear", "tear", "NOUN", "NN", 4, "npadvmod"),
            ("-", "-", "PUNCT", "HYPH", 4, "punct"),
            ("gassed", "gas", "VERB", "VBN", 6, "amod"),
            ("forty", "forty", "NUM", "CD", 6, "nummod"),
            ("students", "student", "NOUN", "NNS", 6, "ROOT"),
            ("in", "in", "ADP", "IN", 6, "prep"),
            ("Lagos", "Lagos", "PROPN", "NNP", 7, "pobj"),
            (".", ".", "PUNCT", ".", 6, "punct"),
        ),
        {"gassed": ("gassed", "ROOT"), "police": ("gassed", "nsubj"), "students": ("gassed", "dobj")},
    ),
    "an infinitive of a bill": Case(
        objects.give_infinitive_to_verb,
        (
            ("Norway", "Norway", "PROPN", "NNP", 1, "nsubj"),
            ("pushed", "push", "VERB", "VBD", 1, "ROOT"),
            ("bills", "bill", "NOUN", "NNS", 1, "dobj"),
            ("to", "to", "PART", "TO", 4, "aux"),
            ("arm", "arm", "VERB", "VB", 2, "relcl"),
            ("Chad", "Chad", "PROPN", "NNP", 4, "dobj"),
        ),
        {"arm": ("bills", "relcl")},
    ),
    "the last of two things": Case(
        objects.name_second_object,
        (
            ("Chad", "Chad", "PROPN", "NNP", 1, "nsubj"),
            ("imposed", "impose", "VERB", "VBD", 1, "ROOT"),
            ("bans", "ban", "NOUN", "NNS", 5, "nsubj"),
            ("and", "and", "CCONJ", "CC", 2, "cc"),
            ("asset", "asset", "NOUN", "NN", 2, "conj"),
            ("freezes", "freeze", "VERB", "VBZ", 1, "ccomp"),
            ("on", "on", "ADP", "IN", 5, "prep"),
        ),
        {
            "bans": ("imposed", "dobj"),
            "asset": ("freezes", "compound"),
            "freezes": ("bans", "conj"),
            "on": ("imposed", "prep"),
        },
    ),
    "an object before its source": Case(
        objects.free_object_before_source,
        (
            ("Chile", "Chile", "PROPN", "NNP", 1, "nsubj"),
            ("massed", "mass", "VERB", "VBD", 1, "ROOT"),
            ("tanks", "tank", "NOUN", "NNS", 5, "nsubj"),
            (",", ",", "PUNCT", ",", 2, "punct"),
            ("pictures", "picture", "NOUN", "NNS", 5, "nsubj"),
            ("suggest", "suggest", "VERB", "VBP", 1, "parataxis"),
        ),
        {"tanks": ("massed", "dobj"), "pictures": ("suggest", "nsubj")},
    ),
    "who is said to be something": Case(
        speech.part_reputed,
        (
            ("Falcon", "Falcon", "PROPN", "NNP", 2, "nsubj"),
            (",", ",", "PUNCT", ",", 0, "punct"),
            ("said", "say", "VERB", "VBD", 2, "ROOT"),
            ("to", "to", "PART", "TO", 4, "aux"),
            ("serve", "serve", "VERB", "VB", 2, "xcomp"),
            ("Lima", "Lima", "PROPN", "NNP", 4, "dobj"),
            (",", ",", "PUNCT", ",", 2, "punct"),
            ("hacked", "hack", "VERB", "VBD", 2, "ccomp"),
            ("banks", "bank", "NOUN", "NNS", 7, "dobj"),
        ),
        {"hacked": ("hacked", "ROOT"), "Falcon": ("hacked", "nsubj"), "said": ("Falcon", "acl")},
    ),
    "a year before a subject": Case(
        names.part_year,
        (
            ("In", "in", "ADP", "IN", 4, "prep"),
            ("1991", "1991", "NUM", "CD", 3, "nummod"),
            ("Serb", "Serb", "ADJ", "JJ", 3, "amod"),
            ("forces", "force", "NOUN", "NNS", 0, "pobj"),
            ("shelled", "shell", "VERB", "VBD", 4, "ROOT"),
            ("Vukovar", "Vukovar", "PROPN", "NNP", 4, "dobj"),
        ),
        {"1991": ("In", "pobj"), "forces": ("shelled", "nsubj")},
    ),
    "an adjective with an agent": Case(
        verbs.give_passive,
        (
            ("Horvat", "Horvat", "PROPN", "NNP", 1, "nsubj"),
            ("was", "be", "AUX", "VBD", 1, "ROOT"),
            ("jeered", "jeer", "VERB", "VBN", 1, "acomp"),
            ("by", "by", "ADP", "IN", 2, "agent"),
            ("miners", "miner", "NOUN", "NNS", 3, "pobj"),
        ),
        {"jeered": ("jeered", "ROOT"), "was": ("jeered", "auxpass"), "Horvat": ("jeered", "nsubjpass")},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_repair_hangs_words_where_they_belong(case: Case) -> None:
    """Each tree is mended, or left alone where the parser was right."""
    texts, lemmas, kinds, tags, heads, relations = zip(*case.words, strict=True)
    doc = Doc(
        English().vocab,
        list(texts),
        lemmas=list(lemmas),
        pos=list(kinds),
        tags=list(tags),
        heads=list(heads),
        deps=list(relations),
    )
    case.repair(doc[:])
    found = {t.text: (t.head.text, t.dep_) for t in doc if t.text in case.after}
    assert found == case.after


@pytest.mark.parametrize(
    ("words", "mended"),
    [
        (("according/accord/prep", "to/to/prep", "police/police/pobj"), "according"),
        (("according/accord/prep", "rights/right/dobj", "to/to/prep"), "accord"),
        (("wound/wound/ROOT", "up/up/prt", "missions/mission/dobj"), "wind"),
        (("wound/wound/ROOT", "down/down/prt", "missions/mission/dobj"), "wind"),
        (("wound/wound/ROOT", "up/up/advmod", "to/to/prep"), "wound"),
        (("wound/wound/ROOT", "guards/guard/dobj", "up/up/prt"), "wound"),
    ],
    ids=["according to", "according rights", "wound up", "wound down", "wound up to", "wound guards"],
)
def test_words_get_the_lemma_that_those_beside_them_show(words: tuple[str, ...], mended: str) -> None:
    """According to somebody nothing is accorded, and who wound something up wounded nobody."""
    texts, lemmas, relations = zip(*(word.split("/") for word in words), strict=True)
    doc = Doc(English().vocab, list(texts), lemmas=list(lemmas), heads=[0, 0, 0], deps=list(relations))
    verbs.give_lemma(doc[:])
    assert doc[0].lemma_ == mended

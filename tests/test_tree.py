"""The tree that events are read from answers as spaCy does."""

from __future__ import annotations

from typing import Any

import pytest

from kg.annotate import annotate
from kg.events.tree import Tree
from kg.model import Article
from kg.pipeline import Tools

TEXTS = {
    "sentences": (
        "On Monday, 3 March, U.S. envoys who'd met Mr. Putin said they couldn't agree.\n\n"
        "“Talks have failed,” he said - twice; NATO re-armed Kyiv's troops ..."
    ),
    "no sentence": "  \n",
    "one word": "Talks",
}
ASKED = "text lower_ lemma_ pos_ tag_ dep_ ent_type_ ent_iob_ whitespace_ i idx is_space is_punct is_title is_upper like_num".split()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_word_is_what_its_token_is(tools: Tools, text: str) -> None:
    """In each attribute, in what hangs on it and on what it hangs, and in its edges."""
    [doc] = annotate(tools.nlp, [Article("a", text)])
    tree = Tree(doc)
    assert len(tree) == len(doc)
    for word, token in zip(tree, doc, strict=True):
        assert [getattr(word, name) for name in ASKED] == [getattr(token, name) for name in ASKED]
        assert len(word) == len(token) and bool(word.is_sent_start) == bool(token.is_sent_start)
        for name in ("children", "lefts", "rights", "ancestors"):
            assert [w.i for w in getattr(word, name)] == [t.i for t in getattr(token, name)], name
        assert sorted(w.i for w in word.subtree) == sorted(t.i for t in token.subtree)
        for name in ("head", "left_edge", "right_edge"):
            assert getattr(word, name).i == getattr(token, name).i, name
        assert word.is_ancestor(word.head) == token.is_ancestor(token.head)
        assert word.head.is_ancestor(word) == token.head.is_ancestor(token)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_stretch_is_what_its_span_is(tools: Tools, text: str) -> None:
    """In its bounds, text and root; sentences, entities, slices and characters give the same stretches."""
    [doc] = annotate(tools.nlp, [Article("a", text)])
    tree = Tree(doc)

    def shown(span: Any) -> tuple[object, ...]:
        words = [word.text for word in span]
        return span.start, span.end, span.text, span.start_char, span.end_char, span.root.i, len(span), words

    assert [shown(s) for s in tree.sents] == [shown(s) for s in doc.sents]
    assert [(shown(s), s.label_) for s in tree.ents] == [(shown(s), s.label_) for s in doc.ents]
    for start in range(len(doc)):
        for end in range(start + 1, len(doc) + 1):
            assert shown(tree[start:end]) == shown(doc[start:end])
    last = doc[-1:]
    assert shown(tree[-1:]) == shown(last) and tree[-1].i == doc[-1].i
    for sentence, own in zip(doc.sents, tree.sents, strict=True):
        assert shown(own[-3:]) == shown(sentence[-3:]) and own[0].i == sentence[0].i and own[-1].i == sentence[-1].i
    for mode in ("strict", "expand", "contract"):
        for start in range(0, len(text), 5):
            span = doc.char_span(start, start + 7, alignment_mode=mode)
            found = tree.char_span(start, start + 7, alignment_mode=mode)
            assert (found is None) == (span is None)
            assert found is None or span is None or len(span) == 0 or shown(found) == shown(span)


def test_beyond_the_text_there_is_no_neighbour(tools: Tools) -> None:
    """Neither before the first word nor after the last."""
    [doc] = annotate(tools.nlp, [Article("a", "Talks failed.")])
    tree = Tree(doc)
    assert tree[0].nbor().text == "failed" and tree[1].nbor(-1).text == "Talks"
    for word, step in ((tree[0], -1), (tree[2], 1)):
        with pytest.raises(IndexError):
            word.nbor(step)


def test_an_empty_text_has_a_tree(tools: Tools) -> None:
    """Without words."""
    tree = Tree(tools.nlp.make_doc(""))
    assert list(tree) == [] and tree.ents == []

"""A parse as plain Python objects, which answer as spaCy's do but faster: coding asks hundreds of questions of each word.

`Tree` stands in for a `spacy.tokens.Doc`, `Word` for a `Token` and `Stretch` for a `Span`, with the names of spaCy's own
attributes. They hold what the parse was when the tree was made. What is asked seldom is asked of spaCy.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, cast, overload

import numpy as np
from spacy.attrs import (
    DEP,
    ENT_IOB,
    ENT_TYPE,
    HEAD,
    IS_PUNCT,
    IS_SPACE,
    LEMMA,
    LOWER,
    ORTH,
    POS,
    SPACY,
    TAG,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from spacy.tokens import Doc

_NAMED = (ORTH, LOWER, LEMMA, POS, TAG, DEP, ENT_TYPE)
"""Attributes whose values are strings, in the order in which a word takes them."""
_COUNTED = (ENT_IOB, IS_SPACE, IS_PUNCT, SPACY)
_IOB = ("", "I", "O", "B")


def as_tree(doc: Doc) -> Doc:
    """A tree of a Doc, for whoever reads it as one."""
    return cast("Doc", Tree(doc))


class Word:
    """A token: its attributes are read once, its head and children are words of the same tree."""

    __slots__ = (
        "__weakref__",
        "children",
        "dep_",
        "doc",
        "ent_iob_",
        "ent_type_",
        "head",
        "i",
        "idx",
        "is_punct",
        "is_space",
        "lemma_",
        "lower_",
        "pos_",
        "tag_",
        "text",
        "whitespace_",
    )

    head: Word
    children: tuple[Word, ...]

    def __init__(
        self,
        tree: Tree,
        i: int,
        idx: int,
        text: str,
        lower: str,
        lemma: str,
        pos: str,
        tag: str,
        dep: str,
        ent_type: str,
        ent_iob: int,
        is_space: int,
        is_punct: int,
        has_space: int,
    ) -> None:
        self.doc, self.i, self.idx, self.text, self.lower_, self.lemma_ = tree, i, idx, text, lower, lemma
        self.pos_, self.tag_, self.dep_, self.ent_type_, self.ent_iob_ = pos, tag, dep, ent_type, _IOB[ent_iob]
        self.is_space, self.is_punct, self.whitespace_ = is_space == 1, is_punct == 1, " " if has_space else ""

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        return self.text

    @property
    def lefts(self) -> list[Word]:
        return [child for child in self.children if child.i < self.i]

    @property
    def rights(self) -> list[Word]:
        return [child for child in self.children if child.i > self.i]

    @property
    def subtree(self) -> tuple[Word, ...]:
        """The word and all that hangs on it, in their order."""
        return self.doc.subtree_of(self)

    @property
    def ancestors(self) -> Iterator[Word]:
        word = self
        while word.head is not word:
            word = word.head
            yield word

    def is_ancestor(self, descendant: Word) -> bool:
        return any(word is self for word in descendant.ancestors)

    def nbor(self, i: int = 1) -> Word:
        """The word so many places on.

        :raises IndexError: beyond either end of the text.
        """
        if not 0 <= self.i + i < len(self.doc):
            raise IndexError(f"there is no word {i} from {self.text!r}")
        return self.doc.words[self.i + i]

    @property
    def sent(self) -> Stretch:
        return self.doc.sentence_of[self.i]

    @property
    def left_edge(self) -> Word:
        return self.doc.words[self.doc.source[self.i].left_edge.i]

    @property
    def right_edge(self) -> Word:
        return self.doc.words[self.doc.source[self.i].right_edge.i]

    @property
    def is_sent_start(self) -> bool:
        return self.sent.start == self.i

    @property
    def is_title(self) -> bool:
        return self.doc.source[self.i].is_title

    @property
    def is_upper(self) -> bool:
        return self.doc.source[self.i].is_upper

    @property
    def like_num(self) -> bool:
        return self.doc.source[self.i].like_num


class Stretch:
    """Some words of a tree that follow each other, `words[start:end]`."""

    __slots__ = ("doc", "end", "label_", "start")

    def __init__(self, tree: Tree, start: int, end: int, label: str = "") -> None:
        self.doc, self.start, self.end, self.label_ = tree, start, end, label

    def __len__(self) -> int:
        return self.end - self.start

    def __iter__(self) -> Iterator[Word]:
        return iter(self.doc.words[self.start : self.end])

    @overload
    def __getitem__(self, at: int) -> Word: ...
    @overload
    def __getitem__(self, at: slice) -> Stretch: ...
    def __getitem__(self, at: int | slice) -> Word | Stretch:
        if isinstance(at, slice):
            start, end, _ = at.indices(len(self))
            return Stretch(self.doc, self.start + start, self.start + max(start, end))
        return self.doc.words[self.start : self.end][at]

    def __repr__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return self.doc.source[self.start : self.end].text

    @property
    def start_char(self) -> int:
        return self.doc.words[self.start].idx

    @property
    def end_char(self) -> int:
        last = self.doc.words[self.end - 1]
        return last.idx + len(last.text)

    @property
    def root(self) -> Word:
        return self.doc.root_of(self.start, self.end)


class Tree:
    """All words of a Doc, parsed as it is now."""

    def __init__(self, doc: Doc) -> None:
        self.source = doc
        strings = doc.vocab.strings
        numbers = cast("NDArray[np.uint64]", doc.to_array([*_NAMED, *_COUNTED, HEAD]))
        known = {key: strings[key] if key else "" for key in np.unique(numbers[:, : len(_NAMED)]).tolist()}
        named = [[known[key] for key in column] for column in numbers[:, : len(_NAMED)].T.tolist()]
        iob, spaces, marks, parted = numbers[:, len(_NAMED) : -1].T.tolist()
        heads = (numbers[:, -1].astype(np.int64) + np.arange(len(doc))).tolist()
        places = [0, *accumulate(len(text) + space for text, space in zip(named[0], parted, strict=True))]
        columns = (*named, iob, spaces, marks, parted)
        self.words = [Word(self, i, *row) for i, row in enumerate(zip(places, *columns, strict=False))]
        children: list[list[Word]] = [[] for _ in self.words]
        for word, head in zip(self.words, heads, strict=True):
            word.head = self.words[head]
            if head != word.i:
                children[head].append(word)
        for word, hung in zip(self.words, children, strict=True):
            word.children = tuple(hung)
        self._subtrees: dict[int, tuple[Word, ...]] = {}
        self._roots: dict[tuple[int, int], Word] = {}

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[Word]:
        return iter(self.words)

    @overload
    def __getitem__(self, at: int) -> Word: ...
    @overload
    def __getitem__(self, at: slice) -> Stretch: ...
    def __getitem__(self, at: int | slice) -> Word | Stretch:
        if isinstance(at, slice):
            start, end, _ = at.indices(len(self.words))
            return Stretch(self, start, max(start, end))
        return self.words[at]

    @cached_property
    def sents(self) -> list[Stretch]:
        return [Stretch(self, sentence.start, sentence.end) for sentence in self.source.sents]

    @cached_property
    def sentence_of(self) -> list[Stretch]:
        """The sentence of each word."""
        return [sentence for sentence in self.sents for _ in range(len(sentence))]

    @property
    def ents(self) -> list[Stretch]:
        return [Stretch(self, ent.start, ent.end, ent.label_) for ent in self.source.ents]

    def char_span(self, start: int, end: int, alignment_mode: str = "strict") -> Stretch | None:
        """The words of some characters; None where there are none."""
        span = self.source.char_span(start, end, alignment_mode=alignment_mode)
        return None if span is None else Stretch(self, span.start, span.end)

    def to_array(self, attribute: int) -> NDArray[np.uint64]:
        """A number of each word, as spaCy has it."""
        return cast("NDArray[np.uint64]", self.source.to_array(attribute))

    def subtree_of(self, word: Word) -> tuple[Word, ...]:
        """A word and all that hangs on it, in their order."""
        known = self._subtrees.get(word.i)
        if known is None:
            hung: list[Word] = []
            after = 0
            for child in word.children:
                hung += self.subtree_of(child) if child.children else (child,)
                after = len(hung) if child.i < word.i else after
            hung.insert(after, word)
            known = self._subtrees[word.i] = tuple(hung)
        return known

    def root_of(self, start: int, end: int) -> Word:
        """The word on which the others of a stretch hang, as spaCy finds it."""
        if end == start + 1:
            return self.words[start]
        known = self._roots.get((start, end))
        if known is None:
            known = self._roots[start, end] = self.words[self.source[start:end].root.i]
        return known

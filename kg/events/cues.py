"""The mode and contexts of an event that words about it decide: "by drone", "over its nuclear arsenal"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kg.events.affairs import is_of_a_name
from kg.events.lexicon import Cue

if TYPE_CHECKING:
    from spacy.tokens import Token

Decided = tuple[str | None, tuple[str, ...]]
"""A mode of the act, if any, and contexts."""
_OF_OTHERS = frozenset({"conj", "ccomp", "advcl", "relcl", "parataxis", "nsubj"})
"""Parts of a clause that tell of something else than what its verb does."""


class Cues:
    """The cues of a lexicon, and all their words."""

    def __init__(self, cues: Sequence[Cue]) -> None:
        self._cues = cues
        self._words = frozenset[str]().union(*(cue.words for cue in cues))

    def near(self, head: Token, act: str) -> Decided:
        """What the words of a trigger's clause decide, of those who attack also the words about them."""
        words = {head.lower_, head.lemma_.lower()}
        for child in head.children:
            if child.dep_ not in _OF_OTHERS or (child.dep_ == "nsubj" and act == "ASSAULT"):
                words.update(_words_of(child.subtree))
        return self._decided(words, act)

    def among(self, tokens: Iterable[Token], act: str) -> Decided:
        """What some words decide."""
        return self._decided(_words_of(tokens), act)

    def _decided(self, words: set[str], act: str) -> Decided:
        mode = None
        contexts: list[str] = []
        known = words & self._words
        for cue in self._cues if known else ():
            if not cue.words.isdisjoint(known):
                if cue.context is not None:
                    contexts.append(cue.context)
                elif cue.mode is not None and cue.act == act and mode is None:
                    mode = cue.mode
        return mode, tuple(contexts)


def _words_of(tokens: Iterable[Token]) -> set[str]:
    """The words and lemmas of tokens, names left out."""
    return {word for token in tokens if not is_of_a_name(token) for word in (token.lower_, token.lemma_.lower())}

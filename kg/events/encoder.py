"""A small transformer that reads a sentence and two of its parties, in numpy: what the second opinion judges by.

It is learned by `python bench/opinion.py`, which says from what and how; its weights are `seeds/opinion/weights.npz`. The
design is the encoder of Vaswani et al. 2017 ("Attention is all you need") with the normalisation before each
part and words split into pieces as by BERT (Devlin et al. 2019).
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
from threadpoolctl import ThreadpoolController

from kg.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

NEITHER, SOURCE, TARGET = 0, 1, 2
"""The sides of words: part of neither party, of who acts, of whom it reaches."""
LONGEST = 64
"""How many pieces of a sentence are read at most: the first party, and what stands around it."""
LONGEST_WORD = 100
"""How many letters a word may have to be split."""
BEFORE = 8
"""How many pieces before the first party are read of a sentence that is too long."""
HEADS = 4
TOGETHER = 64
"""How many readings are judged at once."""
FORMAT = 1
UNKNOWN = "[UNK]"
_PARTS = re.compile(r"\w+|[^\w\s]")
_TINY = 1e-5
_ALONE = Lock()
"""The number of threads is the whole process's, so only one may change it at a time."""


def probabilities(log_odds: Floats) -> Floats:
    """What log odds, rows × classes, come to: each row has the sum of one."""
    odds: Floats = np.exp(log_odds - log_odds.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    return odds


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as the encoder takes it: the number of each piece and its side."""

    pieces: NDArray[np.intp]
    sides: NDArray[np.intp]

    @property
    def has_both(self) -> bool:
        """Whether both parties are in what is read of it."""
        return bool((self.sides == SOURCE).any() and (self.sides == TARGET).any())


class Pieces:
    """Words as numbers of pieces: "withhold" as "with", "##hold", the longest that are known, from the left."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.number = {name: k for k, name in enumerate(names)}
        self.unknown = self.number[UNKNOWN]
        self._longest = max(len(name) for name in names)
        self.of = lru_cache(maxsize=1 << 16)(self._of)

    @cached_property
    def version(self) -> str:
        """The first digits of the digest of all pieces."""
        return sha256("\n".join(self.names).encode()).hexdigest()[:12]

    def _of(self, word: str) -> tuple[int, ...]:
        """The pieces of a word, without case and accents; punctuation within it stands alone."""
        if word == UNKNOWN:
            return (self.unknown,)
        plain = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) != "Mn")
        return tuple(piece for part in _PARTS.findall(plain) for piece in self._split(part))

    def _split(self, part: str) -> tuple[int, ...]:
        if len(part) > LONGEST_WORD:
            return (self.unknown,)
        out: list[int] = []
        start = 0
        while start < len(part):
            mark = "##" if start else ""
            ends = range(min(len(part), start + self._longest), start, -1)
            end = next((e for e in ends if mark + part[start:e] in self.number), None)
            if end is None:
                return (self.unknown,)
            out.append(self.number[mark + part[start:end]])
            start = end
        return tuple(out)

    def split(self, words: Iterable[str]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The pieces of some words, and of each the number of its word; of a word only as much is read as may be split."""
        found = [(piece, k) for k, word in enumerate(words) for piece in self.of(word[: LONGEST_WORD + 1])]
        columns = np.array(found, np.intp).reshape(-1, 2).T
        return columns[0], columns[1]

    def read(self, words: Sequence[str], sides: Sequence[int]) -> Reading:
        """Words and their sides as pieces, at most LONGEST of them."""
        if len(words) != len(sides):
            raise ValueError(f"{len(words)} words have {len(sides)} sides")
        pieces, of_word = self.split(words)
        return self.cut(pieces, np.asarray(sides, np.intp)[of_word])

    def cut(self, pieces: NDArray[np.intp], sides: NDArray[np.intp]) -> Reading:
        """A reading of pieces and their sides: of a sentence that is too long the first party and what stands around it."""
        if len(pieces) > LONGEST:
            parties = np.flatnonzero(sides != NEITHER)
            first = int(parties[0]) if len(parties) else 0
            start = max(0, min(first - BEFORE, len(pieces) - LONGEST))
            pieces, sides = pieces[start : start + LONGEST], sides[start : start + LONGEST]
        if not len(pieces):
            return Reading(np.array([self.unknown], np.intp), np.array([NEITHER], np.intp))
        return Reading(pieces, sides)


@dataclass(frozen=True)
class Encoder:
    """The network: its classes, its pieces and its arrays by name; matrices are bytes, `scales[name]` a row's unit."""

    classes: tuple[str, ...]
    pieces: Pieces
    arrays: Mapping[str, NDArray[np.int8] | Floats]
    scales: Mapping[str, Floats] = field(default_factory=dict)

    @cached_property
    def version(self) -> str:
        """The first digits of the digest of all weights."""
        digest = sha256("\n".join((*self.classes, *self.pieces.names)).encode())
        for name in sorted(self.arrays):
            digest.update(name.encode() + self.arrays[name].tobytes())
            if name in self.scales:
                digest.update(self.scales[name].tobytes())
        return digest.hexdigest()[:12]

    @cached_property
    def _weights(self) -> dict[str, Floats]:
        """Every array but that of the pieces as floats; matrices as inputs × outputs."""
        out: dict[str, Floats] = {}
        for name, array in self.arrays.items():
            if name != "pieces":
                scale = self.scales.get(name)
                whole = array.astype(np.float32) if scale is None else array * scale[:, None]
                out[name] = np.ascontiguousarray(whole.T) if name in self.scales else whole
        return out

    @cached_property
    def depth(self) -> int:
        """How many layers there are."""
        return sum(name.endswith(".attend.weight") for name in self.arrays)

    def logits(self, readings: Sequence[Reading]) -> Floats:
        """The log odds of each class, up to a constant: readings × classes, in the order of `classes`."""
        pieces = np.concatenate([reading.pieces for reading in readings])
        sides = np.concatenate([reading.sides for reading in readings])
        ends = np.cumsum([len(reading.pieces) for reading in readings])
        starts = np.concatenate([[0], ends[:-1]])
        places = np.arange(len(pieces)) - np.repeat(starts, ends - starts)
        w = self._weights
        embedded = self.arrays["pieces"][pieces] * self.scales["pieces"][pieces][:, None]
        hidden = self._linear(embedded, "widen") + w["places"][places] + w["sides"][sides]
        hidden = self._normal(hidden, "first")
        stretches = list(zip(starts.tolist(), ends.tolist(), strict=True))
        for k in range(self.depth):
            hidden += self._attend(self._normal(hidden, f"{k}.before"), f"{k}", stretches)
            inner = self._linear(self._normal(hidden, f"{k}.between"), f"{k}.inner")
            hidden += self._linear(np.maximum(inner, 0, out=inner), f"{k}.outer")
        hidden = self._normal(hidden, "last")
        means = []
        for chosen in (np.ones(len(pieces), np.bool_), sides == SOURCE, sides == TARGET):
            counts = np.add.reduceat(chosen.astype(np.float32), starts)
            summed = np.add.reduceat(hidden * chosen[:, None], starts, axis=0)
            means.append(summed / np.maximum(counts, 1)[:, None])
        return self._linear(np.concatenate(means, axis=1), "classes")

    def log_odds(self, readings: Sequence[Reading]) -> Floats:
        """The log odds of any number of readings, computed on one thread."""
        if not readings:
            return np.zeros((0, len(self.classes)), np.float32)
        # Products as small as these gain nothing from threads, which cost time and may change the last digit of a sum.
        with _ALONE, _threads().limit(limits=1):
            parts = [self.logits(readings[k : k + TOGETHER]) for k in range(0, len(readings), TOGETHER)]
        return np.concatenate(parts)

    def judge(self, readings: Sequence[Reading]) -> Floats:
        """The probability of each class: readings × classes, in the order of `classes`."""
        return probabilities(self.log_odds(readings))

    def _linear(self, hidden: Floats, name: str) -> Floats:
        out: Floats = hidden @ self._weights[f"{name}.weight"]
        out += self._weights[f"{name}.bias"]
        return out

    def _normal(self, hidden: Floats, name: str) -> Floats:
        out: Floats = hidden - hidden.mean(axis=-1, keepdims=True)
        spread = np.sqrt(np.einsum("ij,ij->i", out, out) / np.float32(hidden.shape[-1]) + np.float32(_TINY))
        out /= spread[:, None]
        out *= self._weights[f"{name}.weight"]
        out += self._weights[f"{name}.bias"]
        return out

    def _attend(self, hidden: Floats, name: str, stretches: Sequence[tuple[int, int]]) -> Floats:
        """What each piece gathers from the others of its stretch, which is one reading's."""
        width = hidden.shape[1]
        three = self._linear(hidden, f"{name}.attend").reshape(len(hidden), 3, HEADS, width // HEADS)
        three = three.transpose(1, 2, 0, 3)
        gathered = np.empty((len(hidden), HEADS, width // HEADS), np.float32)
        for start, end in stretches:
            query, key, value = three[:, :, start:end]
            weight = query @ key.transpose(0, 2, 1) * np.float32((width // HEADS) ** -0.5)
            weight = np.exp(weight - weight.max(axis=-1, keepdims=True))
            weight /= weight.sum(axis=-1, keepdims=True)
            gathered[start:end] = (weight @ value).transpose(1, 0, 2)
        return self._linear(gathered.reshape(len(hidden), width), f"{name}.gather")


@lru_cache(maxsize=1)
def _threads() -> ThreadpoolController:
    """The threads of the libraries that multiply matrices, as they are when the first sentence is judged."""
    return ThreadpoolController()


def save_encoder(encoder: Encoder, path: Path) -> None:
    """Write a compressed file of arrays, the same bytes for the same encoder."""
    arrays: dict[str, NDArray[np.generic]] = dict(encoder.arrays)
    arrays |= {f"scale of {name}": scale for name, scale in encoder.scales.items()}
    arrays["names"] = np.frombuffer("\n".join(encoder.pieces.names).encode(), np.uint8)
    arrays["labels"] = np.array(encoder.classes)
    np.savez_compressed(path, format=np.array([FORMAT, encoder.depth]), **arrays)  # type: ignore[arg-type]


def load_encoder(path: Path) -> Encoder:
    """The network of a weights file.

    :raises DataError: when the file is missing, no such network, or one of another version of kg.
    """
    remedy = "make it again: python bench/opinion.py"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        number, depth = (int(n) for n in arrays.pop("format"))
        names = arrays.pop("names").tobytes().decode().split("\n")
        classes = tuple(str(name) for name in arrays.pop("labels"))
        pieces = Pieces(names)
    except (OSError, EOFError, ValueError, TypeError, KeyError, BadZipFile, zlib.error) as error:
        raise DataError(f"{path.name} is missing or broken; {remedy}") from error
    scales = {name.removeprefix("scale of "): a for name, a in arrays.items() if name.startswith("scale of ")}
    encoder = Encoder(classes, pieces, {n: a for n, a in arrays.items() if not n.startswith("scale of ")}, scales)
    if number != FORMAT or not _fits(encoder, depth):
        raise DataError(f"{path.name}: it fits another version of kg; {remedy}")
    return encoder


def _fits(encoder: Encoder, depth: int) -> bool:
    """Whether a network of such arrays is whole and can judge a sentence."""
    arrays, scales = encoder.arrays, encoder.scales
    try:
        is_whole = encoder.depth == depth and len(arrays["pieces"]) == len(encoder.pieces.names)
        is_whole = is_whole and all(len(scale) == len(arrays[name]) for name, scale in scales.items())
        is_whole = is_whole and all(bool(np.isfinite(a).all()) for a in (*arrays.values(), *scales.values()))
        [odds] = encoder.judge([encoder.pieces.read(["word"] * LONGEST, [SOURCE, TARGET] * (LONGEST // 2))])
    except (KeyError, ValueError, IndexError, TypeError):
        return False
    return is_whole and odds.shape == (len(encoder.classes),) and bool(np.isfinite(odds).all())

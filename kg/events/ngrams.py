"""A linear model over pieces of words and pairs of them: the second opinion's first look, and a voice in its judgement.

It costs a small part of what the encoder does (`kg.events.encoder`), sees the same pieces and sides, and errs elsewhere. Pieces and
pairs are numbered by a hash (Weinberger et al. 2009, "Feature hashing for large scale multitask learning"). It is learned by
`python bench/opinion.py`; its weights are `seeds/opinion/ngrams.npz`.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np

from kg.errors import DataError
from kg.events.encoder import NEITHER, SOURCE, TARGET, Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Numbers = NDArray[np.uint64]

BUCKETS = 1 << 16
"""How many features there are: pieces and pairs that share a number share a weight."""
FORMAT = 1
_IN_SOURCE, _IN_TARGET, _BEFORE, _BETWEEN, _AFTER = range(5)
_REVERSED = 3
"""What is added to the zone of pieces where the target stands before the source."""
_ZONED, _BARE, _PAIR, _EDGE = 1, 2, 3, 4
_PARTY = 1 << 20
"""What stands for a party's piece beside a word that is none of its own: above the number of every piece."""
_FIRST = np.uint64(1469598103934665603)
_PRIME = np.uint64(1099511628211)
_STIRRED = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True, slots=True)
class Features:
    """The features of some readings, one after the other, and where each reading's start."""

    numbers: NDArray[np.intp]
    starts: NDArray[np.intp]

    @property
    def counts(self) -> NDArray[np.intp]:
        """How many features each reading has."""
        return np.diff(self.starts, append=len(self.numbers))


def features_of(readings: Sequence[Reading]) -> Features:
    """What the model sees of each reading.

    These are each piece with where it stands (in the source, in the target, before, between or after the two, and who comes first), each
    piece of neither, each two neighbours of neither, and what stands at the edge of a party.
    """
    pieces = np.concatenate([reading.pieces for reading in readings]).astype(np.uint64)
    sides = np.concatenate([reading.sides for reading in readings])
    lengths = np.array([len(reading.pieces) for reading in readings])
    of_reading = np.repeat(np.arange(len(readings)), lengths)
    is_free = sides == NEITHER
    shown = np.where(is_free, pieces, np.uint64(_PARTY) + sides.astype(np.uint64))
    neighbours = np.flatnonzero(of_reading[1:] == of_reading[:-1])
    both_free = neighbours[is_free[neighbours] & is_free[neighbours + 1]]
    edges = neighbours[sides[neighbours] != sides[neighbours + 1]]
    free = np.flatnonzero(is_free)
    zones = _zones(sides, lengths).astype(np.uint64)
    numbers = np.concatenate(
        [
            _hashed(_ZONED, pieces, zones),
            _hashed(_BARE, pieces[free]),
            _hashed(_PAIR, pieces[both_free], pieces[both_free + 1]),
            _hashed(_EDGE, shown[edges], shown[edges + 1]),
        ]
    )
    owners = np.concatenate([of_reading, *(of_reading[chosen] for chosen in (free, both_free, edges))])
    order = np.argsort(owners, kind="stable")
    return Features(numbers[order], np.searchsorted(owners[order], np.arange(len(readings))))


def _zones(sides: NDArray[np.intp], lengths: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where each piece stands: 0 in the source, 1 in the target, else before, between or after the two, and who comes first."""
    starts = np.cumsum(lengths) - lengths
    places = np.arange(len(sides))
    none = len(sides)
    first, last = (
        np.repeat(reduced, lengths)
        for reduced in (
            np.minimum.reduceat(np.where(sides != NEITHER, places, none), starts),
            np.maximum.reduceat(np.where(sides != NEITHER, places, -1), starts),
        )
    )
    source, target = (np.minimum.reduceat(np.where(sides == side, places, none), starts) for side in (SOURCE, TARGET))
    zones = np.where(places < first, _BEFORE, np.where(places <= last, _BETWEEN, _AFTER))
    zones = zones + np.repeat(np.where(target < source, _REVERSED, 0), lengths)
    return np.where(sides == SOURCE, _IN_SOURCE, np.where(sides == TARGET, _IN_TARGET, zones))


def _hashed(kind: int, *parts: Numbers) -> NDArray[np.intp]:
    """The numbers of features of a kind: FNV-1a over their parts, stirred as by SplitMix64 so that all bits count."""
    number = np.full(len(parts[0]), _FIRST, np.uint64)
    for part in (np.full(len(number), kind, np.uint64), *parts):
        number = (number ^ (part + np.uint64(1))) * _PRIME
    number ^= number >> np.uint64(29)
    number *= _STIRRED
    number ^= number >> np.uint64(32)
    return (number % np.uint64(BUCKETS)).astype(np.intp)


@dataclass(frozen=True)
class Ngrams:
    """The model: a byte of each feature and class, the unit of each class, and what each class has beforehand.

    `pieces` is the version of the pieces of words that it was learned with, whose numbers its features are made of.
    """

    classes: tuple[str, ...]
    pieces: str
    weights: NDArray[np.int8]
    units: Floats
    biases: Floats

    @cached_property
    def version(self) -> str:
        """The first digits of the digest of all weights."""
        digest = sha256("\n".join((*self.classes, self.pieces)).encode())
        for array in (self.weights, self.units, self.biases):
            digest.update(array.tobytes())
        return digest.hexdigest()[:12]

    def logits(self, readings: Sequence[Reading]) -> Floats:
        """The log odds of each class, up to a constant: readings × classes, in the order of `classes`."""
        if not readings:
            return np.zeros((0, len(self.classes)), np.float32)
        features = features_of(readings)
        # Whole numbers, whose sum is the same in any order.
        sums = np.add.reduceat(self.weights[features.numbers], features.starts, axis=0, dtype=np.int32)
        roots = np.sqrt(features.counts).astype(np.float32)
        out: Floats = (sums * self.units / roots[:, None] + self.biases).astype(np.float32)
        return out


def save_ngrams(ngrams: Ngrams, path: Path) -> None:
    """Write a compressed file of arrays, the same bytes for the same model."""
    np.savez_compressed(
        path,
        format=np.array([FORMAT]),
        labels=np.array(ngrams.classes),
        pieces=np.array(ngrams.pieces),
        weights=ngrams.weights,
        units=ngrams.units,
        biases=ngrams.biases,
    )


def load_ngrams(path: Path) -> Ngrams:
    """The model of a weights file.

    :raises DataError: when the file is missing, no such model, or one of another version of kg.
    """
    remedy = "make it again: python bench/opinion.py"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            (number,) = (int(n) for n in stored["format"])
            classes = tuple(str(name) for name in stored["labels"])
            ngrams = Ngrams(classes, str(stored["pieces"]), stored["weights"], stored["units"], stored["biases"])
    except (OSError, EOFError, ValueError, TypeError, KeyError, BadZipFile, zlib.error) as error:
        raise DataError(f"{path.name} is missing or broken; {remedy}") from error
    if number != FORMAT or not _fits(ngrams):
        raise DataError(f"{path.name}: it fits another version of kg; {remedy}")
    return ngrams


def _fits(ngrams: Ngrams) -> bool:
    """Whether such arrays are whole."""
    k = len(ngrams.classes)
    is_whole = ngrams.weights.dtype == np.int8 and ngrams.weights.shape == (BUCKETS, k)
    is_whole = is_whole and ngrams.units.dtype == ngrams.biases.dtype == np.float32
    is_whole = is_whole and ngrams.units.shape == ngrams.biases.shape == (k,)
    return is_whole and all(bool(np.isfinite(a).all()) for a in (ngrams.units, ngrams.biases))

"""What the events of a pattern turn out to be: of those that sentences are labelled with, how many were of each type where it told of one.

The counts are `seeds/opinion/patterns.tsv`, made by `python bench/opinion.py` from the sentences that the second opinion's models
learn from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kg.errors import DataError
from kg.model import QUAD_CLASS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

BORROWED = 20
"""How many events what is known of all patterns of a type counts for, beside those of the pattern itself."""
COLUMNS = ("pattern", "told", "meant", "events")
_UNSEEN = 0.5
"""How often each type counts as seen in any other."""


@dataclass(frozen=True)
class Priors:
    """The counts: pattern, the type it told of, the type that was meant → of how many events."""

    counts: Mapping[tuple[str, str, str], int]

    @cached_property
    def version(self) -> str:
        """The first digits of the counts' digest."""
        return sha256(repr(sorted(self.counts.items())).encode()).hexdigest()[:12]

    @cached_property
    def _of_type(self) -> Counter[tuple[str, str]]:
        """The same of all patterns together."""
        summed: Counter[tuple[str, str]] = Counter()
        for (_, told, meant), n in self.counts.items():
            summed[told, meant] += n
        return summed

    @cached_property
    def _found(self) -> dict[tuple[str, str, tuple[str, ...]], Floats]:
        """The answers of `kindest`, which is asked of every event: there are hardly more than patterns."""
        return {}

    def kindest(self, pattern: str, told: str, classes: Sequence[str]) -> Floats:
        """What `log_probability` gives where the pattern's record speaks for it, else what is known of the patterns of its type.

        A pattern that erred on sentences chosen to be hard need not err on others.
        """
        key = pattern, told, tuple(classes)
        if key not in self._found:
            own, kin = (self.log_probability(name, told, classes) for name in (pattern, ""))
            is_told = np.array([name == told for name in classes])
            self._found[key] = np.where(is_told, np.maximum(own, kin), np.minimum(own, kin))
        return self._found[key]

    def record(self, pattern: str) -> tuple[int, int]:
        """Of how many labelled events a pattern told the type, and of how many it told at all.

        >>> Priors({("hit", "ASSAULT", "ASSAULT"): 80, ("hit", "ASSAULT", "COERCE"): 20}).record("hit")
        (80, 100)
        """
        of_pattern = [(told == meant, n) for (name, told, meant), n in self.counts.items() if name == pattern]
        return sum(n for is_right, n in of_pattern if is_right), sum(n for _, n in of_pattern)

    def without(self, patterns: Iterable[str]) -> Priors:
        """The same without what is known of some patterns."""
        gone = frozenset(patterns)
        return Priors({key: n for key, n in self.counts.items() if key[0] not in gone})

    def log_probability(self, pattern: str, told: str, classes: Sequence[str]) -> Floats:
        """The logarithm of how probable each class is where a pattern tells of a type, before its sentence is read.

        A pattern that is seldom or never met counts as the others of its type.

        >>> priors = Priors({("hit", "ASSAULT", "ASSAULT"): 80, ("hit", "ASSAULT", "COERCE"): 20})
        >>> [f"{p:.1f}" for p in priors.log_probability("hit", "ASSAULT", ["AID", "ASSAULT", "COERCE"])]
        ['-7.1', '-0.2', '-1.6']
        """
        near = np.array([self._of_type[told, meant] + _UNSEEN for meant in classes])
        own = np.array([self.counts.get((pattern, told, meant), 0) for meant in classes])
        shares = (own + BORROWED * near / near.sum()) / (own.sum() + BORROWED)
        out: Floats = np.log(shares).astype(np.float32)
        return out


def save_priors(priors: Priors, path: Path) -> None:
    """Write a table, the same bytes for the same counts."""
    rows = [COLUMNS, *((*key, str(n)) for key, n in sorted(priors.counts.items()))]
    path.write_text("".join("\t".join(row) + "\n" for row in rows), "utf-8")


def load_priors(path: Path) -> Priors:
    """The priors of a table.

    :raises DataError: when the file is missing, no such table, or one of another version of kg.
    """
    remedy = "make it again: python bench/opinion.py --patterns"
    try:
        head, *lines = path.read_text("utf-8").splitlines()
        rows = [line.split("\t") for line in lines]
        counts = {(pattern, told, meant): int(n) for pattern, told, meant, n in rows}
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name} is missing or broken; {remedy}") from error
    if len(counts) != len(rows):
        raise DataError(f"{path.name} is missing or broken; {remedy}")
    are_known = all({told, meant} <= set(QUAD_CLASS) and n > 0 for (_, told, meant), n in counts.items())
    if tuple(head.split("\t")) != COLUMNS or not are_known:
        raise DataError(f"{path.name}: it fits another version of kg; {remedy}")
    return Priors(counts)

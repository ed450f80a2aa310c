"""Armed movements, gangs, parties, voluntary bodies and companies that have no item in the gazetteer, by their names (`seeds/gazetteer/movements.tsv`).

They get a type, a sector and one name for all that they are called, but no link.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg.entities.found import Found
from kg.entities.nouns import ActorNoun
from kg.errors import DataError
from kg.model import SECTORS

if TYPE_CHECKING:
    from spacy.tokens import Doc

Movements = Mapping[str, Sequence["Movement"]]
"""The first word of a name as written → the movements of such names, the longest names first."""


@dataclass(frozen=True, slots=True)
class Movement:
    """What a movement is called here, and what it is called everywhere."""

    written: str
    name: str
    sector: str


def load_movements(path: Path) -> Movements:
    """The movements by each of their names; one that begins with a small letter is also written with a capital.

    :raises DataError: when a row has an unknown sector.
    """
    found: dict[str, list[Movement]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), start=2):
            if row["sector"] not in SECTORS:
                raise DataError(
                    f"{path.name}, line {number}: sector {row['sector']!r} is unknown; sectors: {', '.join(SECTORS)}"
                )
            written = [name for name in (row["name"], *row["aliases"].split("|")) if name]
            for name in dict.fromkeys(form for w in written for form in (w, w[0].upper() + w[1:])):
                found.setdefault(_first_word(name), []).append(Movement(name, row["name"], row["sector"]))
    return {word: sorted(called, key=lambda m: -len(m.written)) for word, called in found.items()}


def _first_word(name: str) -> str:
    """What a tokenizer takes for the first word of a name: "al" of "al-Shabaab", "Jama'at", "Lord" of "Lord's"."""
    first = name.split()[0].split("-")[0]
    return first.removesuffix("'s").removesuffix("'")


def with_movements(doc: Doc, names: Sequence[Found], movements: Movements) -> list[Found]:
    """The names with those of movements in the place of what else they were taken for; links and longer names stay."""
    kept = list(names)
    for movement in _find_movements(doc, movements):
        around = [n for n in kept if n.start < movement.end and movement.start < n.end]
        if any(_stays(doc, n, movement) for n in around):
            continue
        kept = [n for n in kept if n not in around] + [movement]
    return sorted(kept, key=lambda n: n.start)


def _find_movements(doc: Doc, movements: Movements) -> Iterator[Found]:
    end, text = 0, ""
    for token in doc:
        called = movements.get(token.text)
        if called is None or token.i < end:
            continue
        text = text or doc.text
        for movement in called:
            if not text.startswith(movement.written, token.idx):
                continue
            span = doc.char_span(token.idx, token.idx + len(movement.written))
            if span is not None:
                noun = ActorNoun(movement.name, "organisation", movement.sector, False)
                yield Found(span.start, span.end, span.root.i, "name", "organisation", movement.name, noun=noun)
                end = span.end
                break


def _stays(doc: Doc, name: Found, movement: Found) -> bool:
    """Whether a name beside a movement's is rather meant: a link, unless of a part of it ("Sinaloa"), or a longer name."""
    is_part = movement.end - movement.start > name.end - name.start
    is_link = (bool(name.matches) or name.within is not None) and not is_part
    return is_link or _goes_beyond(doc, name, movement)


def _goes_beyond(doc: Doc, name: Found, movement: Found) -> bool:
    """Whether a name has further words with a capital: "Free Syrian Army Council"; articles and adjectives are none."""
    beyond = [*doc[name.start : movement.start], *doc[movement.end : name.end]]
    return any(t.text[:1].isupper() and t.lower_ != "the" and t.pos_ != "ADJ" for t in beyond)

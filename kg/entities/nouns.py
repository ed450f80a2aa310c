"""The common nouns that stand for somebody who can act, with type and PLOVER sector (`seeds/gazetteer/nouns.tsv`)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from kg.errors import DataError
from kg.model import ENTITY_TYPES, SECTORS, EntityType


@dataclass(frozen=True, slots=True)
class ActorNoun:
    """A noun such as "diplomat"; `stands_for_country` where it means the country's government itself."""

    noun: str
    type: EntityType
    sector: str | None
    stands_for_country: bool


def load_nouns(path: Path) -> Mapping[str, ActorNoun]:
    """The actor nouns by lemma.

    :raises DataError: when a row has an unknown type or sector.
    """
    nouns: dict[str, ActorNoun] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), start=2):
            if row["type"] not in ENTITY_TYPES or (row["sector"] and row["sector"] not in SECTORS):
                raise DataError(
                    f"{path.name}, line {number}: type {row['type']!r} or sector {row['sector']!r} is unknown; "
                    f"types: {', '.join(ENTITY_TYPES)}; sectors: {', '.join(SECTORS)}"
                )
            kind = cast(EntityType, row["type"])
            nouns[row["noun"]] = ActorNoun(row["noun"], kind, row["sector"] or None, bool(row["stands_for_country"]))
    return nouns

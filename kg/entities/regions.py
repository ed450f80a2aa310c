"""What newspapers call countries by: "the Nordic country", "the island nation", "the kingdom" (`seeds/gazetteer/regions.tsv`)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

Regions = Mapping[str, frozenset[str]]
"""Word or words in small letters → the ISO 3166-1 alpha-3 codes of the countries that they are said of."""


def load_regions(path: Path) -> Regions:
    """The countries by what they are called after: parts of the world, islands, kingdoms."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {words: frozenset(row["countries"].split("|")) for row in rows for words in row["words"].split("|")}

"""States and provinces that newspapers name without their country, "Portland, Ore." (`seeds/gazetteer/states.tsv`)."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.entities.gazetteer import Gazetteer


@dataclass(frozen=True, slots=True)
class State:
    """A part of a country: its name in full, and the country's ISO 3166-1 alpha-3 code."""

    name: str
    country: str


States = Mapping[str, State]
"""States by each of their names: "OR", "Ore." and "Oregon"."""


def load_states(path: Path) -> States:
    """The states by postal code, newspapers' abbreviation and name."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {
        row[column]: State(row["name"], row["country"])
        for row in rows
        for column in ("code", "abbreviation", "name")
        if row[column]
    }


def country_of_state(name: str, states: States, gazetteer: Gazetteer) -> str | None:
    """The country of a state named in full, unless a country or a city is called so too, as "Georgia" and "Washington" are."""
    name = name.removeprefix("State of ")
    state = states.get(name)
    is_only_a_state = state is not None and state.name == name and is_no_other(name, gazetteer)
    return state.country if state is not None and is_only_a_state else None


def is_no_other(name: str, gazetteer: Gazetteer) -> bool:
    """Whether no country, city or seat of government has the name of a state."""
    return not any(m.entry.type == "country" or m.entry.population or m.entry.acts_for for m in gazetteer.find(name))

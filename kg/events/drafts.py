"""The value that the steps of event coding hand on: one told event, in tokens."""

from __future__ import annotations

from dataclasses import dataclass

from kg.events.circumstances import Location
from kg.events.parties import Filler
from kg.model import Attribution, Status, When


@dataclass(frozen=True, slots=True)
class Draft:
    """One sentence's account of an event; `head` is its trigger's main token, `sentence` the first token of its sentence.

    `content` is the head of another draft. `is_abstained` when its verb is denied, whatever its status. `is_inferred` when its actor is not said but follows; `confidence` comes last.
    """

    head: int
    trigger: tuple[int, ...]
    act: str
    mode: str | None
    contexts: tuple[str, ...]
    status: Status
    roles: tuple[Filler, ...]
    pattern: str
    sentence: int
    is_nominal: bool = False
    is_past: bool = False
    is_inferred: bool = False
    is_abstained: bool = False
    confidence: float = 0.0
    content: int | None = None
    when: When | None = None
    where: Location | None = None
    attribution: tuple[Attribution, ...] = ()

    def entities(self, *roles: str) -> tuple[str, ...]:
        """The entities that fill any of the roles, in order."""
        return tuple(f.entity for f in self.roles if f.role in roles and f.entity is not None)

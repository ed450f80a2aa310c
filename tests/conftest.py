"""Fixtures that several test modules share: the tools are loaded once, and everything is made in temporary folders."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from kg.cli import main
from kg.model import Article, Entity, Event, Record, Report
from kg.pipeline import Tools, extract_records, open_tools

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


def pytest_configure() -> None:
    """Lets commands under test be interrupted where the tests run in the background, which ignores Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="Rewrite the snapshots in tests/cases.")


@pytest.fixture(scope="session")
def tools() -> Tools:
    """The extraction tools with the default model and data."""
    return open_tools()


@pytest.fixture(scope="session")
def pattern_tools(tools: Tools) -> Tools:
    """The tools without the second opinion, so that what no pattern tells is told by nobody."""
    return replace(tools, opinion=None)


class Found(NamedTuple):
    """A record with what tests ask of it."""

    record: Record

    @property
    def events(self) -> tuple[Event, ...]:
        return self.record.events

    @property
    def entities(self) -> tuple[Entity, ...]:
        return self.record.entities

    @property
    def report(self) -> Report:
        """The only report of the only event."""
        [event] = self.record.events
        [report] = event.reports
        return report

    def name(self, local_id: str | None) -> str | None:
        return None if local_id is None else self.record.entity(local_id).name

    def told(self) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
        """(type, status, actors, recipients) of each event."""
        return [(e.type, e.status, self.party(e, "actor"), self.party(e, "recipient")) for e in self.record.events]

    def party(self, event: Event, role: str) -> tuple[str, ...]:
        return tuple(self.record.entity(p.entity).name for p in event.roles if p.role == role and p.entity)

    def qid(self, words: str) -> str | None:
        """The QID of whoever the first mention with these words names."""
        entity = next(m.entity for m in self.record.mentions if m.text == words)
        return self.record.entity(entity).wikidata

    def named(self, words: str) -> Entity:
        """The entity of the first mention with these words."""
        return self.record.entity(next(m.entity for m in self.record.mentions if m.text == words))


@pytest.fixture(scope="session")
def read(pattern_tools: Tools) -> Callable[..., Found]:
    """Extracts a text, published on a day (ISO), and gives what was found."""

    def extract(text: str, published: str | None = "2022-03-16") -> Found:
        day = date.fromisoformat(published) if published else None
        [record] = extract_records([Article("a", text, published=day)], pattern_tools)
        return Found(record)

    return extract


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


@pytest.fixture
def kg(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Runs the command line in this process."""
    monkeypatch.delenv("KG_STORE", raising=False)

    def run(*args: str | Path) -> Ran:
        capfd.readouterr()
        with pytest.raises(SystemExit) as stopped:
            main([str(a) for a in args])
        out, err = capfd.readouterr()
        return Ran(int(stopped.value.code or 0), out, err)

    return run

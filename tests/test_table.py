"""The flat table of events: its columns, its order, and how it is written."""

from __future__ import annotations

import builtins
import csv
import io
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings

from kg.errors import KgError, UsageError
from kg.graph.store import Store
from kg.graph.table import COLUMNS, Row, event_rows, write_table
from kg.model import (
    Article,
    Attribution,
    Entity,
    Event,
    Mention,
    Participant,
    Record,
    Report,
    Role,
    Span,
    Trigger,
    type_of_act,
)
from tests.records import MADE_BY, meeting, records

GRAPHS = Path(__file__).parent / "graphs"


def stored(*given_records: Record, with_text: bool = True) -> ox.Store:
    """A store in memory with these records."""
    store = Store.in_memory()
    for record in given_records:
        store.load(record, with_text=with_text)
    return store.inner


def warning() -> Record:
    """NBC reports that Sullivan threatens two officials, in his own words: a quotation within a report."""
    text = "“We will respond,” Sullivan warned Smith; Jones and Yang over Taiwan, NBC reported."
    people = (
        Entity("e1", "Jake Sullivan", True, "person", "USA", "GOV", "Q16730147", 0.9, "gazetteer"),
        Entity("e2", "Smith; Jones", True, "organisation"),
        Entity("e3", "Yang Jiechi", True, "person", "CHN", "GOV", "Q58211", 0.9, "gazetteer"),
        Entity("e4", "NBC", True, "organisation", "USA", "MED", "Q13974", 0.9, "gazetteer"),
    )
    said_as = {"e1": "Sullivan", "e2": "Smith; Jones", "e3": "Yang", "e4": "NBC"}
    mentions = tuple(Mention(*span_of(text, said_as[e.id]), said_as[e.id], e.type, e.id) for e in people)
    at = {m.entity: (m.start, m.end, m.text) for m in mentions}
    roles = (
        Role("recipient", "e3", *at["e3"]),
        Role("actor", "e1", *at["e1"]),
        Role("recipient", "e2", *at["e2"]),
        Role("topic", None, *span_of(text, "Taiwan"), "Taiwan"),
    )
    cue, told = Trigger(*span_of(text, "warned"), "warned"), Trigger(*span_of(text, "reported"), "reported")
    speakers = (Attribution("e4", *at["e4"], told, False), Attribution("e1", *at["e1"], cue, True))
    report = Report(cue, Span(0, len(text)), "reported", roles, None, None, speakers, None, "THREATEN.warn", 0.75)
    parts = tuple(Participant(r.role, r.entity) for r in roles)
    event = Event(
        "v1", "THREATEN", "THREATEN", "violence", ("military",), "reported", parts, None, None, 0.75, (report,)
    )
    article = Article("n-1", text, "NBC", "https://news.example/n-1", "Sullivan warns", date(2022, 3, 16), "en")
    return Record(article, MADE_BY, mentions, people, (), (event,))


def span_of(text: str, words: str) -> tuple[int, int]:
    """Where the words first stand in the text."""
    start = text.index(words)
    return start, start + len(words)


def with_act(record: Record, act: str, mode: str | None) -> Record:
    """The record with its only event as another act."""
    [event] = record.events
    return replace(record, events=(replace(event, act=act, mode=mode, type=type_of_act(act, event.status)),))


def as_csv(store: ox.Store) -> list[dict[str, str]]:
    """The table as CSV, read back."""
    output = io.StringIO()
    write_table(store, output, "csv")
    return list(csv.DictReader(io.StringIO(output.getvalue())))


def test_the_fields_of_a_row_are_the_columns() -> None:
    """The header is the fields of Row, in order."""
    output = io.StringIO()
    assert write_table(ox.Store(), output, "csv") == 0
    assert output.getvalue() == ",".join(field.name for field in fields(Row)) + "\n"


def test_columns_of_one_role_run_parallel() -> None:
    """Who has no country, sector or QID leaves an empty slot, and a semicolon in a name adds none."""
    [row] = event_rows(stored(warning()))
    assert row.recipient_names == "Smith, Jones;Yang Jiechi"
    assert (row.recipient_countries, row.recipient_sectors, row.recipient_wikidata) == (";CHN", ";GOV", ";Q58211")


def test_a_row_carries_the_whole_report() -> None:
    """Actor, topic, speakers, words, scores and provenance of a report stand in its row."""
    [row] = event_rows(stored(warning()))
    assert (row.type, row.mode, row.context, row.quad_class, row.cameo) == (
        "THREATEN",
        "violence",
        "military",
        "verbal conflict",
        "138",
    )
    assert (row.actor_names, row.actor_wikidata, row.topic) == ("Jake Sullivan", "Q16730147", "Taiwan")
    assert (row.trigger, row.confidence, row.event_confidence, row.pattern) == ("warned", 0.75, 0.75, "THREATEN.warn")
    assert (row.article_id, row.title, row.published) == ("n-1", "Sullivan warns", date(2022, 3, 16))
    assert (row.source, row.url, row.software_version) == ("NBC", "https://news.example/n-1", "0.1.0")
    assert row.sentence == warning().article.text


def test_speakers_stand_from_the_outermost_in_and_the_innermost_is_quoted() -> None:
    """NBC reports what Sullivan said: both are named in that order, and it is Sullivan's words that are quoted."""
    [row] = event_rows(stored(warning()))
    assert (row.speaker_names, row.speaker_wikidata, row.quote) == ("NBC;Jake Sullivan", "Q13974;Q16730147", True)


def test_nobody_speaking_is_not_the_same_as_no_quotation() -> None:
    """Without a speaker the quote column is empty, not false."""
    [row] = as_csv(stored(meeting("a", ["Sullivan", "Yang"])))
    assert row["quote"] == ""


def test_one_word_can_stand_for_two_parties() -> None:
    """Where "both" are the actors, both are in the row."""
    record = meeting("a", ["Sullivan", "Yang"])
    [event] = record.events
    [report] = event.reports
    both = tuple(replace(role, start=0, end=8, text="Sullivan") for role in report.roles)
    [row] = event_rows(stored(replace(record, events=(replace(event, reports=(replace(report, roles=both),)),))))
    assert sorted(row.actor_names.split(";")) == ["Jake Sullivan", "Yang Jiechi"]


def test_an_event_has_a_row_for_each_report() -> None:
    """Two articles on one meeting give two rows of one event, in the order of the articles' ids."""
    store = stored(meeting("b", ["Sullivan", "Yang"]), meeting("a", ["USA", "CHN"], place="Rome"))
    rows = list(event_rows(store))
    assert len({row.event_id for row in rows}) == 1
    assert [(row.article_id, row.actor_names) for row in rows] == [
        ("a", "United States;China"),
        ("b", "Jake Sullivan;Yang Jiechi"),
    ]
    assert {row.place_name for row in rows} == {"Rome"}


def test_the_town_goes_before_the_country() -> None:
    """An event placed in Rome and in Italy has Rome as its place."""
    store = stored(meeting("a", ["Sullivan", "Yang"], place="Italy"), meeting("b", ["Sullivan", "Yang"], place="Rome"))
    assert {(row.place_name, row.place_country, row.place_wikidata) for row in event_rows(store)} == {
        ("Rome", "ITA", "Q220")
    }


def test_the_status_of_the_event_and_of_the_report_are_told_apart() -> None:
    """A meeting that one article announces and another reports is a reported event with a planned report."""
    store = stored(meeting("a", ["Sullivan", "Yang"], status="planned"), meeting("b", ["Sullivan", "Yang"]))
    assert [(r.status, r.event_status, r.type) for r in event_rows(store)] == [
        ("planned", "reported", "CONSULT"),
        ("reported", "reported", "CONSULT"),
    ]


def test_the_mode_of_a_folded_act_does_not_reach_its_code() -> None:
    """A planned visit is AGREE with the mode visit, and its CAMEO code is that of AGREE."""
    [row] = event_rows(stored(with_act(meeting("a", ["Sullivan", "Yang"], status="planned"), "CONSULT", "visit")))
    assert (row.type, row.mode, row.cameo) == ("AGREE", "visit", "030")


def test_rows_are_in_order_of_days_and_undated_events_come_last() -> None:
    """The table is sorted by day, whatever was loaded first."""
    days = [date(2022, 3, 15), None, date(2021, 1, 1)]
    store = stored(*(meeting(f"a{n}", ["Sullivan", "Yang"], day=day) for n, day in enumerate(days)))
    assert [row.event_date for row in event_rows(store)] == [date(2021, 1, 1), date(2022, 3, 15), None]


def test_the_order_of_loading_does_not_show() -> None:
    """The same articles give the same bytes in any order."""
    given_records = [warning(), meeting("a", ["Sullivan", "Yang"]), meeting("b", ["Smith", "Yang"])]
    outputs = [io.StringIO(), io.StringIO()]
    write_table(stored(*given_records), outputs[0], "csv")
    write_table(stored(*reversed(given_records)), outputs[1], "csv")
    assert outputs[0].getvalue() == outputs[1].getvalue()


def test_without_text_only_the_sentence_is_missing() -> None:
    """An article loaded without its text has rows with trigger and topic, and an empty sentence."""
    [row] = event_rows(stored(warning(), with_text=False))
    assert (row.sentence, row.trigger, row.topic) == (None, "warned", "Taiwan")


def test_the_example_store_has_a_row_for_every_report() -> None:
    """Every report of an event in the example graphs is in the table once, denied and planned ones too."""
    store = ox.Store()
    store.load(path=str(GRAPHS / "two-articles.trig"), format=ox.RdfFormat.TRIG)
    rows = list(event_rows(store))
    assert len(rows) == len(set(rows)) == 16
    assert {row.event_status for row in rows} == {"reported", "historical", "planned", "hypothetical", "denied"}
    [host] = [row.host_names for row in rows if row.host_names]
    [kharkiv] = [row for row in rows if row.place_name == "Kharkiv"]
    assert (host, kharkiv.latitude, kharkiv.longitude) == ("China", 49.993, 36.231)


@given(records())
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_record_gives_one_csv_row_a_report(record: Record) -> None:
    """Whatever an article holds, the table has a row a report, and reading it back gives all its cells."""
    store = stored(record)
    rows, read = list(event_rows(store)), as_csv(store)
    assert len(read) == len(rows) == sum(len(event.reports) for event in record.events)
    assert [r["actor_names"] for r in read] == [row.actor_names for row in rows]
    assert [r["sentence"] for r in read] == [row.sentence for row in rows]


def test_csv_and_parquet_hold_the_same_table(tmp_path: Path) -> None:
    """Parquet has the columns and values of the rows, with days, numbers and booleans as such."""
    parquet = pytest.importorskip("pyarrow.parquet")
    store = stored(warning(), meeting("a", ["Sullivan", "Yang"], place="Rome"))
    assert write_table(store, tmp_path / "t.parquet", "parquet") == 2
    table = parquet.read_table(tmp_path / "t.parquet")
    assert tuple(table.column_names) == COLUMNS
    assert table.to_pylist() == [{name: getattr(row, name) for name in COLUMNS} for row in event_rows(store)]


def test_an_empty_parquet_table_has_its_columns(tmp_path: Path) -> None:
    """A store without events gives a Parquet file with all columns and no row."""
    parquet = pytest.importorskip("pyarrow.parquet")
    assert write_table(ox.Store(), tmp_path / "t.parquet", "parquet") == 0
    assert tuple(parquet.read_schema(tmp_path / "t.parquet").names) == COLUMNS


def test_a_file_and_a_stream_get_the_same_csv(tmp_path: Path) -> None:
    """CSV is UTF-8 with LF, wherever it goes."""
    store, output = stored(warning()), io.StringIO(newline="")
    write_table(store, output, "csv")
    assert write_table(store, tmp_path / "t.csv", "csv") == 1
    assert (tmp_path / "t.csv").read_bytes() == output.getvalue().encode()
    assert b"\r" not in (tmp_path / "t.csv").read_bytes()


def test_a_failed_table_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When reading fails half way the file that was there stays, and nothing else is left behind."""
    target = tmp_path / "t.csv"
    target.write_text("old", encoding="utf-8")

    def broken(store: ox.Store) -> Any:
        yield next(event_rows(store))
        raise KeyboardInterrupt

    monkeypatch.setattr("kg.graph.table.event_rows", broken)
    with pytest.raises(KeyboardInterrupt):
        write_table(stored(warning()), target, "csv")
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    """Writing through a symbolic link replaces what it points to."""
    (tmp_path / "real.csv").write_text("old", encoding="utf-8")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    write_table(stored(warning()), tmp_path / "link.csv", "csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text(encoding="utf-8").startswith("event_id,")


@pytest.mark.parametrize("place", ["missing/t.csv", "", "file/t.csv"], ids=["no folder", "a folder", "under a file"])
def test_a_place_that_cannot_be_written_is_one_clear_error(tmp_path: Path, place: str) -> None:
    """The error names the file and what is wrong with it."""
    (tmp_path / "file").touch()
    with pytest.raises(KgError, match=r"cannot be written \(") as caught:
        write_table(stored(warning()), tmp_path / place, "csv")
    assert str(tmp_path / place) in str(caught.value)


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the error is the command that installs it, and no file is made."""
    real = builtins.__import__

    def without_pyarrow(name: str, *args: Any, **kwargs: Mapping[str, Any]) -> Any:
        if name.partition(".")[0] == "pyarrow":
            raise ImportError(name)
        return real(name, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without_pyarrow)
    with pytest.raises(UsageError, match=r"pip install 'diplomacy-kg\[parquet\]'"):
        write_table(stored(), tmp_path / "t.parquet", "parquet")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("form", "says"), [("xlsx", "csv, parquet"), ("parquet", "give a file")])
def test_a_format_that_cannot_be_is_refused(form: Any, says: str) -> None:
    """An unknown format, and Parquet on a text stream, are wrong usage."""
    with pytest.raises(UsageError, match=says):
        write_table(ox.Store(), io.StringIO(), form)

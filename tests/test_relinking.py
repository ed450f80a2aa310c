"""`kg link`: stored links decided again, corrections, mappings; records read back from their graphs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from kg.api import open_store
from kg.entities.relinking import Relinker
from kg.entities.tables import add_rows
from kg.events.merging import make_event
from kg.graph.mapper import entity_iri_of, map_record
from kg.graph.mappings import MANUAL, NO_TERM, read_corrections_file
from kg.graph.records import read_record
from kg.graph.store import Store
from kg.model import Article, Correction, Record
from kg.pipeline import Tools, extract_records, relink_articles
from kg.read import Defaults, Unread, read_articles
from kg.resources import data_path
from tests.conftest import Ran

Run = Callable[..., Ran]
SAMPLES = data_path("seeds", "articles")
TEXT = "Norwegian Foreign Minister Kari Holmsund met Sullivan in Oslo. Holmsund warned Russia. The minister left."


@pytest.fixture(scope="module")
def records(tools: Tools) -> list[Record]:
    items = list(read_articles([str(SAMPLES)], Defaults()))
    return list(extract_records([a for a in items if not isinstance(a, Unread)], tools))


@pytest.fixture
def store(kg: Run, tmp_path: Path) -> Path:
    """A store with one article about a minister whom the gazetteer does not know."""
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    assert kg("load", tmp_path / "a.txt", "--published", "2024-05-02", "--store", tmp_path / "store").code == 0
    return tmp_path / "store"


@pytest.fixture
def gazetteer(tmp_path: Path) -> Path:
    """A folder of tables that knows her."""
    person = {"wikidata": "Q900000901", "name": "Kari Holmsund", "source": "test"}
    term = {"person": "Q900000901", "office": "Foreign Minister", "office_class": "foreign-minister"}
    add_rows(tmp_path / "own", {"persons": [person], "terms": [term | {"country": "NOR", "start": "2023-10"}]})
    return tmp_path / "own"


def qid_of(store: Path, name: str) -> str | None:
    """The QID that the store's only article has for a name."""
    with open_store(store, read_only=True) as opened:
        record = read_record("a.txt", opened.quads_of("a.txt"), make_event)
        return next(record.entity(m.entity).wikidata for m in record.mentions if m.text == name)


class TestReading:
    @pytest.mark.parametrize("with_text", [True, False], ids=["text", "no text"])
    def test_mapping_a_read_record_gives_the_same_graph(self, records: list[Record], with_text: bool) -> None:
        """All that a graph tells is read back, with the running text and without."""
        assert len(records) == 10
        for record in records:
            quads = map_record(record, with_text=with_text)
            again = read_record(record.article.id, quads, make_event)
            assert map_record(again, with_text=with_text) == quads

    def test_events_come_back(self, records: list[Record]) -> None:
        """Types, statuses, parties and days are those of the record, event by event."""

        def told(record: Record) -> list[tuple[object, ...]]:
            names = {e.id: (e.name, e.wikidata) for e in record.entities}
            return sorted(
                (e.reports[0].trigger.start, e.type, e.mode or "", e.status, str(e.when), e.confidence)
                + tuple(sorted((p.role, *map(str, names[p.entity])) for p in e.roles if p.entity))
                for e in record.events
            )

        for record in records:
            again = read_record(record.article.id, map_record(record), make_event)
            assert told(again) == told(record) and again.article == record.article


GOLD = [Path(__file__).parent / "gold" / f"{name}.jsonl" for name in ("namesakes", "coreference")]


TRICKY = [
    "Police in Paris, Texas, said the man flew from Paris, where French police met him.",
    "The department of Lima was shut; the canton of Geneva voted no.",
    "Troops crossed central Africa. The Central African Republic closed its border.",
    "Roman legions built the road. The Roman Empire fell later.",
    "Hamas leader Vladimir Putin met Olaf Scholz in Doha.",
    "South Korea said that the North had fired a missile. North and South Korean officials met.",
    "A Republican from Maryland said that the Biden administration had failed.",
    "A Democratic mayor spoke in Belfast.",
    "Italy's Treasury objected. Emirates suspended flights. King Hussein met Saddam Hussein.",
    "Rep. Buddy Carter of Georgia flew to Tbilisi. Washington state congressman Jim McDermott did not.",
    "Ferdinand Marcos Jr., son of the late Ferdinand Marcos, spoke. The Dominican premier left Dominica.",
    "He left Portland, Maine, for Boston, Mass., and Tbilisi, Georgia.",
]
"""What a name means here is seen in the words around it, which deciding again does not read."""


class TestRelinking:
    @pytest.mark.parametrize("published", [date(2023, 3, 16), None], ids=["dated", "undated"])
    def test_what_the_text_told_is_kept(self, tools: Tools, published: date | None) -> None:
        """States, provinces, full names and the bodies that somebody leads count as they did in loading."""
        articles = [Article(f"tricky-{n}", text, published=published) for n, text in enumerate(TRICKY)]
        with Store.in_memory() as store:
            for record in extract_records(articles, tools):
                store.load(record)
            before = set(store.inner)
            again = list(relink_articles(store, Relinker(tools.reference), everything=True))
            assert len(again) == len(TRICKY) and not [c for r in again for c in r.changes]
            assert set(store.inner) == before

    @pytest.mark.parametrize("with_text", [True, False], ids=["text", "no text"])
    def test_deciding_again_is_deciding_as_loading_did(self, tools: Tools, with_text: bool) -> None:
        """On all own passages the links, scores and quads are those of loading: ages, trades and places count here too."""
        articles = []
        for line in (line for path in GOLD for line in path.read_text("utf-8").splitlines()):
            row = json.loads(line)
            articles.append(Article(row["id"], row["text"], published=date.fromisoformat(row["published"])))
        with Store.in_memory() as store:
            for record in extract_records(articles, tools):
                store.load(record, with_text=with_text)
            before = set(store.inner)
            again = list(relink_articles(store, Relinker(tools.reference), everything=True))
            assert len(again) == 95 and not [c for r in again for c in r.changes] and set(store.inner) == before

    def test_the_same_gazetteer_changes_nothing(self, records: list[Record], tools: Tools) -> None:
        """Deciding again by what the record tells gives the links that the article gave, and the same quads."""
        relinker = Relinker(tools.reference)
        with Store.in_memory() as store:
            for record in records:
                store.load(record)
            before = set(store.inner)
            again = list(relink_articles(store, relinker, everything=True))
            assert len(again) == 10 and not [c for r in again for c in r.changes] and set(store.inner) == before
            assert not list(relink_articles(store, relinker))

    def test_a_newer_gazetteer_links_more(self, store: Path, gazetteer: Path, kg: Run) -> None:
        """Whoever it knows is linked, in roles too; derived graphs stay in step; a second run has nothing to do."""
        ran = kg("link", "--gazetteer", gazetteer, "--store", store)
        assert "a.txt: Kari Holmsund: no link → Q900000901 Kari Holmsund\n" in ran.out
        assert ran.out.endswith("1 article linked anew, 1 with changes: links 1 new\n")
        assert qid_of(store, "Holmsund") == "Q900000901"
        assert kg("store", "check", "--gazetteer", gazetteer, "--store", store).code == 0
        assert kg("validate", "--store", store).code == 0
        told = kg("query", "threats", "--store", store, "--format", "csv").out
        assert "Kari Holmsund" in told
        assert kg("link", "--gazetteer", gazetteer, "--store", store).out.startswith("0 articles linked anew")

    def test_it_is_as_if_loaded_with_it(self, store: Path, gazetteer: Path, kg: Run, tmp_path: Path) -> None:
        """Linking anew and loading anew give the same links, names, countries and sectors."""
        kg("link", "--gazetteer", gazetteer, "--store", store)
        kg("load", tmp_path / "a.txt", "--published", "2024-05-02", "--gazetteer", gazetteer, "-s", tmp_path / "other")

        def entities(path: Path) -> set[tuple[object, ...]]:
            with open_store(path, read_only=True, gazetteers=[gazetteer]) as opened:
                read = read_record("a.txt", opened.quads_of("a.txt"), make_event)
                return {(e.name, e.type, e.country, e.sector, e.wikidata) for e in read.entities}

        assert entities(store) == entities(tmp_path / "other")

    def test_a_gazetteer_that_knows_less_unlinks(self, store: Path, gazetteer: Path, kg: Run) -> None:
        """Back at the old gazetteer the link goes, and the name is as it was."""
        kg("link", "--gazetteer", gazetteer, "--store", store)
        ran = kg("link", "--store", store)
        assert "Kari Holmsund: Q900000901 → no link" in ran.out and qid_of(store, "Kari Holmsund") is None

    def test_dry_run(self, store: Path, gazetteer: Path, kg: Run) -> None:
        """It tells what would change, and changes nothing."""
        ran = kg("link", "--gazetteer", gazetteer, "--store", store, "--dry-run")
        assert "links 1 new would change" in ran.out and qid_of(store, "Kari Holmsund") is None

    def test_without_text(self, gazetteer: Path, kg: Run, tmp_path: Path) -> None:
        """A store that keeps no text is linked anew all the same, and still keeps none."""
        (tmp_path / "a.txt").write_text(TEXT, "utf-8")
        kg("load", tmp_path / "a.txt", "--published", "2024-05-02", "--no-text", "--store", tmp_path / "s")
        assert "1 new" in kg("link", "--gazetteer", gazetteer, "--store", tmp_path / "s").out
        assert "isString" not in kg("export", "--store", tmp_path / "s", "--format", "nquads").out

    def test_no_store(self, kg: Run, tmp_path: Path) -> None:
        """A store that is not there is one line, and none is made."""
        ran = kg("link", "--store", tmp_path / "none")
        assert ran.code == 1 and ran.err.count("\n") == 1 and not (tmp_path / "none").exists()


class TestCorrections:
    def correct(self, kg: Run, store: Path, content: str, *args: str, name: str = "c.csv") -> Ran:
        path = store.parent / name
        path.write_text(content, "utf-8")
        return kg("link", "--corrections", path, "--store", store, *args)

    def test_they_override(self, store: Path, kg: Run) -> None:
        """A name becomes what the user says, or nobody, whatever the gazetteer thinks."""
        ran = self.correct(kg, store, "name,wikidata\nholmsund,Q900000901\nOslo,\n")
        assert "links 1 new, 1 removed" in ran.out
        assert qid_of(store, "Kari Holmsund") == "Q900000901" and qid_of(store, "Oslo") is None
        assert kg("store", "check", "--store", store).code == kg("validate", "--store", store).code == 0

    def test_loading_keeps_them(self, store: Path, kg: Run, tmp_path: Path) -> None:
        """Articles loaded later are corrected too, and linking anew keeps what was decided."""
        self.correct(kg, store, "name,wikidata\nKari Holmsund,Q900000901\nOslo,\n")
        args = ("--published", "2024-05-02", "--store", store)
        assert "1 unchanged" in kg("load", tmp_path / "a.txt", *args).out
        (tmp_path / "a.txt").write_text(TEXT + " It rained.", "utf-8")
        assert "1 changed" in kg("load", tmp_path / "a.txt", *args).out
        assert ", 0 with changes" in kg("link", "--all", "--store", store).out
        assert qid_of(store, "Kari Holmsund") == "Q900000901" and qid_of(store, "Oslo") is None

    def test_the_narrower_one_wins(self, store: Path, kg: Run) -> None:
        """Type, country and article narrow a correction; the narrower overrules the broader."""
        rows = (
            "Oslo,Q900000910,,,\nOslo,Q900000911,place,NOR,a.txt\nOslo,Q900000912,person,,\nOslo,Q900000913,,,other\n"
        )
        self.correct(kg, store, "name,wikidata,type,country,article\n" + rows)
        assert qid_of(store, "Oslo") == "Q900000911"

    def test_a_later_one_takes_its_place(self, store: Path, kg: Run) -> None:
        """Speaking of the same again replaces what was said."""
        self.correct(kg, store, "name,wikidata\nOslo,Q900000910\n")
        self.correct(kg, store, "name,wikidata\nOslo,Q900000911\n")
        assert qid_of(store, "Oslo") == "Q900000911"
        with open_store(store, read_only=True) as opened:
            assert opened.corrections() == (Correction("Q900000911", name="Oslo"),)

    def test_forget(self, store: Path, kg: Run) -> None:
        """Forgotten corrections leave no trace."""
        before = kg("export", "--store", store, "--format", "nquads").out
        self.correct(kg, store, "name,wikidata\nKari Holmsund,Q900000901\nOslo,\nSullivan,\n")
        kg("link", "--forget", "--store", store)
        assert sorted(kg("export", "--store", store, "--format", "nquads").out.splitlines()) == sorted(
            before.splitlines()
        )

    def test_dry_run_keeps_none(self, store: Path, kg: Run) -> None:
        """Trying corrections out does not store them."""
        assert "1 new" in self.correct(kg, store, "name;wikidata\nKari Holmsund;Q900000901\n", "-n").out
        with open_store(store, read_only=True) as opened:
            assert opened.corrections() == ()

    def test_they_can_be_taken_back(self, store: Path, kg: Run) -> None:
        """Two people made one by mistake come apart again, by a better correction or by forgetting it."""
        before = kg("export", "--store", store, "--format", "nquads").out.splitlines()
        self.correct(kg, store, "name,wikidata\nKari Holmsund,Q16730147\nRussia,Q585\n")
        assert kg("store", "check", "--store", store).code == kg("validate", "--store", store).code == 0
        self.correct(kg, store, "name,wikidata\nKari Holmsund,Q900000901\n")
        assert qid_of(store, "Holmsund") == "Q900000901" and qid_of(store, "Sullivan") != "Q900000901"
        assert qid_of(store, "Oslo") == qid_of(store, "Russia") == "Q585"
        kg("link", "--forget", "--store", store)
        assert sorted(kg("export", "--store", store, "--format", "nquads").out.splitlines()) == sorted(before)

    def test_an_unknown_item_takes_nothing_over(self, store: Path, kg: Run) -> None:
        """What the gazetteer says of the item linked before is not said of the one that a user gives."""
        self.correct(kg, store, "name,wikidata\nRussia,Q900000999\n")
        with open_store(store, read_only=True) as opened:
            record = read_record("a.txt", opened.quads_of("a.txt"), make_event)
            entity = next(e for e in record.entities if e.wikidata == "Q900000999")
        assert (entity.name, entity.type, entity.country, entity.sector) == ("Russia", "country", None, None)

    def test_what_speaks_of_nobody_is_told(self, store: Path, kg: Run) -> None:
        """A correction of a name that no article has is kept, and told."""
        ran = self.correct(kg, store, "name,wikidata\nQuibbelton,Q900000910\n")
        assert ran.code == 0 and "no article" in ran.err and "Quibbelton" in ran.err

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ('name,wikidata\n"Oslo,Q585\nRussia,Q1\n', "unexpected end of data"),
            ("name,wikidata\n" + "x" * 200_000 + ",Q1\n", "field larger"),
            ("subject_id\tobject_id\nhttp://[bad\twd:Q1\n", "it must be an IRI"),
            ("name\nOslo\n", "column 'wikidata' is missing"),
            ("name,wikidata\nOslo,585\n", "line 2: wikidata is '585'"),
            ("name,wikidata\n,Q585\n", "line 2: name is empty"),
            ("name,wikidata,type\nOslo,Q585,city\n", "line 2: type is 'city'"),
            ("name,wikidata,country\nOslo,Q585,Norway\n", "line 2: country is 'Norway'"),
            ("", "is missing"),
            ("#x: y\nsubject_id\tpredicate_id\nkg:Q1\towl:sameAs\n", "column 'object_id' is missing"),
            ("subject_id\tobject_id\nkg:Q1\tQ2\n", "line 2: object_id is 'Q2'; it must be an IRI"),
            ("subject_id\tobject_id\nkg:Q1\tkg:Q2\n", "it must be a Wikidata item such as wd:Q30"),
        ],
        ids=lambda v: v[:25] if isinstance(v, str) else "",
    )
    def test_wrong_files(self, content: str, said: str, store: Path, kg: Run) -> None:
        """One line with file, line and remedy; nothing is changed."""
        ran = self.correct(kg, store, content)
        assert ran.code == 1 and said in ran.err and "c.csv" in ran.err and ran.err.count("\n") == 1
        with open_store(store, read_only=True) as opened:
            assert opened.corrections() == ()


class TestMappings:
    def rows(self, text: str) -> Iterator[dict[str, str]]:
        body = [line for line in text.splitlines() if not line.startswith("#")]
        return csv.DictReader(body, delimiter="\t")

    def test_export(self, store: Path, kg: Run) -> None:
        """Each named entity has a row; those without an item are mapped to SSSOM's own term for that."""
        text = kg("link", "export", "--store", store).out
        assert text.startswith("#curie_map:\n") and "\n#  wd: http://www.wikidata.org/entity/\n" in text
        rows = {row["subject_label"]: row for row in self.rows(text)}
        assert rows["Oslo"]["object_id"] == "wd:Q585" and rows["Oslo"]["subject_id"] == "kg:Q585"
        assert rows["Kari Holmsund"]["object_id"] == NO_TERM and not rows["Kari Holmsund"]["confidence"]
        assert rows["Kari Holmsund"]["subject_id"] == "kg:person/kari-holmsund/NOR"
        assert "Holmsund (1)" in rows["Kari Holmsund"]["comment"]
        assert all(0 < float(row["confidence"]) <= 1 for row in rows.values() if row["confidence"])

    def test_an_unchanged_file_corrects_nothing(self, store: Path, kg: Run, tmp_path: Path) -> None:
        """What was written and not edited is no decision of the user's."""
        path = tmp_path / "l.tsv"
        assert "written to" in kg("link", "export", "--store", store, "-o", path).err
        assert read_corrections_file(path) == ()

    def test_an_edited_file_overrides(self, store: Path, kg: Run, tmp_path: Path) -> None:
        """Edited objects are links, and a negated row takes one away."""
        path = tmp_path / "l.tsv"
        kg("link", "export", "--store", store, "-o", path)
        text = path.read_text("utf-8")
        text = text.replace(f"Kari Holmsund\towl:sameAs\t{NO_TERM}", "Kari Holmsund\towl:sameAs\twd:Q900000901")
        head, _, body = text.partition("subject_id")
        lines = ("subject_id" + body).splitlines()
        lines = [lines[0] + "\tpredicate_modifier", *(x + ("\tNot" if "\tOslo\t" in x else "\t") for x in lines[1:])]
        path.write_text(head + "\n".join(lines) + "\n", "utf-8")
        assert "links 1 new, 1 removed" in kg("link", "--corrections", path, "--store", store).out
        assert qid_of(store, "Kari Holmsund") == "Q900000901" and qid_of(store, "Oslo") is None
        rows = {row["subject_label"]: row for row in self.rows(kg("link", "export", "--store", store).out)}
        assert rows["Kari Holmsund"]["mapping_justification"] == MANUAL

    def test_no_term_takes_a_link_away(self, store: Path, kg: Run, tmp_path: Path) -> None:
        """A linked entity that the file maps to no term is nobody."""
        path = tmp_path / "l.tsv"
        kg("link", "export", "--store", store, "-o", path)
        path.write_text(path.read_text("utf-8").replace("wd:Q585", NO_TERM), "utf-8")
        kg("link", "--corrections", path, "--store", store)
        assert qid_of(store, "Oslo") is None

    def test_corrections_follow_each_other(self, store: Path, kg: Run, tmp_path: Path) -> None:
        """A file written after a correction can correct that again."""
        path = tmp_path / "l.tsv"
        for old, new in (("wd:Q585", "wd:Q900000921"), ("wd:Q900000921", "wd:Q900000922")):
            kg("link", "export", "--store", store, "-o", path)
            path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
            kg("link", "--corrections", path, "--store", store)
        assert qid_of(store, "Oslo") == "Q900000922"

    def test_prefixes_of_the_file_count(self, tmp_path: Path) -> None:
        """Other prefixes than ours are those of the file's own curie_map; whole IRIs need none."""
        head = "#curie_map:\n#  g: https://w3id.org/diplomacy-kg/entity/\n#  i: http://www.wikidata.org/entity/\n#license: x\n"
        body = "subject_id\tobject_id\ng:person/a\ti:Q1\nhttps://w3id.org/diplomacy-kg/entity/person/b\ti:Q2\n"
        (tmp_path / "m.tsv").write_text(head + body, "utf-8")
        found = read_corrections_file(tmp_path / "m.tsv")
        base = "https://w3id.org/diplomacy-kg/entity/person/"
        assert found == (Correction("Q1", entity=base + "a"), Correction("Q2", entity=base + "b"))


def test_relinker_leaves_the_unnamed_alone(records: list[Record], tools: Tools) -> None:
    """Descriptions are linked by office and day when the article is read, and not touched afterwards."""
    relinker = Relinker(tools.reference, [Correction("Q1", name="a senior official")])
    for record in records:
        again = relinker.relink(record, entity_iri_of(record))
        assert [e for e in again.entities if not e.named] == [e for e in record.entities if not e.named]

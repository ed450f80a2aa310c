"""`kg gazetteer`: searching, counting, adding, comparing; gazetteers that add to each other."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.entities.differences import differences
from kg.entities.gazetteer import Gazetteer, compiled_path, default_gazetteer_path, open_gazetteer
from kg.entities.tables import COLUMNS, add_rows, read_table, read_tables
from kg.errors import DataError
from tests.conftest import Ran

Run = Callable[..., Ran]
PERSON = {"wikidata": "Q900000901", "name": "Kari Holmsund", "source": "test"}
TERM = {
    "person": "Q900000901",
    "office": "Foreign Minister",
    "office_class": "foreign-minister",
    "country": "NOR",
    "start": "2023-10",
    "source": "test",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of tables with one person and her office."""
    add_rows(tmp_path / "own", {"persons": [PERSON], "terms": [TERM]})
    return tmp_path / "own"


class TestLayers:
    def test_a_folder_adds_to_what_comes_with_kg(self, folder: Path) -> None:
        """Names of both are found, and the version names both."""
        both = open_gazetteer([folder])
        assert both.find("Kari Holmsund")[0].entry.country == "NOR"
        assert both.find("France")[0].entry.wikidata == "Q142"
        assert both.version.split("+") == [open_gazetteer().version, Gazetteer.open(compiled_path(folder)).version]

    def test_later_values_stand(self, tmp_path: Path) -> None:
        """What a later file says of a known entity stands; what it does not say is kept."""
        row = {"wikidata": "Q142", "name": "La France", "aliases": "Hexagone", "country": "FRA"}
        add_rows(tmp_path, {"places": [{**row, "prominence": "0.1"}]})
        known, merged = open_gazetteer().find("France")[0], open_gazetteer([tmp_path])
        entry = merged.entry("Q142")
        assert entry is not None and (entry.name, entry.type, entry.country) == ("La France", "place", "FRA")
        assert entry.prominence == known.entry.prominence
        assert [m.entry for m in merged.find("Hexagone")] == [entry]
        assert merged.country("FRA") == entry

    def test_terms_of_all_files_count(self, tmp_path: Path) -> None:
        """An own term of a known person stands beside the known ones, each once."""
        add_rows(tmp_path, {"terms": [{**TERM, "person": "Q7747", "office": "Chairman", "country": "RUS"}]})
        before, after = open_gazetteer().terms_of("Q7747"), open_gazetteer([tmp_path]).terms_of("Q7747")
        assert [t.office for t in after if t not in before] == ["Chairman"] and len(after) == len(before) + 1
        twice = Gazetteer.open(default_gazetteer_path(), default_gazetteer_path())
        assert twice.terms_of("Q7747") == before and sum(twice.statistics().entities.values()) == len(
            list(twice.entries())
        )

    @pytest.mark.parametrize("age", [5, -3600], ids=["newer", "older"])
    def test_an_edited_table_is_compiled_again(self, folder: Path, age: int) -> None:
        """Editing a table, or putting an older one in its place, is enough: the next opening sees it."""
        compiled = compiled_path(folder)
        table = folder / "persons.tsv"
        table.write_text(table.read_text("utf-8").replace("Holmsund", "Bergsund"), "utf-8")
        os.utime(table, (compiled.stat().st_mtime + age,) * 2)
        opened = open_gazetteer([folder])
        assert opened.find("Kari Bergsund") and not opened.find("Kari Holmsund")

    def test_a_table_taken_away_is_gone(self, folder: Path) -> None:
        """What a deleted table told is not known any more."""
        compiled_path(folder)
        (folder / "terms.tsv").unlink()
        assert open_gazetteer([folder]).terms_of("Q900000901") == ()

    def test_a_damaged_file_is_made_again(self, folder: Path) -> None:
        """The tables are what counts; the compiled file beside them can be had again."""
        compiled_path(folder).write_bytes(b"damaged")
        assert open_gazetteer([folder]).find("Kari Holmsund")

    def test_own_entities_are_linked(self, folder: Path, kg: Run, tmp_path: Path) -> None:
        """A minister added by hand is linked, from the option and from the environment."""
        article = tmp_path / "a.txt"
        article.write_text("Norwegian Foreign Minister Kari Holmsund arrived in Paris.", "utf-8")
        args = ("extract", article, "--published", "2024-05-02", "--format", "jsonl")
        assert "Q900000901" not in kg(*args).out
        assert '"wikidata": "Q900000901"' in kg(*args, "--gazetteer", folder).out


class TestTables:
    @pytest.mark.parametrize(
        ("table", "row", "said"),
        [
            ("persons", {**PERSON, "wikidata": "42"}, "wikidata is '42'; it must be a QID"),
            ("persons", {**PERSON, "born": "1970-02-30"}, "born is '1970-02-30'"),
            ("persons", {**PERSON, "name": " "}, "name is ''; it must be not empty"),
            ("persons", {**PERSON, "prominence": "2"}, "prominence is '2'; it must be a number from 0 to 1"),
            ("terms", {**TERM, "country": "Norway"}, "country is 'Norway'; it must be an ISO 3166-1 alpha-3 code"),
            ("organisations", {**PERSON, "sector": "XYZ"}, "sector is 'XYZ'; it must be one of GOV, MIL"),
            ("places", {**PERSON, "latitude": "north"}, "latitude is 'north'; it must be a number"),
        ],
        ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
    )
    def test_wrong_values_write_nothing(self, table: str, row: dict[str, str], said: str, tmp_path: Path) -> None:
        """A wrong value is told with table, column and what it must be, and no table is touched."""
        with pytest.raises(DataError) as caught:
            add_rows(tmp_path, {"countries": [], table: [row], "persons": [PERSON, row]})
        assert said in str(caught.value) and not list(tmp_path.iterdir())

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("wikidata\tname\nQ1\tx\n", "column 'aliases' is missing"),
            ("\t".join(COLUMNS["persons"]) + "\nQ1\tx\n", "line 2: 2 cells where the header has 7"),
            ("\t".join(COLUMNS["persons"]) + "\nX\tx\t\t\t\t\t\n", "line 2: wikidata is 'X'"),
        ],
        ids=["column", "cells", "value"],
    )
    def test_a_wrong_table_is_told_with_its_line(self, content: str, said: str, tmp_path: Path, kg: Run) -> None:
        """Commands tell file, line and remedy in one line."""
        (tmp_path / "persons.tsv").write_text(content, "utf-8")
        ran = kg("gazetteer", "search", "x", "--gazetteer", tmp_path)
        assert ran.code == 1 and said in ran.err and "persons.tsv" in ran.err and ran.err.count("\n") == 1

    def test_adding_twice_changes_nothing(self, folder: Path) -> None:
        """Rows that a table has already are left out."""
        before = (folder / "persons.tsv").read_bytes()
        assert add_rows(folder, {"persons": [PERSON], "terms": [TERM]}) == 0
        assert (folder / "persons.tsv").read_bytes() == before

    def test_many_add_at_once(self, tmp_path: Path) -> None:
        """Processes that add to one folder wait for each other, and no row is lost."""
        code = "import sys; from pathlib import Path; from kg.entities.tables import add_rows\n"
        code += "add_rows(Path(sys.argv[1]), {'persons': [{'wikidata': sys.argv[2], 'name': 'x'}]})"
        started = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), f"Q{n}"]) for n in range(1, 13)]
        assert [process.wait() for process in started] == [0] * 12
        assert len(read_table(tmp_path / "persons.tsv", COLUMNS["persons"])) == 12

    def test_prominence_is_a_column_when_given(self, folder: Path) -> None:
        """The column comes with the first row that has it; older rows leave it empty."""
        add_rows(folder, {"persons": [{**PERSON, "wikidata": "Q900000902", "prominence": "0.25"}]})
        rows = read_table(folder / "persons.tsv", COLUMNS["persons"])
        assert [row["prominence"] for row in rows] == ["", "0.25"]
        entry = Gazetteer.open(compiled_path(folder)).entry("Q900000902")
        assert entry is not None and entry.prominence == 0.25

    def test_an_empty_folder_is_no_gazetteer(self, tmp_path: Path) -> None:
        """A folder without tables is told, with what it should have."""
        with pytest.raises(DataError, match=r"countries\.tsv"):
            read_tables(tmp_path, complete=False)


class TestCommands:
    def test_search(self, folder: Path, kg: Run) -> None:
        """By name, by QID with its names and terms, and by what a name begins with."""
        assert "Q16730147  Jake Sullivan  person USA" in kg("gazetteer", "search", "Sullivan").out
        told = kg("gazetteer", "search", "Q900000901", "--gazetteer", folder).out
        assert "term: Foreign Minister (NOR), 2023-10-01 to ?" in told and "names: holmsund, kari holmsund" in told
        assert kg("gazetteer", "search", "Sergei Lav").out.endswith("begins with it\n")
        assert "population" in kg("gazetteer", "search", "q85").out

    @pytest.mark.parametrize("name", ["Qwertzuiop", "Q999999999999"])
    def test_search_in_vain(self, name: str, kg: Run) -> None:
        """Nobody found is exit code 1 and one line with the remedy."""
        ran = kg("gazetteer", "search", name)
        assert (ran.code, ran.out) == (1, "") and "kg gazetteer add" in ran.err and ran.err.count("\n") == 1

    def test_stats(self, folder: Path, kg: Run) -> None:
        """Counts of the compiled file alone and with the folder differ by what it adds."""

        def persons(*more: str | Path) -> int:
            line = next(x for x in kg("gazetteer", "stats", *more).out.splitlines() if x.startswith("  person:"))
            return int(line.split()[-1].replace(",", ""))

        assert persons("--gazetteer", folder) == persons() + 1

    def test_add_and_diff(self, tmp_path: Path, kg: Run) -> None:
        """What is added is used at once, and told by diff."""
        old, new = tmp_path / "old", tmp_path / "new"
        for folder in (old, new):
            assert kg("gazetteer", "add", "organisation", "Q900000903", "Polar Council", "--to", folder).code == 0
        assert "1 row" in kg("gazetteer", "add", "person", "Q900000904", "Ove Lind", "--to", old).out
        ran = kg("gazetteer", "add", "person", "Q900000905", "Per Dahl", "--office", "Ambassador to Chile", "--to", new)
        assert ran.out == f"2 rows added to {new}; use it with --gazetteer {new}\n"
        kg("gazetteer", "add", "organisation", "Q900000903", "Polar Council", "--alias", "PC", "--to", new)
        told = kg("gazetteer", "diff", old, new).out
        assert "changed: Q900000903" in told and "  + name: pc\n" in told
        assert "removed: Q900000904" in told and "added: Q900000905" in told
        assert told.endswith("1 added, 1 removed, 1 changed\n")
        assert not list(differences(Gazetteer.open(compiled_path(new)), Gazetteer.open(compiled_path(new))))

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (("place", "Q1", "x", "--office", "Mayor"), "only a person holds one"),
            (("person", "Q1", "x", "--start", "2020"), "give --office too"),
            (("person", "Q1", "x", "--sector", "GOV"), "a person has none"),
        ],
        ids=["office", "start", "sector"],
    )
    def test_misuse(self, args: tuple[str, ...], said: str, tmp_path: Path, kg: Run) -> None:
        """Options that do not fit are told, and nothing is written."""
        ran = kg("gazetteer", "add", *args, "--to", tmp_path / "g")
        assert ran.code == 2 and said in ran.err and not (tmp_path / "g").exists()

    def test_compile(self, folder: Path, tmp_path: Path, kg: Run) -> None:
        """A compiled file is a gazetteer of its own."""
        ran = kg("gazetteer", "compile", folder, "-o", tmp_path / "g.sqlite")
        assert ran.out.startswith("1 entity under 2 names written to ")
        assert kg("gazetteer", "search", "Holmsund", "--gazetteer", tmp_path / "g.sqlite").code == 0


class TestExplain:
    TEXT = "French President Emmanuel Macron met Olaf Scholz in Paris. Macron praised the chancellor. Tom Quibbel left."

    def explain(self, kg: Run, tmp_path: Path, *args: str) -> Ran:
        (tmp_path / "a.txt").write_text(self.TEXT, "utf-8")
        return kg("link", "explain", *args, "--in", tmp_path / "a.txt", "--published", "2022-05-09")

    def test_reasons(self, kg: Run, tmp_path: Path) -> None:
        """Names, link, candidates, and what speaks for and against each."""
        lines = self.explain(kg, tmp_path, "macron").out.splitlines()
        assert lines[0].startswith("Emmanuel Macron, Macron: person; President (FRA); published 2022-05-09")
        assert lines[1] == "→ Q3052772 Emmanuel Macron" and "in office on the day" in "\n".join(lines)

    def test_weights_make_the_score(self, kg: Run, tmp_path: Path) -> None:
        """The score is the logistic function of the sum of the weights, below its ceiling."""
        from math import exp

        from kg.entities.linking import CEILING

        _, _, head, *rest = self.explain(kg, tmp_path, "Paris").out.splitlines()
        weights = []
        for line in rest:
            if not line.startswith("    "):
                break
            weights.append(float(line.split()[0]))
        assert abs(CEILING / (1 + exp(-sum(weights))) - float(head.split()[0])) < 0.005

    def test_no_link(self, kg: Run, tmp_path: Path) -> None:
        """Why somebody is not linked is told."""
        assert "→ no link: the gazetteer has no such name" in self.explain(kg, tmp_path, "Tom Quibbel").out

    def test_all_names_and_none(self, kg: Run, tmp_path: Path) -> None:
        """Without a name all are told of; a name that is not there is one line."""
        assert self.explain(kg, tmp_path).out.count("→") >= 4
        ran = self.explain(kg, tmp_path, "Scholtz")
        assert ran.code == 1 and "Olaf Scholz" in ran.err and ran.err.count("\n") == 1

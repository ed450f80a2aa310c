"""The embedded store."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import InputError, StoreError, StoreLocked
from kg.graph.store import MARKER, Store
from kg.graph.vocabulary import ONTOLOGY_GRAPH
from tests.records import meeting

A, B = meeting("a", ["Sullivan", "Yang"], place="Rome"), meeting("b", ["USA", "CHN"])


def test_loading_again_changes_nothing(tmp_path: Path) -> None:
    """The same article twice is one article, on disk too."""
    with Store.open(tmp_path / "s") as store:
        assert store.load(A).outcome == "new"
        size = len(store.inner)
    with Store.open(tmp_path / "s") as store:
        assert store.load(A).outcome == "unchanged"
        assert len(store.inner) == size


def test_a_corrected_article_replaces_the_old_one_whole() -> None:
    """Nothing of the old article's graph is left, and the derived graphs follow."""
    corrected = meeting("a", ["Smith", "Yang"], place="Milan")
    with Store.in_memory() as store, Store.in_memory() as fresh:
        store.load(A)
        assert store.load(corrected).outcome == "changed"
        fresh.load(corrected)
        assert set(store.inner) == set(fresh.inner)


def test_a_removed_article_leaves_no_name(tmp_path: Path) -> None:
    """The id of an article that was taken out is listed no more, also after the store was closed."""
    with Store.open(tmp_path / "s") as store:
        store.load(A)
        store.load(B)
        assert store.remove("a")
        assert store.article_ids() == ["b"]
    with Store.open(tmp_path / "s", read_only=True) as store:
        assert store.article_ids() == ["b"] and store.counts().articles == 1


def test_a_replacement_that_fails_leaves_the_old_article(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replacing is one transaction: when writing fails, everything is as before."""
    with Store.in_memory() as store:
        store.load(A)
        before = set(store.inner)

        class Broken:
            def __getattr__(self, name: str) -> object:
                if name == "update":
                    raise OSError("No space left on device")
                return getattr(inner, name)

        inner = store.inner
        store.inner = Broken()  # type: ignore[assignment]
        with pytest.raises(StoreError, match="cannot be written: No space left"):
            store.load(meeting("a", ["Smith", "Yang"]))
        assert set(inner) == before


def test_only_one_process_writes(tmp_path: Path) -> None:
    """A second process that wants a store while another writes to it gets a clear message."""
    path = tmp_path / "s"
    code = (
        f"from pathlib import Path; from kg.graph.store import Store; Store.open(Path({str(path)!r}), read_only={{}})"
    )
    with Store.open(path):
        for read_only in (False, True):
            ran = subprocess.run(
                [sys.executable, "-c", code.format(read_only)], capture_output=True, text=True, check=False
            )
            assert ran.returncode == 1
            assert "StoreLocked" in ran.stderr and "the store is locked: another process is" in ran.stderr
    ran = subprocess.run([sys.executable, "-c", code.format(True)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_readers_read_together(tmp_path: Path) -> None:
    """Two readers at once are no trouble, and keep a writer out."""
    path = tmp_path / "s"
    with Store.open(path) as store:
        store.load(A)
    with Store.open(path, read_only=True) as one, Store.open(path, read_only=True) as two:
        assert one.article_ids() == two.article_ids() == ["a"]
        with pytest.raises(StoreLocked, match="another process is using it"):
            Store.open(path)


def test_a_foreign_folder_is_left_alone(tmp_path: Path) -> None:
    """A folder with other things in it is not taken for a store, and nothing is written into it."""
    (tmp_path / "thesis.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(StoreError, match="is not a kg store .*choose another --store"):
        Store.open(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_is_no_store(tmp_path: Path) -> None:
    """A file in the place of the folder is named."""
    (tmp_path / "f").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match="is a file, not a store folder"):
        Store.open(tmp_path / "f")


def test_reading_makes_no_store(tmp_path: Path) -> None:
    """Asking a store that is not there says how to make one, and makes none."""
    with pytest.raises(StoreError, match="there is no store yet; load an article first"):
        Store.open(tmp_path / "none", read_only=True)
    assert not (tmp_path / "none").exists()


def test_another_layout_is_refused(tmp_path: Path) -> None:
    """A store of another graph layout is not read as ours."""
    with Store.open(tmp_path / "s"):
        pass
    (tmp_path / "s" / MARKER).write_text(json.dumps({"kg-store": 99}), encoding="utf-8")
    with pytest.raises(StoreError, match="graph layout 99"):
        Store.open(tmp_path / "s")


def test_the_ontology_is_kept_once() -> None:
    """The ontology graph is put in when it is missing and left alone when it is there."""
    with Store.in_memory() as store:
        store.ensure_ontology()
        size = len(list(store.inner.quads_for_pattern(None, None, None, ONTOLOGY_GRAPH)))
        store.ensure_ontology()
        assert size == len(list(store.inner.quads_for_pattern(None, None, None, ONTOLOGY_GRAPH))) > 1000


def test_counts() -> None:
    """What the store holds is counted by kind."""
    with Store.in_memory() as store:
        store.load(A)
        store.load(B)
        counts = store.counts()
    assert (counts.articles, counts.entities, counts.linked, counts.events) == (2, 5, 5, 1)


@pytest.mark.parametrize("text", ["SELECT nonsense", "DROP ALL", "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"])
def test_a_query_that_fails_is_one_clear_error(text: str) -> None:
    """What is no query, or cannot be evaluated, is an error of ours."""
    with Store.in_memory() as store, pytest.raises(InputError, match=r"not a SPARQL query|the query failed"):
        bool(store.query(text))


def test_a_closed_store_lets_others_in(tmp_path: Path) -> None:
    """Closing writes everything and frees the lock."""
    store = Store.open(tmp_path / "s")
    store.load(replace(A))
    store.close()
    with Store.open(tmp_path / "s") as again:
        assert again.article_ids() == ["a"]

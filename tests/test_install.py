"""The built wheel and source distribution, in an empty environment and from another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    ran = subprocess.run(
        [sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    return folder


def test_the_wheel_holds_the_data(built: Path) -> None:
    """Ontology, queries, lexicon, compiled gazetteer and samples ship inside the wheel, and the tests do not."""
    [wheel] = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for needed in (
        "kg/_data/ontology/diplomacy.ttl",
        "kg/_data/ontology/shapes.ttl",
        "kg/_data/queries/who-met-whom.rq",
        "kg/_data/seeds/lexicon/consult.toml",
        "kg/_data/seeds/opinion/ngrams.npz",
        "kg/_data/seeds/opinion/weights.npz",
        "kg/_data/seeds/gazetteer/gazetteer.sqlite",
        "kg/_data/seeds/gazetteer/offices.tsv",
        "kg/_data/seeds/articles/black-sea-grain-deal.txt",
        "kg/py.typed",
    ):
        assert needed in names
    assert not [n for n in names if n.startswith("tests/")]


def test_the_source_distribution_is_whole(built: Path) -> None:
    """Code, data, tests and documents are in the source distribution."""
    [sdist] = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {n.partition("/")[2] for n in archive.getnames()}
    for needed in (
        "kg/cli.py",
        "ontology/diplomacy.ttl",
        "queries/sanctions.rq",
        "seeds/gazetteer/terms.tsv",
        "tests/conftest.py",
        "README.md",
        "LICENSE",
    ):
        assert needed in names


def test_the_installed_wheel_does_the_main_job(built: Path, tmp_path: Path) -> None:
    """In an empty environment, from another folder, the wheel loads an article, answers a question and validates."""
    venv.create(tmp_path / "env", with_pip=True)
    bin_folder = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    [wheel] = built.glob("*.whl")
    pip = subprocess.run([bin_folder / "pip", "install", "-q", str(wheel)], capture_output=True, text=True, check=False)
    if pip.returncode:
        pytest.skip(f"the package index cannot be reached: {pip.stderr[-200:]}")
    work = tmp_path / "elsewhere"
    work.mkdir()
    (work / "news.txt").write_text("Sergei Lavrov met Antony Blinken in Geneva on Friday.\n", encoding="utf-8")

    def kg(*args: str) -> str:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "KG_"))}
        ran = subprocess.run(
            [bin_folder / "kg", *args], cwd=work, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    assert "1 article (1 new)" in kg("load", "news.txt", "--published", "2022-01-22")
    assert "Antony Blinken; Sergey Lavrov" in kg("query", "who-met-whom")
    kg("validate")
    assert kg("--version").startswith("kg ")

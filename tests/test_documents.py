"""The README and the other documents tell the truth."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from bench.readme import filled
from kg.version import __version__

ROOT = Path(__file__).parent.parent


def test_the_readme_is_fresh() -> None:
    """The session, the questions and the command reference in the README are what the software prints."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert filled(text) == text


def test_the_readme_gives_two_commands() -> None:
    """One line does all the set-up and the main job, one installs and runs the tests."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [block.strip() for block in re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)]
    assert [line.count("\n") for line in lines[:2]] == [0, 0]
    assert "kg load" in lines[0] and "kg query" in lines[0] and "pytest" in lines[1]


def test_the_changelog_knows_the_version() -> None:
    """The changelog has an entry for this version."""
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_test_states_its_claim() -> None:
    """Each test has a docstring of one sentence."""
    silent = []
    for path in (ROOT / "tests").glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node):
                silent.append(f"{path.name}: {node.name}")
    assert not silent


def test_only_known_entries_stand_at_the_top() -> None:
    """The top level holds what the design names and nothing else."""
    known = {
        "LICENSE",
        "CHANGELOG.md",
        "Makefile",
        "README.md",
        "bench",
        "docs",
        "kg",
        "ontology",
        "pyproject.toml",
        "queries",
    }
    known |= {"requirements.lock", "seeds", "tests", "build", "dist", "kg-store"}
    assert {p.name for p in ROOT.iterdir() if not p.name.startswith(".") and p.suffix != ".egg-info"} <= known


def test_no_paths_of_a_machine_stand_in_the_project() -> None:
    """No file tells where it was made."""
    pattern = re.compile(r"/(?:home|root|work|Users|tmp)/\w")
    found = []
    for path in ROOT.rglob("*"):
        relative = path.relative_to(ROOT)
        if (
            path.is_file()
            and not relative.parts[0].startswith(".")
            and path.suffix in {".py", ".md", ".toml", ".ttl", ".rq"}
        ):
            found += (
                [str(relative)]
                if pattern.search(path.read_text(encoding="utf-8")) and relative.name != "test_documents.py"
                else []
            )
    assert not found

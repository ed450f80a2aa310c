"""Fills the generated parts of README.md: a session, the canned questions, the command reference.

Run with --check to fail when the README is stale instead of writing it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"

SESSION = (
    "kg load seeds/articles --quiet",
    "kg store info",
    "kg query who-met-whom --country PRK --until 2018-06-11 --format markdown",
    "kg query planned-meetings --format markdown",
    "kg show 2018-06-10-CONSULT-e9007b3b5e51",
    'kg lexicon explain "Iran refused to meet the envoy."',
    "kg query -e 'SELECT (COUNT(*) AS ?events) { ?e a dip:Event }' --format csv",
)


def session() -> str:
    """The commands of SESSION and what they print, run in a fresh store."""
    parts = []
    with tempfile.TemporaryDirectory() as folder:
        for command in SESSION:
            ran = subprocess.run(
                [
                    sys.executable,
                    "-c",
                    f"import sys; sys.argv[0] = 'kg'; from kg.cli import main; main({_words(command)!r})",
                ],
                cwd=ROOT,
                env={"KG_STORE": str(Path(folder) / "kg-store"), "PATH": "", "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
                capture_output=True,
                text=True,
                check=True,
            )
            parts.append(f"$ {command}\n{ran.stdout.rstrip()}".rstrip())
    return "```console\n" + "\n\n".join(parts) + "\n```"


def _words(command: str) -> list[str]:
    import shlex

    return shlex.split(command)[1:]


def questions() -> str:
    """The canned questions as a table."""
    from kg.graph.queries import load_queries
    from kg.resources import data_path

    rows = ["| question | what it answers | parameters |", "|---|---|---|"]
    for query in load_queries(data_path("queries")):
        names = ", ".join(f"`--{p.name}`" for p in query.parameters)
        rows.append(f"| `{query.name}` | {query.description or query.title} | {names} |")
    return "\n".join(rows)


def commands() -> str:
    """The help of each command."""
    from kg.cli import COMMANDS, kg

    parts = []
    context = kg.make_context("kg", [], resilient_parsing=True, max_content_width=100, terminal_width=100)
    for name in COMMANDS:
        command = kg.get_command(context, name)
        assert command is not None
        parts.append(_section(command, context, f"kg {name}"))
        if isinstance(command, click.Group) and name != "query":
            inner = click.Context(command, info_name=name, parent=context, max_content_width=100, terminal_width=100)
            parts.extend(_section(command.commands[sub], inner, f"kg {name} {sub}") for sub in command.commands)
    return "\n\n".join(parts)


def _section(command: click.Command, parent: click.Context, title: str) -> str:
    context = click.Context(
        command, info_name=title.split()[-1], parent=parent, max_content_width=100, terminal_width=100
    )
    text = command.get_help(context)
    text = re.sub(r"\nQuestions:\n.*?(?=\nOther commands:)", "", text, flags=re.DOTALL)
    return f"<details><summary><code>{title}</code></summary>\n\n```text\n{text.strip()}\n```\n\n</details>"


PARTS = {"session": session, "queries": questions, "cli": commands}


def filled(text: str) -> str:
    """The README with its generated parts made anew."""
    for name, make in PARTS.items():
        before, _, rest = text.partition(f"<!-- {name} -->")
        _, closing, after = rest.partition(f"<!-- /{name} -->")
        text = f"{before}<!-- {name} -->\n\n{make()}\n\n<!-- /{name} -->{after if closing else rest}"
    return text


def main() -> None:
    """Write the README, or with --check say whether it is fresh."""
    text = README.read_text(encoding="utf-8")
    fresh = filled(text)
    if "--check" in sys.argv[1:]:
        if fresh != text:
            sys.exit("README.md is stale; run: python bench/readme.py")
        print("README.md is fresh")
    else:
        README.write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    main()

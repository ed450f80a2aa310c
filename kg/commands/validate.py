"""`kg validate`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.commands.options import open_reading, store_option

if TYPE_CHECKING:
    from kg.graph.shapes import Violation

MAX_TOLD = 50


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@store_option
def validate(files: tuple[Path, ...], store_path: Path) -> int:
    """Check a store or RDF files against the shapes.

    Without FILES it checks the store. Each violation is told in words.

    \b
    kg validate
    kg validate graph.ttl
    """
    from kg.graph.shapes import explain

    told = checked = 0
    for where, violations in _file_violations(files) if files else _store_violations(store_path):
        checked += 1
        for violation in violations:
            told += 1
            if told <= MAX_TOLD:
                click.echo(f"{where}: {explain(violation)}")
    if told > MAX_TOLD:
        click.echo(f"… and {told - MAX_TOLD} more")
    what = "file" if files else "graph"
    click.echo(
        f"{checked} {what}{'' if checked == 1 else 's'} checked, {told} violation{'' if told == 1 else 's'}", err=True
    )
    return 1 if told else 0


def _file_violations(files: tuple[Path, ...]) -> Iterator[tuple[str, tuple[Violation, ...]]]:
    from kg.graph.shapes import validate as check

    for path in files:
        yield str(path), check(path)


def _store_violations(store_path: Path) -> Iterator[tuple[str, tuple[Violation, ...]]]:
    from pyoxigraph import NamedNode

    from kg.graph.shapes import validate as check
    from kg.graph.vocabulary import ONTOLOGY_GRAPH, article_id_of

    with open_reading(store_path) as store:
        for graph in sorted(store.inner.named_graphs(), key=str):
            if isinstance(graph, NamedNode) and graph != ONTOLOGY_GRAPH:
                name = article_id_of(graph) or str(graph.value).rpartition("/")[2]
                yield name, check(store.inner.quads_for_pattern(None, None, None, graph))

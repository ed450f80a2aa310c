"""A store's graphs → the files of an export: one file or a folder of parts, described if wanted."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kg.graph.description import About, describe
from kg.graph.parts import DataFile, Digesting, finish, write_parts
from kg.graph.rdf import FORMATS, GZIP, StoredGraph, compressed, write_quads
from kg.graph.tally import Tally
from kg.whole_file import write_whole


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an export is to be written: a format's name, by gzip or not, several graphs as one or not."""

    format_name: str
    is_packed: bool = False
    merge_graphs: bool = False

    @classmethod
    def of(cls, name: str, *, merge_graphs: bool = False) -> Wanted:
        """As `--format` names it.

        >>> Wanted.of("nquads.gz")
        Wanted(format_name='nquads', is_packed=True, merge_graphs=False)
        """
        return cls(name.removesuffix(GZIP), name.endswith(GZIP), merge_graphs)


def write_stream(graphs: Sequence[StoredGraph], output: IO[bytes], wanted: Wanted, tally: Tally | None = None) -> None:
    """Write graphs into a stream; the tally is shown each quad."""
    quads = (quad for graph in graphs for quad in graph.quads())
    watched = quads if tally is None else tally.watch(quads)
    if not wanted.is_packed:
        write_quads(watched, output, wanted.format_name, merge_graphs=wanted.merge_graphs)
        return
    with compressed(output) as packed:
        write_quads(watched, packed, wanted.format_name, merge_graphs=wanted.merge_graphs)  # type: ignore[arg-type]


def write_described(
    graphs: Sequence[StoredGraph], path: Path, wanted: Wanted, description: Path, about: About, layout: int
) -> None:
    """Write graphs into a file, and what it holds into another one."""
    with closing(Tally()) as tally:
        with write_whole(path) as file:
            digesting: Any = Digesting(file)
            write_stream(graphs, digesting, wanted, tally)
        written = DataFile(path.name, digesting.size, digesting.digest)
        with write_whole(description) as file:
            file.write(describe(tally.result(), [written], FORMATS[wanted.format_name], about, layout))


def write_folder(
    graphs: Sequence[StoredGraph], folder: Path, wanted: Wanted, size: int, about: About, layout: int
) -> list[DataFile]:
    """Write graphs into a folder of parts of at most `size` bytes before compression, with description and sums."""
    chosen = FORMATS[wanted.format_name]
    with closing(Tally()) as tally:
        parts = write_parts(graphs, folder, chosen, size, is_packed=wanted.is_packed, watch=tally.watch)
        finish(folder, parts, describe(tally.result(), parts, chosen, about, layout))
    return parts

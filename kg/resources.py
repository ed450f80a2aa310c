"""Where the data shipped with the package (`ontology/`, `queries/`, `seeds/`) lies on this machine."""

from __future__ import annotations

from pathlib import Path

from kg.errors import DataError

PACKAGE = Path(__file__).resolve().parent
PACKAGED = PACKAGE / "_data"


def data_path(*parts: str) -> Path:
    """The path of a data file or folder: inside an installed wheel first, else in the source tree.

    >>> data_path("seeds", "gazetteer", "offices.tsv").name
    'offices.tsv'

    :raises DataError: when neither place has it.
    """
    for root in (PACKAGED, PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise DataError(f"{'/'.join(parts)} is missing from the installation; install the package again: pip install .")

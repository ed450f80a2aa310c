"""Links as mappings to Wikidata: written as SSSOM TSV, read from SSSOM TSV or a plain CSV file as corrections.

SSSOM is the Simple Standard for Sharing Ontological Mappings, version 1.0: https://w3id.org/sssom/spec.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO, get_args

import pyoxigraph as ox
from pyoxigraph import NamedNode

from kg.errors import InputError
from kg.graph.mapper import flag_literal
from kg.graph.views import StoredView
from kg.graph.vocabulary import BASE, DIP, ENTITIES_GRAPH, NIF, RDFS, WIKIDATA, linked_entity_iri
from kg.model import Correction, EntityType
from kg.version import __version__

COLUMNS = (
    "subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification", "confidence",
    "comment",
)  # fmt: skip
NO_TERM = "sssom:NoTermFound"
"""SSSOM's object for a subject that has no match."""
MANUAL = "semapv:ManualMappingCuration"
CSV_COLUMNS = ("name", "wikidata", "type", "country", "article")

_JUSTIFICATIONS = {"correction": MANUAL, "office": "semapv:BackgroundKnowledgeBasedMatching"}
_PREFIXES: Mapping[str, str] = {
    "article": f"{BASE}article/",
    "kg": f"{BASE}entity/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
    "wd": WIKIDATA.iri,
}
_LINKED = re.compile(re.escape(f"{BASE}entity/") + r"Q[1-9]\d*")
_QID = re.compile(r"Q[1-9]\d*")


def write_sssom(inner: ox.Store, out: TextIO) -> int:
    """Writes a mapping for each named entity of a store, the unlinked ones to `sssom:NoTermFound`; returns how many."""
    out.write("#curie_map:\n" + "".join(f"#  {prefix}: {iri}\n" for prefix, iri in _PREFIXES.items()))
    out.write(
        f"#mapping_set_id: {BASE}mappings\n#mapping_set_description: Links of names in articles to Wikidata items.\n"
    )
    out.write(
        f"#license: https://w3id.org/sssom/license/unspecified\n#mapping_tool: kg\n#mapping_tool_version: {__version__}\n"
    )
    writer = csv.DictWriter(out, COLUMNS, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writeheader()
    rows = 0
    for row in _rows(inner):
        writer.writerow(row)
        rows += 1
    return rows


def _rows(inner: ox.Store) -> Iterator[dict[str, str]]:
    named = inner.quads_for_pattern(None, DIP("isNamed"), flag_literal(True), ENTITIES_GRAPH)
    for entity in sorted((q.subject for q in named if isinstance(q.subject, NamedNode)), key=lambda n: str(n.value)):
        yield _row(inner, entity)


def _row(inner: ox.Store, entity: NamedNode) -> dict[str, str]:
    label = str(StoredView(inner, ENTITIES_GRAPH).describe(entity)[str(RDFS("label").value)][0].value)
    scores, linkers, names = [], Counter[str](), Counter[str]()
    articles = 0
    for quad in inner.quads_for_pattern(None, DIP("entity"), entity, None):
        if not isinstance(quad.subject, NamedNode) or not isinstance(quad.graph_name, NamedNode):
            continue
        articles += 1
        view = StoredView(inner, quad.graph_name)
        link = view.describe(quad.subject)
        scores += [float(str(t.value)) for t in link.get(str(DIP("score").value), ())]
        linkers.update(str(t.value) for t in link.get(str(DIP("linker").value), ()))
        for mention in link.get(str(DIP("mention").value), ()):
            if isinstance(mention, NamedNode):
                words = view.describe(mention).get(str(NIF("anchorOf").value), ())
                names.update(" ".join(str(w.value).split()) for w in words)
    qid = str(entity.value).rpartition("/")[2]
    is_linked = entity == linked_entity_iri(qid)
    linker = linkers.most_common(1)[0][0] if linkers else ""
    written = ", ".join(f"{name} ({number})" for name, number in sorted(names.items(), key=lambda p: (-p[1], p[0]))[:8])
    return {
        "subject_id": _curie(str(entity.value)),
        "subject_label": label,
        "predicate_id": "owl:sameAs",
        "object_id": f"wd:{qid}" if is_linked else NO_TERM,
        "object_label": label if is_linked else "",
        "mapping_justification": _JUSTIFICATIONS.get(linker, "semapv:CompositeMatching"),
        "confidence": f"{sum(scores) / len(scores):.3f}" if scores else "",
        "comment": f"{articles} article{'s' if articles != 1 else ''}: {written}",
    }


def _curie(iri: str) -> str:
    return next((f"{p}:{iri.removeprefix(i)}" for p, i in _PREFIXES.items() if iri.startswith(i)), iri)


def read_corrections_file(path: Path) -> tuple[Correction, ...]:
    """The corrections in an SSSOM TSV file, or in a CSV file with the columns name, wikidata, type, country, article.

    Of an SSSOM file as `write_sssom` wrote it only the rows that were changed are corrections.

    :raises InputError: when the file cannot be read, lacks a column or a value is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text ({error.reason}); save the file as UTF-8") from error
    lines = text.splitlines(keepends=True)
    first = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    header = lines[first] if first < len(lines) else ""
    delimiter = next((d for d in "\t;" if d in header), ",")
    table = csv.DictReader(io.StringIO("".join(lines[first:]), newline=""), delimiter=delimiter, strict=True)
    try:
        return _corrections(path, table, lines[:first])
    except csv.Error as error:
        raise InputError(f"{path}, line {first + table.line_num}: {error}; mend the line") from error


def _corrections(path: Path, table: csv.DictReader[str], header: Sequence[str]) -> tuple[Correction, ...]:
    columns, first = table.fieldnames or (), len(header)
    repeated = [c for c, number in Counter(columns).items() if number > 1]
    if repeated:
        raise InputError(f"{path}: column {repeated[0]!r} stands there twice; leave one out")
    if "subject_id" in columns:
        missing = [c for c in ("object_id",) if c not in columns]
        read = _SssomReader(path, _prefixes(header))
        if not missing:
            return tuple(read.corrections(table, first))
    else:
        missing = [c for c in ("name", "wikidata") if c not in columns]
        if not missing:
            return tuple(_csv_corrections(path, table, first))
    raise InputError(
        f"{path}: column {missing[0]!r} is missing; give an SSSOM file, or a CSV file with {', '.join(CSV_COLUMNS)}"
    )


def _prefixes(header: Iterable[str]) -> Mapping[str, str]:
    """The prefixes of an SSSOM header's `curie_map`, beside those that need no declaration."""
    found = dict(_PREFIXES)
    is_map = False
    for line in header:
        body = line.removeprefix("#").rstrip()
        entry = re.fullmatch(r"\s+([\w.-]+):\s*[\"']?(\S+?)[\"']?", body)
        if is_map and entry is not None:
            found[entry[1]] = entry[2]
        elif body.strip():
            is_map = body.strip() == "curie_map:"
    return found


class _SssomReader:
    def __init__(self, path: Path, prefixes: Mapping[str, str]) -> None:
        self.path, self.prefixes = path, prefixes

    def corrections(self, rows: Iterable[Mapping[str, str | None]], skipped: int) -> Iterator[Correction]:
        for number, row in enumerate(rows, start=skipped + 2):
            where = f"{self.path}, line {number}"
            subject, obj = self._iri(row, "subject_id", where), self._iri(row, "object_id", where)
            is_manual = self._cell(row, "mapping_justification") == MANUAL
            is_negated = self._cell(row, "predicate_modifier") == "Not"
            if obj == _PREFIXES["sssom"] + "NoTermFound" or is_negated:
                if is_manual or is_negated or _LINKED.fullmatch(subject):
                    yield Correction(None, entity=subject)
                continue
            qid = obj.removeprefix(WIKIDATA.iri)
            if not _QID.fullmatch(qid):
                raise InputError(
                    f"{where}: object_id is {row['object_id']!r}; it must be a Wikidata item such as wd:Q30"
                )
            if subject != str(linked_entity_iri(qid).value):
                yield Correction(qid, entity=subject)

    def _cell(self, row: Mapping[str, str | None], column: str) -> str:
        return (row.get(column) or "").strip()

    def _iri(self, row: Mapping[str, str | None], column: str, where: str) -> str:
        cell = self._cell(row, column)
        prefix, _, rest = cell.partition(":")
        iri = self.prefixes[prefix] + rest if prefix in self.prefixes else cell
        if "://" not in iri or not _is_iri(iri):
            raise InputError(f"{where}: {column} is {cell!r}; it must be an IRI, or its prefix be in the curie_map")
        return iri


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _csv_corrections(path: Path, rows: Iterable[Mapping[str, str | None]], skipped: int) -> Iterator[Correction]:
    for number, row in enumerate(rows, start=skipped + 2):
        name, qid, kind, country, article = ((row.get(column) or "").strip() for column in CSV_COLUMNS)
        where = f"{path}, line {number}"
        if not name:
            raise InputError(f"{where}: name is empty; give the name as articles write it")
        if qid and not _QID.fullmatch(qid):
            raise InputError(f"{where}: wikidata is {qid!r}; it must be a QID such as Q30, or empty for no item")
        types = get_args(EntityType)
        if kind and kind not in types:
            raise InputError(f"{where}: type is {kind!r}; it must be one of {', '.join(types)}, or empty")
        if country and not re.fullmatch("[A-Z]{3}", country):
            raise InputError(f"{where}: country is {country!r}; it must be an ISO 3166-1 alpha-3 code, or empty")
        entity_type = next((t for t in types if t == kind), None)
        yield Correction(qid or None, name=name, type=entity_type, country=country or None, article=article or None)

"""SPARQL 1.1 Protocol requests → the query or update that they ask for, checked before any engine sees it.

Source: https://www.w3.org/TR/sparql11-protocol/, sections 2.1 and 2.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote_to_bytes

from kg.errors import RequestRefused
from kg.graph.store import MAX_NESTING, nesting_of
from kg.serve.settings import Settings
from kg.serve.tokens import find_calls

Kind = Literal["query", "update"]
Fields = tuple[tuple[str, str], ...]

FORM = "application/x-www-form-urlencoded"
QUERY, UPDATE = "application/sparql-query", "application/sparql-update"

_DATASET: dict[Kind, tuple[str, ...]] = {
    "query": ("default-graph-uri", "named-graph-uri"),
    "update": ("using-graph-uri", "using-named-graph-uri"),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """A query or an update with the graphs that the request names."""

    kind: Kind
    text: str
    dataset: Fields = ()

    @property
    def fields(self) -> Fields:
        """The form that asks an engine for it."""
        return ((self.kind, self.text), *self.dataset)


def read_operation(method: str, address: str, content_type: str, body: bytes) -> Operation | None:
    """The operation that a request asks for; None for a GET that asks for none.

    `address` is the raw part after the question mark, `content_type` the whole header.

    :raises RequestRefused: when the protocol does not allow the request.
    """
    in_address = _read_form(address.encode("ascii", "replace"), "the address")
    if method in ("GET", "HEAD"):
        if not in_address:
            return None
        if any(name == "update" for name, _ in in_address):
            raise RequestRefused(405, "an update is sent by POST", Allow="POST")
        return _of_fields(in_address, ("query",))
    media_type, charset = _read_type(content_type)
    if charset.replace("-", "") not in ("", "utf8", "usascii"):
        raise RequestRefused(415, f"the body is in {charset}; send UTF-8")
    if media_type == FORM:
        return _of_fields((*in_address, *_read_form(body, "the body")), ("query", "update"))
    if media_type not in (QUERY, UPDATE):
        told = f"Content-Type {media_type or '(none)'} is not understood; send {FORM}, {QUERY} or {UPDATE}"
        raise RequestRefused(415, told, Accept_Post=f"{FORM}, {QUERY}, {UPDATE}")
    kind: Kind = "query" if media_type == QUERY else "update"
    if any(name in ("query", "update") for name, _ in in_address):
        raise RequestRefused(400, f"the {kind} is the body; leave query and update out of the address")
    return _of_fields((*in_address, (kind, _decode(body, "the body"))), (kind,))


def _of_fields(fields: Fields, kinds: Sequence[Kind]) -> Operation:
    texts = [(name, value) for name, value in fields if name in ("query", "update")]
    if len({name for name, _ in texts}) > 1:
        raise RequestRefused(400, "give either query or update, not both")
    if len(texts) > 1:
        raise RequestRefused(400, f"{texts[0][0]} is given {len(texts)} times; give it once")
    if not texts:
        raise RequestRefused(400, f"the parameter {' or '.join(kinds)} is missing")
    kind: Kind = "query" if texts[0][0] == "query" else "update"
    return Operation(kind, texts[0][1], tuple(field for field in fields if field[0] in _DATASET[kind]))


def _read_type(header: str) -> tuple[str, str]:
    name, *parameters = (part.strip().lower() for part in header.split(";"))
    charset = next((p.partition("=")[2].strip('"') for p in parameters if p.startswith("charset=")), "")
    return name, charset


def _read_form(raw: bytes, where: str) -> Fields:
    """The fields of an urlencoded form.

    >>> _read_form(b"query=ASK+%7B%7D&x", "the address")
    (('query', 'ASK {}'), ('x', ''))
    """
    pairs = []
    for part in raw.split(b"&"):
        if part:
            name, _, value = part.replace(b"+", b" ").partition(b"=")
            pairs.append((_decode(unquote_to_bytes(name), where), _decode(unquote_to_bytes(value), where)))
    return tuple(pairs)


def _decode(raw: bytes, where: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestRefused(400, f"{where} is not UTF-8 ({error.reason} at byte {error.start})") from error


def check_operation(operation: Operation, settings: Settings) -> None:
    """Refuse what would crash an engine, or let it call other machines.

    :raises RequestRefused: with 400 for what is nested too deep, 403 for calls that are not allowed.
    """
    if nesting_of(operation.text) > MAX_NESTING:
        raise RequestRefused(400, f"the {operation.kind} is nested more than {MAX_NESTING} deep; simplify it")
    if "\0" in operation.text:
        raise RequestRefused(400, f"the {operation.kind} has a null character")
    foreign = find_calls(operation.text, is_update=operation.kind == "update") - settings.services
    if foreign:
        named = ", ".join(sorted(f"<{iri}>" for iri in foreign if iri)) or "a target that is not written as a full IRI"
        word = "SERVICE" if operation.kind == "query" else "SERVICE or LOAD"
        told = f"{word} of {named} is not allowed here; this server allows " + (
            ", ".join(f"<{iri}>" for iri in sorted(settings.services)) or "none"
        )
        raise RequestRefused(403, told)

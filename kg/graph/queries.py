"""Canned queries: a .rq file each, whose header comment is its documentation, and the typed binding of parameters.

In the body a parameter stands as `VALUES ?name { UNDEF }`, so the file is valid SPARQL as it is. Binding puts the
serialised RDF term in the place of UNDEF: a value is never pasted as text, so no value can change what a query does.
A hyphen in a parameter's name is an underscore in the variable's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from kg.errors import DataError, UsageError
from kg.graph.vocabulary import BASE, PLOVER, PREFIXES, XSD
from kg.model import QUAD_CLASS

UNSET = "any"
"""The default, and the value, that leaves a parameter unset."""

_CLAUSE = re.compile(r"VALUES\s*\?(\w+)\s*\{\s*UNDEF\s*\}", re.IGNORECASE)
_DECLARED_PREFIX = re.compile(r"\bPREFIX\s+([\w.-]*):", re.IGNORECASE)
_PARAMETER_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that a query can be told; `default` is None when it is unset unless told."""

    name: str
    type: str
    default: str | None
    help: str

    @property
    def variable(self) -> str:
        """The SPARQL variable that stands for it.

        >>> Parameter("include-possible", "boolean", "false", "").variable
        'include_possible'
        """
        return self.name.replace("-", "_")


@dataclass(frozen=True, slots=True)
class CannedQuery:
    """A query of the library: its file's name without ending, its header, and the whole text of the file."""

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    text: str


def load_queries(directory: Path) -> tuple[CannedQuery, ...]:
    """The canned queries of a folder, by name.

    :raises DataError: when a header is wrong, with the file and what to do.
    """
    return tuple(
        parse_query(path.stem, path.read_text(encoding="utf-8"), str(path)) for path in sorted(directory.glob("*.rq"))
    )


def parse_query(name: str, text: str, source: str) -> CannedQuery:
    """The canned query of a file's text; `source` names the file in errors.

    :raises DataError: when its header is wrong.
    """
    lines = list(_header(text))
    if not lines:
        raise DataError(f"{source}: begin with a comment: a title, a description, then one '# @param' line a parameter")
    prose = [line for line in lines if not line.startswith("@")]
    if not prose or lines[0] != prose[0]:
        raise DataError(f"{source}: the first line must be the title, as '# Who met whom'")
    for line in lines:
        if line.startswith("@") and not line.startswith("@param "):
            raise DataError(f"{source}: {line.split()[0]} is unknown in a header; only @param is")
    parameters = tuple(_parameter(line, source) for line in lines if line.startswith("@param "))
    _check_clauses(parameters, text, source)
    return CannedQuery(name, prose[0], " ".join(prose[1:]), parameters, text)


def bind(query: CannedQuery, values: Mapping[str, str]) -> str:
    """The query's text with values, or else defaults, in the place of its parameters.

    >>> query = parse_query("q", "# T\\n# @param since date any From\\nASK { VALUES ?since { UNDEF } }", "q.rq")
    >>> bind(query, {"since": "2022-03-14"}).splitlines()[-1]
    'ASK { VALUES ?since { "2022-03-14"^^<http://www.w3.org/2001/XMLSchema#date> } }'

    :raises UsageError: when there is no such parameter, or a value is not of its type.
    """
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in values:
        if name not in known:
            raise UsageError(_no_such("parameter", name, known, f"query {query.name}"))
    terms: dict[str, str] = {}
    for parameter in query.parameters:
        value = values.get(parameter.name, parameter.default)
        if value is not None and value != UNSET:
            terms[parameter.variable] = _term(parameter, value)

    def fill(clause: re.Match[str]) -> str:
        variable = clause.group(1)
        return f"VALUES ?{variable} {{ {terms[variable]} }}" if variable in terms else clause.group(0)

    return _CLAUSE.sub(fill, query.text)


def find_query(queries: Iterable[CannedQuery], name: str) -> CannedQuery:
    """The query of that name.

    :raises UsageError: when there is none, with the nearest name.
    """
    by_name = {query.name: query for query in queries}
    if name not in by_name:
        raise UsageError(_no_such("query", name, by_name, "the library"))
    return by_name[name]


def with_prefixes(text: str) -> str:
    """The query with the usual prefixes that it uses but does not declare, put before it on its first line.

    >>> with_prefixes("SELECT ?e { ?e a dip:Event }")
    'PREFIX dip: <https://w3id.org/diplomacy-kg/ontology#> SELECT ?e { ?e a dip:Event }'
    """
    declared = set(_DECLARED_PREFIX.findall(_without_comments(text)))
    missing = [
        f"PREFIX {prefix}: <{iri}> "
        for prefix, iri in PREFIXES.items()
        if prefix not in declared and re.search(rf"(?<![\w.-]){prefix}:", text)
    ]
    return "".join(missing) + text


def _header(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if not line.startswith("#"):
            return
        if content := line.lstrip("#").strip():
            yield content


def _parameter(line: str, source: str) -> Parameter:
    parts = line.split(None, 4)
    if len(parts) < 5:
        raise DataError(f"{source}: write '# @param NAME TYPE DEFAULT HELP' instead of '# {line}'")
    _, name, type_, default, help_ = parts
    if not _PARAMETER_NAME.fullmatch(name):
        raise DataError(f"{source}: parameter {name!r} needs small letters, digits and hyphens, as 'include-possible'")
    if type_ not in TYPES:
        raise DataError(f"{source}: parameter {name}: {_no_such('type', type_, TYPES, 'a header')}")
    parameter = Parameter(name, type_, None if default == UNSET else default, help_)
    if parameter.default is not None:
        try:
            _term(parameter, parameter.default)
        except UsageError as error:
            raise DataError(f"{source}: the default of {error}") from error
    return parameter


def _check_clauses(parameters: tuple[Parameter, ...], text: str, source: str) -> None:
    variables = [parameter.variable for parameter in parameters]
    used = set(_CLAUSE.findall(_without_comments(text)))
    for parameter in parameters:
        if variables.count(parameter.variable) > 1:
            raise DataError(f"{source}: parameter {parameter.name} is declared twice; remove one '# @param' line")
        if parameter.variable not in used:
            clause = f"VALUES ?{parameter.variable} {{ UNDEF }}"
            raise DataError(f"{source}: parameter {parameter.name} is not used; write '{clause}' in the body")
    for variable in sorted(used.difference(variables)):
        raise DataError(f"{source}: VALUES ?{variable} {{ UNDEF }} has no '# @param' line in the header; add one")


def _without_comments(text: str) -> str:
    """The text without whole-line comments. A # inside a line may belong to an IRI, so such comments stay."""
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


def _term(parameter: Parameter, value: str) -> str:
    try:
        return str(TYPES[parameter.type](value))
    except ValueError as error:
        raise UsageError(f"parameter {parameter.name}: {value!r} is not {error}") from error


def _no_such(kind: str, name: str, known: Iterable[str], place: str) -> str:
    names = list(known)
    if near := get_close_matches(name, names, n=1):
        return f'{place} has no {kind} "{name}"; did you mean "{near[0]}"?'
    return f'{place} has no {kind} "{name}"' + (f"; there are {', '.join(names)}" if names else ", nor any other")


def _string(value: str) -> Literal:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("text in Unicode") from None
    return Literal(value)


def _integer(value: str) -> Literal:
    if not re.fullmatch(r"[+-]?[0-9]+", value):
        raise ValueError("a whole number, as 10")
    return Literal(value, datatype=XSD("integer"))


def _decimal(value: str) -> Literal:
    if not re.fullmatch(r"[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)", value):
        raise ValueError("a decimal number, as 0.5")
    return Literal(value, datatype=XSD("decimal"))


def _boolean(value: str) -> Literal:
    if value.lower() in ("true", "yes", "1"):
        return Literal("true", datatype=XSD("boolean"))
    if value.lower() in ("false", "no", "0"):
        return Literal("false", datatype=XSD("boolean"))
    raise ValueError("true or false")


def _date(value: str) -> Literal:
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            raise ValueError
        return Literal(date.fromisoformat(value).isoformat(), datatype=XSD("date"))
    except ValueError:
        raise ValueError("a day, as 2022-03-14") from None


def _iri(value: str) -> NamedNode:
    if re.fullmatch(r"(event/)?[\w.-]+", value):
        value = f"{BASE}event/{value.removeprefix('event/')}"
    try:
        return NamedNode(value.removeprefix("<").removesuffix(">"))
    except ValueError:
        raise ValueError("an IRI, as https://w3id.org/diplomacy-kg/event/…") from None


def _iso3(value: str) -> Literal:
    if not re.fullmatch(r"[A-Za-z]{3}", value):
        raise ValueError("a country code of three letters (ISO 3166-1 alpha-3), as CHN")
    return Literal(value.upper())


def _qid(value: str) -> Literal:
    item = value.removeprefix("wd:").removeprefix(PREFIXES["wd"]).removeprefix("https://www.wikidata.org/wiki/").upper()
    if not re.fullmatch(r"Q[1-9][0-9]*", item, re.ASCII):
        raise ValueError("a Wikidata identifier, as Q30")
    return Literal(item)


def _type(value: str) -> NamedNode:
    name = value.upper()
    if name not in QUAD_CLASS:
        near = get_close_matches(name, QUAD_CLASS, n=1)
        hint = f"; did you mean {near[0]}?" if near else f": {', '.join(QUAD_CLASS)}"
        raise ValueError(f"one of PLOVER's event types{hint}")
    return PLOVER(name)


TYPES: Mapping[str, Callable[[str], Literal | NamedNode]] = {
    "string": _string,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "iri": _iri,
    "iso3": _iso3,
    "qid": _qid,
    "type": _type,
    "entity": _string,
}
"""Type of a parameter → what makes an RDF term of a value. A ValueError says what the value should have been."""

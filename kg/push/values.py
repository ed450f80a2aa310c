"""How stores write the values they keep: literals brought to one form, so that both sides of a push can be compared.

A store that keeps numbers as numbers gives "1" where it was sent "01". That is no loss, and no difference here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from kg.graph.vocabulary import XSD

Form = tuple[str, str]
"""A lexical form and the IRI of its datatype."""
Rule = Callable[[str], Form]
Table = Mapping[str, Rule]
"""Datatype IRI → what a store makes of its lexical forms; datatypes without a rule are kept as they are."""

_INTEGER, _DECIMAL, _DOUBLE = (XSD(n).value for n in ("integer", "decimal", "double"))
_INTEGER_TYPES = (
    *("integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"),
    *("negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
)
_WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
_VIRTUOSO_GEOMETRY = "http://www.openlinksw.com/schemas/virtrdf#Geometry"


def in_one_form(triple: Triple, table: Table) -> Triple:
    """The triple with its object as stores of that table keep it.

    >>> from pyoxigraph import RdfFormat, parse
    >>> [quad] = parse('<urn:s> <urn:p> "0.860"^^<http://www.w3.org/2001/XMLSchema#decimal> .', format=RdfFormat.N_TRIPLES)
    >>> in_one_form(quad.triple, NUMBERS).object.value
    '0.86'
    """
    term = triple.object
    if not isinstance(term, Literal) or term.language:
        return triple
    rule = table.get(str(term.datatype.value))
    if rule is None:
        return triple
    lexical, datatype = rule(str(term.value))
    return Triple(triple.subject, triple.predicate, Literal(lexical, datatype=NamedNode(datatype)))


def _integer(text: str) -> Form:
    found = re.fullmatch(r"\s*([+-]?)0*([0-9]+)\s*", text, re.ASCII)
    if found is None:
        return text, _INTEGER
    sign, digits = found.groups()
    return f"-{digits}" if sign == "-" and digits != "0" else digits, _INTEGER


def _decimal(text: str) -> Form:
    found = re.fullmatch(r"\s*([+-]?)0*([0-9]*)(?:\.([0-9]*?)0*)?\s*", text, re.ASCII)
    if found is None or not re.search("[0-9]", text):
        return text, _DECIMAL
    sign, whole, part = found[1], found[2] or "0", found[3]
    plain = f"{whole}.{part}" if part else whole
    return f"-{plain}" if sign == "-" and plain != "0" else plain, _DECIMAL


def _floating(datatype: str) -> Rule:
    special = {"INF": "INF", "+INF": "INF", "-INF": "-INF", "NaN": "NaN"}

    def rule(text: str) -> Form:
        stripped = text.strip()
        if re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?", stripped, re.ASCII):
            return repr(float(stripped)), datatype
        return special.get(stripped, text), datatype

    return rule


def _boolean(text: str) -> Form:
    return {"1": "true", "0": "false"}.get(text.strip(), text.strip()), XSD("boolean").value


NUMBERS: Table = {
    **{XSD(name).value: _integer for name in _INTEGER_TYPES},
    _DECIMAL: _decimal,
    _DOUBLE: _floating(_DOUBLE),
    XSD("float").value: _floating(XSD("float").value),
    XSD("boolean").value: _boolean,
}
"""Numbers and truth values as values; the kinds of integer are one. So do Oxigraph and, as far as they say, the others."""


def _year_padded(datatype: str) -> Rule:
    """Virtuoso counts the minus among the four places of a year before 1: -044 for -0044."""
    return lambda text: (re.sub(r"^(-?)0*(\d{1,4})(?=-|Z|\+|$)", lambda m: m[1] + m[2].zfill(4), text), datatype)


def _duration(text: str) -> Form:
    """Virtuoso keeps a duration of years and months as months, one of days and less as seconds."""
    datatype = XSD("duration").value
    if found := re.fullmatch(r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?", text):
        return f"{found[1]}{int(found[2] or 0) * 12 + int(found[3] or 0)}", datatype
    if found := re.fullmatch(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?", text):
        days, hours, minutes, seconds = (float(part or 0) for part in found.groups()[1:])
        return f"{found[1]}{((days * 24 + hours) * 60 + minutes) * 60 + seconds}", datatype
    return text, datatype


def _virtuoso_integer(text: str) -> Form:
    """What exceeds 64 bits becomes a decimal."""
    lexical, _ = _integer(text)
    if not re.fullmatch(r"-?[0-9]+", lexical, re.ASCII) or len(lexical) < 19:
        return lexical, _INTEGER
    fits = len(lexical) <= 20 and -(2**63) <= int(lexical) < 2**63
    return lexical, _INTEGER if fits else _DECIMAL


VIRTUOSO: Table = {
    **NUMBERS,
    **{XSD(name).value: _virtuoso_integer for name in _INTEGER_TYPES},
    **{XSD(n).value: _year_padded(XSD(n).value) for n in ("date", "dateTime", "gYear", "gYearMonth")},
    XSD("duration").value: _duration,
    _WKT: lambda text: (text, _VIRTUOSO_GEOMETRY),
}
"""Measured on Virtuoso 7.2."""

"""Terms that stores are known to stumble over, as one graph; and a store of two articles."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from kg.graph.vocabulary import XSD

TWO_ARTICLES = Path(__file__).parent.parent / "graphs" / "two-articles.trig"
EXAMPLE = "http://example.org/"

TYPED = (
    *(("decimal", v) for v in ("0.860", "1.0", "-0.0", "+5.50", "123456789012345678.12345678")),
    *(("integer", v) for v in ("007", "-12", "99999999999999999999")),
    *(("boolean", v) for v in ("true", "1", "false", "0")),
    *(("date", v) for v in ("2022-03-14", "-0044-03-15", "0000-01-01", "2022-03-14Z", "2022-13-45", "12022-01-01")),
    *(("dateTime", v) for v in ("2022-03-14T10:00:00", "2022-03-14T10:00:00.123456Z", "2022-03-14T10:00:00+02:00")),
    *(("dateTime", v) for v in ("-0044-03-15T10:00:00Z", "2022-03-14T23:59:59.999Z")),
    *(("gYear", v) for v in ("2022", "-0044")),
    *(("gYearMonth", v) for v in ("2022-03", "-0044-03")),
    *(("double", v) for v in ("1.0E0", "0.1", "NaN", "1e-7")),
    *(("duration", v) for v in ("P1D", "PT1H30M", "P1Y2M")),
    ("nonNegativeInteger", "5"),
    ("float", "1.5"),
    ("anyURI", "http://example.org/ä b"),
    ("time", "10:00:00"),
)
TEXTS = (
    *(
        "",
        "plain",
        "  blanks around  ",
        "quote \" backslash \\ apostrophe '",
        "line\nfeed\r\nand\ttab",
        "a\u2028b\u0085c\u00a0d",
    ),
    *(
        "naïve Ελλάδα 漢字 العربية",
        "beyond the basic plane 😀 𝔘",
        "combined e\u0301, not é",
        "bell \x07 and \x01",
        "}> ; DROP ALL ; {",
    ),
    *("x" * 200_000, "漢😀" * 30_000),
)
LANGUAGES = ("en", "en-GB", "de-CH", "zh-Hant-TW", "sr-Latn")
IRIS = (
    *(
        "ä",
        "%C3%A4",
        "a'b",
        "a(b)",
        "a?b=c&d=e#f",
        "漢字",
        "😀",
        "a%2Fb%20c",
        "A%2fb",
        "a;b,c!$*+=~",
        "a/../b",
        "a//b/",
        "%25",
        "#",
        "-_.~",
    ),
)
OTHER_IRIS = (
    "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
    "mailto:a@example.org",
    "tag:example.org,2020:a",
    "HTTP://EXAMPLE.ORG/up",
)


def hard_triples() -> list[Triple]:
    """One triple a term."""
    terms: list[NamedNode | Literal] = [Literal(value, datatype=XSD(name)) for name, value in TYPED]
    terms += [Literal(text) for text in TEXTS]
    terms += [Literal(text, language=tag) for tag in LANGUAGES for text in ("colour", "")]
    terms += [NamedNode(iri) for iri in (*(EXAMPLE + local for local in IRIS), *OTHER_IRIS)]
    terms += [Literal("v", datatype=NamedNode(EXAMPLE + "datatype"))]
    return [Triple(NamedNode(f"{EXAMPLE}s{n}"), NamedNode(EXAMPLE + "p"), term) for n, term in enumerate(terms)]


def hard_lines() -> list[bytes]:
    """The triples as N-Triples lines."""
    return [f"{t.subject} {t.predicate} {t.object} .\n".encode() for t in hard_triples()]


def two_articles() -> list[ox.Quad]:
    """Articles that share events and entities, with their derived graphs."""
    return list(ox.parse(path=str(TWO_ARTICLES), format=RdfFormat.TRIG))

"""What is told of a SPARQL text by its tokens: the calls to other services, and whether it names its graphs.

Calls are SERVICE in a query and LOAD in an update. No parser tells us of them, and the engine's own reads a `<` as the
beginning of an IRI or as "less than" by its context. So at each `<` both readings are followed, and a call that any
reading has counts: some texts without a call are taken to have one, never the other way round. A text with more
readings, or more words that may be calls, than can be looked at in a moment is taken to have one too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_GAP = r"(?:\s|\#[^\n\r]*(?:[\n\r]|\Z))*"
_IRI = r"<[^<>\"{}|^`\\\x00-\x20]*>"
_NAME = r"(?:[\w:%]|\\[_~.\-!$&'()*+,;=/?\#@%])(?:[\w:%.\-\u00b7]|\\[_~.\-!$&'()*+,;=/?\#@%])*"
_PREFIXED = rf"(?:[^\W\d_](?:[\w.\-\u00b7]*[\w\-\u00b7])?)?:(?:{_NAME})?"
_TOKENS = re.compile(
    rf"""(?P<gap>(?:\s|\#[^\n\r]*(?:[\n\r]|\Z))+)
    | (?P<string>\"\"\"(?:\"{{0,2}}(?:[^\"\\]|\\.))*\"\"\" | '''(?:'{{0,2}}(?:[^'\\]|\\.))*'''
                | \"(?:[^\"\\\n\r]|\\.)*\" | '(?:[^'\\\n\r]|\\.)*')
    | (?P<variable>[?$]\w+)
    | (?P<label>_:\w(?:[\w.\-\u00b7]*[\w\-\u00b7])?)
    | (?P<prefixed>{_PREFIXED})
    | (?P<word>\w+)
    | (?P<less><)
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_IRI_TOKEN = re.compile(_IRI)
_WEB_ADDRESS = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
_SERVICE = re.compile(rf"SERVICE{_GAP}(?:SILENT{_GAP})?(?:(?P<iri>{_IRI})|[?$]\w+|{_PREFIXED}){_GAP}\{{", re.IGNORECASE)
_LOAD = re.compile(rf"LOAD{_GAP}(?:SILENT{_GAP})?(?:(?P<iri>{_IRI})|{_PREFIXED})", re.IGNORECASE)
_FROM = re.compile(rf"FROM{_GAP}(?:NAMED{_GAP})?(?:{_IRI}|{_PREFIXED})", re.IGNORECASE)
_KEYWORDS = re.compile("SERVICE|LOAD", re.IGNORECASE)
_FROM_WORD = re.compile("FROM", re.IGNORECASE)
_DECLARED = re.compile(rf"PREFIX{_GAP}([^\s:<]*):", re.IGNORECASE)
MOST_WORDS = 50
"""Words SERVICE and LOAD that are looked at: each may be followed by a long name."""
MOST_READINGS = 500
"""Readings of a text that are followed: each may begin with a long comment."""
_GRAPH_BEFORE = re.compile(r"[\s{}.]GRAPH[ \t]+\Z", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def find_calls(text: str, *, is_update: bool = False) -> set[str | None]:
    """The IRIs of what the text calls, None for a call whose target is not written as an IRI; LOAD only in updates.

    >>> find_calls("SELECT * { SERVICE SILENT <http://a/> { ?s ?p 'SERVICE <http://b/> {' } }")
    {'http://a/'}
    >>> find_calls("SELECT * { ?s ?p ?service # SERVICE ?x {")
    set()
    >>> find_calls("LOAD <http://a/>", is_update=True)
    {'http://a/'}
    """
    readings = {text, _ESCAPE.sub(_escaped, text)}
    return {call for reading in readings for call in _calls_in(reading, is_update)}


def names_graphs(query: str) -> bool:
    """Whether a query says itself, with FROM, what its default graph is.

    >>> names_graphs("ASK FROM <http://a/> {}"), names_graphs("ASK { ?from ?p 'FROM <http://a/>' } # FROM <http://a/>")
    (True, False)
    """
    if not _FROM_WORD.search(query):
        return False
    prefixes = set(_DECLARED.findall(query))
    words = 0
    for token in _tokens_in(query):
        if token is None:
            return False
        if token.lastgroup not in ("word", "prefixed"):
            continue
        prefix, colon, _ = token.group().partition(":")
        if colon and prefix in prefixes:
            continue
        for word in _FROM_WORD.finditer(query, token.start(), token.start() + len(prefix)):
            words += 1
            if words > MOST_WORDS or _FROM.match(query, word.start()):
                return True
    return False


def _escaped(match: re.Match[str]) -> str:
    code = int(match.group(1) or match.group(2), 16)
    return chr(code) if code < 0x110000 else match.group(0)


def _calls_in(text: str, is_update: bool) -> Iterator[str | None]:
    if not _KEYWORDS.search(text):
        return
    words = 0
    for token in _tokens_in(text):
        if token is None or words > MOST_WORDS:
            yield None
            return
        if token.lastgroup in ("word", "prefixed"):
            words += sum(1 for _ in _KEYWORDS.finditer(text, token.start(), token.end()))
            if words <= MOST_WORDS:
                yield from _calls_at(text, token, is_update)


def _tokens_in(text: str) -> Iterator[re.Match[str] | None]:
    """The tokens of every reading, each once; None in place of the rest when there are too many readings."""
    seen: set[int] = set()
    waiting = [0]
    readings = 1
    while waiting:
        at = waiting.pop()
        while at < len(text) and at not in seen:
            seen.add(at)
            token = _TOKENS.match(text, at)
            assert token is not None, "the last alternative matches any character"
            yield token
            at = token.end()
            if token.lastgroup == "less" and (iri := _IRI_TOKEN.match(text, at - 1)):
                if not _WEB_ADDRESS.match(text, at - 1):
                    readings += 1
                    waiting.append(at)
                at = iri.end()
                if readings > MOST_READINGS:
                    yield None
                    return


def _calls_at(text: str, token: re.Match[str], is_update: bool) -> Iterator[str | None]:
    """The calls that begin within a word, or within a prefixed name: the engine needs no space after a keyword."""
    end = token.end()
    if token.lastgroup == "prefixed":
        if _GRAPH_BEFORE.search(text, max(token.start() - 200, 0), token.start()):
            return
        end = text.index(":", token.start())
    for keyword in _KEYWORDS.finditer(text, token.start(), end):
        if keyword.group().upper() == "SERVICE":
            call = _SERVICE.match(text, keyword.start())
        else:
            call = _LOAD.match(text, keyword.start()) if is_update else None
        if call is not None:
            iri = call.group("iri")
            yield iri[1:-1] if iri else None

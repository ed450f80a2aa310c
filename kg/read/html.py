"""Web pages → drafts: the article without the page's furniture, and what the page says of it."""

from __future__ import annotations

import copy
import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from kg.errors import InputError
from kg.read.decode import MAGIC_LENGTH, clean_text, decode_text, encoding_of, refuse_binary
from kg.read.drafts import Draft, draft_from_fields, language_tag, web_address
from kg.read.sources import Source, read_whole

if TYPE_CHECKING:
    from configparser import ConfigParser

_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""", re.IGNORECASE
)
# English pages of before UTF-8; browsers read Latin-1 as Windows-1252 too.
_LATIN = re.compile(r"(?:iso-?8859-1|latin-?1|us-ascii|windows-1252|cp-?1252|x-cp1252)", re.IGNORECASE)
# Only what the page states: a date guessed from the words of the text would be somebody else's.
_DATES = {"original_date": True, "extensive_search": False, "min_date": "1900-01-01", "max_date": "2100-01-01"}
_SMALL_PAGE = 5_000
_BROKEN_LINE = re.compile(r"(?<![.!?:;\"'”’])\n(?=[a-z])")


def read_html(stream: io.BufferedReader, source: Source) -> Iterator[Draft]:
    """The one draft of a web page: its paragraphs set apart by blank lines, without comments, tables and navigation.

    Title, date, publisher, canonical address and language are those the page states.

    :raises InputError: when the file is not text or too large, or holds no article.
    """
    page = decode_page(read_whole(stream, source.where), source.where)
    if not page.strip():
        raise InputError(f"{source.where}: there is no text in it; leave it out, or check how it was made")
    tree = _parse(page, source.where)
    found = _extract(tree, page, source.where)
    text = clean_text(found.text or "") if found else ""
    if not found or not text.strip():
        raise InputError(f"{source.where}: no article found on this page; save its text as a .txt file")
    fields = {
        "title": found.title,
        "published": found.date,
        # Trafilatura changes the case of a name, and one publisher would become two.
        "source": _first(tree, "//meta[@property='og:site_name']/@content") or found.sitename,
        "url": _valid(web_address, found.url),
        "language": _valid(language_tag, _first(tree, "/html/@lang | /html/@xml:lang | /html/@*[name()='xml:lang']")),
    }
    known = {key: value for key, value in fields.items() if value}
    yield draft_from_fields(known, text=_paragraphs(text), where=source.where, name=source.name)


def decode_page(data: bytes, where: str) -> str:
    """The source of a page: UTF-8, else the Western encoding that the page itself declares.

    :raises InputError: when it is neither.
    """
    try:
        return decode_text(data, where)
    except InputError:
        refuse_binary(data[:MAGIC_LENGTH], where)
        declared = _CHARSET.search(data[:4096])
        if encoding_of(data) or b"\x00" in data or not declared or not _LATIN.fullmatch(declared[1].decode("ascii")):
            raise
    return clean_text(data.decode("windows-1252", "replace"))


def _parse(page: str, where: str) -> Any:
    """The page's lxml tree, or None when it is hardly HTML."""
    whole = page if re.search(r"<(?:html|body)\b", page, re.IGNORECASE) else f"<html><body>{page}</body></html>"
    with _one_error(where):
        return _trafilatura("utils").load_html(whole)


def _extract(tree: Any, page: str, where: str) -> Any:
    """Trafilatura's document, or None when it finds no article."""
    if tree is None:
        return None
    with _one_error(where):
        return _trafilatura("core").bare_extraction(
            # It cuts away what it has no use for.
            copy.deepcopy(tree),
            include_comments=False,
            include_tables=False,
            with_metadata=True,
            date_extraction_params=dict(_DATES),
            config=_config(is_small=len(page) < _SMALL_PAGE),
        )


@contextmanager
def _one_error(where: str) -> Iterator[None]:
    try:
        yield
    # Trafilatura and lxml do not say what they raise on broken pages; none of it may stop a load.
    except Exception as error:
        reason = type(error).__name__
        raise InputError(f"{where}: this page cannot be parsed ({reason}); save its text as a .txt file") from error


def _first(tree: Any, xpath: str) -> str | None:
    """The first string that is not blank among those that the XPath finds."""
    return next((found for found in map(str, tree.xpath(xpath)) if found.strip()), None)


@lru_cache(maxsize=3)
def _trafilatura(part: str) -> ModuleType:
    module = import_module(f"trafilatura.{part}")
    for name in ("trafilatura", "htmldate", "courlan", "readability", "justext"):
        # Without a handler their complaints about a page would reach the user's terminal.
        logging.getLogger(name).addHandler(logging.NullHandler())
    return module


@lru_cache(maxsize=2)
def _config(*, is_small: bool) -> ConfigParser:
    """Trafilatura's settings; on a small page a short text is the article, not a sign that it was missed."""
    config: ConfigParser = copy.deepcopy(_trafilatura("settings").DEFAULT_CONFIG)
    if is_small:
        config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "30")
    return config


def _valid(check: Any, value: str | None) -> str | None:
    """The value as the check returns it; None for what a page states wrongly, which its reader cannot mend."""
    try:
        return str(check(value, "page")) if value else None
    except InputError:
        return None


def _paragraphs(text: str) -> str:
    r"""The text with each paragraph set apart; a line broken within a sentence is joined again.

    >>> _paragraphs("Talks\nThey met\nin Vienna.\n- They agreed.")
    'Talks\n\nThey met in Vienna.\n\nThey agreed.'
    """
    lines = _BROKEN_LINE.sub(" ", text).split("\n")
    return "\n\n".join(line for raw in lines if (line := raw.removeprefix("- ").strip()))

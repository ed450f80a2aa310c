"""Files, folders and standard input → articles; the table of readers."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, TypeAlias

from kg.errors import InputError, KgError
from kg.model import Article
from kg.read.drafts import Defaults, Draft, InputFormat, Unread, complete_draft
from kg.read.html import read_html
from kg.read.jsonl import read_json, read_jsonl
from kg.read.sources import Source, find_sources, open_source, peek_content, suffix_of, unreadable
from kg.read.text import read_markdown, read_text

Reader: TypeAlias = Callable[[io.BufferedReader, Source], Iterator[Draft | Unread]]
"""Reads an open source; raises InputError for the whole of it, yields Unread for a part."""

READERS: Mapping[str, Reader] = MappingProxyType(
    {
        ".txt": read_text,
        ".text": read_text,
        ".md": read_markdown,
        ".markdown": read_markdown,
        ".html": read_html,
        ".htm": read_html,
        ".xhtml": read_html,
        ".jsonl": read_jsonl,
        ".ndjson": read_jsonl,
        ".jsonl.gz": read_jsonl,
        ".ndjson.gz": read_jsonl,
        ".json": read_json,
    }
)
"""File suffix → reader. In a folder only files with one of these are read."""

FORMATS: Mapping[InputFormat, Reader] = MappingProxyType(
    {"text": read_text, "markdown": read_markdown, "html": read_html, "jsonl": read_jsonl, "json": read_json}
)
"""Name of an input format → reader."""


def read_articles(
    paths: Sequence[str | Path], defaults: Defaults, *, stdin: BinaryIO | None = None
) -> Iterator[Article | Unread]:
    """The articles at the paths, in order, and in its place each thing that could not be read; raises nothing.

    A path is a file, a folder (its files with a known suffix, sorted, hidden ones left out) or "-", standard input.
    With an input format, files and standard input are read as that, and of a folder only the files of that format.
    An article's id is its own, else its own address, else `defaults.id`, else `defaults.url`, else its path relative
    to the folder given; a path that would give a second article the same id leaves that article unread.
    """
    standard_input = stdin or (sys.stdin.buffer if sys.stdin and "-" in map(str, paths) else None)
    taken: dict[str, str] = {}
    for source in find_sources(paths, _suffixes(defaults.input_format)):
        if isinstance(source, Unread):
            yield source
            continue
        for draft in _read_source(source, defaults.input_format, standard_input):
            if isinstance(draft, Unread):
                yield draft
                continue
            try:
                article_id = _choose_id(
                    draft, source, defaults, taken if len(paths) > 1 or defaults.id or defaults.url else None
                )
                yield complete_draft(draft, defaults, article_id)
            except KgError as error:
                yield Unread(draft.where, error)


def _suffixes(input_format: InputFormat | None) -> tuple[str, ...]:
    return tuple(suffix for suffix, reader in READERS.items() if not input_format or reader is FORMATS[input_format])


def _read_source(source: Source, input_format: InputFormat | None, stdin: BinaryIO | None) -> Iterator[Draft | Unread]:
    try:
        with open_source(source, stdin) as stream:
            reader, opened = _reader_for(source, input_format, stream)
            yield from reader(opened, source)
    except InputError as error:
        yield Unread(source.where, error)
    except OSError as error:
        yield Unread(source.where, unreadable(source.where, error))


def _reader_for(
    source: Source, input_format: InputFormat | None, stream: io.BufferedReader
) -> tuple[Reader, io.BufferedReader]:
    """The reader of a source, and the stream that it should read."""
    if input_format:
        return FORMATS[input_format], stream
    if source.path is None:
        head, again = peek_content(stream)
        return sniff_reader(head), again
    suffix = suffix_of(source.path.name, READERS.keys())
    return READERS[suffix] if suffix else read_text, stream


def sniff_reader(head: bytes) -> Reader:
    """The reader for bytes without a name, by their first character that is not blank.

    >>> sniff_reader(b'  {"text": "They met."}').__name__, sniff_reader(b"They met.").__name__
    ('read_jsonl', 'read_text')
    """
    # Byte-order marks and, in UTF-16, NUL bytes stand before the first character.
    first = head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n\x0b\x0c")[:1]
    if head.startswith(b"{\\rtf"):
        return read_text
    return {b"{": read_jsonl, b"<": read_html}.get(first, read_text)


def _choose_id(draft: Draft, source: Source, defaults: Defaults, taken: dict[str, str] | None) -> str:
    own = draft.id or draft.url
    if own:
        return own
    given = defaults.id or defaults.url
    if taken is not None:
        _claim(given or source.name, draft.where if given else source.where, taken)
    return given or draft.name


def _claim(name: str, where: str, taken: dict[str, str]) -> None:
    """Note who has the name; a second owner would silently replace the first in the graph."""
    first = taken.setdefault(name, where)
    if first != where:
        remedy = "give each an id of its own, or give the folder above both"
        raise InputError(f"{where}: its id would be {name!a}, which {first} has already; {remedy}")

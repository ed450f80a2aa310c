"""JSON Lines, one article a line, and JSON files of one article or a list of them → drafts."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator

from kg.errors import InputError
from kg.read.decode import MAGIC_LENGTH, clean_text, decode_text, encoding_of, refuse_binary
from kg.read.drafts import FIELDS, Draft, Unread, draft_from_fields
from kg.read.sources import Source, read_whole

MAX_LINE = 10_000_000
"""Longest line, in characters."""

_GZIP = b"\x1f\x8b"


def read_jsonl(stream: io.BufferedReader, source: Source) -> Iterator[Draft | Unread]:
    """A draft a line, in order, one line in memory at a time; what is wrong with a line leaves only that line unread.

    Keys are id, text, title, published, source, url and language; all but text may be absent. Others are passed over.
    Gzip is recognised by its first bytes.

    :raises InputError: when the file is binary or empty, or breaks off (the lines before that were yielded).
    """
    plain = _unpacked(stream) if stream.peek(2)[:2] == _GZIP else stream
    count = 0
    try:
        for count, line in enumerate(_lines(plain, source.where), start=1):
            where = f"{source.where}, line {count}"
            try:
                if line is None:
                    raise InputError(
                        f"{where}: line too long (over {MAX_LINE // 1_000_000} million characters); split the article"
                    )
                if line.strip():
                    yield _draft(_parse(line, where), where, f"{source.name}#{count}")
            except InputError as error:
                yield Unread(where, error)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{source.where}: broken gzip after line {count}; get the file again") from error
    except UnicodeError as error:
        raise InputError(f"{source.where}: broken UTF-16 after line {count}; save the file again as UTF-8") from error
    if not count:
        raise InputError(f"{source.where}: there is no text in it; leave it out, or check how it was made")


def _unpacked(stream: io.BufferedReader) -> io.BufferedReader:
    return io.BufferedReader(gzip.GzipFile(fileobj=stream))


def _lines(stream: io.BufferedReader, where: str) -> Iterator[str | None]:
    """The lines without their ends; None for one that is too long."""
    head = stream.peek(MAGIC_LENGTH)[:MAGIC_LENGTH]
    refuse_binary(head, where)
    # Broken bytes come as lone surrogates, so that only their own line is lost.
    text = io.TextIOWrapper(stream, encoding_of(head) or "utf-8", errors="surrogateescape", newline="\n")
    try:
        while line := text.readline(MAX_LINE + 1):
            if len(line) <= MAX_LINE or line.endswith("\n"):
                yield line.rstrip("\r\n")
                continue
            while (rest := text.readline(MAX_LINE)) and not rest.endswith("\n"):
                pass
            yield None
    finally:
        text.detach()


def read_json(stream: io.BufferedReader, source: Source) -> Iterator[Draft | Unread]:
    """The drafts of a JSON file: of its one object, of each object of its list, or of its lines if it is JSON Lines.

    :raises InputError: when the file is none of these, or too large.
    """
    text = decode_text(read_whole(stream, source.where), source.where)
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        if str(error).startswith("Extra data"):
            yield from read_jsonl(io.BufferedReader(io.BytesIO(text.encode())), source)
            return
        raise InputError(f"{source.where}: not JSON ({_reason(error)}); correct it") from error
    if isinstance(whole, dict):
        yield _draft(whole, source.where, source.name)
        return
    for count, item in enumerate(whole if isinstance(whole, list) else [whole], start=1):
        where = f"{source.where}, item {count}"
        try:
            yield _draft(item, where, f"{source.name}#{count}")
        except InputError as error:
            yield Unread(where, error)


def _parse(line: str, where: str) -> object:
    if any("\udc80" <= c <= "\udcff" for c in line):
        # Raises, naming the byte and the remedy.
        decode_text(line.encode("utf-8", "surrogateescape"), where)
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not JSON ({_reason(error)}); write one JSON object a line") from error


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        place = f"column {error.colno}" if error.lineno == 1 else f"line {error.lineno}, column {error.colno}"
        return f"{error.msg[0].lower()}{error.msg[1:]} at {place}"
    return "nested too deeply" if isinstance(error, RecursionError) else "a number is too long"


def _draft(item: object, where: str, name: str) -> Draft:
    if not isinstance(item, dict):
        raise InputError(f'{where}: {_kind(item)}, not an object; write {{"text": "…"}}')
    text = item.get("text")
    if text is None:
        raise InputError(f'{where}: no text; the article goes under the key "text"')
    if not isinstance(text, str):
        raise InputError(f"{where}: text is {_kind(text)}; it must be a string")
    # Collections have their own use for a key: a list under "source" is no publisher's name, and no mistake.
    given = {key: item[key] for key in FIELDS if item.get(key) is not None and not isinstance(item[key], (list, dict))}
    fields = {key: _string(value, key, where) for key, value in given.items()}
    return draft_from_fields(fields, text=clean_text(text), where=where, name=name)


def _string(value: object, key: str, where: str) -> str:
    # Many collections number their articles.
    if key == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise InputError(f"{where}: {key} is {_kind(value)}; it must be a string")
    return value


def _kind(value: object) -> str:
    kinds = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a string",
        list: "a list",
        dict: "an object",
    }
    return kinds.get(type(value), "null")

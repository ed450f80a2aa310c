"""Gold files: JSON Lines whose every line is an object, with errors that name file and line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kg.errors import InputError

Spans = tuple[tuple[int, int], ...]


def read_objects(path: Path, required: Sequence[str], example: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Each object of a JSON Lines file, and where it stands.

    :raises InputError: when the file cannot be read, a line is no object, lacks a required key, or repeats an id.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); give a JSON Lines file") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text; give a JSON Lines file") from error
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        fields = _object(line, where, example)
        missing = [key for key in required if key not in fields]
        if missing:
            raise InputError(f"{where}: it has no {' and no '.join(missing)}; a line needs {', '.join(required)}")
        name, text = fields["id"], fields["text"]
        if not isinstance(name, str | int) or isinstance(name, bool):
            raise InputError(f"{where}: id {name!r} is no name; give a string or a number")
        if not isinstance(text, str) or not text.strip() or any("\ud800" <= c <= "\udfff" for c in text):
            raise InputError(f"{where}: text is empty, no string or broken; give the sentence")
        if str(name) in seen:
            raise InputError(f"{where}: id {str(name)!r} stands on an earlier line too; give each line its own")
        seen.add(str(name))
        yield fields, where
    if not seen:
        raise InputError(f"{path}: there is no gold in it; write one JSON object a line")


def _object(line: str, where: str, example: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not a JSON object: {error}") from error
    if not isinstance(fields, dict):
        raise InputError(f"{where}: not a JSON object; write {example}")
    return fields


def spans_of(value: Any, length: int, where: str) -> Spans:
    """A list of spans in a text of that length.

    :raises InputError: when one is none.
    """
    spans = []
    for span in value if isinstance(value, list) else [value]:
        if (
            not isinstance(span, list)
            or len(span) != 2
            or not all(isinstance(n, int) and not isinstance(n, bool) for n in span)
            or not 0 <= span[0] < span[1] <= length
        ):
            raise InputError(f"{where} {json.dumps(span)} is no span of the text; write [start, end] in code points")
        spans.append((span[0], span[1]))
    return tuple(spans)


def day_of(value: Any, where: str) -> date | None:
    """A day of publication, or None.

    :raises InputError: when it is no day.
    """
    try:
        return None if value is None else date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise InputError(f"{where}: published {value!r} is no day; write YYYY-MM-DD") from error

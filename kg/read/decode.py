"""Bytes → text: UTF-8, or UTF-16 and UTF-32 with a byte-order mark; anything else is refused by name."""

from __future__ import annotations

import codecs
import re
from typing import NoReturn

from kg.errors import InputError

_BINARY: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "PDF"),
    (b"%!PS", "PostScript"),
    (b"{\\rtf", "RTF"),
    (b"PK\x03\x04", "ZIP, DOCX, ODT or EPUB"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Microsoft Office"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x7fELF", "ELF program"),
    (b"SQLite format 3\x00", "SQLite"),
)
"""How well-known binary files begin, and what to call them."""

MAGIC_LENGTH = max(len(magic) for magic, _ in _BINARY)

# UTF-32 comes first: its little-endian mark begins with that of UTF-16.
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_UNENCODABLE = re.compile("[\x00\ud800-\udfff]")


def encoding_of(head: bytes) -> str | None:
    """The encoding that a byte-order mark announces, as Python names it; None without one.

    >>> encoding_of(b"\\xff\\xfeT\\x00"), encoding_of(b"They met.")
    ('utf-16', None)
    """
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def refuse_binary(head: bytes, where: str) -> None:
    """Nothing, when the first bytes may be those of a text.

    :raises InputError: when they are those of a well-known kind of binary file.
    """
    for magic, name in _BINARY:
        if head.startswith(magic):
            raise InputError(f"{where} is a binary file ({name}); convert it to text first")


def decode_text(data: bytes, where: str) -> str:
    """The text of a file, cleaned as by `clean_text`.

    >>> decode_text(b"\\xef\\xbb\\xbfThey met.\\r\\n", "news.txt")
    'They met.\\n'

    :raises InputError: when it is a binary file, or in another encoding than Unicode's.
    """
    refuse_binary(data[:MAGIC_LENGTH], where)
    encoding = encoding_of(data)
    if encoding is None and b"\x00" in data:
        raise InputError(f"{where} is a binary file (it has NUL bytes); convert it to text first")
    try:
        return clean_text(data.decode(encoding or "utf-8"))
    except UnicodeDecodeError as cause:
        _refuse_encoding(cause, encoding, where)


def _refuse_encoding(cause: UnicodeDecodeError, encoding: str | None, where: str) -> NoReturn:
    at = f"byte 0x{cause.object[cause.start]:02x} at offset {cause.start}"
    if encoding in ("utf-16", "utf-32"):
        raise InputError(f"{where}: broken {encoding.upper()} ({at}); save the file again as UTF-8") from cause
    remedy = "convert it, for example: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW"
    raise InputError(f"{where}: not UTF-8 ({at}); {remedy}") from cause


def clean_text(text: str) -> str:
    r"""The text with LF line ends, without byte-order mark, and with U+FFFD for what no Unicode file can hold.

    Only line ends change the length: a NUL or lone surrogate becomes one replacement character.

    >>> clean_text("They met.\r\nThey left.\r")
    'They met.\nThey left.\n'
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _UNENCODABLE.sub("\ufffd", text)


def one_line(text: str) -> str:
    """The text on one line, cleaned, each run of white space one space: for titles, names and messages.

    >>> one_line(" Ministers  meet\\n in Vienna ")
    'Ministers meet in Vienna'
    """
    return " ".join(clean_text(text).split())

"""Plain text and Markdown → drafts."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from kg.read.decode import decode_text, one_line
from kg.read.drafts import Draft, draft_from_fields
from kg.read.sources import Source, read_whole

MAX_HEADLINE = 200
"""A longer first line is a paragraph, not a headline."""

_FIELD_OF: Mapping[str, str] = MappingProxyType(
    {
        "title": "title",
        "date": "published",
        "published": "published",
        "source": "source",
        "url": "url",
        "id": "id",
        "language": "language",
        "lang": "language",
    }
)
"""Header and front matter key, in lower case → field."""

_HEADER = re.compile(rf"({'|'.join(_FIELD_OF)})[ \t]*:(.*)", re.IGNORECASE)
_LONGEST_WRAP = 120


def read_text(stream: io.BufferedReader, source: Source) -> Iterator[Draft]:
    """The one draft of a plain-text file, less its header.

    :raises InputError: when the file is not text, too large, or its header is wrong.
    """
    fields, text = split_header(decode_text(read_whole(stream, source.where), source.where))
    yield _draft(fields, text, source)


def read_markdown(stream: io.BufferedReader, source: Source) -> Iterator[Draft]:
    """The one draft of a Markdown file: its text as a reader would see it, without front matter and markup.

    :raises InputError: when the file is not text, too large, or its front matter is wrong.
    """
    fields, markdown = split_front_matter(decode_text(read_whole(stream, source.where), source.where))
    heading = _FIRST_HEADING.match(markdown)
    text = plain_of_markdown(markdown)
    if heading and "title" not in fields:
        fields = {**fields, "title": plain_of_markdown(heading["atx"] or heading["setext"])}
    yield _draft(fields, text, source)


def _draft(fields: Mapping[str, str], text: str, source: Source) -> Draft:
    headline = headline_of(text)
    known = fields if headline is None else {"title": headline, **fields}
    return draft_from_fields(known, text=text, where=source.where, name=source.name)


def split_header(text: str) -> tuple[dict[str, str], str]:
    r"""The fields of a header at the very top ("Title: …", up to a blank line), and the text after it.

    Without a header, no fields and the whole text. Of a key given twice the first counts.

    >>> split_header("Title: Talks\nDate: 2022-03-16\n\nThey met.")
    ({'title': 'Talks', 'published': '2022-03-16'}, 'They met.')
    """
    fields: dict[str, str] = {}
    at = 0
    while match := _HEADER.match(text, at):
        fields.setdefault(_FIELD_OF[match[1].lower()], match[2].strip())
        at = match.end() + 1
    rest = text[at:]
    first, _, _ = rest.partition("\n")
    if not fields or first.strip():
        return {}, text
    return fields, re.sub(r"\A(?:[ \t]*\n)+", "", rest)


def headline_of(text: str) -> str | None:
    r"""The first line, when it looks like a headline: short, without a final full stop, and set off from the text.

    It is set off by a blank line, or by a line too long to be the rest of a wrapped paragraph.

    >>> headline_of("Ministers meet\n\nThey met on Monday."), headline_of("They met.\n\nThey left.")
    ('Ministers meet', None)
    """
    first, _, rest = text.lstrip().partition("\n")
    following, _, _ = rest.partition("\n")
    line = one_line(first)
    is_set_off = not following.strip() or len(following) > _LONGEST_WRAP
    is_headline = is_set_off and rest.strip() and len(line) < MAX_HEADLINE and any(c.isalpha() for c in line)
    return line if is_headline and not line.rstrip("\"'”’»)").endswith((".", "…", ",", ";", ":")) else None


def split_front_matter(markdown: str) -> tuple[dict[str, str], str]:
    r"""The fields of YAML front matter, else of a plain header, and the Markdown after it.

    Only simple lines, `key: value`, are understood; lists and nested keys are passed over.

    >>> split_front_matter("---\ntitle: 'Talks'\ntags: [a]\n---\nThey met.")
    ({'title': 'Talks'}, 'They met.')
    """
    block = _FRONT_MATTER.match(markdown)
    if not block:
        return split_header(markdown)
    fields: dict[str, str] = {}
    for line in block[1].splitlines():
        match = _HEADER.fullmatch(line)
        value = _scalar(match[2]) if match else ""
        if match and value:
            fields.setdefault(_FIELD_OF[match[1].lower()], value)
    return fields, markdown[block.end() :].lstrip("\n")


def _scalar(value: str) -> str:
    value = value.strip()
    quoted = re.fullmatch(r"""(["'])(.*)\1(?:[ \t]+#.*)?""", value)
    if quoted:
        return quoted[2].replace("''", "'") if quoted[1] == "'" else quoted[2].replace('\\"', '"')
    plain = re.sub(r"(?:^|\s)#.*$", "", value)
    return "" if plain[:1] in ("|", ">", "[", "{", "&", "*") or plain in ("null", "~") else plain


_FRONT_MATTER = re.compile(
    r"---[ \t]*\n((?:(?!(?:---|\.\.\.)[ \t]*$).*\n)*)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE
)
_FIRST_HEADING = re.compile(r"\s*(?:#[ \t]+(?P<atx>[^\n]+)|(?P<setext>[^\n]+)\n=+[ \t]*(?:\n|\Z))")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
# Neither prose nor part of it: rules and underlines, link and footnote definitions, rows of tables.
_NO_PROSE = re.compile(
    r"""[ \t]*(?:
        ([-*_=])(?:[ \t]*\1){2,}[ \t]* | [-=]{2,}[ \t]* | =[ \t]* | \[[^\[\]]+\]:[ \t]*\S.* | \|.*\|[ \t]*
    )""",
    re.VERBOSE,
)
_LINE_MARK = re.compile(r"[ \t]*(?:>[ \t]?)*[ \t]*(?:\#{1,6}[ \t]+|(?:[-*+]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?)?")
_TARGET = r"\((?:[^()\n]|\([^()\n]*\))*\)"
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
# Stand-ins, from the end of the private use planes, for escaped characters while the markup is removed.
_HIDDEN = 0x10F000
_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"!\[[^\[\]\n]*\](?:{_TARGET}|\[[^\[\]\n]*\])"), ""),
    (re.compile(r"\[\^[^\[\]\n]*\]"), ""),
    (re.compile(rf"\[([^\[\]\n]*)\](?:{_TARGET}|\[[^\[\]\n]*\])"), r"\1"),
    (re.compile(r"<((?:https?|mailto):[^<>\s]+)>"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>\n]*>"), ""),
    (re.compile(r"`+([^`\n]+)`+"), r"\1"),
    (re.compile(r"(?<!\w)[*_~]+(?=[^\s*_~])|(?<=[^\s*_~])[*_~]+(?!\w)|(?<=\w)\*+(?=\w)|(?<=[^\s*_~])~~+"), ""),
)


def plain_of_markdown(markdown: str) -> str:
    r"""The prose of a Markdown text: markup, images, code blocks and tables removed.

    >>> plain_of_markdown("# Talks\n\nThey *met* in [Vienna](https://example.org).")
    'Talks\n\nThey met in Vienna.'
    """
    lines: list[str] = []
    fence = ""
    for line in _without_comments(markdown).split("\n"):
        mark = _FENCE.match(line)
        if fence:
            # Only a fence at least as long, of the same character, closes the block.
            fence = "" if mark and mark[1].startswith(fence) and not line.strip(" `~") else fence
        elif mark:
            fence = mark[1]
        elif not _NO_PROSE.fullmatch(line):
            lines.append(_plain_line(line))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _without_comments(markdown: str) -> str:
    """The text without HTML comments; one that is not closed is no comment. Found by hand: a pattern would be quadratic."""
    parts: list[str] = []
    at = 0
    while (start := markdown.find("<!--", at)) >= 0 and (end := markdown.find("-->", start)) >= 0:
        parts.append(markdown[at:start])
        at = end + 3
    return "".join([*parts, markdown[at:]])


def _without_closing_mark(line: str) -> str:
    """A heading's closing marks, a line break's backslash and blanks at the end taken off."""
    bare = line.rstrip(" \t")
    heading = bare.rstrip("#")
    if heading != bare and heading[-1:] in (" ", "\t"):
        return heading.rstrip(" \t")
    return bare.removesuffix("\\").rstrip(" \t") if bare.endswith("\\") else bare


def _plain_line(line: str) -> str:
    line = _ESCAPE.sub(lambda m: chr(_HIDDEN + ord(m[1])), line)
    line = _without_closing_mark(_LINE_MARK.sub("", line, count=1))
    for pattern, replacement in _INLINE:
        line = pattern.sub(replacement, line)
    return html.unescape(re.sub("[\U0010f000-\U0010f07f]", lambda m: chr(ord(m[0]) - _HIDDEN), line)).replace("\r", "")

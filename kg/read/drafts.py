"""What a reader yields (drafts and what stays unread), and how a draft becomes an article."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kg.errors import InputError, KgError
from kg.model import Article
from kg.read.days import parse_day
from kg.read.decode import one_line
from kg.read.language import check_language

InputFormat = Literal["text", "markdown", "html", "jsonl", "json"]


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the user says about the articles; fills what an article does not say of itself.

    `input_format` None means by suffix; `force` reads an article in whatever language.
    """

    id: str | None = None
    title: str | None = None
    published: date | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None
    input_format: InputFormat | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that was to be an article and could not be read: where it is, and why in one line."""

    where: str
    error: KgError


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as its file gives it. `name` is its id of last resort, `where` how messages call it."""

    text: str
    where: str
    name: str
    id: str | None = None
    title: str | None = None
    published: date | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None


FIELDS = ("id", "title", "published", "source", "url", "language")
"""What an article may say of itself; each is an attribute of `Draft`."""

_WEB_ADDRESS = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`\x7f]')
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_ENGLISH = re.compile(r"(?:english|eng)(?=-|$)", re.IGNORECASE)


def draft_from_fields(fields: Mapping[str, str], *, text: str, where: str, name: str) -> Draft:
    """The draft of a text with the fields that came with it; blank ones count as absent.

    :raises InputError: when the date, address or language is not one.
    """
    said = {key: line for key in FIELDS if (line := one_line(fields.get(key, "")))}
    published = parse_day(said["published"], where=where) if "published" in said else None
    return Draft(
        text=text,
        where=where,
        name=name,
        id=said.get("id"),
        title=said.get("title"),
        published=published,
        source=said.get("source"),
        url=web_address(said["url"], where) if "url" in said else None,
        language=language_tag(said["language"], where) if "language" in said else None,
    )


def complete_draft(draft: Draft, defaults: Defaults, article_id: str) -> Article:
    """The article of a draft: gaps filled from the defaults, checked to have text and be in English.

    :raises InputError: when there is nothing but white space.
    :raises UnsupportedLanguage: when it is in another language and not forced.
    """
    if not draft.text.strip():
        raise InputError(f"{draft.where}: there is no text in it; leave it out, or check how it was made")
    declared = draft.language or (defaults.language and language_tag(defaults.language, "--language")) or None
    language = declared if defaults.force else check_language(draft.text, declared, draft.where)
    return Article(
        id=article_id,
        text=draft.text,
        source=draft.source or defaults.source,
        url=draft.url or (defaults.url and web_address(defaults.url, "--url")) or None,
        title=draft.title or defaults.title,
        published=draft.published or defaults.published,
        language=language,
    )


def web_address(text: str, where: str) -> str:
    """The address, with characters that no IRI may hold percent-encoded.

    >>> web_address("https://example.org/a b", "news.txt")
    'https://example.org/a%20b'

    :raises InputError: when it is not an http or https address.
    """
    address = _NOT_IN_IRI.sub(lambda m: f"%{ord(m.group()):02X}", text.strip())
    if not _WEB_ADDRESS.fullmatch(address):
        raise InputError(f"{where}: {text[:80]!a} is not a web address; write it in full, as https://…")
    return address


def language_tag(text: str, where: str) -> str:
    """The language as a BCP 47 tag.

    >>> language_tag("en_GB", "news.txt"), language_tag("English", "news.txt")
    ('en-GB', 'en')

    :raises InputError: when it is not of the form of one.
    """
    tag = _ENGLISH.sub("en", text.strip().replace("_", "-"))
    if not _LANGUAGE_TAG.fullmatch(tag):
        raise InputError(f"{where}: {text[:40]!a} is not a language; write its code, such as en")
    return tag

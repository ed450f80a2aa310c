"""Files, folders and standard input → articles."""

from __future__ import annotations

import doctest
import gzip
import importlib
import io
import json
import os
import tracemalloc
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kg.read.jsonl
import kg.read.sources
from kg.errors import InputError, KgError, UnsupportedLanguage, UsageError
from kg.model import Article
from kg.read import FORMATS, READERS, Defaults, Unread, parse_day, read_articles
from kg.read.language import check_language
from kg.read.text import plain_of_markdown
from kg.resources import data_path

LEAD = "Foreign ministers of France and Germany met in Vienna on Monday, officials said."
REST = "The talks lasted six hours. They ended without agreement, according to a spokesman of the host."
FRENCH = (
    "Les ministres des affaires étrangères de la Turquie et de l'Azerbaïdjan se sont rencontrés lundi à Tachkent, a "
    "annoncé le ministère. Ils ont signé une déclaration commune sur les corridors de transport et sont convenus de "
    "tenir la prochaine réunion à Bakou, au mois de septembre."
)
NO_DEFAULTS = Defaults()

FILES: dict[str, Callable[[str], bytes]] = {
    **dict.fromkeys((".txt", ".text"), lambda text: f"Title: Talks\nDate: 2022-03-14\n\n{text}".encode()),
    **dict.fromkeys((".md", ".markdown"), lambda text: f"---\ndate: 2022-03-14\n---\n# Talks\n\n{text}".encode()),
    **dict.fromkeys((".html", ".htm", ".xhtml"), lambda text: page(text).encode()),
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), lambda text: line(text).encode()),
    **dict.fromkeys((".jsonl.gz", ".ndjson.gz"), lambda text: gzip.compress(line(text).encode())),
}
"""Suffix → how a file of it says the same article, so that every reader passes the same tests."""


def page(text: str, head: str = '<meta property="article:published_time" content="2022-03-14">') -> str:
    paragraphs = "".join(f"<p>{block}</p>" for block in text.split("\n\n"))
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>Talks</title>{head}</head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>Talks</h1>{paragraphs}</article>"
        "<div id='comments'><h3>Leave a reply</h3><p>I disagree.</p></div></body></html>"
    )


def line(text: str, **more: object) -> str:
    return json.dumps({"title": "Talks", "published": "2022-03-14", "text": text, **more}) + "\n"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read_all(*paths: str | Path, defaults: Defaults = NO_DEFAULTS, stdin: bytes = b"") -> list[Article | Unread]:
    return list(read_articles(paths, defaults, stdin=io.BytesIO(stdin)))


def read_one(*paths: str | Path, defaults: Defaults = NO_DEFAULTS, stdin: bytes = b"") -> Article:
    (item,) = read_all(*paths, defaults=defaults, stdin=stdin)
    assert isinstance(item, Article), item
    return item


def error_of(item: Article | Unread) -> str:
    """The message of what is unread, which must be one printable line that begins with its place."""
    assert isinstance(item, Unread), item
    message = str(item.error)
    assert message.startswith(item.where) and message.isprintable()
    return message


@pytest.mark.parametrize(
    "name", ["articles", "days", "decode", "drafts", "html", "jsonl", "language", "sources", "text"]
)
def test_doctests(name: str) -> None:
    """The examples in the docstrings are true."""
    assert doctest.testmod(importlib.import_module(f"kg.read.{name}")).failed == 0


class TestEveryReader:
    """What holds for each entry of the table of readers."""

    def test_all_are_tested(self) -> None:
        """Each suffix of the table has a file here, and no other."""
        assert set(FILES) == set(READERS) and len(READERS) == 12

    @pytest.mark.parametrize("suffix", READERS)
    def test_same_article(self, suffix: str, tmp_path: Path) -> None:
        """Text, title and date come out of each kind of file."""
        path = write(tmp_path, f"talks{suffix}", FILES[suffix](f"{LEAD}\n\n{REST}"))
        article = read_one(path)
        assert article.title == "Talks" and article.published == date(2022, 3, 14)
        assert article.text.removeprefix("Talks\n\n").strip() == f"{LEAD}\n\n{REST}"

    @pytest.mark.parametrize("suffix", READERS)
    def test_found_in_folder(self, suffix: str, tmp_path: Path) -> None:
        """A folder's file is found by its suffix in any case, and named by its path below the folder."""
        write(tmp_path, f"2022/talks{suffix.upper()}", FILES[suffix](LEAD))
        assert read_one(tmp_path).id.partition("#")[0] == f"2022/talks{suffix.upper()}"

    @pytest.mark.parametrize("suffix", READERS)
    def test_defaults_fill_gaps_only(self, suffix: str, tmp_path: Path) -> None:
        """What an article says of itself stands; the defaults fill the rest."""
        path = write(tmp_path, f"talks{suffix}", FILES[suffix](LEAD))
        defaults = Defaults(id="mine", title="Other", published=date(1999, 1, 1), source="Gazette", language="en-GB")
        article = read_one(path, defaults=defaults)
        assert (article.title, article.published) == ("Talks", date(2022, 3, 14))
        assert (article.id, article.source) == ("mine", "Gazette")

    @pytest.mark.parametrize("suffix", READERS)
    def test_french_is_refused(self, suffix: str, tmp_path: Path) -> None:
        """A French article is unread with a way out, unless forced."""
        french = json.dumps({"text": FRENCH}).encode() if ".js" in suffix or ".nd" in suffix else FRENCH.encode()
        data = page(FRENCH, "").replace("lang='en'", "").encode() if "htm" in suffix else french
        path = write(tmp_path, f"talks{suffix}", gzip.compress(data) if suffix.endswith(".gz") else data)
        (item,) = read_all(path)
        assert isinstance(item, Unread) and isinstance(item.error, UnsupportedLanguage)
        assert error_of(item).endswith(" is in French (fr); kg reads English; use --force to read it anyway")
        assert "Tachkent" in read_one(path, defaults=Defaults(force=True)).text

    @pytest.mark.parametrize("suffix", READERS)
    @pytest.mark.parametrize("content", [b"", b" \r\n\n", b"\xef\xbb\xbf"], ids=["empty", "blank", "only a mark"])
    def test_nothing_to_read(self, suffix: str, content: bytes, tmp_path: Path) -> None:
        """An empty or blank file is unread, whatever its kind."""
        items = read_all(write(tmp_path, f"talks{suffix}", content))
        assert all(isinstance(item, Unread) for item in items)

    @pytest.mark.parametrize("suffix", READERS)
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_any_bytes(self, suffix: str, data: st.DataObject, tmp_path: Path) -> None:
        """Whatever bytes a file has, articles or one-line errors come out, and every article can be encoded."""
        content = data.draw(st.binary() | damaged(FILES[suffix](LEAD)) | damaged(LEAD.encode()))
        for item in read_all(write(tmp_path, f"talks{suffix}", content)):
            if isinstance(item, Unread):
                assert isinstance(item.error, KgError) and error_of(item)
            else:
                assert item.text.strip() and "\r" not in item.text
                assert all(value.encode() for value in (item.id, item.title, item.source, item.url, item.text) if value)


def damaged(content: bytes) -> st.SearchStrategy[bytes]:
    """The content with some stretch of it replaced."""
    cut = st.tuples(st.integers(0, len(content)), st.integers(0, 9), st.binary(max_size=9))
    return cut.map(lambda at: content[: at[0]] + at[2] + content[at[0] + at[1] :])


@given(st.text())
def test_any_markdown(markdown: str) -> None:
    """Any Markdown becomes plain text, and plain words stay."""
    assert plain_of_markdown(markdown + "\n\nThey met.\n") is not None
    assert plain_of_markdown("They met.\n\n" + markdown).startswith("They met.")


@given(st.text(), st.one_of(st.none(), st.integers(), st.floats(), st.lists(st.text()), st.text()))
def test_any_json(text: str, value: object) -> None:
    """Any JSON values give an article or an error, never a crash."""
    for key in ("id", "title", "published", "source", "url", "language"):
        (item,) = read_all("-", stdin=line(text, **{key: value}).encode())
        assert isinstance(item, Article) or error_of(item)


class TestFolders:
    """Which files of a folder are read, and in which order."""

    def test_sorted_without_hidden_and_unknown(self, tmp_path: Path) -> None:
        """Folders are walked in sorted order; hidden files and unknown suffixes are left out."""
        for name in ("b.txt", "a/2.txt", "a/1.md", ".git/x.txt", ".b.txt", "notes.docx", "c.csv", "B.txt"):
            write(tmp_path, name, LEAD)
        assert [item.id for item in read_all(tmp_path) if isinstance(item, Article)] == [
            "B.txt",
            "a/1.md",
            "a/2.txt",
            "b.txt",
        ]

    def test_no_articles(self, tmp_path: Path) -> None:
        """A folder without articles is named, with the suffixes looked for."""
        write(tmp_path, "table.csv", LEAD)
        (item,) = read_all(tmp_path)
        assert "no articles in this folder (.txt, .text, .md" in error_of(item)

    def test_input_format_selects(self, tmp_path: Path) -> None:
        """With an input format only the folder's files of that format are read."""
        write(tmp_path, "a.txt", LEAD)
        write(tmp_path, "b.md", LEAD)
        assert read_one(tmp_path, defaults=Defaults(input_format="markdown")).id == "b.md"

    def test_dangling_link(self, tmp_path: Path) -> None:
        """A link to nowhere is reported, not passed over."""
        (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
        (item,) = read_all(tmp_path)
        assert "no such file" in error_of(item)

    def test_link_loop_and_pipe(self, tmp_path: Path) -> None:
        """A link to a folder above is not followed, and a named pipe is not waited for."""
        (tmp_path / "up.txt").symlink_to(tmp_path)
        os.mkfifo(tmp_path / "pipe.txt")
        write(tmp_path, "a.txt", LEAD)
        assert read_one(tmp_path).id == "a.txt"

    def test_strange_file_names(self, tmp_path: Path) -> None:
        """File names that are no printable Unicode give ids and messages that are."""
        write(tmp_path, os.fsdecode(b"a\xff\n.txt"), LEAD)
        assert read_one(tmp_path).id == "a\\xff\\n.txt"


class TestIds:
    """An article's id: its own, else its address, else --id, else its path."""

    def test_order(self, tmp_path: Path) -> None:
        """Own id before address before --id before path."""
        path = write(tmp_path, "talks.txt", LEAD)
        url = "https://example.org/talks"
        addressed = write(tmp_path, "addressed.txt", f"URL: {url}\n\n{LEAD}")
        own = write(tmp_path, "own.txt", f"Id: t1\nURL: {url}\n\n{LEAD}")
        given_id = Defaults(id="mine")
        assert [read_one(p, defaults=given_id).id for p in (own, addressed, path)] == ["t1", url, "mine"]
        assert read_one(path).id == "talks.txt"

    def test_address_given(self, tmp_path: Path) -> None:
        """An address given by the user is the id unless the user gave one too."""
        path = write(tmp_path, "talks.txt", LEAD)
        assert read_one(path, defaults=Defaults(url="https://example.org/a")).id == "https://example.org/a"
        assert read_one(path, defaults=Defaults(url="https://example.org/a", id="mine")).id == "mine"

    def test_relative_path(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file given directly is named as given, without "./"."""
        write(tmp_path, "news/talks.txt", LEAD)
        monkeypatch.chdir(tmp_path)
        assert read_one("./news/talks.txt").id == "news/talks.txt"
        assert read_one("./news").id == "talks.txt"

    def test_lines_without_id(self, tmp_path: Path) -> None:
        """A line without id and address is named by file and line number; a number is an id too."""
        path = write(tmp_path, "news.jsonl", line(LEAD) + "\n" + line(LEAD, id=7) + line(LEAD, url="https://e.org/1"))
        assert [item.id for item in read_all(path) if isinstance(item, Article)] == [
            "news.jsonl#1",
            "7",
            "https://e.org/1",
        ]

    def test_same_id_twice_in_a_file(self, tmp_path: Path) -> None:
        """Two lines may have one id: the later corrects the earlier."""
        path = write(tmp_path, "news.jsonl", line(LEAD, id="a") + line(REST, id="a"))
        assert [item.id for item in read_all(path) if isinstance(item, Article)] == ["a", "a"]

    def test_two_folders_with_one_name(self, tmp_path: Path) -> None:
        """A second file that would take the first one's id is unread: it would replace it in the graph."""
        write(tmp_path, "2021/a.txt", LEAD)
        write(tmp_path, "2022/a.txt", LEAD)
        first, second = read_all(tmp_path / "2021", tmp_path / "2022")
        assert isinstance(first, Article) and "2021/a.txt has already" in error_of(second)
        assert len([a for a in read_all(tmp_path / "2021", tmp_path / "2021") if isinstance(a, Article)]) == 2

    def test_one_id_for_many(self, tmp_path: Path) -> None:
        """--id names one article, not all of a file."""
        path = write(tmp_path, "news.jsonl", line(LEAD) + line(REST))
        first, second = read_all(path, defaults=Defaults(id="mine"))
        assert isinstance(first, Article) and "'mine'" in error_of(second)


class TestStdin:
    """Standard input, told apart by its first character."""

    @pytest.mark.parametrize(
        ("content", "text"),
        [
            pytest.param(LEAD.encode(), LEAD, id="text"),
            pytest.param(b"\n\n" + line(LEAD).encode(), LEAD, id="json lines after blank ones"),
            pytest.param(b"\xef\xbb\xbf" + page(LEAD).encode(), f"Talks\n\n{LEAD}", id="html after a mark"),
            pytest.param(line(LEAD).encode("utf-16"), LEAD, id="json lines in utf-16"),
            pytest.param(gzip.compress(line(LEAD).encode()), None, id="gzip"),
        ],
    )
    def test_sniffed(self, content: bytes, text: str | None) -> None:
        """The format of standard input is recognised; what is none is named."""
        (item,) = read_all("-", stdin=content)
        assert "gzip" in error_of(item) if text is None else isinstance(item, Article) and item.text == text

    def test_id_and_format(self) -> None:
        """Without an id it is "stdin", and an input format overrides the sniffing."""
        assert read_one("-", stdin=LEAD.encode()).id == "stdin"
        packed = gzip.compress(line(LEAD).encode())
        assert read_one("-", defaults=Defaults(input_format="jsonl"), stdin=packed).id == "stdin#1"
        assert set(FORMATS) == {"text", "markdown", "html", "jsonl", "json"}

    def test_left_open(self) -> None:
        """Standard input is still open afterwards."""
        stream = io.BytesIO(LEAD.encode())
        assert list(read_articles(["-"], NO_DEFAULTS, stdin=stream))
        assert not stream.closed


class TestBytes:
    """Encodings and files that are no text."""

    def test_line_ends_and_mark(self, tmp_path: Path) -> None:
        """Line ends become LF and the mark goes; nothing else changes."""
        path = write(tmp_path, "a.txt", b"\xef\xbb\xbf  They met.\r\n\r\nThey\tleft. \r")
        assert read_one(path).text == "  They met.\n\nThey\tleft. \n"

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
    def test_marked_encodings(self, encoding: str, tmp_path: Path) -> None:
        """UTF-16 and UTF-32 with a mark are read."""
        assert read_one(write(tmp_path, "a.txt", LEAD.encode(encoding))).text == LEAD

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            pytest.param(b"%PDF-1.7 x", "is a binary file (PDF); convert it to text first", id="pdf"),
            pytest.param(b"PK\x03\x04abc", "(ZIP, DOCX, ODT or EPUB)", id="docx"),
            pytest.param(b"They\x00met", "(it has NUL bytes)", id="nul"),
            pytest.param(
                b"Caf\xe9 talks", "not UTF-8 (byte 0xe9 at offset 3); convert it, for example: iconv", id="latin"
            ),
            pytest.param(b"\xff\xfea", "broken UTF-16", id="broken utf-16"),
        ],
    )
    @pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.jsonl", "a"])
    def test_refused(self, name: str, content: bytes, expected: str, tmp_path: Path) -> None:
        """What is no text is refused with its kind, place and remedy."""
        items = read_all(write(tmp_path, name, content))
        assert expected in error_of(items[0]) or (name == "a.jsonl" and "not JSON" in error_of(items[0]))

    def test_missing_and_impossible(self) -> None:
        """A file that is not there is named; so is a path that cannot be."""
        missing, impossible = read_all("gone.txt", "a\0b.txt")
        assert error_of(missing) == "gone.txt: no such file or folder; check the path"
        assert "not a possible path" in error_of(impossible)

    def test_too_large(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A text file over the limit is refused."""
        monkeypatch.setattr(kg.read.sources, "MAX_FILE", 50)
        (item,) = read_all(write(tmp_path, "a.txt", LEAD))
        assert "larger than" in error_of(item)


class TestText:
    """Headers and headlines of plain text."""

    def test_header(self, tmp_path: Path) -> None:
        """Header lines are metadata, not text, in any case and order."""
        header = (
            "PUBLISHED: 2022-03-16T09:00:00+01:00\nsource: Gazette\nTitle:  Talks  end \nurl: https://e.org/a b\n\n"
        )
        article = read_one(write(tmp_path, "a.txt", header + LEAD))
        assert (article.source, article.title, article.text) == ("Gazette", "Talks end", LEAD)
        assert (article.published, article.url) == (date(2022, 3, 16), "https://e.org/a%20b")

    @pytest.mark.parametrize(
        "text", [f"Title: Talks\n{LEAD}", f"{LEAD}\nTitle: Talks\n\n{LEAD}"], ids=["no blank", "not at top"]
    )
    def test_no_header(self, text: str, tmp_path: Path) -> None:
        """Lines like a header's that are not one stay in the text."""
        assert read_one(write(tmp_path, "a.txt", text)).text == text

    @pytest.mark.parametrize("header", ["Date: 31/03/2022", "Date: 2022-02-30", "Url: e.org"])
    def test_wrong_header(self, header: str, tmp_path: Path) -> None:
        """A wrong date or address leaves the article unread, naming file and remedy."""
        (item,) = read_all(write(tmp_path, "a.txt", f"{header}\n\n{LEAD}"))
        assert "YYYY-MM-DD" in error_of(item) or "https://" in error_of(item)

    @pytest.mark.parametrize(
        ("text", "title"),
        [
            pytest.param(f"Talks end\n\n{LEAD}", "Talks end", id="headline"),
            pytest.param(f"Talks end\n{LEAD * 2}", "Talks end", id="before a long line"),
            pytest.param(f"Foreign ministers\nmet.\n\n{LEAD}", None, id="wrapped paragraph"),
            pytest.param(f"They met.\n\n{LEAD}", None, id="sentence"),
            pytest.param(f"“They met.”\n\n{LEAD}", None, id="quoted sentence"),
            pytest.param("Talks end", None, id="nothing after it"),
            pytest.param(f"{'long ' * 50}\n\n{LEAD}", None, id="too long"),
        ],
    )
    def test_headline(self, text: str, title: str | None, tmp_path: Path) -> None:
        """The first line is the title when it looks like a headline, and stays in the text."""
        article = read_one(write(tmp_path, "a.txt", text))
        assert (article.title, article.text) == (title, text)


class TestMarkdown:
    """Front matter and markup."""

    @pytest.mark.parametrize(
        ("markdown", "plain"),
        [
            pytest.param("## Talks ##", "Talks", id="heading"),
            pytest.param("Talks\n=====\n\nThey met.", "Talks\n\nThey met.", id="underlined heading"),
            pytest.param(
                "**They** *met* __in__ _Vienna_, ~~not~~ Bonn.", "They met in Vienna, not Bonn.", id="emphasis"
            ),
            pytest.param("The snake_case_name and 5 * 3", "The snake_case_name and 5 * 3", id="no emphasis"),
            pytest.param(r"\*They\* met", "*They* met", id="escapes"),
            pytest.param(
                "[They](https://e.org/a_(b)) [met][1] <https://e.org>.", "They met https://e.org.", id="links"
            ),
            pytest.param("They met.[^1]\n\n[^1]: A note.\n[1]: https://e.org", "They met.", id="definitions"),
            pytest.param("![A photo](a.png)\n\nThey met.", "They met.", id="image"),
            pytest.param("They met.\n\n```py\nprint(1)\n```\n\nThey left.", "They met.\n\nThey left.", id="code block"),
            pytest.param("They `met`<br/> &amp; left.", "They met & left.", id="code, tags, entities"),
            pytest.param("> They met.\n> They left.", "They met.\nThey left.", id="quotation"),
            pytest.param("- They met.\n* They left.\n1. They came.", "They met.\nThey left.\nThey came.", id="lists"),
            pytest.param(
                "They met.\n\n---\n\n| a | b |\n|---|---|\n\nThey left.", "They met.\n\nThey left.", id="rule, table"
            ),
            pytest.param("They <!-- did not\n --> met.", "They  met.", id="comment"),
        ],
    )
    def test_plain(self, markdown: str, plain: str) -> None:
        """Markup goes, prose stays."""
        assert plain_of_markdown(markdown) == plain

    def test_front_matter(self, tmp_path: Path) -> None:
        """Simple lines of front matter are understood, others passed over."""
        known = "title: 'Minister''s visit' # no\nDate: 2022-03-16 10:00:00 +0000\nid: m1\n"
        matter = f"---\n{known}tags:\n  - a\nsource: |\n  x\n---\n\n"
        article = read_one(write(tmp_path, "a.md", f"{matter}# Heading\n\n{LEAD}"))
        assert (article.id, article.title, article.published) == ("m1", "Minister's visit", date(2022, 3, 16))
        assert (article.source, article.text) == (None, f"Heading\n\n{LEAD}")


class TestHtml:
    """Web pages."""

    def test_metadata(self, tmp_path: Path) -> None:
        """Publisher, canonical address, date and language are the page's own; furniture is left out."""
        head = (
            '<link rel="canonical" href="https://e.org/talks"><meta property="og:site_name" content="gazette">'
            '<script type="application/ld+json">'
            '{"@type": "NewsArticle", "datePublished": "1991-03-14T08:00:00Z"}</script>'
        )
        article = read_one(write(tmp_path, "a.html", page(f"{LEAD}\n\n{REST}", head)))
        assert (article.id, article.url) == ("https://e.org/talks", "https://e.org/talks")
        assert (article.source, article.published, article.language) == ("gazette", date(1991, 3, 14), "en")
        assert article.text == f"Talks\n\n{LEAD}\n\n{REST}"

    def test_no_date_is_guessed(self, tmp_path: Path) -> None:
        """A date in the text is not taken for the date of the page."""
        article = read_one(write(tmp_path, "a.html", page(f"{LEAD} It was on March 3, 2014, they said, in 2015.", "")))
        assert article.published is None

    def test_wrong_address_is_dropped(self, tmp_path: Path) -> None:
        """A relative canonical address is no id."""
        assert read_one(write(tmp_path, "a.html", page(LEAD, '<link rel="canonical" href="/talks">'))).id == "a.html"

    def test_declared_latin(self, tmp_path: Path) -> None:
        """An old page in the Western encoding it declares is read."""
        content = page(
            "The café talks were “difficult”, officials said. " + LEAD, '<meta charset="iso-8859-1">'
        ).encode("cp1252")
        assert "café talks were “difficult”" in read_one(write(tmp_path, "a.html", content)).text

    def test_no_article(self, tmp_path: Path) -> None:
        """A page without prose is unread."""
        (item,) = read_all(write(tmp_path, "a.html", "<html><body><script>var a = 1</script></body></html>"))
        assert "no article found" in error_of(item)

    def test_quiet(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """A broken page leaves nothing on the terminal."""
        read_all(write(tmp_path, "a.html", "<p"), write(tmp_path, "b.html", "\x01<html"))
        assert capfd.readouterr() == ("", "")


class TestJsonLines:
    """Lines, good and bad."""

    @pytest.mark.parametrize(
        ("bad", "expected"),
        [
            pytest.param(
                "nonsense", "not JSON (expecting value at column 1); write one JSON object a line", id="not json"
            ),
            pytest.param('{"text": "a"', "not JSON", id="cut off"),
            pytest.param("[1]", "a list, not an object", id="list"),
            pytest.param("null", "null, not an object", id="null"),
            pytest.param("{}", 'no text; the article goes under the key "text"', id="no text"),
            pytest.param('{"text": 5}', "text is a number; it must be a string", id="number"),
            pytest.param('{"text": " "}', "there is no text in it", id="blank text"),
            pytest.param(
                '{"text": "They met.", "published": "2022-02-30"}', "there is no day 2022-02-30", id="no such day"
            ),
            pytest.param('{"text": "They met.", "published": 5}', "published is a number", id="date as number"),
            pytest.param('{"text": "They met.", "id": true}', "id is true or false", id="id"),
            pytest.param('{"text": "They met.", "url": "e.org"}', "is not a web address", id="address"),
            pytest.param('{"text": "They met.", "language": "fr"}', "is in French (fr)", id="declared French"),
            pytest.param("[" * 100_000, "nested too deeply", id="deep"),
            pytest.param('{"text": "a", "n": ' + "1" * 5000 + "}", "a number is too long", id="long number"),
        ],
    )
    def test_bad_line(self, bad: str, expected: str, tmp_path: Path) -> None:
        """A bad line is named with its number and fault; its neighbours are read."""
        path = write(tmp_path, "news.jsonl", line(LEAD, id="a") + bad + "\r\n" + line(REST, id="c"))
        first, second, third = read_all(path)
        assert isinstance(first, Article) and isinstance(third, Article) and third.id == "c"
        assert expected in error_of(second) and "news.jsonl, line 2" in error_of(second)

    def test_broken_bytes(self, tmp_path: Path) -> None:
        """Bytes that are not UTF-8 cost only their line."""
        path = write(tmp_path, "news.jsonl", line(LEAD).encode() + b'{"text": "Caf\xe9"}\n' + line(REST).encode())
        _, second, third = read_all(path)
        assert "line 2: not UTF-8 (byte 0xe9 at offset 13)" in error_of(second) and isinstance(third, Article)

    def test_unencodable(self, tmp_path: Path) -> None:
        """Lone surrogates and NULs become replacement characters, one for one."""
        article = read_one(
            write(tmp_path, "a.jsonl", '{"text": "They \\ud800met\\u0000.", "title": "\\udc00x", "id": "\\ud8001"}')
        )
        assert (article.text, article.title, article.id) == ("They \ufffdmet\ufffd.", "\ufffdx", "\ufffd1")

    def test_long_line(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A line that is too long is passed over, and the next one read."""
        monkeypatch.setattr(kg.read.jsonl, "MAX_LINE", 200)
        first, second = read_all(write(tmp_path, "a.jsonl", line(LEAD * 9) + line(LEAD)))
        assert "line too long" in error_of(first) and isinstance(second, Article)

    def test_constant_memory(self, tmp_path: Path) -> None:
        """A file is not held whole."""
        path = write(tmp_path, "a.jsonl", line(LEAD * 100) * 2000)
        tracemalloc.start()
        count = sum(1 for _ in read_articles([path], Defaults(force=True)))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count == 2000 and peak < 2_000_000 < path.stat().st_size

    def test_broken_gzip(self, tmp_path: Path) -> None:
        """Of a gzip file that breaks off, what was whole is read and the break reported."""
        items = read_all(
            write(
                tmp_path,
                "a.jsonl.gz",
                gzip.compress(b"".join(os.urandom(200).hex().encode() for _ in range(99)))[:-900],
            )
        )
        assert "broken gzip" in error_of(items[-1])

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(json.dumps([{"text": LEAD}, {"text": REST}]), id="list"),
            pytest.param(line(LEAD) + line(REST), id="lines after all"),
        ],
    )
    def test_json_file(self, content: str, tmp_path: Path) -> None:
        """A .json file may hold a list of articles, or lines."""
        items = read_all(write(tmp_path, "a.json", content))
        assert [item.id for item in items if isinstance(item, Article)] == ["a.json#1", "a.json#2"]

    def test_abandoned(self, tmp_path: Path) -> None:
        """Reading may stop half way, without a complaint about closed files."""
        reading = read_articles([write(tmp_path, "a.jsonl", line(LEAD) * 9)], NO_DEFAULTS)
        assert isinstance(next(reading), Article)
        reading.close()  # type: ignore[attr-defined]


class TestLanguage:
    """What is English enough."""

    @pytest.mark.parametrize("declared", ["en", "en-GB", "en_US", "English"])
    def test_declared_english_is_checked(self, declared: str) -> None:
        """A declaration of English does not make French English."""
        (item,) = read_all("-", stdin=line(FRENCH, language=declared).encode())
        assert "is in French (fr)" in error_of(item)

    def test_short_texts_are_trusted(self) -> None:
        """A text of fewer than 200 letters is not judged, and its language stays unknown."""
        assert check_language(FRENCH[:150], None, "a") is None
        assert check_language(LEAD, "en-GB", "a") == "en-GB"
        assert check_language(f"{LEAD} {REST} {LEAD}", None, "a") == "en"

    def test_names_are_not_foreign(self) -> None:
        """English full of foreign names is English."""
        names = "Emmanuel Macron, Olaf Scholz, Giorgia Meloni, Pedro Sánchez, Klaus Iohannis, Kyriakos Mitsotakis"
        assert (
            check_language(f"Present were {names}, Andrej Plenković, Robert Golob, {names}, and others.", None, "a")
            == "en"
        )


class TestDays:
    """Dates as users write them."""

    @pytest.mark.parametrize(
        "text", ["2022-03-16", " 2022-03-16 ", "2022-03-16T10:00:00Z", "2022-03-16 10:00:00.123 +0100"]
    )
    def test_iso(self, text: str) -> None:
        """ISO dates and datetimes give their day."""
        assert parse_day(text) == date(2022, 3, 16)

    @pytest.mark.parametrize(
        "text", ["2022-02-30", "31/03/2022", "March 3", "2022", "", "2022-03-16T99:00", "0000-01-01", "٢٠٢٢-٠٣-١٦"]
    )
    def test_impossible(self, text: str) -> None:
        """Anything else is one clear line, of the error class asked for."""
        with pytest.raises(UsageError, match=r"^--published: .*YYYY-MM-DD") as caught:
            parse_day(text, where="--published", error=UsageError)
        assert str(caught.value).isprintable()
        with pytest.raises(InputError):
            parse_day(text)


def test_samples() -> None:
    """Every sample article is read, dated, titled and credited; two publishers report the grain deal."""
    items = read_all(data_path("seeds", "articles"))
    articles = [item for item in items if isinstance(item, Article)]
    assert len(articles) == len(items) == 10
    assert all(a.title and a.published and a.source and (a.language or "").startswith("en") for a in articles)
    assert all(60 <= len(a.text.split()) <= 600 for a in articles)
    assert {a.source for a in articles if "grain" in a.id} == {"Sample Gazette", "Sample Wire"}
    assert not any("Leave a reply" in a.text or "](" in a.text for a in articles)

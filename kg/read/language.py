"""Which language a text is in, and whether `kg` reads it."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import Any

from kg.errors import UnsupportedLanguage

ENOUGH_LETTERS = 200
"""Shorter texts are not judged: headlines and lists of names look like any language."""

_SAMPLE = 5_000
_CERTAIN = 0.4
_IMPOSSIBLE = 0.001
# Pidgin is English enough to be mistaken for it; zxx means "no language", such as a table of numbers.
_NOT_JUDGED = frozenset({"en", "pcm", "zxx", "und"})

# fmt: off
_NAMES = MappingProxyType(
    {
        "af": "Afrikaans", "am": "Amharic", "ar": "Arabic", "arz": "Egyptian Arabic", "az": "Azerbaijani",
        "be": "Belarusian", "bg": "Bulgarian", "bn": "Bengali", "bs": "Bosnian", "ca": "Catalan", "cs": "Czech",
        "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek", "es": "Spanish", "et": "Estonian",
        "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish", "gl": "Galician",
        "gu": "Gujarati", "ha": "Hausa", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian",
        "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian", "ja": "Japanese",
        "ka": "Georgian", "kk": "Kazakh", "km": "Khmer", "ko": "Korean", "ku": "Kurdish", "ky": "Kyrgyz",
        "la": "Latin", "lb": "Luxembourgish", "lo": "Lao", "lt": "Lithuanian", "lv": "Latvian",
        "mk": "Macedonian", "mn": "Mongolian", "ms": "Malay", "mt": "Maltese", "my": "Burmese",
        "nb": "Norwegian", "ne": "Nepali", "nl": "Dutch", "nn": "Norwegian", "no": "Norwegian", "or": "Odia",
        "pa": "Punjabi", "pl": "Polish", "ps": "Pashto", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
        "rw": "Kinyarwanda", "si": "Sinhala", "sk": "Slovak", "sl": "Slovene", "so": "Somali", "sq": "Albanian",
        "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "tg": "Tajik",
        "th": "Thai", "tk": "Turkmen", "tl": "Tagalog", "tr": "Turkish", "ug": "Uyghur", "uk": "Ukrainian",
        "ur": "Urdu", "uz": "Uzbek", "vi": "Vietnamese", "yo": "Yoruba", "yue": "Cantonese", "zh": "Chinese",
        "zu": "Zulu",
    }
)
# fmt: on


def check_language(text: str, declared: str | None, where: str) -> str | None:
    """The language of a text that `kg` can read: as declared, else as detected, else None when too short to judge.

    A declaration of another language is believed; one of English is checked, since pages
    declare what their template says.

    :raises UnsupportedLanguage: when it is not English.
    """
    if declared and not _is_english(declared):
        raise _unsupported(where, declared.lower())
    if sum(map(str.isalpha, text[:_SAMPLE])) < ENOUGH_LETTERS:
        return declared
    foreign = find_foreign(text)
    if foreign:
        raise _unsupported(where, foreign)
    return declared or "en"


def find_foreign(text: str) -> str | None:
    """The code of the language of a text that is certainly not English, else None.

    Source: py3langid's model; the bounds were set on news full of foreign names, and on Danish (near Norwegian).
    """
    ranked: list[tuple[str, float]] = _identifier().rank(text[:_SAMPLE])
    best, probability = ranked[0]
    english = dict(ranked).get("en", 0.0)
    return best if best not in _NOT_JUDGED and probability >= _CERTAIN and english < _IMPOSSIBLE else None


def _is_english(tag: str) -> bool:
    return tag.lower().split("-")[0] == "en"


def _unsupported(where: str, code: str) -> UnsupportedLanguage:
    name = _NAMES.get(code.split("-")[0])
    called = f"{name} ({code})" if name else f"another language ({code})"
    return UnsupportedLanguage(f"{where} is in {called}; kg reads English; use --force to read it anyway")


@lru_cache(maxsize=1)
def _identifier() -> Any:
    langid = import_module("py3langid.langid")
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)

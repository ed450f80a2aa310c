"""Text of articles made safe to print: without what could command a terminal or turn its lines around."""

from __future__ import annotations

import re

# Control characters and bidirectional overrides: an article must not be able to command the reader's terminal.
_UNSAFE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")


def clean_text(text: str) -> str:
    """The text with control characters and bidirectional overrides as U+FFFD."""
    return _UNSAFE.sub("\ufffd", text)


def one_line(text: str) -> str:
    """The clean text with all white space as single blanks."""
    return " ".join(clean_text(text).split())

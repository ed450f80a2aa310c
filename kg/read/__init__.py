"""Files, folders and standard input → articles.

`read_articles` is the way in. Each format has a module with a reader, and an entry in the table `READERS`.
"""

from kg.read.articles import FORMATS, READERS, Reader, read_articles
from kg.read.days import parse_day
from kg.read.drafts import Defaults, InputFormat, Unread
from kg.read.sources import walk_folder

__all__ = [
    "FORMATS",
    "READERS",
    "Defaults",
    "InputFormat",
    "Reader",
    "Unread",
    "parse_day",
    "read_articles",
    "walk_folder",
]

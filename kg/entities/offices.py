"""What class of office a title names: "vice foreign minister" is a deputy-minister of the GOV sector."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.entities.names import fold_name, name_key, name_tokens
from kg.errors import DataError
from kg.resources import data_path

OfficeClass = tuple[str, str]
"""An office class and the PLOVER sector of those who hold it (empty when the title does not say)."""

_MODIFIERS = frozenset(
    {
        "former",
        "ex",
        "acting",
        "outgoing",
        "new",
        "newly",
        "elected",
        "then",
        "incoming",
        "interim",
        "late",
        "ousted",
        "longtime",
    }
)
_DEPUTY_WORDS = frozenset({"deputy", "vice", "assistant", "under", "associate", "junior"})
_CONNECTORS = frozenset({"of", "for", "to", "in", "at", "on", "and"})
_GENERIC_POLITIES = frozenset(
    {"republic", "country", "nation", "state", "government", "ministers", "federation", "council", "of", "the"}
)
_SECRETARIES_AS_MINISTERS = frozenset({"USA", "MEX", "PHL", "HND", "KEN", None})
_POLITY_HEADS = ("president", "prime minister", "premier", "chief executive", "head", "chairman")
_BODY_HEADS = (
    "president",
    "vice president",
    "first vice president",
    "second vice president",
    "chairman",
    "chairwoman",
    "chairperson",
    "chair",
    "head",
    "director",
    "director general",
)

PORTFOLIOS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), office_class)
    for pattern, office_class in (
        (
            r"\bforeign (and \w+ )?(affairs|relations)|\bexternal (affairs|relations)|^foreign\b(?! (economic )?trade)",
            "foreign-minister",
        ),
        (r"^(national )?defen[cs]e\b(?! (industr|production|mat[eé]riel))|\barmed forces$|^war$", "defence-minister"),
        (r"^(the )?(finances?|treasury)\b|\beconomy and finance$", "finance-minister"),
        (
            r"^(the )?interior\b|^(home|internal) affairs|^(public|homeland) security$|^home department$",
            "interior-minister",
        ),
        (r"^justice\b", "justice-minister"),
        (r"^((foreign|international|external) )?(trade|commerce)\b", "trade-minister"),
    )
)
"""Portfolios of ministers, tried in order; any other portfolio is an other-minister's."""

BODIES: tuple[tuple[re.Pattern[str], OfficeClass], ...] = tuple(
    (re.compile(pattern), found)
    for pattern, found in (
        (r"\bcourt\b|\btribunal\b", ("judge", "JUD")),
        (r"\b(central|national|reserve) bank\b|\bmonetary authority\b", ("central-bank-governor", "GOV")),
        (r"\bgeneral staff\b|\barmed forces\b|^(army|navy|air force)$", ("army-chief", "MIL")),
        (r"\bintelligence\b", ("intelligence-chief", "SPY")),
        (r"\bparty\b|\bkuomintang\b", ("party-leader", "PTY")),
        (r"\bcommittee\b|\bcommission\b|\bagency\b|\boffice\b|\badministration\b", ("head-of-organisation", "GOV")),
        (r"\buniversity\b|\binstitute\b|\bcollege\b|\bacademy\b", ("head-of-organisation", "EDU")),
        (
            (
                r"\bsenate\b|assembly\b|parliament\b|\bchamber\b|\blegislat|\bduma\b|\bhouse of\b|\bcongress\b|\bsejm\b"
                r"|\briigikogu\b|\brada\b|\bknesset\b|\bbundestag\b|\bstorting\b|\b(federal|national|federation) council\b"
            ),
            ("speaker", "LEG"),
        ),
        (
            (
                r"\b(board|council|bank|corporation|company|federation of|association|authority|union|fund|foundation"
                r"|organi[sz]ation|service|department|federal|group|committee|eurogroup)\b"
            ),
            ("head-of-organisation", ""),
        ),
    )
)
"""What heads of bodies are, by words of the body's name, tried in order."""

_DEPUTY_OF = {"ambassador": "diplomat", "speaker": "speaker", "legislator": "legislator", "army-chief": "soldier"}


@dataclass(frozen=True, slots=True)
class Title:
    """A row of offices.tsv: what a title means in one country, or anywhere when `country` is empty."""

    title: str
    country: str
    office_class: str
    sector: str


class OfficeNames:
    """Classifies titles by a table of known ones and, for the rest, by the rules of this module.

    >>> offices = OfficeNames.load()
    >>> offices.classify("vice foreign minister", "CHN"), offices.classify("Secretary of State", "USA")
    (('deputy-minister', 'GOV'), ('foreign-minister', 'GOV'))
    >>> offices.classify("former Minister of Agriculture and Forestry", "FIN")
    ('other-minister', 'GOV')
    >>> offices.classify("goalkeeper", None) is None
    True
    """

    def __init__(self, titles: Iterable[Title], polities: Iterable[str] = ()) -> None:
        """Takes the table's rows and the names of countries, by which "President of Sicily" is told from a state's."""
        self._titles: dict[tuple[str, ...], dict[str, OfficeClass]] = {}
        for row in titles:
            self._titles.setdefault(name_tokens(row.title), {})[row.country] = (row.office_class, row.sector)
        self._longest = max((len(tokens) for tokens in self._titles), default=0)
        self._polities = frozenset(name_key(name) for name in polities)
        self.classify: Callable[[str, str | None], OfficeClass | None] = lru_cache(maxsize=65536)(self._classify)

    @classmethod
    def load(cls, path: Path | None = None) -> OfficeNames:
        """Reads offices.tsv (ours by default) and, when it is there, the countries.tsv beside it.

        :raises DataError: when the file is missing or lacks a column.
        """
        path = path or data_path("seeds", "gazetteer", "offices.tsv")
        countries = path.with_name("countries.tsv")
        polities: list[str] = []
        for row in _rows(countries) if countries.exists() else ():
            if not row["part_of"]:
                polities += [row["name"], *filter(None, row["aliases"].split("|"))]
        return cls(cls.titles(path), polities)

    @staticmethod
    def titles(path: Path) -> list[Title]:
        """The rows of a table of titles, in its order.

        :raises DataError: when the file is missing or lacks a column.
        """
        return [Title(row["title"], row["country"], row["class"], row["sector"]) for row in _rows(path)]

    def _classify(self, title: str, country: str | None) -> OfficeClass | None:
        tokens = name_tokens(title)
        found = self._known(tokens, country)
        while found is None and len(tokens) > 1 and tokens[0] in _MODIFIERS:
            tokens = tokens[1:]
            found = self._known(tokens, country)
        if found or not tokens:
            return found
        for rule in (
            self._deputy,
            self._minister,
            self._body,
            self._polity,
            self._prefix,
            self._suffix,
            self._any_minister,
        ):
            found = rule(tokens, country)
            if found:
                return found
        return None

    def _known(self, tokens: tuple[str, ...], country: str | None) -> OfficeClass | None:
        """The class of a title of the table: the country's own meaning, else the general one.

        Without a country a title of some countries only has the meaning that most of them give it.
        """
        meanings = self._titles.get(tokens)
        if meanings is None:
            return None
        found = meanings.get(country or "") or meanings.get("")
        if found is None and country is None:
            found = min(Counter(meanings.values()).items(), key=lambda item: (-item[1], item[0]))[0]
        return found

    def _deputy(self, tokens: tuple[str, ...], country: str | None) -> OfficeClass | None:
        if tokens[0] not in _DEPUTY_WORDS or len(tokens) < 2:
            return None
        rest = _split_at_of(tokens)[1]
        if listed := self._prefix(tokens, country):
            is_vice_of_body = listed[0] == "vice-president" and rest != "" and not self._is_polity(rest)
            if not is_vice_of_body:
                return listed
        superior = self.classify(" ".join(tokens[1:]), country)
        return _deputy_of(superior) if superior else None

    def _minister(self, tokens: tuple[str, ...], country: str | None) -> OfficeClass | None:
        """Reads "minister of X", "secretary of X" and "secretary of state for X" by their portfolio."""
        words = list(tokens)
        if words[0] in ("federal", "union", "cabinet") and len(words) > 1:
            words.pop(0)
        text = " ".join(words)
        if re.match(
            r"minister of state (for|in|at)\b|minister (delegate|assisting)\b|state secretary\b|secretary of state (of|to|in|at)\b",
            text,
        ):
            state_of = text.startswith("secretary of state of")
            return ("official", "GOV") if state_of and country in ("USA", None) else ("deputy-minister", "GOV")
        if found := re.match(r"secretary of state(?: for (?P<portfolio>.+))?$", text):
            if country in ("GBR", None) and found["portfolio"]:
                return _portfolio(found["portfolio"])
            return "deputy-minister", "GOV"
        if found := re.match(
            r"minister(?: \w+)? (?:of|for|responsible for|in charge of)(?: the)? (?P<portfolio>.+)", text
        ):
            return _portfolio(found["portfolio"])
        found = re.match(r"secretary (?:of|for)(?: the)? (?P<portfolio>.+)", text)
        if found and (country in _SECRETARIES_AS_MINISTERS or text.startswith("secretary for")):
            return _portfolio(found["portfolio"])
        return None

    def _body(self, tokens: tuple[str, ...], country: str | None) -> OfficeClass | None:
        """Reads "president of the Supreme Court" by what kind of body is headed."""
        head, rest = _split_at_of(tokens)
        if head == "governor" and re.match(r"(the )?bank\b", rest):
            return "central-bank-governor", "GOV"
        if head not in _BODY_HEADS or not rest or self._is_polity(rest):
            return None
        return next((found for pattern, found in BODIES if pattern.search(rest)), None)

    def _polity(self, tokens: tuple[str, ...], country: str | None) -> OfficeClass | None:
        """Tells "President of Italy" from "President of Sicily", whose class is governor."""
        head, rest = _split_at_of(tokens)
        if head not in _POLITY_HEADS or not rest or not self._polities:
            return None
        if self._is_polity(rest):
            return self._known(tuple(head.split()), country)
        return "governor", "GOV"

    def _is_polity(self, rest: str) -> bool:
        words = rest.removeprefix("the ").split()
        if _GENERIC_POLITIES.issuperset(words):
            return True
        return any(" ".join(words[start:]).removeprefix("the ") in self._polities for start in range(len(words)))

    def _prefix(self, tokens: tuple[str, ...], country: str | None) -> OfficeClass | None:
        """The longest known title that the words begin with, before "of", "for", "to" or the like."""
        for end in range(min(len(tokens) - 1, self._longest), 0, -1):
            if tokens[end] in _CONNECTORS and (found := self._known(tokens[:end], country)):
                return found
        return None

    def _suffix(self, tokens: tuple[str, ...], country: str | None) -> OfficeClass | None:
        """The longest known title that the words end with ("Chinese foreign minister"), but not "to the President"."""
        for start in range(max(1, len(tokens) - self._longest), len(tokens)):
            if not _CONNECTORS.isdisjoint(tokens[:start]):
                break
            if found := self._known(tokens[start:], country):
                return _deputy_of(found) if tokens[start - 1] in _DEPUTY_WORDS else found
        return None

    def _any_minister(self, tokens: tuple[str, ...], country: str | None) -> OfficeClass | None:
        """Whatever else is called a minister: "Flemish Minister of Agriculture", but not a secretary to one."""
        if "minister" not in tokens or not _CONNECTORS.isdisjoint(tokens[: tokens.index("minister")]):
            return None
        return "other-minister", "GOV"


def _deputy_of(superior: OfficeClass) -> OfficeClass:
    office_class, sector = superior
    if office_class.endswith("-minister"):
        return "deputy-minister", sector
    return _DEPUTY_OF.get(office_class, "official"), sector


def _portfolio(text: str) -> OfficeClass:
    """The class of the minister with a portfolio.

    >>> _portfolio("foreign affairs"), _portfolio("foreign trade"), _portfolio("fisheries")
    (('foreign-minister', 'GOV'), ('trade-minister', 'GOV'), ('other-minister', 'GOV'))
    """
    text = fold_name(text).removeprefix("the ")
    return next((found for pattern, found in PORTFOLIOS if pattern.search(text)), "other-minister"), "GOV"


def _split_at_of(tokens: tuple[str, ...]) -> tuple[str, str]:
    """The words before and after the first "of"; the second part is empty without one."""
    if "of" not in tokens:
        return " ".join(tokens), ""
    at = tokens.index("of")
    return " ".join(tokens[:at]), " ".join(tokens[at + 1 :])


def _rows(path: Path) -> list[Mapping[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows: list[Mapping[str, str]] = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); install the package again") from error
    needed = {"title", "country", "class", "sector"} if path.name == "offices.tsv" else {"name", "aliases", "part_of"}
    if rows and not needed <= rows[0].keys():
        raise DataError(f"{path}: columns {', '.join(sorted(needed - rows[0].keys()))} are missing from its first line")
    return rows

"""`kg gazetteer`."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.commands.options import WIKIDATA_ENDPOINT, counted, endpoint_options, gazetteer_option, make_endpoint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.entities.gazetteer import Entry, Gazetteer

KINDS = ("country", "place", "organisation", "person")
_TABLE = {"country": "countries", "place": "places", "organisation": "organisations", "person": "persons"}

folder_option = click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("gazetteer"),
    show_default=True,
    help="Folder of the tables.",
)


@click.group()
def gazetteer() -> None:
    """Search and extend what is known of names.

    A gazetteer is a folder of tables, compiled into one file. What you add goes into a folder of your own, which every
    command takes with --gazetteer or from KG_GAZETTEER, beside the gazetteer that comes with kg.
    """


@gazetteer.command()
@click.argument("name")
@gazetteer_option
def search(name: str, gazetteers: tuple[Path, ...]) -> int:
    """List the entities that a NAME can mean, the most prominent first, or tell of a QID.

    A name that nobody has finds those that begin with it.

    \b
    kg gazetteer search "Sullivan"
    kg gazetteer search Q7747
    """
    from kg.entities.gazetteer import open_gazetteer

    opened = open_gazetteer(gazetteers)
    if re.fullmatch(r"[Qq]\d+", name):
        entry = opened.entry(name.upper())
        for line in _account(entry, opened) if entry is not None else ():
            click.echo(line)
        if entry is None:
            click.echo(f"kg: {name.upper()} is not in the gazetteer; add it with: kg gazetteer add", err=True)
        return 0 if entry is not None else 1
    matches = opened.find(name)
    for match in matches:
        click.echo(f"{_line(match.entry)}  {match.kind}")
    if len(matches) == 1:
        for line in _account(matches[0].entry, opened)[1:]:
            click.echo(line)
    others = opened.search(name) if not matches else ()
    for entry in others:
        click.echo(f"{_line(entry)}  begins with it")
    if not matches and not others:
        click.echo(f"kg: nobody is called {name!r}; add who is with: kg gazetteer add", err=True)
    return 0 if matches or others else 1


def _line(entry: Entry) -> str:
    what = " ".join(part for part in (entry.type, entry.country, entry.sector) if part)
    return f"{entry.wikidata}  {entry.name}  {what}  {entry.prominence:.2f}"


def _account(entry: Entry, opened: Gazetteer) -> list[str]:
    """All that is known of an entity: a line for itself, its life or place, names and terms."""
    lines = [_line(entry)]
    if entry.born or entry.died:
        lines.append(f"  lived: {entry.born or '?'} to {entry.died or ''}".rstrip())
    if entry.latitude is not None and entry.longitude is not None:
        people = f", population {entry.population:,}" if entry.population else ""
        lines.append(f"  place: {entry.latitude:.3f} {entry.longitude:.3f}{people}")
    if entry.acts_for:
        lines.append(f"  acts for: {entry.acts_for}")
    lines.append(f"  names: {', '.join(opened.names_of(entry.wikidata))}")
    lines.extend(f"  term: {term.shown}" for term in opened.terms_of(entry.wikidata))
    return lines


@gazetteer.command()
@gazetteer_option
def stats(gazetteers: tuple[Path, ...]) -> None:
    """Count entities by type, names by kind and terms by class of office.

    \b
    kg gazetteer stats
    """
    from kg.entities.gazetteer import open_gazetteer

    opened = open_gazetteer(gazetteers)
    counts = opened.statistics()
    click.echo(f"version {opened.version}")
    for what, numbers in (("entities", counts.entities), ("names", counts.names), ("terms", counts.terms)):
        _echo_counts(what, numbers)


def _echo_counts(what: str, numbers: Mapping[str, int]) -> None:
    click.echo(f"{what}: {sum(numbers.values()):,}")
    for name, number in sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0])):
        click.echo(f"  {name}: {number:,}")


@gazetteer.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("wikidata", metavar="QID")
@click.argument("name")
@folder_option
@click.option("--alias", "aliases", multiple=True, help="Another name; may be repeated.")
@click.option("--country", default="", help="ISO 3166-1 alpha-3 code.")
@click.option("--sector", default="", help="PLOVER sector of an organisation, such as GOV or REB.")
@click.option("--acts-for", default="", help="QID of the country or body that it acts for.")
@click.option("--gender", default="", help="Of a person: male, female, or as Wikidata has it.")
@click.option("--born", default="", help="Year, month or day of birth.")
@click.option("--died", default="", help="Year, month or day of death.")
@click.option("--office", help="An office that a person holds or held.")
@click.option("--start", default="", help="First year, month or day in the office.")
@click.option("--end", default="", help="Last year, month or day in the office.")
@click.option("--as-of", default="", help="Day on which an office without end was open.")
@click.option("--prominence", default="", help="A number from 0 to 1 that namesakes are ordered by.")
@click.option("--source", default="own", show_default=True, help="Where this is from.")
def add(
    kind: str,
    wikidata: str,
    name: str,
    folder: Path,
    aliases: tuple[str, ...],
    office: str | None,
    country: str,
    source: str,
    start: str,
    end: str,
    as_of: str,
    **cells: str,
) -> None:
    """Add an entity, or an office of a person, to a folder of your own tables.

    The same can be done by editing the tables; commands that use the folder compile it when a table has changed.

    \b
    kg gazetteer add organisation Q900001 "Border Commission" --alias BC --country NOR --sector GOV
    kg gazetteer add person Q900002 "Kari Holm" --office "Foreign Minister" --country NOR --start 2023-10
    """
    from kg.entities.gazetteer import compiled_path, open_gazetteer
    from kg.entities.offices import OfficeNames
    from kg.entities.tables import COLUMNS, PROMINENCE, add_rows
    from kg.errors import UsageError

    if any("|" in text for text in (name, *aliases)):
        raise UsageError("'|' parts names in the tables; give each alias with its own --alias")
    if (start or end or as_of) and office is None:
        raise UsageError("--start, --end and --as-of say when an office was held; give --office too")
    if office is not None and kind != "person":
        raise UsageError(f"--office: only a person holds one, not a {kind}")
    table = _TABLE[kind]
    own = {"iso3": country} if kind == "country" else {"country": country}
    row = {"wikidata": wikidata, "name": name, "aliases": "|".join(aliases), "source": source, **own}
    row |= {column.replace("-", "_"): value for column, value in cells.items()}
    unused = [c for c, value in row.items() if value and c not in (*COLUMNS[table], PROMINENCE, "country")]
    if unused:
        raise UsageError(f"--{unused[0].replace('_', '-')}: a {kind} has none; leave it out")
    known = open_gazetteer([folder] if any(folder.glob("*.tsv")) else []).entry(wikidata)
    is_new = known is None or known.name != name or bool(aliases)
    rows = {table: [row] if is_new else []}
    if office is not None:
        found = OfficeNames.load().classify(office, country or None)
        term = {"person": wikidata, "office": office, "office_class": found[0] if found else "official"}
        rows["terms"] = [term | {"country": country, "start": start, "end": end, "as_of": as_of, "source": source}]
    added = add_rows(folder, rows)
    compiled_path(folder)
    click.echo(f"{counted(added, 'row')} added to {folder}; use it with --gazetteer {folder}")


@gazetteer.command("compile")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--output", "-o", type=click.Path(path_type=Path), help="File to write; default: in the folder.")
def compile_(folder: Path, output: Path | None) -> None:
    """Compile the tables in a FOLDER into one file.

    \b
    kg gazetteer compile gazetteer -o gazetteer.sqlite
    """
    from kg.entities.compile_gazetteer import compile_gazetteer
    from kg.entities.gazetteer import COMPILED, Gazetteer

    out = output or folder / COMPILED
    compile_gazetteer(folder, out, complete=False)
    counts = Gazetteer.open(out).statistics()
    entities, names = sum(counts.entities.values()), sum(counts.names.values())
    click.echo(f"{counted(entities, 'entity', 'entities')} under {counted(names, 'name')} written to {out}")


@gazetteer.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
def diff(old: Path, new: Path) -> None:
    """List what a NEW gazetteer has that an OLD one has not, and the other way round.

    Each is a folder of tables or a compiled file.

    \b
    kg gazetteer diff gazetteer-2025.sqlite gazetteer
    """
    from collections import Counter

    from kg.entities.differences import differences
    from kg.entities.gazetteer import Gazetteer, compiled_path

    counts = Counter[str]()
    for difference in differences(Gazetteer.open(compiled_path(old)), Gazetteer.open(compiled_path(new))):
        counts[difference.kind] += 1
        click.echo(f"{difference.kind}: {_line(difference.entry)}")
        for change in difference.changes:
            click.echo(f"  {change}")
    click.echo(f"{counts['added']:,} added, {counts['removed']:,} removed, {counts['changed']:,} changed")


@gazetteer.command()
@folder_option
@click.option("--endpoint", help=f"Ask the Wikidata endpoint at this address; Wikidata's own is {WIKIDATA_ENDPOINT}.")
@click.option("--query", "queries", multiple=True, help="Named query to ask; may be repeated. Default: all.")
@click.option("--country", "codes", multiple=True, help="ISO 3166-1 alpha-3 code; may be repeated. Default: all.")
@click.option("--dump", type=click.Path(path_type=Path), help="Read a Wikidata dump: .json, .json.gz or .json.bz2.")
@click.option(
    "--table",
    "tables",
    multiple=True,
    type=click.Choice(["persons", "organisations", "places"]),
    default=("persons", "organisations"),
    show_default=True,
    help="What to take from the dump; may be repeated.",
)
@click.option("--class", "classes", multiple=True, help="Take only direct instances of this QID; may be repeated.")
@click.option(
    "--min-sitelinks",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="Take from the dump only what has so many pages on Wikimedia's sites.",
)
@endpoint_options
def build(
    folder: Path,
    endpoint: str | None,
    queries: tuple[str, ...],
    codes: tuple[str, ...],
    dump: Path | None,
    tables: tuple[str, ...],
    classes: tuple[str, ...],
    min_sitelinks: int,
    **options: Any,
) -> None:
    """Make a bigger gazetteer, from a Wikidata endpoint or a dump.

    An endpoint is asked by the queries in queries/wikidata, country by country; when it is interrupted, the same command
    goes on where it was. A dump is streamed; people are taken if they held an office.

    \b
    kg gazetteer build --endpoint https://query.wikidata.org/sparql --query heads-of-state --country NOR
    kg gazetteer build --dump latest-all.json.gz --min-sitelinks 3 --to gazetteer
    """
    from kg.entities.gazetteer import compiled_path
    from kg.errors import UsageError

    if (endpoint is None) == (dump is None):
        raise UsageError("give either --endpoint or --dump")
    if endpoint is not None:
        _build_from_endpoint(endpoint, queries, codes, folder, options)
    elif dump is not None:
        if queries or codes:
            raise UsageError(
                "--query and --country are for --endpoint; a dump has --table, --class and --min-sitelinks"
            )
        _build_from_dump(dump, folder, tables, classes, min_sitelinks)
    compiled_path(folder)
    click.echo(f"use it with --gazetteer {folder}")


def _build_from_endpoint(
    address: str, queries: Sequence[str], codes: Sequence[str], folder: Path, options: dict[str, Any]
) -> None:
    from kg.entities.gazetteer import open_gazetteer
    from kg.entities.offices import OfficeNames
    from kg.entities.wikidata import listings
    from kg.errors import EndpointError, UsageError
    from kg.pipeline import build_from_endpoint

    known = {listing.name: listing for listing in listings()}
    wrong = [name for name in queries if name not in known]
    if wrong:
        raise UsageError(f"--query: there is no {wrong[0]!r}; there are {', '.join(known)}")
    countries = {e.country: e.wikidata for e in open_gazetteer().entries() if e.type == "country" and e.country}
    missing = [code for code in codes if code not in countries]
    if missing:
        raise UsageError(f"--country: {missing[0]!r} is no ISO 3166-1 alpha-3 code of a state")
    chosen = [known[name] for name in queries or known]
    qids = [countries[code] for code in codes or sorted(countries)]
    endpoint = make_endpoint(address, folder / "answers.sqlite", options)
    try:
        for step in build_from_endpoint(endpoint, chosen, qids, OfficeNames.load(), folder, date.today().isoformat()):
            click.echo(f"{step.listing}: {counted(step.items, 'item')}, {counted(step.rows, 'new row')}")
    except EndpointError as error:
        raise EndpointError(f"{error}; what came is kept, run the same command again to go on") from error


def _build_from_dump(
    dump: Path, folder: Path, tables: Sequence[str], classes: Sequence[str], min_sitelinks: int
) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from kg.entities.dump import Filter, convert_dump
    from kg.entities.gazetteer import open_gazetteer
    from kg.entities.offices import OfficeNames

    wanted = Filter(tables, frozenset(classes), min_sitelinks)
    as_of = date.fromtimestamp(dump.stat().st_mtime).isoformat() if dump.is_file() else ""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    size = dump.stat().st_size if dump.is_file() else 0
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("reading", total=size)
        rows = convert_dump(
            dump,
            folder,
            wanted,
            open_gazetteer(),
            OfficeNames.load(),
            lambda read: progress.update(task, completed=read),
            as_of,
        )
    click.echo(", ".join(f"{number:,} {name}" for name, number in rows.items()))

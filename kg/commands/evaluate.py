"""`kg evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.commands.options import extraction_options, make_tools

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg.evaluate.events import Judgement
    from kg.pipeline import Parsed


@click.group()
def evaluate() -> None:
    """Measure extraction against gold files."""


@evaluate.command()
@click.argument("gold", type=click.Path(path_type=Path))
@click.option("--worst", "count", type=click.IntRange(0), default=3, show_default=True, help="Sentences shown a type.")
@click.option(
    "--errors",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write each miss with its parse to this file, as CoNLL-U.",
)
@click.option(
    "--edition",
    type=click.Choice(("current", "earlier")),
    help="Edition of PLOVER that GOLD follows; default: earlier if it says YIELD.",
)
@extraction_options
def events(gold: Path, count: int, errors: Path | None, edition: str | None, **options: Any) -> None:
    """Score events against a GOLD file of pairs, JSON Lines.

    \b
    kg evaluate events gold.jsonl
    kg evaluate events gold.jsonl --errors misses.conllu
    """
    from kg.annotate import check_length
    from kg.evaluate.events import (
        confusion_table,
        is_earlier_edition,
        judge,
        of_edition,
        read_gold,
        score,
        summary,
        worst,
    )
    from kg.model import Article
    from kg.pipeline import parse_records

    pairs = read_gold(gold)
    if errors is not None:
        _write(errors, "")
    earlier = is_earlier_edition(pairs) if edition is None else edition == "earlier"
    pairs = of_edition(pairs, earlier=earlier)
    articles = {(p.text, p.published): Article(p.id, p.text, published=p.published) for p in pairs}
    for article in articles.values():
        check_length(article)
    parsed = {p.record.article.id: p for p in parse_records(articles.values(), make_tools(options))}
    of_pair = {p.id: parsed[articles[p.text, p.published].id] for p in pairs}
    judgements = [judge(p, of_pair[p.id].record, earlier=earlier) for p in pairs]
    scores = score(judgements, {name: p.record for name, p in of_pair.items()})
    for line in (*summary(scores), "", *confusion_table(scores)):
        click.echo(line)
    for name, misses in worst(judgements, count).items():
        if misses:
            click.echo(f"\n{name}: the surest mistakes")
        for miss in misses:
            click.echo(f"  {miss.predicted} {_account(miss)}\n    {miss.gold.id}: {miss.gold.text}")
    if errors is not None:
        failed = [j for j in judgements if not _is_passed(j, of_pair[j.gold.id])]
        _write(errors, "\n".join(line for j in failed for line in _conllu(j, of_pair[j.gold.id])))


@evaluate.command()
@click.argument("gold", type=click.Path(path_type=Path))
@click.option("--reachable", type=click.Path(path_type=Path), help="File of QIDs over which recall is printed too.")
@click.option("--worst", "count", type=click.IntRange(0), default=10, show_default=True, help="False links shown.")
@extraction_options
def links(gold: Path, reachable: Path | None, count: int, **options: Any) -> None:
    """Score links to Wikidata against a GOLD file of articles, JSON Lines.

    \b
    kg evaluate links gold.jsonl
    kg evaluate links gold.jsonl --reachable qids.txt
    """
    from kg.annotate import check_length
    from kg.evaluate.links import misses_table, read_gold, read_qids, reliability, score, summary, worst
    from kg.model import Article
    from kg.pipeline import parse_records

    qids = read_qids(reachable) if reachable is not None else frozenset()
    told = read_gold(gold)
    articles = [Article(a.id, a.text, published=a.published) for a in told]
    for article in articles:
        check_length(article)
    tools = make_tools(options)
    records = {p.record.article.id: p.record for p in parse_records(articles, tools)}
    scores = score(told, records, lambda qid: tools.reference.gazetteer.entry(qid) is not None, qids)
    for line in (*summary(scores), "", *misses_table(scores), "", *reliability(scores)):
        click.echo(line)
    shown = worst(scores, count)
    if shown:
        click.echo("\nthe surest false links")
    for link in shown:
        meant = f"{link.wanted} is meant" if link.wanted else "not in the gold"
        click.echo(f"  {link.score:.2f} {link.text!r} → {link.wikidata} {link.name} ({meant}; {link.article})")


@evaluate.command()
@click.argument("gold", type=click.Path(path_type=Path))
@extraction_options
def coreference(gold: Path, **options: Any) -> None:
    """Score coreference against a GOLD file of passages, JSON Lines, with the CoNLL-2012 measures.

    \b
    kg evaluate coreference gold.jsonl
    """
    from kg.annotate import check_length
    from kg.evaluate.coreference import read_gold, score, summary
    from kg.model import Article
    from kg.pipeline import parse_records

    passages = read_gold(gold)
    articles = [Article(p.id, p.text, published=p.published) for p in passages]
    for article in articles:
        check_length(article)
    records = {p.record.article.id: p.record for p in parse_records(articles, make_tools(options))}
    for line in summary(score(passages, records)):
        click.echo(line)


def _is_passed(judgement: Judgement, parsed: Parsed) -> bool:
    return judgement.is_right if judgement.gold.type is not None else not parsed.record.events


def _account(miss: Judgement) -> str:
    if miss.event is None or miss.report is None:
        return "(nothing found)"
    roles = ", ".join(f"{r.role} {r.text}" for r in miss.report.roles if r.entity)
    return f"({miss.report.pattern} at {miss.report.trigger.text!r}, {miss.report.confidence:.2f}: {roles})"


def _conllu(judgement: Judgement, parsed: Parsed) -> Iterator[str]:
    """A miss as CoNLL-U sentences: gold, what was found instead and the parse; form, lemma, POS, tag, head, relation."""
    gold = judgement.gold
    words = {
        name: " + ".join(gold.text[a:b] for a, b in spans)
        for name, spans in (("source", gold.source), ("target", gold.target))
    }
    yield f"# sent_id = {gold.id}"
    yield f"# text = {' '.join(gold.text.split())}"
    yield f"# gold = {gold.type}; source: {words['source']}; target: {words['target']}"
    yield f"# predicted = {judgement.predicted} {_account(judgement)}"
    for event in parsed.record.events:
        for report in event.reports:
            roles = ", ".join(f"{r.role} {' '.join(r.text.split())}" for r in report.roles)
            yield f"# event = {event.type} {event.status} by {report.pattern} at {' '.join(report.trigger.text.split())!r}: {roles}"
    for number, sentence in enumerate(parsed.doc.sents):
        if number:
            yield ""
        numbers = _numbers([t.is_space for t in sentence])
        for token in sentence:
            if not token.is_space:
                head = 0 if token.head.i == token.i else numbers[token.head.i - sentence.start]
                own = numbers[token.i - sentence.start]
                cells = (own, token.text, token.lemma_, token.pos_, token.tag_, "_", head, token.dep_, "_", "_")
                yield "\t".join(map(str, cells))
    yield ""


def _numbers(is_space: Sequence[bool]) -> list[int]:
    """The CoNLL-U number of each token, counted from 1 without the spaces."""
    numbers, last = [], 0
    for space in is_space:
        last += not space
        numbers.append(last)
    return numbers


def _write(path: Path, text: str) -> None:
    from kg.errors import UsageError

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--errors: {path} cannot be written ({error.strerror}); choose another file") from error

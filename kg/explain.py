"""Why a sentence has the events that it has, and a name its link: what fits, what nearly does, and what weighs for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING

from kg.annotate import annotate, check_length
from kg.entities.cast import Weighing, identify, weigh_names
from kg.entities.linking import MAX_CANDIDATES, decide, why_none
from kg.entities.names import fold_name
from kg.errors import InputError
from kg.events.coder import ask_opinion, date_clause
from kg.events.guesses import Guess
from kg.events.matching import Match, NearMiss, attempts, why_unusable
from kg.events.objections import Objection
from kg.events.opinion import PATTERN, Opinion, Pair
from kg.events.parties import MentionIndex
from kg.model import Article, Cast, Report
from kg.pipeline import Tools, make_record

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token


def explain_sentence(sentence: str, tools: Tools, *, with_absent: bool = False) -> Iterator[str]:
    """For each trigger word of a sentence: the patterns that fit, those that nearly did and why not; then the events.

    Patterns whose second word is nowhere near the first are no near misses, and told only `with_absent`.
    Of pairs of whom the patterns tell nothing the second opinion's best guess is shown, and what weighed most for it; and so is where it
    takes an event of theirs for something else.
    """
    # What the command line cannot decode reaches us as lone surrogates, which no parse can hold.
    article = Article("sentence", sentence.encode("utf-8", "replace").decode("utf-8"))
    [doc] = annotate(tools.nlp, [article])
    cast = identify(doc, article, tools.reference, partial(date_clause, published=None))
    mentions = MentionIndex(doc, cast)
    for token in doc:
        tried = attempts(token, tools.lexicon, mentions, with_absent=with_absent)
        yield from _explain_token(token, tried, tools, mentions)
    record = make_record(article, doc, tools)
    if tools.opinion is not None:
        objections, guesses = ask_opinion(doc, article, cast, tools.lexicon, tools.opinion)
        for objection in objections:
            yield _explain_objection(objection, doc, tools.opinion, cast)
        reports = [report for event in record.events for report in event.reports]
        for guess in guesses:
            yield _explain_guess(guess, tools.opinion, cast, is_left_out=not _is_made(guess, reports, doc))
    for event in record.events:
        roles = ", ".join(f"{p.role} {record.entity(p.entity).name}" for p in event.roles if p.entity)
        yield f"→ {event.type} ({event.act}{'-' + event.mode if event.mode else ''}, {event.status}): {roles}"
    if not record.events:
        yield "→ no event"


def _explain_token(
    token: Token, tried: Iterable[Match | NearMiss], tools: Tools, mentions: MentionIndex
) -> Iterator[str]:
    """The pattern that fires at a token, those before it that fit but lack something, and those that nearly fit."""
    misses: dict[str, list[str]] = {}
    fired = None
    for attempt in tried:
        if isinstance(attempt, NearMiss):
            misses.setdefault(attempt.pattern.id, []).append(attempt.reason)
        elif reason := why_unusable(attempt, token, tools.lexicon, mentions):
            misses.setdefault(attempt.pattern.id, []).append(reason)
        else:
            fired = attempt
            break
    if fired is not None:
        misses.pop(fired.pattern.id, None)
        words = " ".join(token.doc[i].text for i in fired.trigger)
        yield f"{words}: {fired.pattern.id} ({fired.pattern.act or fired.pattern.operator}, {fired.pattern.file})"
    for name, told in misses.items():
        reasons = list(dict.fromkeys(told))
        yield f"{token.text}: not {name}, for {'; '.join(reasons[:3])}{'; …' if len(reasons) > 3 else ''}"


def _is_made(guess: Guess, reports: Iterable[Report], doc: Doc) -> bool:
    """Whether one of the reports is of the guess's pair."""
    pair = guess.question.pair
    starts = {doc[filler.start].idx for filler in (pair.source, pair.target) if filler is not None}
    made = (r for r in reports if r.pattern == PATTERN and r.trigger.start == doc[pair.verb].idx)
    return any({role.start for role in report.roles} <= starts for report in made)


def _explain_guess(guess: Guess, opinion: Opinion, cast: Cast, *, is_left_out: bool) -> str:
    question = guess.question
    verdict = ", left out, for it is denied or only possible, or the words are not of politics" if is_left_out else ""
    if guess.margin < 0:
        verdict = f", too improbable: a guess needs {question.needed:.2f}"
    told = f"{guess.act} {guess.probability:.2f} ({_parties(question.pair, cast)}){verdict}"
    return f"second opinion: {told}; by {_reasons(opinion, question.sentence, question.pair, guess.act)}"


def _explain_objection(objection: Objection, doc: Doc, opinion: Opinion, cast: Cast) -> str:
    draft, pair = objection.draft, objection.pair
    right, met = opinion.priors.record(draft.pattern)
    pattern = f"{draft.pattern}, right about {right} of {met} events" if met else draft.pattern
    told = f"{objection.act} {objection.probability:.2f} ({_parties(pair, cast)}) and not {draft.act} by {pattern}"
    return f"second opinion: {told}; by {_reasons(opinion, doc[draft.head].sent, pair, objection.act)}"


def _parties(pair: Pair, cast: Cast) -> str:
    names = {entity.id: entity.name for entity in cast.entities}
    return " → ".join(names[f.entity] for f in (pair.source, pair.target) if f is not None and f.entity)


def _reasons(opinion: Opinion, sentence: Span, pair: Pair, act: str) -> str:
    return ", ".join(f"{name!r} {weight:+.2f}" for name, weight in opinion.reasons(sentence, pair, act))


def explain_links(articles: Iterable[Article], tools: Tools, name: str | None = None) -> Iterator[str]:
    """What each name of some articles, or only the one given, can mean: candidates, scores, and why.

    :raises InputError: when no article has such a name, or one is too long to parse.
    """
    others: list[str] = []
    is_found = False
    for article in articles:
        check_length(article)
        [doc] = annotate(tools.nlp, [article])
        for weighing in weigh_names(doc, article, tools.reference):
            if name is None or fold_name(name) in map(fold_name, weighing.names):
                is_found = True
                yield from _explain_weighing(weighing)
            else:
                others.extend(weighing.names)
    if name is not None and not is_found:
        near = get_close_matches(name, others, 3, 0.5) or others[:5]
        raise InputError(f"there is no name {name!r}" + (f"; there are {', '.join(near)}" if near else ""))


def _explain_weighing(weighing: Weighing) -> Iterator[str]:
    evidence, weighed = weighing.evidence, weighing.weighed
    offices = [f"{o.office} ({o.country})" if o.country else o.office for o in evidence.offices]
    known = [f"{evidence.type}", *offices, f"published {evidence.day}" if evidence.day else "of no known day"]
    yield f"{', '.join(weighing.names)}: {'; '.join(known)}"
    reason = why_none(weighed)
    entry = decide(weighed).entry
    yield f"→ {entry.wikidata} {entry.name}" if entry is not None else f"→ no link: {reason}"
    for candidate in weighed[:MAX_CANDIDATES]:
        what = ", ".join(
            part for part in (candidate.entry.type, candidate.entry.country, candidate.entry.sector) if part
        )
        yield f"  {candidate.score:.3f} {candidate.entry.wikidata} {candidate.entry.name} ({what})"
        yield from (f"    {r.weight:+.2f} {r.text}" for r in candidate.reasons)
    if len(weighed) > MAX_CANDIDATES:
        yield f"  and {len(weighed) - MAX_CANDIDATES} more, none better"

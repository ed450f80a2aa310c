"""Doc and cast → events: match, fill roles, apply operators, date, place, attribute, merge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from typing import cast as cast_type

from kg.events.affairs import PARTIES, WORDS_OF_GUESSES, Affairs
from kg.events.allegations import with_allegations
from kg.events.answers import with_answers
from kg.events.attribution import Quotations, Speaker, find_speakers
from kg.events.circumstances import assign_times, find_location, find_time_phrases, is_scheduled, when_of
from kg.events.completeness import Completeness
from kg.events.confidence import confidence_of, signs_of
from kg.events.cues import Cues
from kg.events.drafts import Draft
from kg.events.guesses import Guess, best_guesses, find_questions, guessed_events
from kg.events.lexicon import Lexicon, Pattern
from kg.events.matching import Match, find_matches
from kg.events.merging import Merger
from kg.events.objections import Objection, find_contestable, find_objections
from kg.events.operators import apply_operator, complements, innermost_first
from kg.events.opinion import Opinion, Question
from kg.events.parties import Filler, MentionIndex, tidy
from kg.events.reports import make_events
from kg.events.roles import MAX_TOPIC, first_party, noun_fillers
from kg.events.stances import Stances, with_shared_targets, without_kind_threats, without_threats_twice
from kg.events.status import is_negated, status_of
from kg.events.syntax import forget_tokens, is_passive, is_verbal, prepositions, subjects
from kg.events.tree import as_tree
from kg.model import (
    Article,
    Attribution,
    Cast,
    Event,
    RoleName,
    Status,
    Trigger,
    When,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

PAST_HORIZON = timedelta(days=31)
"""An event that ended, or an habitual one that began, longer before publication than this is historical."""

_STATE_ACTS = frozenset(
    [
        ("COERCE", "arrest"),
        ("COERCE", "deport"),
        ("COERCE", "censor"),
        ("COERCE", "restrict"),
        ("SANCTION", "expel"),
        ("SANCTION", "convict"),
        ("RETREAT", "release"),
    ]
)
_TIED = frozenset({"after", "following", "during", "when"})
"""Words that tie what happened to the time of what it led to, or what else did."""
_CHARGING = frozenset({"charge", "indict", "arraign", "prosecute"})
_MEANT = {
    "PROTEST": frozenset({"ACCUSE", "REJECT", "REQUEST", "SUPPORT", "THREATEN", "PROTEST"}),
    "ASSAULT": frozenset({"ASSAULT"}),
    "MOBILIZE": frozenset({"ACCUSE", "REJECT", "ASSAULT", "THREATEN", "COERCE", "MOBILIZE"}),
}
"""Deed → the acts that are no events of their own where the deed is done for them."""


def code_events(
    doc: Doc, article: Article, cast: Cast, lexicon: Lexicon, opinion: Opinion | None = None
) -> tuple[Event, ...]:
    """The events of an article, in order of first report; ids are local. Without `opinion` only the lexicon's."""
    try:
        return _Coder(as_tree(doc), article, cast, lexicon, opinion).code()
    finally:
        forget_tokens()


def ask_opinion(
    doc: Doc, article: Article, cast: Cast, lexicon: Lexicon, opinion: Opinion
) -> tuple[list[Objection], list[Guess]]:
    """Which events of the lexicon the second opinion takes for something else, and its best guess of each sentence, made or not."""
    coder = _Coder(as_tree(doc), article, cast, lexicon, None)
    try:
        return coder.asked(coder.drafts(), opinion)
    finally:
        forget_tokens()


class _Coder:
    def __init__(self, doc: Doc, article: Article, cast: Cast, lexicon: Lexicon, opinion: Opinion | None) -> None:
        self.doc, self.article, self.cast, self.lexicon, self.opinion = doc, article, cast, lexicon, opinion
        self.mentions = MentionIndex(doc, cast)
        self.quotations = Quotations(doc)
        self.operators: frozenset[int] = frozenset()
        self.absorbed: dict[int, tuple[int, Draft]] = {}
        self.affairs = Affairs(doc, self.mentions, lexicon.cues)
        self.cues = Cues(lexicon.cues)
        self.completeness = Completeness(doc, self.mentions)

    def code(self) -> tuple[Event, ...]:
        drafts = self._with_circumstances(self._with_guesses(self.drafts()))
        found = Merger(self.mentions.entity_of, self.doc).group(list(drafts.values()))
        groups = [group for group in found if any(draft.entities(*PARTIES) for draft in group)]
        return make_events(groups, self.doc, self.article.text, self.mentions.entity_of)

    def drafts(self) -> dict[int, Draft]:
        """What the lexicon tells of, by trigger."""
        matches = find_matches(self.doc, self.lexicon, self.mentions)
        drafts = {i: self._draft(match) for i, match in matches.items()}
        drafts = self._operate(drafts, matches)
        drafts = self._without_broken_talks(self._with_company(self._restored(drafts, matches)))
        drafts = {i: self._by_the_state(d) for i, d in drafts.items()}
        drafts = {i: self._spoken(self._attributed(d), matches[i].pattern) for i, d in drafts.items() if d.act}
        stances = Stances(self.doc, self.mentions)
        drafts = {
            i: stances.commanded(stances.threatened(stances.promised(stances.refused(stances.given_up(d)))))
            for i, d in drafts.items()
        }
        drafts = without_kind_threats(self.doc, without_threats_twice(drafts))
        drafts = {i: stances.about_a_deed(stances.depending(d)) for i, d in drafts.items()}
        drafts = with_shared_targets(self.doc, drafts)
        drafts = self._with_purposes(drafts)
        drafts = {
            i: self._weighed(d, matches[i].pattern)
            for i, d in drafts.items()
            if self.completeness.is_met(d, matches[i].pattern)
        }
        drafts = with_answers(self.doc, with_allegations(self.doc, drafts, self.mentions))
        return self.affairs.on_stage({i: d for i, d in drafts.items() if not self.affairs.is_of_another_world(d)})

    def _draft(self, match: Match) -> Draft:
        head = self.doc[match.head]
        pattern = match.pattern
        act = pattern.act or ""
        mode, contexts = self.cues.near(head, act)
        return Draft(
            head=match.head,
            trigger=match.trigger,
            act=act,
            mode=pattern.mode or mode,
            contexts=tuple(dict.fromkeys((*pattern.contexts, *contexts))),
            status=self._status_of(match),
            roles=match.roles,
            pattern=pattern.id,
            sentence=head.sent.start,
            is_nominal=head.pos_ in ("NOUN", "PROPN") and not is_verbal(head),
            is_past=head.tag_ in ("VBD", "VBN"),
            is_abstained=is_negated(head),
        )

    def _status_of(self, match: Match) -> Status:
        """The status of the trigger's clause, less what the pattern itself asks for: a negation ("not accept"), a future."""
        asked = match.pattern.requires
        is_denied = any(self.doc[i].dep_ == "neg" or self.doc[i].lower_ == "no" for i in match.trigger)
        if is_denied or "planned" in asked or "refusing" in asked or "negated" in asked:
            return "reported"
        return status_of(self.doc[match.head])

    def _operate(self, drafts: Mapping[int, Draft], matches: Mapping[int, Match]) -> dict[int, Draft]:
        """The drafts after each operator has acted on the events in its complement, inner operators first."""
        current: dict[int, Draft] = dict(drafts)
        operators = [i for i, m in matches.items() if m.pattern.operator]
        self.operators = frozenset(operators)
        for i in innermost_first(self.doc, operators):
            own = current.get(i)
            if own is None:
                continue
            # An operator can come back to itself: "a plan that Oslo offered to send" is about the plan, which is about the offer.
            inner = [j for j in self._inner(self.doc[i], current) if j != i]
            if not inner and own.act:
                current[i] = own = self._with_clause(own)
            for j in inner:
                current[j] = self._with_phrases(self.doc[i], current[j], matches[j].pattern)
                kept, changed = apply_operator(matches[i].pattern.operator or "", own, current[j])
                if kept is None and own.act:
                    self.absorbed[j] = i, self._with_clause(own)
                if kept is not None:
                    own = kept
                if changed is None:
                    del current[j]
                else:
                    current[j] = changed
                if kept is None:
                    current.pop(i, None)
            if i in current:
                current[i] = own
        return current

    def _with_phrases(self, operator: Token, inner: Draft, pattern: Pattern) -> Draft:
        """With the parties that the parser hung on a noun that is itself about the event: "a halt of shipments to Ghana"."""
        if operator.pos_ != "NOUN" or inner.entities("recipient"):
            return inner
        return replace(inner, roles=tidy((*inner.roles, *noun_fillers(operator, pattern, self.mentions))))

    def _inner(self, head: Token, current: Mapping[int, Draft], depth: int = 0) -> list[int]:
        """The events in a complement, looked for through copulas and operators that are no events themselves."""
        inner: list[int] = []
        for token in complements(head):
            draft = current.get(token.i)
            if draft is not None and draft.act:
                inner.append(token.i)
            elif depth < 3 and (token.pos_ in ("AUX", "ADJ") or token.lemma_ == "be" or token.i in self.operators):
                inner.extend(self._inner(token, current, depth + 1))
        return list(dict.fromkeys(inner))

    def _restored(self, drafts: Mapping[int, Draft], matches: Mapping[int, Match]) -> dict[int, Draft]:
        """With the promise or agreement itself where what is promised turns out to be no event that can be told."""
        out = dict(drafts)
        for j, (i, own) in self.absorbed.items():
            if j in out and not self.completeness.is_met(out[j], matches[j].pattern):
                del out[j]
                out[i] = own
        return dict(sorted(out.items()))

    def _with_company(self, drafts: Mapping[int, Draft]) -> dict[int, Draft]:
        """With the status of the verb for a noun that tells of its act again: "plan to discuss it in talks"."""
        out = dict(drafts)
        for i, draft in drafts.items():
            noun, verb = self.doc[i], self.doc[i].head.head
            told = drafts.get(verb.i) if noun.dep_ == "pobj" and verb.pos_ == "VERB" else None
            if told is not None and draft.is_nominal and draft.act == told.act and draft.status == "reported":
                out[i] = replace(draft, status=told.status)
        return out

    def _without_broken_talks(self, drafts: Mapping[int, Draft]) -> dict[int, Draft]:
        """Without talks as an event beside their end: "suspended talks with Egypt", "walked out of talks"."""

        def is_broken(draft: Draft) -> bool:
            noun = self.doc[draft.head]
            if noun.dep_ not in ("dobj", "nsubjpass") and noun.head.lower_ not in ("of", "from"):
                return False
            verb = noun.head
            while verb.pos_ in ("ADP", "SCONJ", "ADV") and verb.head != verb:
                verb = verb.head
            told = drafts.get(verb.i) if verb.pos_ == "VERB" else None
            return told is not None and told.act in ("REJECT", "SANCTION")

        return {i: d for i, d in drafts.items() if not (d.act == "CONSULT" and d.is_nominal and is_broken(d))}

    def _with_clause(self, draft: Draft) -> Draft:
        """With a complement clause that tells of no event as topic.

        Its subject is who is accused or asked, else the first party that it names is who it is promised or refused to.
        """
        head = self.doc[draft.head]
        for clause in head.children:
            if clause.dep_ not in ("ccomp", "acl", "xcomp", "relcl", "advcl") or (
                clause.dep_ == "advcl" and (clause.i < head.i or not any(c.tag_ == "TO" for c in clause.children))
            ):
                continue
            if clause.i < head.i and any(t.text == ";" for t in self.doc[clause.i : head.i]):
                continue
            if clause.tag_ == "VBN" and not any(c.dep_ in ("aux", "auxpass", "mark") for c in clause.children):
                continue
            parties = [p for t in subjects(clause) if t.i > head.i for p in self.mentions.parties(t, "recipient")]
            if draft.act == "THREATEN":
                # What one threatens to do one does oneself, or one's country does.
                parties = [p for p in parties if not self._is_of_the_actors(p, draft)]
            topic = Filler("topic", None, clause.left_edge.i, min(clause.right_edge.i + 1, clause.i + MAX_TOPIC))
            if not parties and not any(c.dep_ in ("nsubj", "nsubjpass") for c in clause.children):
                parties = list(first_party(clause, draft.entities("actor"), self.mentions))
            wanted = () if draft.entities("recipient") else tuple(parties)
            return replace(draft, roles=tidy((*draft.roles, *wanted, topic)))
        return draft

    def _is_of_the_actors(self, filler: Filler, draft: Draft) -> bool:
        party = self.mentions.entity_of[filler.entity or ""]
        actors = [self.mentions.entity_of[a] for a in draft.entities("actor")]
        return any(party.id == a.id or (party.country is not None and party.country == a.country) for a in actors)

    def _by_the_state(self, draft: Draft) -> Draft:
        """Where nobody is said to arrest, expel, convict or release, the state does, on whose soil it happens."""
        verb = self.doc[draft.head]
        is_charge = verb.lemma_ in _CHARGING and not any(c.dep_ in ("dobj", "oprd", "npadvmod") for c in verb.children)
        is_of_state = (draft.act, draft.mode) in _STATE_ACTS or (draft.act == "ACCUSE" and is_charge)
        if draft.entities("actor") or not is_of_state:
            return draft
        if verb.pos_ != "VERB" or not is_passive(verb):
            return draft
        for preposition, tokens in prepositions(verb):
            for token in tokens if preposition in ("in", "from", "at") else ():
                place = self.mentions.literal(token)
                if place is not None and place.type in ("country", "place") and self.mentions.is_name(token):
                    state = self.mentions.parties(token, "actor")
                    return replace(draft, roles=tidy((*state, *draft.roles)), is_inferred=True)
        return draft

    def _with_purposes(self, drafts: Mapping[int, Draft]) -> dict[int, Draft]:
        """Protests and musters without what they are for as an event of its own: its recipients are theirs.

        PLOVER: the closest type wins. "Marched to press the mayor to resign" is a protest against the mayor.
        """
        out = dict(drafts)
        for i, deed in drafts.items():
            meant = _MEANT.get(deed.act)
            if meant is None or deed.is_nominal or i not in out:
                continue
            nouns = [self.doc[k] for k in deed.trigger if k != i and self.doc[k].pos_ == "NOUN"]
            nouns += [self.doc[f.start : f.end].root for f in deed.roles if f.role == "actor"]
            for clause in (*self.doc[i].children, *(c for noun in nouns for c in noun.children)):
                if not _is_purpose(clause):
                    continue
                for j in (t.i for t in (clause, *clause.children)):
                    aim = drafts.get(j)
                    if aim is None or j == i or aim.act not in meant or not _shares_actor(deed, aim):
                        continue
                    roles = out[i].roles
                    if not out[i].entities("recipient"):
                        roles = (*roles, *(f for f in aim.roles if f.role == "recipient"))
                    out[i] = replace(out[i], roles=tidy((*roles, *(f for f in aim.roles if f.role == "topic"))))
                    out.pop(j, None)
        return out

    def _weighed(self, draft: Draft, pattern: Pattern) -> Draft:
        return replace(draft, confidence=confidence_of(signs_of(draft, pattern, self.doc[draft.head])))

    def questions(self, drafts: Mapping[int, Draft]) -> list[Question]:
        """What the second opinion is asked beside these drafts."""
        return find_questions(self.doc, self.mentions, self.affairs, drafts.values())

    def _with_guesses(self, drafts: Mapping[int, Draft]) -> dict[int, Draft]:
        """With the second opinion's objections, and what it makes of pairs of whom the lexicon has nothing to tell, at most once a sentence.

        A long text that tells of little else is hardly about politics, and nothing is guessed of it. As a guess rests on all of its
        sentence, so do its mode and contexts.
        """
        if self.opinion is None or self.affairs.is_sparse(drafts, WORDS_OF_GUESSES):
            return dict(drafts)
        objections, guesses = self.asked(drafts, self.opinion)
        corrected = map(self._corrected, objections)
        out = {**drafts, **{draft.head: draft for draft in corrected}}
        for guess in guessed_events(guesses, self.mentions):
            if guess.head not in out and not self.affairs.is_of_another_world(guess):
                mode, contexts = self.cues.among(self.doc[guess.head].sent, guess.act)
                out[guess.head] = self._attributed(replace(guess, mode=mode, contexts=contexts))
        return dict(sorted(out.items()))

    def asked(self, drafts: Mapping[int, Draft], opinion: Opinion) -> tuple[list[Objection], list[Guess]]:
        """What the second opinion says to some drafts, where it may be told, and of other pairs."""
        is_sparse = self.affairs.is_sparse(drafts, WORDS_OF_GUESSES)
        contested = [] if is_sparse else find_contestable(drafts, self.doc, opinion)
        questions = self.questions(drafts)
        answers = opinion.ask([*contested, *questions])
        objections = find_objections(contested, answers[: len(contested)], opinion.classes)
        told = [objection for objection in objections if not self.affairs.is_of_another_world(objection.outcome)]
        return told, best_guesses(questions, answers[len(contested) :], opinion.classes)

    def _corrected(self, objection: Objection) -> Draft:
        """What is told instead, with the mode that the words near its trigger decide."""
        draft = objection.outcome
        return replace(draft, mode=self.cues.near(self.doc[draft.head], draft.act)[0])

    def _spoken(self, draft: Draft, pattern: Pattern) -> Draft:
        """With the innermost speaker in the role that the pattern gives to speakers: who says that somebody lied accuses him.

        Who says that somebody did not lie does not.
        """
        role = pattern.roles.get("speaker")
        if role is None or not draft.attribution or (draft.act == "ACCUSE" and draft.status == "denied"):
            return draft
        speaker = draft.attribution[-1]
        span = self.doc.char_span(speaker.start, speaker.end, alignment_mode="expand")
        cue = self.doc.char_span(speaker.cue.start, speaker.cue.end, alignment_mode="expand")
        if span is None or cue is None:
            return draft
        said = Filler(cast_type(RoleName, role), speaker.entity, span.start, span.end)
        return replace(
            draft, roles=tidy((said, *draft.roles)), status=status_of(cue[0]), attribution=draft.attribution[:-1]
        )

    def _with_circumstances(self, drafts: Mapping[int, Draft]) -> dict[int, Draft]:
        heads = sorted(drafts)
        times = assign_times(self.doc, heads, find_time_phrases(self.doc))
        out: dict[int, Draft] = {}
        for i, draft in drafts.items():
            token = self.doc[i]
            when = when_of(self.doc, token, times[i], self.article.published) if i in times else None
            if i in times and draft.status == "reported" and is_scheduled(self.doc, token, times[i]):
                draft = replace(draft, status="planned")
            extra = ("to",) if draft.mode == "visit" else ("on",) if draft.act == "ASSAULT" else ()
            where = find_location(token, self.mentions, heads, extra)
            out[i] = self._historical(replace(draft, when=when, where=where))
        return {i: self._of_the_same_days(draft, out) for i, draft in out.items()}

    def _of_the_same_days(self, draft: Draft, others: Mapping[int, Draft]) -> Draft:
        """What an event that is history followed or fell into is history too: "left in 1999 after a NATO campaign"."""
        link = self._link_of(self.doc[draft.head])
        is_dated = draft.when is not None and (draft.when.first is not None or draft.when.last is not None)
        if link is None or is_dated or draft.status != "reported":
            return draft
        told = others.get(link.i)
        return replace(draft, status="historical") if told is not None and told.status == "historical" else draft

    def _link_of(self, head: Token) -> Token | None:
        """The verb to whose time a noun or clause belongs, if any: of "bombing" in "after a bombing campaign" too."""
        while head.dep_ == "compound" or (head.dep_ == "conj" and not any(c.dep_ == "nsubj" for c in head.children)):
            head = head.head
        if head.dep_ in ("pobj", "pcomp") and head.head.lower_ in _TIED:
            return head.head.head
        words = {c.lower_ for c in head.children if c.dep_ in ("mark", "advmod", "aux")}
        return head.head if head.dep_ == "advcl" and words & _TIED and not words & {"has", "have"} else None

    def _historical(self, draft: Draft) -> Draft:
        when, published = draft.when, self.article.published
        if when is None or draft.status != "reported":
            return draft
        if published is None:
            # No day to count from: the past perfect with a date says that the day is over when the text is written.
            is_past = any(c.dep_ == "aux" and c.lower_ == "had" for c in self.doc[draft.head].children)
            return replace(draft, status="historical") if is_past and when.last is not None else draft
        begun = when.first is not None and when.first < published - PAST_HORIZON
        ended = when.last is not None and when.last <= published
        return replace(draft, status="historical") if begun and ended else draft

    def _attributed(self, draft: Draft) -> Draft:
        head = self.doc[draft.head]
        speakers = find_speakers(head, frozenset(draft.entities("actor")), self.mentions, self.quotations)
        return replace(draft, attribution=tuple(self._attribution(s) for s in speakers)) if speakers else draft

    def _attribution(self, speaker: Speaker) -> Attribution:
        words = self.doc[speaker.start : speaker.end]
        cue = self.doc[speaker.cue : speaker.cue + 1]
        text = self.article.text
        return Attribution(
            speaker.entity,
            words.start_char,
            words.end_char,
            text[words.start_char : words.end_char],
            Trigger(cue.start_char, cue.end_char, text[cue.start_char : cue.end_char]),
            speaker.quote,
        )


def _is_purpose(clause: Token) -> bool:
    """Whether a clause without subject of its own says what a deed is for: "marched to demand", "marched, demanding"."""
    if clause.dep_ not in ("advcl", "xcomp", "acl") or any(
        c.dep_ in ("nsubj", "nsubjpass", "mark") for c in clause.children
    ):
        return False
    return clause.tag_ == "VBG" or any(c.dep_ == "aux" and c.tag_ == "TO" for c in clause.children)


def _shares_actor(one: Draft, other: Draft) -> bool:
    mine = set(one.entities("actor"))
    return not mine or not other.entities("actor") or bool(mine & set(other.entities("actor")))


def date_clause(doc: Doc, head: int, published: date | None) -> When | None:
    """The days that the clause of a token is dated to, or None."""
    phrase = assign_times(doc, [head], find_time_phrases(doc)).get(head)
    return None if phrase is None else when_of(doc, doc[head], phrase, published)

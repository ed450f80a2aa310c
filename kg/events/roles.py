"""Who takes part in a matched event, by the slots of its pattern and the syntax around its trigger."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from kg.events.lexicon import Pattern
from kg.events.parties import PARTY_ROLES, Filler, MentionIndex, is_victim, is_water, owners_of, tidy
from kg.events.syntax import (
    expand,
    is_carried,
    is_passive,
    is_verbal,
    kept_object,
    lemma_of,
    objects,
    partitive,
    prepositions,
    subjects,
    supporting_verb,
    surface_subjects,
)
from kg.events.talks import verb_during, verb_of_two
from kg.model import MATERIAL_CONFLICT, MATERIAL_COOPERATION, QUAD_CLASS, VERBAL_CONFLICT, RoleName

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_TOPIC_PREPOSITIONS = frozenset({"about", "over", "regarding", "concerning"})
_CONCLUDING = frozenset("sign reach agree broker strike adopt seal conclude negotiate mediate hold initial".split())
_STANDING = frozenset(
    "independence sovereignty statehood secession existence legitimacy claim right authority border".split()
)
"""What others grant or deny to whoever has it: "recognised Kosovo's independence"."""
_NO_TOPIC = frozenset({"DATE", "TIME", "ORDINAL", "CARDINAL", "PERCENT", "QUANTITY"})
_CARRYING_OUT = frozenset(
    "complete finish conclude make announce confirm begin start carry conduct launch hold stage give offer issue extend renew resume repeat reiterate file lodge voice publish submit".split()
)
"""Verbs that tell of nothing but their object, so that whose it is does it: "Serbia's withdrawal was completed"."""
_PUBLIC = frozenset({"GOV", "MIL", "REB", "IGO", "LEG", "JUD", "COP", "PTY", "OPP"})
_FOCUSING = frozenset({"focus", "center", "centre", "concentrate", "revolve", "deal"})
_REACHING = frozenset(
    [
        "AID",
        "ASSAULT",
        "COERCE",
        "SANCTION",
        "MOBILIZE",
        "RETREAT",
        "COOPERATE",
        "ACCUSE",
        "AGREE",
        "SUPPORT",
        "REJECT",
        "CONCEDE",
        "THREATEN",
        "PROTEST",
    ]
)
_JUDGING = frozenset({"ACCUSE", "REJECT", "SUPPORT", "THREATEN"})
"""Acts about a deed that do not reach whom the deed was done to."""
_HAPPENING = frozenset(
    """erupt break take occur happen flare begin start open resume continue follow ensue rage hold schedule end
    collapse conclude stall restart go""".split()
)
"""Verbs of which what happens is the subject, so that who takes part may hang on them: "clashes erupted between …"."""
_NOT_REACHING = frozenset({"as", "after", "amid", "following"})
_PLATFORMS = frozenset("Facebook Twitter TikTok WhatsApp YouTube Telegram LinkedIn Weibo Instagram X Reddit".split())
"""Where something is said: "criticised Hungary on Facebook" criticises no firm."""
_WORDS = frozenset({"SUPPORT", "AGREE", "REQUEST", "THREATEN"})
_TOWARDS = frozenset({"for", "to", "towards", "toward", "against"})
_LAYING = frozenset("impose place put slap levy clamp enforce inflict declare".split())
_ASKING = frozenset("seek request demand want ask need file submit".split())
_ADDRESSING = frozenset({"call", "phone", "telephone", "meet", "visit", "cable", "write", "ring"})
_ASIDE = frozenset({"as", "after", "before", "during", "despite", "while", "following", "according", "since", "until"})
MAX_TOPIC = 14


def fill_roles(head: Token, trigger: Sequence[int], pattern: Pattern, mentions: MentionIndex) -> tuple[Filler, ...]:
    """The roles of a match, actors first, each entity once a role; the trigger's own words fill none."""
    if head.pos_ in ("NOUN", "PROPN") and not (is_verbal(head) and _is_by_a_verb(pattern, head)):
        fillers = _by_whose_it_is(head, pattern, list(_noun_roles(head, pattern, mentions)))
    elif head.pos_ == "ADJ":
        fillers = list(_adjective_roles(head, pattern, mentions))
    else:
        fillers = list(_verb_roles(head, trigger, pattern, mentions))
    doers = {f.entity for f in fillers if f.role == "actor"}
    reached = [f for f in fillers if f.role in ("recipient", "host", "mediator") and f.entity not in doers]
    is_between_two = "two-actors" in pattern.requires and len(doers) > 1
    if pattern.operator is None and not reached and not is_between_two:
        fillers.extend(_farther_recipient(head, trigger, pattern, fillers, mentions))
    if pattern.act == "AID":
        fillers.extend(_country_aided(head, fillers, mentions))
    if pattern.act == "ASSAULT":
        fillers = _without_scenes(head.doc, fillers)
    return tidy(fillers)


def _by_whose_it_is(noun: Token, pattern: Pattern, fillers: list[Filler]) -> list[Filler]:
    """With whose a word is as actor where it reaches somebody else: "the support of the bishops for the poor"."""
    if pattern.act not in _WORDS or any(f.role in ("actor", "mediator") for f in fillers):
        return fillers
    phrases = [c for c in noun.children if c.dep_ == "prep" and c.i > noun.i]
    owners = {t.i for c in phrases if c.lower_ == "of" for t in expand([g for g in c.children if g.dep_ == "pobj"])}
    others = {t.i for c in phrases if c.lower_ in _TOWARDS for t in expand([g for g in c.children if g.dep_ == "pobj"])}
    reaches = any(f.entity is not None and not others.isdisjoint(range(f.start, f.end)) for f in fillers)
    reaches = reaches or any(c.dep_ == "acl" and c.tag_ == "VB" for c in noun.children)
    if not reaches:
        return fillers
    return [
        replace(f, role="actor") if f.entity is not None and not owners.isdisjoint(range(f.start, f.end)) else f
        for f in fillers
    ]


def _without_scenes(doc: Doc, fillers: Sequence[Filler]) -> list[Filler]:
    """Without the place where somebody is attacked who is named: "bombed Hamas targets in Rafah"."""

    def is_scene(filler: Filler) -> bool:
        root = doc[filler.start : filler.end].root
        return filler.role == "recipient" and root.dep_ == "pobj" and root.head.lower_ in ("in", "near")

    others = [f for f in fillers if f.role == "recipient" and not is_scene(f)]
    return [f for f in fillers if not is_scene(f)] if others else list(fillers)


def _is_by_a_verb(pattern: Pattern, head: Token) -> bool:
    lemma = head.lemma_.lower()
    return any(entry.partition(" ")[0] == lemma for entry in (*pattern.verbs, *pattern.phrases))


def _country_aided(head: Token, fillers: Sequence[Filler], mentions: MentionIndex) -> Iterator[Filler]:
    """The country where those are who are helped, when they have no name: "to feed families in Malawi"."""
    helped = [mentions.entity_of[f.entity] for f in fillers if f.role == "recipient" and f.entity is not None]
    if not helped or any(party.named or party.country is not None for party in helped):
        return
    for token in head.subtree:
        if token.dep_ == "prep" and token.lower_ == "in" and token.i > head.i:
            for place in expand([c for c in token.children if c.dep_ == "pobj"]):
                literal = mentions.literal(place)
                if literal is not None and literal.type == "country":
                    yield from mentions.parties(place, "recipient")


def _farther_recipient(
    head: Token, trigger: Sequence[int], pattern: Pattern, fillers: Sequence[Filler], mentions: MentionIndex
) -> tuple[Filler, ...]:
    """Whom a deed reaches where no slot of the pattern says so: the first party named in what the trigger governs after it.

    "gave millions to promote trade in Ethiopia", "hailed the decision to readmit Syria"; words reach nobody by place.
    """
    if pattern.reciprocal:
        return _farther_partner(head, fillers, mentions)
    is_deed = pattern.act is not None and QUAD_CLASS[pattern.act] in (MATERIAL_CONFLICT, MATERIAL_COOPERATION)
    if pattern.act not in _REACHING or not (is_deed or "recipient" in pattern.roles.values()):
        return ()
    known = {f.entity for f in fillers}
    gives = is_deed and pattern.roles.get("to") == "recipient"
    told = _told_of_the_thing(head, known, mentions) or (_receiver(head, known, mentions) if gives else ())
    if told:
        return told
    away = pattern.act in ("RETREAT", "SANCTION", "COERCE")
    reaching = [
        t for c in head.rights for t in (_beyond(c) if c.dep_ == "agent" or (c.lower_ == "from" and not away) else [c])
    ]
    roots = [c for c in reaching if c.dep_ in ("dobj", "prep", "dative", "xcomp", "oprd", "prt")]
    is_cause = _TOPIC_PREPOSITIONS if pattern.act == "SANCTION" else frozenset()
    roots = [c for c in roots if c.dep_ != "prep" or c.lower_ not in _NOT_REACHING | is_cause]
    if is_deed:
        roots.extend(c for c in head.rights if c.dep_ == "advcl" and any(g.tag_ == "TO" for g in c.children))
    for root in roots:
        for token in _governed(root, is_cause):
            if token.ent_type_ in _NO_TOPIC or token.tag_ in ("PRP", "PRP$", "WP") or _is_own(token):
                continue
            if pattern.act in _JUDGING and is_victim(token, mentions):
                continue
            if token.dep_ == "poss" and token.head.i in trigger and token.head.lemma_.lower() not in _STANDING:
                # "reiterated the ministry's support" is support by the ministry.
                continue
            parties = [p for p in mentions.parties(token, "recipient") if p.entity not in known]
            if token.dep_ in ("amod", "compound", "nmod", "poss"):
                # "Oslo cut Norwegian funding": what is one's own country's reaches somebody else.
                parties = [p for p in parties if not _is_the_doers_country(p, known, mentions)]
            if pattern.act == "MOBILIZE":
                parties = [p for p in parties if not _is_of_the_ranks(p, mentions)]
            is_scene = _is_location(token, mentions) and (
                not is_deed
                or pattern.act == "PROTEST"
                or _is_of_a_participle(token, head)
                or _is_of_an_announcement(token)
            )
            if parties and not is_scene:
                return tuple(parties)
    addressed = _addressed(head, known, mentions) if pattern.act != "PROTEST" else ()
    if addressed:
        return addressed
    return _accused(head, known, mentions) if pattern.act == "ACCUSE" else ()


def _told_of_the_thing(verb: Token, known: Container[str | None], mentions: MentionIndex) -> tuple[Filler, ...]:
    """Whom a clause about the thing says that it was laid on or asked for by: "the ban that they imposed on aid agencies".

    What is granted reaches who asked for it: "granted an order sought by the union".
    """
    clauses = [c for thing in objects(verb) for c in thing.children if c.dep_ in ("relcl", "acl") and c.i > verb.i]
    for clause in clauses:
        told: list[Token] = []
        if clause.lemma_ in _LAYING:
            told = [t for p, found in prepositions(clause) if p in ("on", "upon", "against") for t in found]
        elif clause.lemma_ in _ASKING and clause.dep_ == "acl" and is_passive(clause):
            told = list(subjects(clause))
        parties = tuple(p for t in told for p in mentions.parties(t, "recipient") if p.entity not in known)
        if parties:
            return parties
    return ()


def _addressed(verb: Token, known: Container[str | None], mentions: MentionIndex) -> tuple[Filler, ...]:
    """Whom somebody calls, meets or writes to in order to say it: "called the emir to convey his support"."""
    if verb.dep_ not in ("xcomp", "advcl") or verb.head.lemma_ not in _ADDRESSING or verb.tag_ not in ("VB", "VBG"):
        return ()
    found = (p for t in objects(verb.head) for p in mentions.parties(t, "recipient") if p.entity not in known)
    return tuple(found)


def _is_of_a_participle(place: Token, head: Token) -> bool:
    """Whether it is where something else was agreed: "broke the truce signed in Doha"."""
    verb = place.head.head
    return verb.dep_ == "acl" and verb.lemma_ in _CONCLUDING and verb.i != head.i


def _is_of_an_announcement(place: Token) -> bool:
    """Whether it is where something was announced: "announced sanctions in Ottawa"."""
    told = place.head.head.head if place.head.head.dep_ == "dobj" else place.head.head
    return place.head.lower_ in ("in", "at") and told.lemma_ in ("announce", "unveil")


def _is_the_doers_country(party: Filler, doers: Iterable[str | None], mentions: MentionIndex) -> bool:
    entity = mentions.entity_of[party.entity or ""]
    countries = {mentions.entity_of[d].country for d in doers if d is not None}
    return entity.type == "country" and entity.country in countries


def _is_of_the_ranks(party: Filler, mentions: MentionIndex) -> bool:
    """Whether it is forces without a name or country, who are mustered and not mustered against: "placed troops on alert"."""
    entity = mentions.entity_of[party.entity or ""]
    return not entity.named and entity.country is None and entity.sector in ("MIL", "COP")


def _accused(accuser: Token, known: Container[str | None], mentions: MentionIndex) -> tuple[Filler, ...]:
    """Of whom the clause tells that is looked into or complained about: "an inquiry into whether the ministry had …"."""
    for token in accuser.subtree:
        if (
            token.i > accuser.i
            and token.dep_ in ("nsubj", "nsubjpass")
            and token.head.dep_ in ("acl", "ccomp", "pcomp")
        ):
            parties = [p for p in mentions.parties(token, "recipient") if p.entity not in known]
            if parties:
                return tuple(parties)
    return ()


def _receiver(giver: Token, known: Container[str | None], mentions: MentionIndex) -> tuple[Filler, ...]:
    """To whom something is given where the parser hung "to …" in a clause about the thing: "handed masks that were carved … over to Benin"."""
    clauses = [c for thing in objects(giver) for c in thing.children if c.dep_ in ("relcl", "acl") and c.i > giver.i]
    for clause in clauses:
        for token in clause.subtree:
            if token.lower_ == "to" and token.dep_ == "prep":
                parties = [p for c in token.children for p in mentions.parties(c, "recipient") if p.entity not in known]
                if parties:
                    return tuple(parties)
    return ()


def _beyond(source: Token) -> list[Token]:
    """The phrases that the parser hung on where something comes from, or on who gives it: "from its reserve for Moldova"."""
    return [c for inner in source.children for c in inner.children if c.dep_ == "prep" and c.lower_ in ("for", "to")]


def _is_own(token: Token) -> bool:
    """Whether it is somebody's own, "its ambassador", and so nobody whom a deed reaches."""
    return any(c.dep_ == "poss" and c.tag_ == "PRP$" for c in token.children)


def _farther_partner(head: Token, fillers: Sequence[Filler], mentions: MentionIndex) -> tuple[Filler, ...]:
    """Whom one meets or agrees with where the parser hung "with …" on a word after the verb: "spoke by telephone with Putin"."""
    known = {f.entity for f in fillers if f.role == "actor"}
    if len(known) > 1 or head.pos_ != "VERB":
        return ()
    for root in head.rights:
        for token in _governed(root) if root.dep_ not in ("conj", "advcl") or root.lemma_ == "face" else ():
            if token.lower_ == "with" and token.dep_ == "prep":
                partners = [
                    p for _, inner in prepositions(token.head) for t in inner for p in mentions.parties(t, "actor")
                ]
                own = [p for c in token.children if c.dep_ == "pobj" for p in mentions.parties(c, "actor")]
                if own and partners:
                    return tuple(p for p in own if p.entity not in known)
    return ()


def _governed(root: Token, aside: Container[str] = ()) -> Iterator[Token]:
    """The tokens of a phrase in order, without clauses that have a subject of their own, and without times and speakers.

    Phrases that begin with a preposition of `aside` are left out too.
    """
    is_bare = root.dep_ == "ccomp" and root.tag_ == "VB"
    is_aside = root.lower_ in _ASIDE or (root.dep_ == "prep" and root.lower_ in aside)
    if (root.dep_ in ("relcl", "parataxis", "ccomp", "agent") and not is_bare) or is_aside:
        return
    if any(c.dep_ in ("nsubj", "nsubjpass") for c in root.children) and not is_bare:
        return
    yield root
    for child in root.children:
        yield from _governed(child, aside)


def noun_fillers(noun: Token, pattern: Pattern, mentions: MentionIndex) -> tuple[Filler, ...]:
    """Who stands in the prepositional phrases of a noun, by the slots of a pattern that tells of what the noun is about."""
    return tidy(_noun_complements(noun, pattern, mentions))


def first_party(root: Token, known: Iterable[str | None], mentions: MentionIndex) -> tuple[Filler, ...]:
    """The first party, other than those known, that a phrase or a clause without subject of its own names, as recipient."""
    for token in _governed(root):
        parties = [p for p in mentions.parties(token, "recipient") if p.entity not in set(known)]
        if parties and token.tag_ not in ("PRP$", "WP"):
            return tuple(parties)
    return ()


def _is_location(token: Token, mentions: MentionIndex) -> bool:
    literal = mentions.literal(token)
    return (
        literal is not None
        and literal.type in ("place", "country")
        and token.dep_ == "pobj"
        and token.head.lower_ in ("in", "at", "near", "from", "during", "after", "before")
    )


def _verb_roles(verb: Token, trigger: Sequence[int], pattern: Pattern, mentions: MentionIndex) -> Iterator[Filler]:
    subject, obj = pattern.roles.get("subject"), pattern.roles.get("object")
    doers = subjects(verb)
    if subject:
        for token in doers:
            yield from _fill(token, subject, mentions, own_topic=False)
    for token in objects(verb):
        role = pattern.roles.get("dative") if token.dep_ == "dative" else None
        if token.i not in trigger and (role or obj):
            other = _called_by_a_pronoun(token, verb, doers, mentions)
            yield from _fill(other or token, role or obj or "", mentions)
    if is_passive(verb) and kept_object(verb) is not None:
        for token in surface_subjects(verb):
            yield from _fill(token, pattern.roles.get("dative") or obj or "recipient", mentions)
    for preposition, tokens in prepositions(verb):
        role = pattern.roles.get(preposition) or ("topic" if preposition in _TOPIC_PREPOSITIONS else None)
        if role and not (preposition == "by" and is_passive(verb)):
            for token in tokens:
                yield from _fill(token, role, mentions)
    if obj == "instrument" and is_passive(verb) and not doers:
        for token in objects(verb):
            for owner in [token] if mentions.party(token, "actor") else owners_of(token, mentions):
                yield from mentions.parties(owner, "actor")
    nouns = {noun.i for noun in objects(verb) if _is_trigger_noun(noun, pattern) or _is_any_thing(pattern)}
    nouns.update(i for i in trigger if i != verb.i and verb.doc[i].pos_ == "NOUN")
    nouns.update(verb.doc[i].head.i for i in set(nouns) if is_carried(verb.doc[i]))
    is_done_by_nobody = is_passive(verb) and not doers and lemma_of(verb) in _CARRYING_OUT
    for i in sorted(nouns):
        if is_done_by_nobody:
            yield from _public_owners(verb.doc[i], pattern, mentions)
        yield from _noun_complements(verb.doc[i], pattern, mentions)


def _public_owners(noun: Token, pattern: Pattern, mentions: MentionIndex) -> Iterator[Filler]:
    """Whose deed is completed or announced, where it is a state or one of its bodies: players and clubs withdraw too.

    What is said has an author in whoever is named: "the union's demand was repeated".
    """
    is_said = pattern.act is not None and QUAD_CLASS[pattern.act] == VERBAL_CONFLICT
    for filler in _noun_phrases(noun, pattern, mentions):
        party = mentions.entity_of.get(filler.entity or "")
        is_public = party is not None and (party.type == "country" or party.sector in _PUBLIC)
        if filler.role == "actor" and (is_public or is_said):
            yield filler


def _called_by_a_pronoun(token: Token, verb: Token, doers: Sequence[Token], mentions: MentionIndex) -> Token | None:
    """Whom "him" means where it was taken for the verb's own subject: the object of the verb above, "called Xi to thank him".

    A pronoun that is not reflexive never stands for the subject of its own verb (Chomsky's principle B).
    """
    if token.tag_ != "PRP" or token.lower_.endswith(("self", "selves")) or verb.dep_ not in ("xcomp", "advcl"):
        return None
    own = {p.entity for t in doers for p in mentions.parties(t, "actor")}
    if not own & {p.entity for p in mentions.parties(token, "recipient")}:
        return None
    return next((c for c in verb.head.children if c.dep_ == "dobj" and c.i < verb.i), None)


def _is_trigger_noun(noun: Token, pattern: Pattern) -> bool:
    """Whether the object is a word of the pattern ("impose sanctions"), so that its phrases are the event's."""
    forms = {noun.lemma_.lower(), noun.lower_}
    if pattern.roles.get("object") != "recipient" and not forms.isdisjoint(pattern.object_nouns):
        return True
    return not forms.isdisjoint(_words_after_verbs(pattern.phrases))


@lru_cache
def _words_after_verbs(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for phrase in phrases for word in phrase.split()[1:])


def _is_any_thing(pattern: Pattern) -> bool:
    """Whether the object may be any thing, so that "from" is the verb's wherever the parser hung it: "seek answers from Rome"."""
    return pattern.roles.get("object") == "topic" and not pattern.object_nouns and "object" in pattern.requires


def _fill(token: Token, role: str, mentions: MentionIndex, own_topic: bool = True) -> Iterator[Filler]:
    """The role by the token itself, else by its owner, with what it owns as topic."""
    name = cast(RoleName, role)
    if token.text in _PLATFORMS and token.dep_ == "pobj" and token.head.lower_ in ("on", "via", "through"):
        return
    literal = mentions.literal(token)
    if name in PARTY_ROLES and literal is not None and is_water(literal):
        return
    if name not in PARTY_ROLES:
        filler = mentions.party(token, name)
        start, end = phrase_bounds(token)
        if filler is not None or (token.ent_type_ not in _NO_TOPIC and token.pos_ != "PRON"):
            yield Filler(
                name, filler.entity if filler else None, *((filler.start, filler.end) if filler else (start, end))
            )
        return
    parties = mentions.parties(token, name)
    if parties:
        yield from parties
        return
    # "rammed one of its boats": whose they all are.
    for owner in owners_of(token, mentions) or owners_of(partitive(token) or token, mentions):
        yield from mentions.parties(owner, name)
    if own_topic and token.pos_ in ("NOUN", "PROPN") and token.ent_type_ not in _NO_TOPIC:
        yield Filler("topic", None, *phrase_bounds(token))


def phrase_bounds(head: Token) -> tuple[int, int]:
    """A noun phrase with its prepositional phrases, without clauses and appositions; at most MAX_TOPIC tokens."""
    start, end = head.left_edge.i, head.i + 1
    if head.i - start > MAX_TOPIC:
        start = head.i
    for child in head.rights:
        begins = child.left_edge.i if child.dep_ in ("prep", "acl", "amod") else child.i
        if child.dep_ in ("prep", "acl", "amod", "conj", "cc") and begins == end:
            end = min(_own_end(child), head.i + MAX_TOPIC)
    while end > head.i + 1 and (
        head.doc[end - 1].is_punct or head.doc[end - 1].is_space or head.doc[end - 1].dep_ == "cc"
    ):
        end -= 1
    while start < head.i and (head.doc[start].is_punct or head.doc[start].is_space):
        start += 1
    return start, end


def _own_end(head: Token) -> int:
    """The end of a phrase before the first comma, apposition or relative clause in it."""
    for token in head.subtree:
        if token.i > head.left_edge.i and (token.text == "," or token.dep_ in ("relcl", "appos")):
            return token.left_edge.i if token.dep_ in ("relcl", "appos") else token.i
    return head.right_edge.i + 1


def _noun_roles(noun: Token, pattern: Pattern, mentions: MentionIndex) -> Iterator[Filler]:
    yield from _noun_phrases(noun, pattern, mentions)
    if is_carried(noun):
        yield from _noun_phrases(noun.head, pattern, mentions)
    if pattern.reciprocal:
        yield from _focus(noun, mentions)
    if noun.dep_ in ("nsubj", "nsubjpass") and noun.head.lemma_ in _HAPPENING:
        for preposition, tokens in prepositions(noun.head):
            role = pattern.roles.get(preposition) or {"between": "actor"}.get(preposition)
            if role and preposition in ("between", "with", "against"):
                for token in tokens:
                    yield from _fill(token, role, mentions)
    # In a war somebody may take refugees in without waging it; in talks he takes part.
    verb = supporting_verb(noun) if noun.dep_ != "pobj" or pattern.reciprocal else None
    verb = verb or (verb_during(noun) if pattern.reciprocal or pattern.mode == "visit" else None)
    if verb is None and pattern.act == "CONSULT" and pattern.reciprocal:
        verb = verb_of_two(noun, mentions)
    if verb is None and noun.dep_ == "nsubj" and noun.head.lemma_ == "come":
        # "criticism of the raid came from Cairo"
        for preposition, tokens in prepositions(noun.head):
            for token in tokens if preposition == "from" else ():
                yield from mentions.parties(token, "actor")
    if pattern.act == "REQUEST" and noun.dep_ == "pobj" and noun.head.lower_ in ("at", "on", "upon"):
        # "barred the ships at the urging of Ankara"
        asked = noun.head.head if noun.head.head.pos_ == "VERB" else noun.head.head.head
        for token in subjects(asked) if asked.pos_ == "VERB" else ():
            yield from mentions.parties(token, "recipient")
    if verb is None and pattern.act == "PROTEST" and pattern.subject_is:
        verb = _verb_in_protest(noun)
    if verb is not None:
        for token in subjects(verb):
            yield from mentions.parties(token, "actor")
        for preposition, tokens in prepositions(verb):
            role = pattern.roles.get(preposition)
            if role and preposition not in ("of", "by") and (noun.dep_ != "pobj" or preposition in ("with", "between")):
                for token in tokens:
                    yield from _fill(token, role, mentions)


def _focus(noun: Token, mentions: MentionIndex) -> Iterator[Filler]:
    """What a meeting is said to be about: "talks that dealt with fishing", "the talks centred on grain"."""
    verbs = [c for c in noun.children if c.dep_ in ("acl", "relcl")]
    verbs += [c for v in verbs for c in v.children if c.dep_ == "xcomp"]
    if noun.dep_ == "nsubj":
        verbs.append(noun.head)
    for verb in verbs:
        if verb.lemma_ in _FOCUSING:
            for preposition, tokens in prepositions(verb):
                if preposition in ("on", "upon", "around", "about", "with"):
                    for token in tokens:
                        yield from _fill(token, "topic", mentions)


def _verb_in_protest(noun: Token) -> Token | None:
    """The verb that tells what somebody did "in protest at the tax": its subject protests."""
    if noun.dep_ != "pobj" or noun.head.lower_ not in ("in", "as"):
        return None
    return noun.head.head if noun.head.head.pos_ == "VERB" else None


def _noun_phrases(noun: Token, pattern: Pattern, mentions: MentionIndex) -> Iterator[Filler]:
    """The roles inside the noun phrase: possessor, adjectives and compounds before it, prepositional phrases after it."""
    for child in noun.children:
        if child.dep_ == "poss":
            for token in expand([child]):
                yield from _party(token, "actor", mentions)
        elif child.dep_ in ("amod", "compound", "nmod", "npadvmod"):
            yield from _before(child, pattern, mentions)
    yield from _noun_complements(noun, pattern, mentions)


def _noun_complements(noun: Token, pattern: Pattern, mentions: MentionIndex) -> Iterator[Filler]:
    """The roles in the prepositional phrases after the noun; "by", "to" and "with" may be hung on what its "of" governs."""
    found = list(prepositions(noun))
    inner = [t for preposition, tokens in found if preposition == "of" for t in tokens]
    hung = [
        (p, ts) for t in inner for p, ts in prepositions(t) if p in ("by", "to", "with") or _is_trigger_noun(t, pattern)
    ]
    for preposition, tokens in (*found, *hung):
        role = pattern.roles.get(preposition) or {"by": "actor", "between": "actor"}.get(preposition)
        role = role or ("topic" if preposition in _TOPIC_PREPOSITIONS else None)
        if role:
            for token in tokens:
                yield from _fill(token, role, mentions)


def _before(child: Token, pattern: Pattern, mentions: MentionIndex) -> Iterator[Filler]:
    """ "Russian invasion", "US-China talks", "US-led sanctions"; a city before a meeting is its place, no party."""
    names = [
        t
        for t in child.subtree
        if mentions.is_name(t) and (t == child or t.dep_ in ("compound", "nmod", "amod", "conj", "npadvmod"))
    ]
    pair = len({mentions.span_at(t) for t in names}) > 1
    for token in names:
        literal = mentions.literal(token)
        is_venue = literal is not None and (
            literal.type == "place" or (literal.type == "country" and pattern.reciprocal and token.pos_ == "PROPN")
        )
        if literal is None or (is_venue and not pair):
            continue
        if literal.type == "person" and child.dep_ == "compound" and not pair and not pattern.reciprocal:
            continue
        yield from _party(token, "actor" if pattern.reciprocal or token == names[0] else "recipient", mentions)


def _party(token: Token, role: RoleName, mentions: MentionIndex) -> Iterator[Filler]:
    yield from mentions.parties(token, role)


def _adjective_roles(adjective: Token, pattern: Pattern, mentions: MentionIndex) -> Iterator[Filler]:
    verb = adjective.head
    for token in surface_subjects(verb) if verb != adjective else []:
        yield from _fill(token, pattern.roles.get("subject", "actor"), mentions, own_topic=False)
    for preposition, tokens in prepositions(adjective):
        role = pattern.roles.get(preposition)
        if role:
            for token in tokens:
                yield from _fill(token, role, mentions)

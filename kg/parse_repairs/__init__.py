"""What the parser often gets wrong in newspaper sentences, put right after general rules of English syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.parse_repairs import headlines, names, objects, speech, verbs

if TYPE_CHECKING:
    from spacy.tokens import Doc


def repair_parse(doc: Doc) -> None:
    """Hang words elsewhere in the Doc where the parser's tree cannot be meant; sentences keep their bounds."""
    for sentence in list(doc.sents):
        for repair in _REPAIRS:
            repair(sentence)


_REPAIRS = (
    objects.free_measure,
    verbs.give_verb,
    speech.part_reputed,
    objects.free_object_before_source,
    speech.part_comment,
    speech.give_back_speech,
    speech.give_back_news,
    names.part_participle,
    verbs.give_infinitive,
    verbs.make_infinitive,
    names.part_shared_name,
    names.part_two_names,
    names.part_owned_names,
    names.raise_person,
    headlines.list_names,
    names.list_origins,
    objects.free_object,
    objects.name_second_object,
    objects.free_object_before_infinitive,
    objects.free_called,
    objects.give_infinitive_to_verb,
    objects.free_complement,
    verbs.name_what_there_is,
    objects.part_given,
    names.join_prefix,
    headlines.give_headline_its_names,
    headlines.give_headline_its_verb,
    names.part_day,
    names.part_year,
    verbs.give_clause_its_subject,
    verbs.give_back_past_tense,
    speech.give_reported_its_verb,
    objects.part_aside,
    names.name_gerund,
    verbs.give_bare_subjunctive,
    verbs.give_shot_dead,
    names.name_auxiliary,
    verbs.give_back_before_determiner,
    verbs.give_back_urging,
    names.name_the_court,
    objects.free_aim,
    objects.free_agent,
    objects.give_shifted_object,
    verbs.give_predicate_its_subject,
    verbs.give_subject,
    verbs.give_passive,
    verbs.give_subject_before,
    verbs.give_sentence_its_verb,
    verbs.give_lemma,
)
"""In the order in which they are made."""

"""Joins staff's intents with the files of rasa/ into one bot project."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from apps.chat.engines.project import BotProject, Finding, Intent, Response, Rule, Story
from apps.intents.botproject.annotations import parse_example
from apps.intents.botproject.findings import Findings
from apps.intents.botproject.sentences import check_sentences
from apps.intents.botproject.supported import BUILTIN_INTENTS, RASA_INTENTS
from apps.intents.knowledge.answers import MISSING_ANSWER
from apps.intents.knowledge.data import IntentData
from apps.intents.knowledge.filling import filling_of
from apps.intents.knowledge.plain_rules import held_intents, make_rule, plain_kind, wanted_kinds

Active = Mapping[str, IntentData]


def join(files: BotProject, known: Sequence[IntentData]) -> BotProject:
    """Intents, answers and protection from `known`; forms, slots, rules, stories and actions from the files.

    An intent without a rule of its own gets one: answer, or ask for a login first; the same inside forms.
    An inactive intent leaves with what names it. What is wrong with the whole is in the findings.
    """
    active = {one.name: one for one in known if one.is_active}
    gone = set(files.intents) - set(active) - BUILTIN_INTENTS
    gone |= {one.name for one in known if not one.is_active}
    held = held_intents(files)
    builtin = {name: intent for name, intent in files.intents.items() if name in BUILTIN_INTENTS}
    intents = {**builtin, **{name: _intent(one, files) for name, one in active.items()}}
    new = [name for name in active if name not in files.intents]
    filling = filling_of(files, gone=gone, new=new)
    project = replace(
        files,
        intents=intents,
        responses={**files.responses, **_responses(files, active, held)},
        slots=filling.slots(files.slots),
        forms=filling.forms(files.forms),
        rules=_rules(files, active, gone, held),
        stories=tuple(story for story in files.stories if not _intents_of(story) & gone),
        synonyms={**_annotated_synonyms(intents.values()), **files.synonyms},
    )
    return replace(project, findings=(*_kept_findings(files, active), *_check(project)))


def _intent(one: IntentData, files: BotProject) -> Intent:
    examples = tuple(parse_example(text).example for text in one.examples)
    ignored = files.intents[one.name].ignored_entities if one.name in files.intents else ()
    return Intent(one.name, examples, one.title, one.requires_auth, ignored)


def _responses(files: BotProject, active: Active, held: Collection[str]) -> dict[str, tuple[Response, ...]]:
    given = {
        one.response_name: tuple(replace(answer, review_by="") for answer in one.answers)
        for one in active.values()
        if one.answers
    }
    missing = {
        one.response_name: (Response(text=MISSING_ANSWER),)
        for name, one in active.items()
        if not one.answers and name not in held and one.response_name not in files.responses
    }
    return {**missing, **given}


def _rules(
    files: BotProject, active: Active, gone: Collection[str], held: Collection[str]
) -> tuple[Rule, ...]:
    """The files' own words where they say what is wanted; of plain rules, what they lack is made."""
    wanted = {
        name: dict.fromkeys(wanted_kinds(one.requires_auth, _forms_of(files, name)))
        for name, one in active.items()
        if name not in held
    }
    kept = []
    for rule in files.rules:
        if _intents_of(rule) & set(gone):
            continue
        intent = str(rule.steps[0].name) if rule.steps else ""
        kind = plain_kind(rule, intent) if intent in wanted else None
        if kind is None:
            kept.append(rule)
        elif kind in wanted[intent]:
            del wanted[intent][kind]
            kept.append(rule)
    made = [make_rule(name, kind, files.actions) for name, kinds in wanted.items() for kind in kinds]
    return (*kept, *made)


def _forms_of(files: BotProject, intent: str) -> list[str]:
    """Of an intent of the files, those in which they answer it; one that staff made may be said in any."""
    if intent not in files.intents:
        return list(files.forms)
    kinds = [plain_kind(rule, intent) for rule in files.rules]
    inside = {kind[0] for kind in kinds if kind}
    return [form for form in files.forms if form in inside]


def _intents_of(item: Rule | Story) -> set[str]:
    return {str(step.name) for step in item.steps if step.kind == "intent"}


def _annotated_synonyms(intents: Iterable[Intent]) -> dict[str, str]:
    found: dict[str, str] = {}
    for intent in intents:
        for example in intent.examples:
            for span in example.entities:
                surface = example.text[span.start : span.end]
                if span.value != surface:
                    found.setdefault(surface, span.value)
    return found


def _kept_findings(files: BotProject, active: Active) -> list[Finding]:
    """What the files' check said of other things than intents; those are checked anew."""
    about_intents = set(files.intents) | set(active)
    return [finding for finding in files.findings if finding.name not in about_intents]


def _check(project: BotProject) -> tuple[Finding, ...]:
    """An intent that only its plain answer needs may lack examples: buttons reach it, or nothing does."""
    found = Findings()
    for rule in project.rules:
        for intent in sorted(_intents_of(rule) - {*project.intents, *RASA_INTENTS}):
            found.error(rule.name, f"La intención «{intent}» no existe; créala o corrige la regla.")
    answered = held_intents(project) & set(project.intents)
    check_sentences(project.intents.values(), answered, {}, found)
    return tuple(found.items)

"""What a Rasa project has that no table takes: named with its number, never dropped in silence."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.chat.engines.project import BotProject, Response, Rule
from apps.intents.botproject import ProjectError, Source
from apps.intents.botproject.own import own_files
from apps.intents.botproject.yamlfiles import plain
from apps.intents.knowledge import NEED_AUTH, VERIFIED, VERIFY, is_plain_rule, knowledge_of

MAX_FAULTS = 20


def left_out(project: BotProject, source: Source) -> list[str]:
    """Notes for people. What rasa/ of this installation has too is none: an export comes back whole."""
    own, own_source = _own()
    known = {
        _("reglas"): len(_other_rules(project, source, own_source)),
        _("historias"): len(_raw(source, "stories", own_source)),
        _("formularios"): len(_forms(source) - _forms(own_source)),
        _("slots"): len(project.slots.keys() - own.slots.keys() - {VERIFIED}),
        _("acciones"): len({*project.actions} - {VERIFY, *project.responses, *own.actions}),
        _("respuestas que no son de una intención"): len(_other_responses(project) - own.responses.keys()),
        _("sinónimos"): len(project.synonyms.keys() - _annotated(project) - own.synonyms.keys()),
        _("listas de valores (lookup)"): len(_lines(project.lookups) - _lines(own.lookups)),
        _("expresiones (regex)"): len(_lines(project.regexes) - _lines(own.regexes)),
    }
    text = _("No se importa: %(what)s (%(count)d). Va en los archivos de rasa/.")
    notes = [text % {"what": what, "count": count} for what, count in known.items() if count > 0]
    return [*notes, *_faults(project)]


def _own() -> tuple[BotProject, Source]:
    try:
        return own_files()
    except ProjectError:
        return BotProject(), Source()


def _raw(source: Source, section: str, own: Source) -> list[Any]:
    """Items of that section that are not in rasa/ word for word."""
    there = [plain(item) for item in own.items(section)]
    return [item for item in source.items(section) if plain(item) not in there]


def _other_rules(project: BotProject, source: Source, own: Source) -> list[Any]:
    taken = {rule.name for rule in _taken_rules(project)}
    return [item for item in _raw(source, "rules", own) if item.get("rule") not in taken]


def _forms(source: Source) -> set[str]:
    found = (file.get("forms") for file in source.domain)
    return {name for forms in found if isinstance(forms, dict) for name in forms}


def _lines(items: Mapping[str, Sequence[str]]) -> set[tuple[str, str]]:
    return {(name, line) for name, lines in items.items() for line in lines}


def ruled_answer(project: BotProject, intent: str) -> tuple[Response, ...]:
    """The answer that the intent's only rule gives, where it is named otherwise than the intent."""
    rule = _only_rule(project, intent)
    return project.responses.get(str(rule.steps[1].name), ()) if rule else ()


def _only_rule(project: BotProject, intent: str) -> Rule | None:
    rules = [
        rule
        for rule in project.rules
        if any(s.kind == "intent" and s.name == intent for s in rule.steps)
        and not any(s.kind == "loop" for s in rule.conditions)
    ]
    if len(rules) != 1 or rules[0].conditions or [s.kind for s in rules[0].steps] != ["intent", "action"]:
        return None
    return rules[0]


def _taken_rules(project: BotProject) -> Iterator[Rule]:
    """Those that the imported intents get again by themselves."""
    for one in knowledge_of(project):
        plain = [rule for rule in project.rules if is_plain_rule(rule, one.name)]
        only = _only_rule(project, one.name)
        if only and not plain and ruled_answer(project, one.name):
            plain = [only]
        yield from plain


def _other_responses(project: BotProject) -> set[str]:
    own = {one.response_name for one in knowledge_of(project)}
    ruled = {str(rule.steps[1].name) for rule in _taken_rules(project)}
    return set(project.responses) - own - ruled - {NEED_AUTH}


def _annotated(project: BotProject) -> set[str]:
    return {
        example.text[span.start : span.end]
        for intent in project.intents.values()
        for example in intent.examples
        for span in example.entities
    }


def _faults(project: BotProject) -> list[str]:
    """What could not be read as it is written."""
    told = [f"{one.file}, {one.line}: {one.name}: {one.message}" for one in project.errors if one.file]
    more = len(told) - MAX_FAULTS
    rest = [_("Hay %(count)d errores más en los archivos.") % {"count": more}] if more > 0 else []
    return [*told[:MAX_FAULTS], *rest]

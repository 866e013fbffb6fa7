"""What a Rasa project has that no table takes: named with its number, never dropped in silence."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from apps.chat.engines.project import BotProject, Response, Rule
from apps.intents.knowledge import NEED_AUTH, VERIFIED, VERIFY, is_plain_rule, knowledge_of

MAX_FAULTS = 20


def left_out(project: BotProject, written: dict[str, int]) -> list[str]:
    """Notes for people; `written` is what `read_project` counted."""
    known = {
        _("reglas"): written["rules"] - len(list(_taken_rules(project))),
        _("historias"): written["stories"],
        _("formularios"): written["forms"],
        _("slots"): len(project.slots.keys() - {VERIFIED}),
        _("acciones"): len(set(project.actions) - {VERIFY, *project.responses}),
        _("respuestas que no son de una intención"): len(_other_responses(project)),
        _("sinónimos"): len(project.synonyms.keys() - _annotated(project)),
        _("listas de valores (lookup)"): len(project.lookups),
        _("expresiones (regex)"): len(project.regexes),
    }
    text = _("No se importa: %(what)s (%(count)d). Sigue en los archivos del proyecto.")
    notes = [text % {"what": what, "count": count} for what, count in known.items() if count > 0]
    return [*notes, *_faults(project)]


def ruled_answer(project: BotProject, intent: str) -> tuple[Response, ...]:
    """The answer that the intent's only rule gives, where it is named otherwise than the intent."""
    rule = _only_rule(project, intent)
    return project.responses.get(str(rule.steps[1].name), ()) if rule else ()


def _only_rule(project: BotProject, intent: str) -> Rule | None:
    rules = [
        rule for rule in project.rules if any(s.kind == "intent" and s.name == intent for s in rule.steps)
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

"""Intents as a whole Rasa project in a zip, which imports back."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from apps.chat.engines.project import BotProject, Response, Rule
from apps.core.errors import Conflict
from apps.intents.botproject import ProjectError, Source
from apps.intents.botproject.own import own_files
from apps.intents.exchange.rasa_project import RasaProject, project_folder
from apps.intents.knowledge import ANSWER_INSIDE, MISSING_ANSWER, IntentData, is_plain_rule, join

STAMP = (2024, 1, 1, 0, 0, 0)
"""Of every file in the zip: the same intents give the same bytes."""


def write_own_rasa(intents: Iterable[IntentData]) -> bytes:
    """What the bot is trained on: these intents and the files of rasa/; without intents the files alone.

    Inactive intents stay out, for which a project has no word. Raises Conflict when rasa/ cannot be read.
    """
    try:
        files, source = own_files()
    except ProjectError:
        text = _("No se puede leer la carpeta rasa/. Avisa a quien la mantiene.")
        raise Conflict(text, code="project_unreadable") from None
    return write_rasa(intents, files, source)


def write_rasa(
    intents: Iterable[IntentData], files: BotProject | None = None, source: Source | None = None
) -> bytes:
    files, known = files or BotProject(), list(intents)
    project = _as_written(join(files, known), known) if known else files
    marked = {one.name: one.examples for one in known}
    texts = project_folder(RasaProject(project, files, source or Source(), marked))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(zipfile.ZipInfo(name, STAMP), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _as_written(project: BotProject, known: Sequence[IntentData]) -> BotProject:
    """Answers with what is for people alone; one that staff have not written yet stays unwritten."""
    unanswered = {
        one.name: one.response_name
        for one in known
        if not one.answers and project.responses.get(one.response_name) == (Response(text=MISSING_ANSWER),)
    }
    missing = set(unanswered.values())
    written = {one.response_name: one.answers for one in known if one.is_active and one.answers}
    responses = {name: said for name, said in project.responses.items() if name not in missing} | written
    rules = tuple(rule for rule in project.rules if not _answers(rule, unanswered))
    return replace(project, responses=responses, rules=rules)


def _answers(rule: Rule, unanswered: Mapping[str, str]) -> bool:
    """Whether the rule, inside a form or not, gives one of these intents its answer."""
    names = {str(step.name) for step in rule.steps}
    is_inside = ANSWER_INSIDE in names and any(
        is_plain_rule(rule, intent) for intent in names & {*unanswered}
    )
    return is_inside or bool(names & set(unanswered.values()))

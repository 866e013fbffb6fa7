"""What a training would begin with, without training."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.intents.botproject import ProjectError
from apps.intents.services.project import build_project
from apps.intents.services.versions import is_trained_on


def check_data() -> dict[str, Any]:
    """`{ok, success, message, n_intents, n_examples, is_current, findings}`."""
    try:
        project = build_project()
    except ProjectError:
        text = _("No se puede leer la carpeta rasa/. Avisa a quien la mantiene.")
        return _body(False, text, 0, 0, is_current=False, findings=[])
    examples = sum(len(intent.examples) for intent in project.intents.values())
    text = _("Los datos están listos para entrenar.")
    if project.errors:
        count = len(project.errors)
        text = ngettext("Hay %d error en los datos.", "Hay %d errores en los datos.", count) % count
        text += f" {project.errors[0].name}: {project.errors[0].message}"
    findings = [
        {"severity": one.severity, "name": one.name, "message": one.message} for one in project.findings
    ]
    is_current = is_trained_on(project)
    return _body(not project.errors, text, len(project.intents), examples, is_current, findings)


def _body(
    ok: bool, message: str, intents: int, examples: int, is_current: bool, findings: list[dict[str, str]]
) -> dict[str, Any]:
    return {
        "ok": ok,
        "success": ok,
        "message": message,
        "n_intents": intents,
        "n_examples": examples,
        "is_current": is_current,
        "findings": findings,
    }

"""The files of rasa/ read again because staff ask for it."""

import structlog
from django.utils.translation import gettext as _

from apps.core.errors import Conflict
from apps.intents.botproject import ProjectError
from apps.intents.exchange import ImportReport, Mode
from apps.intents.services.sync import sync_from_files

log = structlog.get_logger("tutorbot.intents")


def reload_from_files(*, mode: Mode) -> ImportReport:
    """Raises Conflict when the files cannot be read; their error, which names paths, is in the log."""
    try:
        return sync_from_files(mode=mode)
    except ProjectError as error:
        log.error("bot_project_unreadable", error=str(error))
        text = _("No se puede leer la carpeta rasa/; no se cambió nada. Avisa a quien la mantiene.")
        raise Conflict(text, code="project_unreadable") from None

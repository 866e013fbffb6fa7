"""The active model loaded anew by every process that answers with it."""

import structlog
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.chat.engine import embedded_engine, rasa_engine, uses_rasa
from apps.chat.engines.base import EngineUnavailable
from apps.core.errors import Conflict

log = structlog.get_logger("tutorbot.ops")


def reload_model(*, by: User | None) -> tuple[str, str]:
    """The model's name and what happens now, for people. No turn is lost. Raises Conflict."""
    engine = rasa_engine() if uses_rasa() else embedded_engine()
    try:
        pointer = engine.reload()
    except EngineUnavailable:
        text = _("No hay un modelo activo que se pueda leer. Entrena el bot o activa otro modelo.")
        raise Conflict(text, code="no_active_model") from None
    log.info("model_reloaded", model=pointer.version, engine=engine.name, by=str(by.pk) if by else None)
    if engine.name == "rasa":
        return pointer.version, _("Rasa vuelve a descargar el modelo %(name)s en unos segundos.") % {
            "name": pointer.version
        }
    return pointer.version, _("Todos los procesos vuelven a leer el modelo %(name)s.") % {
        "name": pointer.version
    }

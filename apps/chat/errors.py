"""Failed turns as a student's client reads them."""

from django.utils.translation import gettext_lazy as _

from apps.chat.engines.base import EngineError, EngineTimeout
from apps.core.errors import AppError


class BotUnavailable(AppError):
    status = 502
    code = "engine_unavailable"
    text = _("El bot no está disponible. Inténtalo de nuevo en un momento.")


class BotTimeout(AppError):
    status = 504
    code = "engine_timeout"
    text = _("El bot tardó demasiado en responder. Inténtalo de nuevo.")


def as_app_error(error: EngineError) -> AppError:
    """504 for a time-out, 502 for everything else that keeps an engine from answering."""
    return BotTimeout() if isinstance(error, EngineTimeout) else BotUnavailable()

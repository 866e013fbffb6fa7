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


class SpeechUnavailable(AppError):
    status = 502
    code = "stt_unavailable"
    text = _("No pudimos escuchar tu audio. Inténtalo de nuevo o escribe tu mensaje.")


class SpeechTimeout(AppError):
    status = 504
    code = "stt_timeout"
    text = _("Escuchar tu audio tardó demasiado. Graba uno más corto o escribe tu mensaje.")


class SpeechNotConfigured(AppError):
    status = 503
    code = "stt_not_configured"
    text = _("Aquí todavía no se entienden mensajes de voz. Escribe tu mensaje.")


def as_app_error(error: EngineError) -> AppError:
    """504 for a time-out, 502 for everything else that keeps an engine from answering."""
    return BotTimeout() if isinstance(error, EngineTimeout) else BotUnavailable()

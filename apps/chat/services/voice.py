"""A voice message: written down by the speech service, and said to the bot like any other message."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from apps.accounts.callers import Caller
from apps.chat.clients import speech
from apps.chat.errors import SpeechNotConfigured
from apps.chat.models import Recording
from apps.chat.senders import sender_for
from apps.chat.serializers import MAX_MESSAGE
from apps.chat.services.recordings import keep
from apps.chat.services.turns import Turn, TurnContext, send_message
from apps.chat.sounds import Sound
from apps.core.errors import Invalid

WHOLE_SECONDS = 14.0
"""Clients wait for 15 (contract http.md, rule 1.12): what the turn may take is not the speech service's."""
LEAST_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Heard:
    """`transcript` is None when nothing is said, or nobody was asked; `recording` when none is kept."""

    transcript: str | None
    sound: Sound
    recording: Recording | None


def transcribe(
    *, sound: Sound, sender: str, session_id: str, lang: str, stt: str, caller: Caller, seconds: float = 12.0
) -> Heard:
    """Raises SpeechUnavailable, SpeechTimeout; what is kept stays kept then."""
    recording = keep(
        sound, sender=sender_for(sender, caller), session_id=session_id, lang=lang, user=caller.user
    )
    if stt == "none" or not speech.is_configured():
        return Heard(None, sound, recording)
    text = speech.text_of(sound, lang=lang, seconds=seconds)
    if recording is not None and text:
        recording.transcript = text
        recording.save(update_fields=["transcript"])
    return Heard(text, sound, recording)


def say_aloud(*, context: TurnContext, caller: Caller, sender: str, **heard: Any) -> tuple[Heard, Turn]:
    """The turn of what was said. Raises SpeechNotConfigured, Invalid (nothing said), and as send_message."""
    if heard["stt"] == "none":
        raise Invalid.field("stt", _("Con «none» no hay nada que decirle al bot. Usa «auto»."))
    if not speech.is_configured():
        raise SpeechNotConfigured
    seconds = max(LEAST_SECONDS, WHOLE_SECONDS - settings.ENV.RASA_TIMEOUT_MS / 1000)
    said = transcribe(sender=sender, caller=caller, seconds=seconds, **heard)
    text = (said.transcript or "").lstrip("/ ")[:MAX_MESSAGE]  # what is said aloud is never a payload
    if not text:
        raise Invalid.field("file", _("No se oye nada en el audio. Grábalo de nuevo."), "empty_transcript")
    told: dict[str, Any] = {"input": "voice"}
    if said.recording is not None:
        told["recording"] = str(said.recording.pk)
    return said, send_message(sender=sender, text=text, metadata=told, caller=caller, context=context)

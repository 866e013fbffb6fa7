"""The chat paths that take a recording."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.callers import Caller, caller_of
from apps.chat.parsers import AudioParser
from apps.chat.services.voice import Heard, say_aloud, transcribe
from apps.chat.sounds import sound_in
from apps.chat.views.messages import CompletedResponse, context_of
from apps.chat.voice_shapes import AudioTurnOutput, TranscriptOutput, VoiceInput, media_url
from apps.core.chat_sessions import ChatThrottle
from apps.core.errors import NotAuthenticated
from apps.core.views.base import PublicView, valid

FORM = {"multipart/form-data": VoiceInput}


class VoiceView(PublicView):
    """The Bearer is inspected, never required here; counted with all other messages."""

    parser_classes = (AudioParser,)
    throttle_classes = (ChatThrottle,)
    error_codes: tuple[str, ...] = ("401", "502", "504")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        caller_of(request._request)  # first: the limit counts people by their verified token
        super().initial(request, *args, **kwargs)

    def given(self, request: Request) -> tuple[Caller, dict[str, Any]]:
        caller = caller_of(request._request)
        if settings.ENV.CHAT_REQUIRE_AUTH and not caller.is_known:
            raise NotAuthenticated
        texts = valid(VoiceInput, request.data).validated_data
        sound = sound_in(request.FILES.get("file") or request.FILES.get("audio"))
        return caller, {**texts, "sound": sound}


class TranscribeView(VoiceView):
    @extend_schema(operation_id="transcribe", tags=["voz"], request=FORM, responses=TranscriptOutput)
    def post(self, request: Request) -> Response:
        """Escribe lo que dice un audio; `transcript` es nulo si no se entiende nada o no hay con qué."""
        caller, data = self.given(request)
        heard = transcribe(**data, caller=caller)
        body = {
            "id": _id(heard),
            "transcript": heard.transcript,
            "duration_ms": heard.sound.duration_ms,
            "mime": heard.sound.mime,
        }
        return Response(body)


class ChatAudioView(VoiceView):
    error_codes = ("401", "502", "503", "504")

    @extend_schema(operation_id="chat_audio", tags=["voz"], request=FORM, responses=AudioTurnOutput)
    def post(self, request: Request) -> Response:
        """Un mensaje de voz del estudiante y la respuesta del bot."""
        caller, data = self.given(request)
        heard, turn = say_aloud(**data, caller=caller, context=context_of(request._request))
        kept = heard.recording
        audio = {
            "id": _id(heard),
            "url": media_url(kept) if kept else None,
            "mime": heard.sound.mime,
            "size_bytes": heard.sound.size,
        }
        body = {"ok": True, "transcript": heard.transcript, "audio": audio, "rasa": turn.messages}
        return CompletedResponse({**body, "bot": {"messages": turn.messages}}, after=turn.complete)


def _id(heard: Heard) -> str | None:
    return str(heard.recording.pk) if heard.recording else None

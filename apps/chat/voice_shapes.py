"""Shapes of voice messages on the wire (contract http.md §3.4, panel.md §10)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.chat.models import DEFAULT_SENDER, Recording
from apps.chat.serializers import MAX_SENDER, SENDER_ERRORS, CleanTextField, MessageOutput
from apps.core.pagination import MAX_LIMIT, Window

NOTHING = frozenset({"", "undefined", "null"})
"""What forms and addresses say where there is nothing to say."""


class Cleaned(serializers.Serializer[Any]):
    """Texts of a form or an address; files are left out."""

    def to_internal_value(self, data: Any) -> Any:
        texts = {name: data[name] for name in data if isinstance(data[name], str)}
        return super().to_internal_value(
            {n: text for n, text in texts.items() if text.strip() not in NOTHING}
        )


def sender_field(**options: Any) -> CleanTextField:
    return CleanTextField(max_length=MAX_SENDER, required=False, error_messages=SENDER_ERRORS, **options)


class VoiceInput(Cleaned):
    """A form with a recording in `file` or `audio`."""

    file = serializers.FileField(required=False, help_text=_("webm, ogg, mp3, wav o m4a."))
    audio = serializers.FileField(required=False, help_text=_("Alias de `file`."))
    sender = sender_field()
    user_id = sender_field(help_text=_("Alias de `sender`."))
    session_id = sender_field()
    lang = serializers.RegexField(
        r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?\Z",
        required=False,
        error_messages={"invalid": _("Escribe el idioma como es o es-CO.")},
        help_text=_("`es` si no se dice."),
    )
    stt = serializers.ChoiceField(
        ["auto", "none"], required=False, error_messages={"invalid_choice": _("Elige auto o none.")}
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {
            "sender": attrs.get("sender") or attrs.get("user_id") or DEFAULT_SENDER,
            "session_id": attrs.get("session_id", ""),
            "lang": attrs.get("lang", "es"),
            "stt": attrs.get("stt", "auto"),
        }


class TranscriptOutput(serializers.Serializer[Any]):
    id = serializers.CharField(allow_null=True, help_text=_("Nulo si el audio no se guarda."))
    transcript = serializers.CharField(allow_null=True)
    duration_ms = serializers.IntegerField(allow_null=True)
    mime = serializers.CharField()


class AudioOutput(serializers.Serializer[Any]):
    id = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_null=True, help_text=_("Solo para el equipo."))
    mime = serializers.CharField()
    size_bytes = serializers.IntegerField()


class BotOutput(serializers.Serializer[Any]):
    messages = MessageOutput(many=True)


class AudioTurnOutput(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    transcript = serializers.CharField()
    audio = AudioOutput()
    rasa = MessageOutput(many=True)
    bot = BotOutput()


class RecordingOutput(serializers.Serializer[Any]):
    """A kept recording, as panel.md §10 reads it."""

    id = serializers.CharField(source="pk")
    filename = serializers.CharField(source="file")
    mime = serializers.CharField()
    sender = serializers.CharField(source="sender_id")
    session_id = serializers.CharField()
    size = serializers.IntegerField(source="size_bytes")
    duration_ms = serializers.IntegerField(allow_null=True)
    lang = serializers.CharField()
    transcript = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    url = serializers.SerializerMethodField()
    download_url = serializers.SerializerMethodField()

    def get_transcript(self, row: Recording) -> str | None:
        return row.transcript or None

    def get_url(self, row: Recording) -> str:
        return media_url(row)

    def get_download_url(self, row: Recording) -> str:
        return f"{media_url(row)}?download=1"


class RecordingPage(serializers.Serializer[Any]):
    items = RecordingOutput(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    limit = serializers.IntegerField()


class RecordingQuery(Cleaned):
    """Which recordings; `limit` is the size of a page here, and `page_size` the same."""

    page = serializers.IntegerField(min_value=1, max_value=100_000, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, required=False)
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, required=False)
    sender = sender_field()
    session_id = sender_field()
    q = CleanTextField(max_length=200, required=False, help_text=_("Parte de la transcripción."))

    def window(self) -> Window:
        given = self.validated_data
        size = given.get("page_size") or given.get("limit") or 50
        return Window((given.get("page", 1) - 1) * size, size)


def media_url(row: Recording) -> str:
    return f"/api/media/{row.pk}"

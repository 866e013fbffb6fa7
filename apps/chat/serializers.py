"""Shapes of a turn on the wire (contract http.md §3.1)."""

import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.chat.models import DEFAULT_SENDER
from apps.core.fields import StrictCharField
from apps.core.text import printable
from apps.logs.models import Feedback

MAX_MESSAGE = 4000
MAX_SENDER = 128
MAX_METADATA_BYTES = 16 * 1024
MAX_COMMENT = 1000
REQUEST_ID = r"^[A-Za-z0-9._-]{8,64}\Z"
"""Contract http.md, rule 1.5."""
NOT_AN_OBJECT = _('Envía un objeto JSON, por ejemplo {{"message": "hola"}}.')
TEXT_ERRORS: dict[str, Any] = {
    "required": _("Falta el mensaje. Escribe algo y envíalo de nuevo."),
    "null": _("Falta el mensaje. Escribe algo y envíalo de nuevo."),
    "blank": _("El mensaje está vacío. Escribe algo y envíalo de nuevo."),
    "invalid": _("El mensaje debe ser un texto."),
    "max_length": _("El mensaje es muy largo: el máximo es de {max_length} caracteres."),
}
SENDER_ERRORS: dict[str, Any] = {
    "blank": _("El remitente no puede estar vacío."),
    "invalid": _("El remitente debe ser un texto."),
    "max_length": _("El remitente es muy largo: el máximo es de {max_length} caracteres."),
}


class MetadataField(serializers.JSONField):
    """An object of at most 16 KiB as JSON."""

    default_error_messages = {
        "not_object": _("Los metadatos deben ser un objeto JSON."),
        "too_large": _("Los metadatos son muy grandes: el máximo es de 16 KiB."),
    }

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            self.fail("not_object")
        if len(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()) > MAX_METADATA_BYTES:
            self.fail("too_large")
        return data


class ChatInput(serializers.Serializer[Any]):
    """A student's message; unknown keys are ignored, `sender` wins over `sender_id`."""

    default_error_messages = {"invalid": NOT_AN_OBJECT, "null": NOT_AN_OBJECT}

    message = StrictCharField(max_length=MAX_MESSAGE, error_messages=TEXT_ERRORS)
    sender = StrictCharField(
        max_length=MAX_SENDER, required=False, allow_null=True, error_messages=SENDER_ERRORS
    )
    sender_id = StrictCharField(
        max_length=MAX_SENDER,
        required=False,
        allow_null=True,
        error_messages=SENDER_ERRORS,
        help_text="Alias de `sender`.",
    )
    metadata = MetadataField(
        required=False,
        allow_null=True,
        help_text="Objeto libre; `metadata.auth` lo pone siempre el servidor.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {
            "text": attrs["message"],
            "sender": attrs.get("sender") or attrs.get("sender_id") or DEFAULT_SENDER,
            "metadata": attrs.get("metadata"),
        }


class ProxyInput(ChatInput):
    """`/api/chat-proxy`: the message may also be called `text`, which wins."""

    message = StrictCharField(
        max_length=MAX_MESSAGE, required=False, allow_null=True, error_messages=TEXT_ERRORS
    )
    text = StrictCharField(
        max_length=MAX_MESSAGE, required=False, allow_null=True, error_messages=TEXT_ERRORS
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        message = attrs.get("text") or attrs.get("message")
        if not message:
            raise serializers.ValidationError({"message": TEXT_ERRORS["required"]}, code="required")
        return super().validate({**attrs, "message": message})


class CleanTextField(StrictCharField):
    """A text without control characters."""

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(printable(data) if isinstance(data, str) else data)


class FeedbackInput(serializers.Serializer[Any]):
    """What a student thinks of an answer, named by the id of the request that brought it."""

    default_error_messages = {"invalid": NOT_AN_OBJECT, "null": NOT_AN_OBJECT}

    request_id = serializers.RegexField(
        REQUEST_ID,
        error_messages={"invalid": _("Envía el X-Request-ID que acompañó la respuesta.")},
        help_text="El `X-Request-ID` de la respuesta.",
    )
    sender = StrictCharField(
        max_length=MAX_SENDER, required=False, allow_null=True, error_messages=SENDER_ERRORS
    )
    sender_id = StrictCharField(
        max_length=MAX_SENDER,
        required=False,
        allow_null=True,
        error_messages=SENDER_ERRORS,
        help_text="Alias de `sender`.",
    )
    value = serializers.ChoiceField(
        Feedback.Value.choices, error_messages={"invalid_choice": _("Envía «up» o «down».")}
    )
    comment = CleanTextField(max_length=MAX_COMMENT, required=False, allow_null=True, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {
            "request_id": attrs["request_id"],
            "sender_id": attrs.get("sender") or attrs.get("sender_id") or DEFAULT_SENDER,
            "value": attrs["value"],
            "comment": attrs.get("comment"),
        }


class FeedbackOutput(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    value = serializers.ChoiceField(Feedback.Value.choices)


class ButtonOutput(serializers.Serializer[Any]):
    title = serializers.CharField()
    payload = serializers.CharField(required=False)
    url = serializers.CharField(required=False)


class MessageOutput(serializers.Serializer[Any]):
    """One bot message, as Rasa's REST channel gives it. Only for the document."""

    recipient_id = serializers.CharField()
    text = serializers.CharField(required=False)
    buttons = ButtonOutput(many=True, required=False)
    image = serializers.CharField(required=False)
    custom = serializers.JSONField(required=False)
    attachment = serializers.JSONField(required=False)

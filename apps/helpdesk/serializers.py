"""Shapes of tickets, surveys and saved forms on the wire (contract http.md §6)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.validators import validate_mailbox
from apps.chat.serializers import MAX_SENDER, NOT_AN_OBJECT, CleanTextField, MetadataField
from apps.core.fields import StrictCharField
from apps.helpdesk.models import Actor, Kind, Status, Ticket
from apps.helpdesk.models.bot import MAX_COMMENT
from apps.helpdesk.models.tickets import MAX_MESSAGE, MAX_NAME, MAX_SUBJECT
from apps.helpdesk.models.work import MAX_COMMENT as MAX_TICKET_COMMENT

TEXT: dict[str, Any] = {
    "required": _("Falta este dato."),
    "null": _("Falta este dato."),
    "blank": _("Falta este dato."),
    "invalid": _("Debe ser un texto."),
    "min_length": _("Es muy corto: escribe al menos {min_length} caracteres."),
    "max_length": _("Es muy largo: el máximo es de {max_length} caracteres."),
}


class Shape(serializers.Serializer[Any]):
    default_error_messages = {"invalid": NOT_AN_OBJECT, "null": NOT_AN_OBJECT}


def text(**limits: Any) -> CleanTextField:
    return CleanTextField(error_messages=TEXT, **limits)


def maybe(max_length: int) -> CleanTextField:
    return text(max_length=max_length, required=False, allow_blank=True, allow_null=True)


class TicketInput(Shape):
    """A request for help; unknown keys are ignored."""

    name = text(min_length=2, max_length=MAX_NAME)
    email = text(validators=[validate_mailbox])
    subject = text(min_length=2, max_length=MAX_SUBJECT)
    message = text(min_length=2, max_length=MAX_MESSAGE)
    kind = serializers.ChoiceField(
        Kind.choices,
        required=False,
        allow_null=True,
        error_messages={"invalid_choice": _("Elige un tipo: soporte, pqrs, interno o humano.")},
    )
    conversation_id = maybe(MAX_SENDER)
    tipo_soporte = maybe(80)
    cedula = maybe(30)
    motivo_soporte = maybe(200)
    prefer_contacto = maybe(40)
    phone = maybe(40)
    metadata = MetadataField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in attrs.items() if value is not None}


class TicketOutput(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    ticket_id = serializers.CharField()
    id = serializers.CharField()
    number = serializers.CharField(help_text="Como `T-2026-000123`.")
    message = serializers.CharField()


class OwnCommentInput(Shape):
    text = text(max_length=MAX_TICKET_COMMENT)


class OwnCommentOutput(serializers.Serializer[Any]):
    """Without who of the team wrote it."""

    actor = serializers.ChoiceField(Actor.choices)
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class OwnTicketOutput(serializers.Serializer[Any]):
    """A ticket as its requester sees it; `estado` is for people, `status` for programs."""

    id = serializers.CharField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(Kind.choices)
    status = serializers.ChoiceField(Status.choices)
    estado = serializers.CharField(source="get_status_display")
    subject = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    comments = serializers.SerializerMethodField()

    @extend_schema_field(OwnCommentOutput(many=True))
    def get_comments(self, ticket: Ticket) -> Any:
        return OwnCommentOutput(self.context["comments"][ticket.pk], many=True).data


class OwnTicketsOutput(serializers.Serializer[Any]):
    tickets = OwnTicketOutput(many=True)


class SenderInput(Shape):
    """Which conversation; aliases as in the chat are not needed here."""

    sender = text(max_length=MAX_SENDER)


class SurveyInput(SenderInput):
    key = text(max_length=128)
    level = serializers.IntegerField(
        min_value=1,
        max_value=5,
        error_messages={
            name: _("Elige un nivel de 1 a 5.") for name in ("required", "invalid", "min_value", "max_value")
        },
    )
    comment = text(max_length=MAX_COMMENT, required=False, allow_blank=True, default="")


class ProgressInput(SenderInput):
    form = StrictCharField(max_length=64, error_messages=TEXT)
    slots = MetadataField(required=False, default=dict)


class ProgressOutput(serializers.Serializer[Any]):
    """`form` is null when nothing is saved."""

    form = serializers.CharField(allow_null=True)
    slots = serializers.JSONField()
    updated_at = serializers.DateTimeField(allow_null=True)


class StoredOutput(serializers.Serializer[Any]):
    ok = serializers.BooleanField()


class TutorMessageInput(Shape):
    text = text(min_length=10, max_length=2000)


class TutorMessageOutput(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    tutor = serializers.CharField(help_text="El nombre del tutor.")
    message = serializers.CharField()

"""Shapes of the staff's queue on the wire (contract http.md §6)."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.core.dates import DayField, DaysQuery
from apps.core.fields import StrictBooleanField, StrictCharField
from apps.core.pagination import Window, WindowQuery
from apps.helpdesk.models import Actor, Kind, Priority, Source, Status
from apps.helpdesk.models.work import MAX_COMMENT
from apps.helpdesk.queue_selectors import ORDERS
from apps.helpdesk.serializers import Shape, text

PAGE_SIZE = 50
MAX_IDS = 200


class AssigneeField(serializers.Field):
    """Somebody's id, `me` or `none`."""

    default_error_messages = {"invalid": _("Escribe el id de una persona del equipo, me o none.")}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid")
        if data in {"me", "none"}:
            return data
        return serializers.UUIDField(error_messages=self.error_messages).run_validation(data)

    def to_representation(self, value: Any) -> Any:
        return str(value)


Assignee = extend_schema_field({"type": "string", "example": "me"})(AssigneeField)


class QueueQuery(DaysQuery, WindowQuery):
    """Nothing, or the literal `undefined`, is no filter. `status` may be several, with commas."""

    status = StrictCharField(
        required=False, max_length=80, help_text=_("open, pending, solved, closed; varios, con comas.")
    )
    kind = serializers.ChoiceField(Kind.choices, required=False)
    priority = serializers.ChoiceField(Priority.choices, required=False)
    assignee = Assignee(required=False, help_text=_("El id de una persona, `me` o `none`."))
    overdue = serializers.BooleanField(required=False, default=None, allow_null=True)
    q = StrictCharField(
        required=False,
        max_length=180,
        help_text=_("Parte del número, asunto, nombre, correo, documento o conversación."),
    )
    desde = DayField(help_text=_("Día en que se abrió, inclusive."))
    hasta = DayField(help_text=_("Día en que se abrió, inclusive."))
    order = serializers.ChoiceField(sorted(ORDERS), default="newest")

    def validate_status(self, value: str) -> list[str]:
        words = [word.strip() for word in value.split(",") if word.strip()]
        if not set(words) <= set(Status.values):
            raise serializers.ValidationError(
                _("Elige un estado: open, pending, solved o closed."), code="invalid_choice"
            )
        return words

    def window(self) -> Window:
        given = self.validated_data
        size = given.get("page_size", given.get("limit", PAGE_SIZE))
        if "page" in given:
            return Window((given["page"] - 1) * size, size)
        return Window(given.get("offset", given.get("skip", 0)), size)

    def filters(self) -> dict[str, Any]:
        names = ("status", "kind", "priority", "assignee", "overdue", "q", "desde", "hasta", "order")
        return {name: self.validated_data[name] for name in names if name in self.validated_data}


class TicketPersonOutput(serializers.Serializer[Any]):
    id = serializers.CharField(source="pk")
    nombre = serializers.CharField(source="__str__")


class QueuedOutput(serializers.Serializer[Any]):
    """A ticket in the list; `estado` is for people, `status` for programs."""

    id = serializers.CharField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(Kind.choices)
    status = serializers.ChoiceField(Status.choices)
    estado = serializers.CharField(source="get_status_display")
    priority = serializers.ChoiceField(Priority.choices)
    assignee = TicketPersonOutput(allow_null=True)
    name = serializers.CharField()
    email = serializers.CharField()
    subject = serializers.CharField()
    conversation_id = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    response_due_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    overdue = serializers.SerializerMethodField()
    first_response_at = serializers.DateTimeField(allow_null=True)
    first_response_minutes = serializers.IntegerField(allow_null=True, help_text=_("Minutos hábiles."))
    solved_at = serializers.DateTimeField(allow_null=True)
    solution_minutes = serializers.IntegerField(allow_null=True, help_text=_("Minutos hábiles."))
    version = serializers.IntegerField()

    def get_overdue(self, ticket: Any) -> bool:
        return bool(ticket.is_overdue(timezone.now()))


class QueueOutput(serializers.Serializer[Any]):
    items = QueuedOutput(many=True)
    total = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()


class TicketCountsOutput(serializers.Serializer[Any]):
    """`active` are open and pending; `mine`, `unassigned` and `overdue` are of those."""

    active = serializers.IntegerField()
    mine = serializers.IntegerField()
    unassigned = serializers.IntegerField()
    overdue = serializers.IntegerField()
    open = serializers.IntegerField()
    pending = serializers.IntegerField()
    solved = serializers.IntegerField()


class TicketCommentOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    actor = serializers.ChoiceField(Actor.choices)
    author = TicketPersonOutput(allow_null=True)
    public = serializers.BooleanField(source="is_public")
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class TicketEventOutput(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    actor = serializers.ChoiceField(Actor.choices)
    by = TicketPersonOutput(allow_null=True)
    field = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class TicketTranscriptOutput(serializers.Serializer[Any]):
    """Where the conversation is; null without one."""

    sender = serializers.CharField()
    url = serializers.CharField(help_text=_("La página de la conversación en el panel del equipo."))


class TicketFacts(QueuedOutput):
    message = serializers.CharField()
    tipo_soporte = serializers.CharField()
    cedula = serializers.CharField()
    motivo_soporte = serializers.CharField()
    prefer_contacto = serializers.CharField()
    phone = serializers.CharField()
    metadata = serializers.JSONField()
    source = serializers.ChoiceField(Source.choices)  # type: ignore[assignment]  # the name on the wire
    email_verified = serializers.BooleanField()
    user = TicketPersonOutput(allow_null=True)


class TicketMore(serializers.Serializer[Any]):
    transitions = serializers.ListField(
        child=serializers.CharField(), help_text=_("A qué estados puede pasar.")
    )
    transcript = TicketTranscriptOutput(allow_null=True)
    comments = TicketCommentOutput(many=True)
    events = TicketEventOutput(many=True)


class TicketDetail(TicketMore, TicketFacts):
    """A ticket with all that is known of it."""


class TicketChangeInput(Shape):
    """What is not sent stays."""

    status = serializers.ChoiceField(Status.choices, required=False)
    priority = serializers.ChoiceField(Priority.choices, required=False)
    kind = serializers.ChoiceField(Kind.choices, required=False)
    assignee = Assignee(
        required=False,
        allow_null=True,
        help_text=_("El id de una persona; `me`, si nadie más lo tiene (si no, 409); null o `none`: nadie."),
    )
    version = serializers.IntegerField(
        required=False, min_value=0, help_text=_("La que leíste: si alguien lo cambió después, 409.")
    )


class TicketsBulkInput(TicketChangeInput):
    version = None  # type: ignore[assignment]  # one number for many tickets says nothing
    ids = serializers.ListField(child=serializers.UUIDField(), allow_empty=False, max_length=MAX_IDS)


class TicketProblemOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()


class TicketsBulkOutput(serializers.Serializer[Any]):
    done = serializers.ListField(child=serializers.CharField())
    errors = TicketProblemOutput(many=True)  # type: ignore[assignment]  # the name on the wire


class TicketCommentInput(Shape):
    text = text(max_length=MAX_COMMENT)
    public = StrictBooleanField(default=True, help_text=_("false: una nota que solo ve el equipo."))
    status = serializers.ChoiceField(Status.choices, required=False)


class CannedQuery(Shape):
    ticket = StrictCharField(required=False, max_length=40, help_text=_("Id o número del caso."))


class CannedOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    shortcut = serializers.CharField()
    text = serializers.CharField()
    text_en = serializers.CharField()


class CannedListOutput(serializers.Serializer[Any]):
    items = CannedOutput(many=True)

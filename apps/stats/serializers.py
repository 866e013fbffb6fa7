"""What the figures are asked by, and their shapes (contract http.md §8)."""

from typing import Any

from rest_framework import serializers

from apps.core.dates import DaysQuery
from apps.stats.periods import DEFAULT_DAYS, MAX_DAYS, Period, period_of

FIRST = "Primer día, AAAA-MM-DD. Sin él: un año, o desde el primer día con datos."
LAST = f"Último día, incluido; sin él, hoy. De más de {MAX_DAYS} días se responden los últimos."


class PeriodQuery(DaysQuery):
    """`desde` and `hasta`, or `from` and `to`."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        fields["desde"].help_text, fields["hasta"].help_text = FIRST, LAST
        for name, twin in (("from", "desde"), ("to", "hasta")):
            fields[name] = serializers.DateField(required=False, help_text=f"Lo mismo que `{twin}`.")
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        ends = {
            name: attrs.get(name) or attrs.get(twin) for name, twin in (("desde", "from"), ("hasta", "to"))
        }
        return super().validate({name: day for name, day in ends.items() if day})

    def period(self, default_days: int = DEFAULT_DAYS) -> Period:
        given = self.validated_data
        return period_of(given.get("desde"), given.get("hasta"), default_days=default_days)


class IntentTotal(serializers.Serializer):
    intent = serializers.CharField()
    _id = serializers.CharField()
    total = serializers.IntegerField()
    count = serializers.IntegerField()


class RoleTotal(serializers.Serializer):
    rol = serializers.CharField()
    _id = serializers.CharField()
    total = serializers.IntegerField()
    count = serializers.IntegerField()


class DayTotal(serializers.Serializer):
    fecha = serializers.DateField()
    _id = serializers.DateField()
    total = serializers.IntegerField()
    count = serializers.IntegerField()


class NewestPerson(serializers.Serializer):
    id = serializers.CharField()
    _id = serializers.CharField()
    email = serializers.CharField()
    nombre = serializers.CharField()
    rol = serializers.CharField()


class IntentCount(serializers.Serializer):
    intent = serializers.CharField()
    count = serializers.IntegerField()


class DayItem(serializers.Serializer):
    date = serializers.DateField()
    messages_count = serializers.IntegerField()
    users_active = serializers.IntegerField()
    intents_top = IntentCount(many=True)
    avg_response_time_ms = serializers.FloatField()


class TicketTotals(serializers.Serializer):
    """Casos abiertos en el periodo, según cómo están ahora; los minutos son hábiles."""

    open = serializers.IntegerField()
    pending = serializers.IntegerField()
    solved = serializers.IntegerField()
    closed = serializers.IntegerField()
    avg_first_response_minutes = serializers.FloatField(allow_null=True)


class StatsOutput(serializers.Serializer):
    total_logs = serializers.IntegerField()
    total_conversaciones = serializers.IntegerField()
    total_mensajes = serializers.IntegerField()
    total_usuarios = serializers.IntegerField()
    total_intents = serializers.IntegerField()
    intents_distintos = serializers.IntegerField()
    unique_intents = serializers.IntegerField()
    total_exportaciones_csv = serializers.IntegerField()
    total_fallbacks = serializers.IntegerField()
    fallback_rate = serializers.FloatField(help_text="De 0 a 1.")
    avg_response_time_ms = serializers.FloatField()
    latency_p50_ms = serializers.IntegerField(allow_null=True, help_text="Con un error de menos del 2 %.")
    latency_p95_ms = serializers.IntegerField(allow_null=True, help_text="Con un error de menos del 2 %.")
    intents_mas_usados = IntentTotal(many=True)
    top_intents = IntentTotal(many=True)
    ultimos_usuarios = NewestPerson(many=True)
    usuarios_por_rol = RoleTotal(many=True)
    logs_por_dia = DayTotal(many=True)
    actividad_por_dia = DayTotal(many=True)
    exportaciones_por_dia = DayTotal(many=True)
    items = DayItem(many=True)
    total_days = serializers.IntegerField()
    tickets = TicketTotals()

    def get_fields(self) -> dict[str, Any]:
        ends = {name: serializers.DateField() for name in ("from", "to")}
        return {**super().get_fields(), **ends}


class TopicTotal(serializers.Serializer):
    intent = serializers.CharField()
    title = serializers.CharField()
    total = serializers.IntegerField(
        allow_null=True, help_text="null: de menos de 5 personas, y quien pregunta no es admin."
    )


class ConversationStats(serializers.Serializer):
    people = serializers.IntegerField(allow_null=True)
    conversations = serializers.IntegerField(allow_null=True)
    people_are_exact = serializers.BooleanField(
        help_text="Si no, personas y conversaciones tienen un error típico de 0,8 %."
    )
    people_counted_once_from = serializers.DateField(
        allow_null=True,
        help_text="Antes de ese día ya no se sabe quién escribió: cada persona cuenta una vez por día.",
    )
    conversation_days = serializers.IntegerField(help_text="Conversaciones de cada día, sumadas.")
    resolved_without_person = serializers.IntegerField()
    resolved_share = serializers.FloatField(allow_null=True)
    asked_person = serializers.IntegerField()
    fallback_rate = serializers.FloatField(allow_null=True)
    failed = serializers.IntegerField()
    thumbs_up = serializers.IntegerField()
    thumbs_down = serializers.IntegerField()
    not_understood = TopicTotal(many=True)
    before_person = TopicTotal(many=True)
    pending_days = serializers.IntegerField(help_text="Días que aún se están contando.")

    def get_fields(self) -> dict[str, Any]:
        ends = {name: serializers.DateField() for name in ("from", "to")}
        return {**super().get_fields(), **ends}


class HourTotal(serializers.Serializer):
    weekday = serializers.IntegerField(help_text="0 es lunes.")
    hour = serializers.IntegerField()
    total = serializers.IntegerField()


class DayLatency(serializers.Serializer):
    date = serializers.DateField()
    p50_ms = serializers.IntegerField(allow_null=True)
    p95_ms = serializers.IntegerField(allow_null=True)


class RhythmStats(serializers.Serializer):
    hours = HourTotal(many=True)
    latency = DayLatency(many=True)


class KindTotal(serializers.Serializer):
    kind = serializers.CharField()
    opened = serializers.IntegerField()
    open = serializers.IntegerField()
    pending = serializers.IntegerField()
    solved = serializers.IntegerField()
    closed = serializers.IntegerField()
    answered = serializers.IntegerField()
    avg_first_response_minutes = serializers.FloatField(allow_null=True)
    avg_solution_minutes = serializers.FloatField(allow_null=True)

"""Shapes of self-tests and of what pages tell (contract http.md §9)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.core.pagination import WindowQuery
from apps.ops.models import SelfTestRun
from apps.ops.services.selftest import summary
from apps.ops.services.steps import TITLES

NOT_AN_OBJECT = _('Envía un objeto JSON, por ejemplo {{"ev": "link_open"}}.')
NAME_PATTERN = r"^[a-z0-9_.-]{1,64}\Z"
NAME_TEXT = _("Nombra el suceso con minúsculas, números, punto, guion o guion bajo; hasta 64.")


class PingOutput(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    pong = serializers.BooleanField()
    message = serializers.CharField()
    timestamp = serializers.DateTimeField()


class StartedTestOutput(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    ok = serializers.BooleanField()
    message = serializers.CharField()
    run_id = serializers.CharField()


class StepOutput(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.SerializerMethodField()
    state = serializers.CharField(help_text="`ok`, `warn`, `fail` o `skipped`.")
    ms = serializers.IntegerField()
    text = serializers.CharField()

    def get_title(self, step: dict[str, Any]) -> str:
        return str(TITLES.get(step["name"], step["name"]))


class SelfTestOutput(serializers.Serializer[Any]):
    id = serializers.CharField(source="pk")
    run_id = serializers.CharField(source="pk.hex")
    state = serializers.CharField(help_text="`queued`, `running` o `done`.")
    result = serializers.CharField(help_text=_("`ok`, `warn` o `fail`; vacío mientras no termina."))
    success = serializers.SerializerMethodField()
    message = serializers.SerializerMethodField()
    asked_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    duration_ms = serializers.IntegerField(allow_null=True)
    usuario = serializers.CharField(source="asked_by.email", default=None, allow_null=True)
    steps = StepOutput(many=True)

    def get_success(self, run: SelfTestRun) -> bool:
        return run.result in {SelfTestRun.Result.OK, SelfTestRun.Result.WARN}

    def get_message(self, run: SelfTestRun) -> str:
        return summary(run)


class HistoryQuery(WindowQuery):
    """Which part of the list; the last 50 when nothing is said."""

    @property
    def has_page(self) -> bool:
        return "page" in self.validated_data or "page_size" in self.validated_data


class RestartOutput(serializers.Serializer[Any]):
    success = serializers.BooleanField()
    ok = serializers.BooleanField()
    message = serializers.CharField()
    model_name = serializers.CharField()


class TelemetryInput(serializers.Serializer[Any]):
    """What happened, by its name; everything else that comes with it is not kept."""

    default_error_messages = {"invalid": NOT_AN_OBJECT, "null": NOT_AN_OBJECT}

    ev = serializers.RegexField(NAME_PATTERN, required=False, error_messages={"invalid": NAME_TEXT})
    event = serializers.RegexField(
        NAME_PATTERN, required=False, error_messages={"invalid": NAME_TEXT}, help_text=_("Alias de `ev`.")
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        name = attrs.get("ev") or attrs.get("event")
        if not name:
            raise serializers.ValidationError({"ev": _("Falta el nombre del suceso.")}, code="required")
        return {"name": name}

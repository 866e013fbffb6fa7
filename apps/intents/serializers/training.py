"""Trainings and models on the wire (contract http.md §5)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.core.fields import StrictCharField
from apps.core.pagination import WindowQuery
from apps.intents.models import TrainingRun


class TrainInput(serializers.Serializer):
    """`{}` is TRAIN_MODE's way."""

    mode = serializers.ChoiceField(choices=TrainingRun.Mode.values, required=False)
    branch = serializers.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$",
        required=False,
        allow_blank=True,
        help_text=_("Rama del flujo de integración continua; sin ella, `main`."),
    )


class StartedOutput(serializers.Serializer):
    success = serializers.BooleanField()
    ok = serializers.BooleanField()
    mode = serializers.CharField()
    message = serializers.CharField()
    run_id = serializers.CharField()
    log_file = serializers.CharField(help_text=_("Se lee en `/api/admin/logs/{log_file}`."))
    model_name = serializers.CharField(
        allow_null=True, help_text=_("null: el modelo tiene nombre cuando termina el entrenamiento.")
    )
    request_id = serializers.CharField()
    timestamp = serializers.DateTimeField()


class FindingOutput(serializers.Serializer):
    severity = serializers.CharField()
    name = serializers.CharField()
    message = serializers.CharField()


class DryRunOutput(serializers.Serializer):
    ok = serializers.BooleanField()
    success = serializers.BooleanField()
    message = serializers.CharField()
    n_intents = serializers.IntegerField()
    n_examples = serializers.IntegerField()
    is_current = serializers.BooleanField(help_text=_("El modelo activo se entrenó con estos datos."))
    findings = FindingOutput(many=True)


class RunOutput(serializers.Serializer):
    id = serializers.CharField(source="pk.hex")
    run_id = serializers.CharField(source="pk.hex")
    state = serializers.CharField()
    mode = serializers.CharField()
    trigger = serializers.CharField()
    engine = serializers.CharField()
    progress = serializers.FloatField(help_text=_("De 0 a 1."))
    step = serializers.CharField()
    error = serializers.CharField()
    asked_by = serializers.SerializerMethodField()
    asked_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    log_file = serializers.CharField(source="log_name")
    model_name = serializers.SerializerMethodField()

    def get_asked_by(self, run: TrainingRun) -> str | None:
        return run.asked_by.email if run.asked_by else None

    def get_model_name(self, run: TrainingRun) -> str | None:
        return run.version.name if run.version else None


class RunDetail(RunOutput):
    log = serializers.CharField(help_text=_("El final del registro."))
    figures = serializers.SerializerMethodField()
    gate = serializers.SerializerMethodField()

    def get_figures(self, run: TrainingRun) -> dict[str, Any] | None:
        return run.version.figures if run.version else None

    def get_gate(self, run: TrainingRun) -> dict[str, Any] | None:
        return run.version.gate if run.version else None


class RunPage(serializers.Serializer):
    items = RunOutput(many=True)
    total = serializers.IntegerField()


class RunsQuery(WindowQuery):
    state = serializers.ChoiceField(choices=TrainingRun.State.values, required=False)


class LastModelOutput(serializers.Serializer):
    model_name = serializers.CharField()
    timestamp = serializers.DateTimeField(help_text=_("Cuándo se entrenó."))
    status = serializers.CharField()


class ModelOutput(serializers.Serializer):
    id = serializers.CharField(source="pk.hex")
    name = serializers.CharField()
    engine = serializers.CharField()
    is_active = serializers.BooleanField()
    decision = serializers.CharField()
    figures = serializers.DictField()
    gate = serializers.DictField()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    data_hash = serializers.CharField()
    has_file = serializers.BooleanField()
    trained_at = serializers.DateTimeField()
    duration_seconds = serializers.FloatField()
    activated_at = serializers.DateTimeField(allow_null=True)
    trained_by = serializers.SerializerMethodField()
    activated_by = serializers.SerializerMethodField()

    def get_trained_by(self, version: Any) -> str | None:
        return version.trained_by.email if version.trained_by else None

    def get_activated_by(self, version: Any) -> str | None:
        return version.activated_by.email if version.activated_by else None


class ModelDetail(ModelOutput):
    report = serializers.DictField()


class ModelPage(serializers.Serializer):
    items = ModelOutput(many=True)
    total = serializers.IntegerField()


class ActivatedOutput(serializers.Serializer):
    ok = serializers.BooleanField()
    message = serializers.CharField()
    model = ModelOutput()


class ChangedAnswerOutput(serializers.Serializer):
    text = StrictCharField()
    count = serializers.IntegerField()
    old_intent = serializers.CharField()
    new_intent = serializers.CharField()
    old_confidence = serializers.FloatField()
    new_confidence = serializers.FloatField()
    old_answer = serializers.CharField()
    new_answer = serializers.CharField()


class ComparisonOutput(serializers.Serializer):
    old = serializers.CharField()
    new = serializers.CharField()
    messages = serializers.IntegerField()
    changed_messages = serializers.IntegerField()
    changed = ChangedAnswerOutput(many=True)

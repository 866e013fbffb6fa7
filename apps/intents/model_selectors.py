"""Reading models and trainings."""

from collections.abc import Iterable

from django.core.cache import cache
from django.db.models import Count, Max, QuerySet
from django.urls import reverse

from apps.intents.botproject import ProjectError
from apps.intents.models import Intent, ModelVersion, TrainingRun
from apps.intents.services.project import build_project

SHOWN_IN_TREND = 30
HASH_SECONDS = 60
"""How long a project's hash is kept while no intent changes: files of rasa/ may change meanwhile."""


def versions_for_lists() -> QuerySet[ModelVersion]:
    return ModelVersion.objects.select_related("trained_by").defer("report")


def trend_of(engine: str) -> list[ModelVersion]:
    """An engine's newest versions, oldest first, with what a chart needs."""
    rows = ModelVersion.objects.filter(engine=engine).order_by("-trained_at", "id")
    return list(rows.only("name", "trained_at", "figures")[:SHOWN_IN_TREND])[::-1]


def waiting_version(engine: str) -> ModelVersion | None:
    """The newest that waits for a person."""
    rows = ModelVersion.objects.filter(engine=engine, decision=ModelVersion.Decision.WAITING)
    return rows.defer("report").order_by("-trained_at", "id").first()


def comparable_with(version: ModelVersion) -> QuerySet[ModelVersion]:
    """Others of the same engine, newest first."""
    return versions_for_lists().filter(engine=version.engine).exclude(pk=version.pk)


def run_that_made(version: ModelVersion) -> TrainingRun | None:
    return version.runs.order_by("-asked_at", "id").first()


def runs_for_lists() -> QuerySet[TrainingRun]:
    heavy = ("version__report", "version__figures", "version__gate")
    return TrainingRun.objects.select_related("asked_by", "version").defer(*heavy).order_by("-asked_at", "id")


def open_run() -> TrainingRun | None:
    return TrainingRun.objects.open().order_by("-asked_at", "id").first()


def intent_links(names: Iterable[str]) -> dict[str, str]:
    """Pages of those intents that are in the database, by name; one query."""
    rows = Intent.objects.filter(name__in=set(names)).order_by().values_list("name", "pk")
    return {name: reverse("admin:intents_intent_change", args=[pk]) for name, pk in rows}


def has_untrained_changes(active: ModelVersion | None) -> bool | None:
    """Whether what the bot should know is not what the active model was made from; None: cannot be told."""
    if active is None:
        return None
    counts = Intent.objects.order_by().aggregate(
        intents=Count("pk", distinct=True), examples=Count("examples", distinct=True), last=Max("updated_at")
    )
    last = counts["last"]
    key = f"project_hash:{counts['intents']}:{counts['examples']}:{last.timestamp() if last else 0}"
    now = cache.get(key)
    if now is None:
        try:
            now = build_project().data_hash()
        except ProjectError:
            return None
        cache.set(key, now, HASH_SECONDS)
    return now != active.data_hash

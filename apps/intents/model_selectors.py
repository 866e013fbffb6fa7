"""Reading models and trainings."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.core.errors import NotFound
from apps.core.pagination import Window
from apps.intents.botproject import ProjectError
from apps.intents.models import Intent, ModelVersion, TrainingRun
from apps.intents.services.project import build_project
from apps.intents.services.training.watch import log_folder
from apps.intents.services.versions import active_version, pointed

LOG_TAIL_BYTES = 16_384
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


def run_of(run_id: str) -> TrainingRun:
    """Raises NotFound."""
    row = None
    with suppress(ValueError):
        row = TrainingRun.objects.select_related("asked_by", "version").filter(pk=UUID(run_id)).first()
    if row is None:
        raise NotFound(_("No hay un entrenamiento con ese número."))
    return row


def runs_page(*, window: Window, state: str = "") -> tuple[list[TrainingRun], int]:
    rows = TrainingRun.objects.order_by("-asked_at", "id")
    if state:
        rows = rows.filter(state=state)
    shown = rows.select_related("asked_by", "version").defer("version__report", "version__figures")
    return list(shown[window.slice]), rows.count()


def log_tail(run: TrainingRun) -> str:
    """The last lines of a run's log; empty when it has none here."""
    try:
        with (log_folder() / run.log_name).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - LOG_TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return text.partition("\n")[2] if size > LOG_TAIL_BYTES else text


def models_page(*, window: Window) -> tuple[list[ModelVersion], int]:
    rows = ModelVersion.objects.order_by("-trained_at", "id")
    shown = rows.defer("report").select_related("trained_by", "activated_by")[window.slice]
    return marked(shown), rows.count()


def marked(rows: Iterable[ModelVersion]) -> list[Any]:
    """The rows with `is_active` and `has_file`."""
    found: list[Any] = list(rows)
    pointers = {engine: pointed(engine) for engine in {row.engine for row in found}}
    for row in found:
        pointer = pointers[row.engine]
        row.is_active = pointer is not None and row.name == pointer.version
        row.has_file = bool(row.file)
    return found


def last_model() -> dict[str, Any]:
    """`{model_name, timestamp, status}` of the model that answers, else of the newest. Raises NotFound."""
    version = active_version()
    if version is not None:
        return {"model_name": version.name, "timestamp": version.trained_at, "status": "active"}
    newest = ModelVersion.objects.defer("report").first()
    if newest is None:
        raise NotFound(_("Todavía no se ha entrenado ningún modelo."))
    return {"model_name": newest.name, "timestamp": newest.trained_at, "status": newest.decision}

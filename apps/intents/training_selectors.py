"""Reading trainings and models."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.errors import NotFound
from apps.core.pagination import Window
from apps.intents.models import ModelVersion, TrainingRun
from apps.intents.services.training.watch import log_folder
from apps.intents.services.versions import active_version, pointed

LOG_TAIL_BYTES = 16_384


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

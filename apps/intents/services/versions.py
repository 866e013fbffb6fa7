"""Models: which one answers, going forward and back, and what another one would answer."""

import uuid
from pathlib import Path

import structlog
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.chat.engine import embedded_engine, engine_name, rasa_models
from apps.chat.engines.base import EngineError, TrainedModel
from apps.chat.engines.pointer import Pointer
from apps.chat.engines.rasa import RasaEngine
from apps.core.errors import Conflict, NotFound
from apps.intents.models import ModelVersion, TrainingRun

log = structlog.get_logger("tutorbot.models")
Decision = ModelVersion.Decision
KEPT_FILES = 30
"""Of the newest versions; of older ones the figures stay."""


def keep_version(*, trained: TrainedModel, engine: str, run: TrainingRun, seconds: float) -> ModelVersion:
    """A row for a trained model, waiting."""
    return ModelVersion.objects.create(
        name=trained.version,
        engine=engine,
        data_hash=trained.data_hash,
        sha256=trained.sha256,
        file=trained.path.name,
        size_bytes=trained.path.stat().st_size,
        figures=dict(trained.figures),
        report=dict(trained.report),
        trained_by=run.asked_by,
        duration_seconds=round(seconds, 2),
    )


def version_named(name: str) -> ModelVersion:
    """By its name or its key; of two engines' the one in use. Raises NotFound."""
    rows = list(ModelVersion.objects.filter(name=name))
    rows.sort(key=lambda row: row.engine != engine_name())
    row = rows[0] if rows else _by_key(name)
    if row is None:
        raise NotFound(_("No hay un modelo con ese nombre."))
    return row


def _by_key(text: str) -> ModelVersion | None:
    try:
        return ModelVersion.objects.filter(pk=uuid.UUID(text)).first()
    except ValueError:
        return None


def pointed(engine: str) -> Pointer | None:
    """What an engine's pointer names."""
    return rasa_models().pointed() if engine == RasaEngine.name else embedded_engine().pointed()


def active_version(engine: str | None = None) -> ModelVersion | None:
    """The row that the pointer of an engine names, without its report; by default of the one in use.

    None when there is none, or it was made elsewhere.
    """
    engine = engine or engine_name()
    pointer = pointed(engine)
    rows = ModelVersion.objects.filter(engine=engine).defer("report")
    return rows.filter(name=pointer.version).first() if pointer else None


def trained_of(version: ModelVersion) -> TrainedModel:
    """Raises Conflict when its file is no longer kept."""
    if not version.file:
        text = _("De este modelo solo quedan las cifras; su archivo ya se borró. Entrena de nuevo.")
        raise Conflict(text, code="model_gone")
    return TrainedModel(
        version.name, models_folder(version.engine) / version.file, version.sha256, version.data_hash
    )


def models_folder(engine: str) -> Path:
    folder: Path = settings.ENV.DATA_DIR / "models"
    return folder / "rasa" if engine == RasaEngine.name else folder


def activate_version(*, version: ModelVersion, by: User | None) -> None:
    """All processes, or all Rasa servers, answer with it within two seconds; an older one is a way back.

    Raises Conflict.
    """
    trained = trained_of(version)
    try:
        if version.engine == RasaEngine.name:
            rasa_models().activate(trained)
        else:
            embedded_engine().activate(trained)
    except EngineError as error:
        raise Conflict(str(error), code="model_unusable") from error
    now = timezone.now()
    version.decision, version.activated_at, version.activated_by = Decision.ACTIVATED, now, by
    version.save(update_fields=["decision", "activated_at", "activated_by"])
    passed_by = ModelVersion.objects.filter(
        engine=version.engine, decision=Decision.WAITING, trained_at__lt=version.trained_at
    )
    passed_by.update(decision=Decision.REPLACED)
    log.info("model_activated", model=version.name, engine=version.engine, by=str(by.pk) if by else "")


def prune_files(engine: str) -> int:
    """Deletes the files of all but the newest versions and the active one; how many."""
    active = active_version(engine)
    kept = ModelVersion.objects.filter(engine=engine).exclude(file="").order_by("-trained_at", "id")
    old = [row for row in kept.defer("report")[KEPT_FILES:] if active is None or row.pk != active.pk]
    for row in old:
        (models_folder(engine) / row.file).unlink(missing_ok=True)
    ModelVersion.objects.filter(pk__in=[row.pk for row in old]).update(file="")
    return len(old)

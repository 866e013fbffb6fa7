"""Models: which one answers, going forward and back, and what another one would answer."""

import time
import uuid
from pathlib import Path

import structlog
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.chat.engine import embedded_engine, engine_name, model_shelf, rasa_models
from apps.chat.engines.base import EngineError, TrainedModel
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.pointer import VERSION_NAME, Pointer
from apps.chat.engines.project import BotProject
from apps.chat.engines.rasa import RasaEngine
from apps.core.errors import Conflict, NotFound
from apps.intents.models import ModelVersion, TrainingRun

log = structlog.get_logger("tutorbot.models")
Decision = ModelVersion.Decision
KEPT_FILES = 30
"""Of the newest versions; of older ones the figures stay."""


def keep_version(*, trained: TrainedModel, engine: str, run: TrainingRun, seconds: float) -> ModelVersion:
    """A row for a trained model, waiting; its file for all machines. Raises OSError."""
    if shelf := model_shelf(engine):
        shelf.put(trained.path)
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


def is_trained_on(project: BotProject) -> bool:
    """Whether the active model of the engine in use was made from just this project."""
    if engine_name() == EmbeddedEngine.name:
        return embedded_engine().active_data_hash() == project.data_hash()
    pointer = pointed(engine_name())
    return pointer is not None and pointer.data_hash == project.data_hash()


def version_of(project: BotProject) -> ModelVersion | None:
    """The newest that can be activated, made from just this project for the engine in use."""
    return _usable(engine_name(), project.data_hash())


def twin_of(version: ModelVersion) -> ModelVersion | None:
    """The embedded engine's model of the same data, while its file is kept."""
    return _usable(EmbeddedEngine.name, version.data_hash)


def _usable(engine: str, data_hash: str) -> ModelVersion | None:
    rows = ModelVersion.objects.filter(engine=engine, data_hash=data_hash).exclude(file="")
    return rows.defer("report").order_by("-trained_at", "id").first()


def left_version(candidate: ModelVersion, active: ModelVersion | None) -> ModelVersion | None:
    """A model of the candidate's data that was in use, and that somebody went back from."""
    if active is None or active.data_hash == candidate.data_hash:
        return None
    rows = ModelVersion.objects.filter(
        engine=candidate.engine, data_hash=candidate.data_hash, decision=Decision.ACTIVATED
    )
    return rows.exclude(pk=candidate.pk).defer("report").order_by("-trained_at", "id").first()


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
    """All processes answer with it within two seconds; an older one is a way back. Raises Conflict.

    Rasa servers pull it when they next ask; its twin goes with it, so that both engines know the same.
    """
    _point(version)
    twin = twin_of(version) if version.engine == RasaEngine.name else None
    if twin is not None:
        _point(twin)
        _note_activation(twin, by)
    _note_activation(version, by)


def _point(version: ModelVersion) -> None:
    trained = trained_of(version)
    try:
        if version.engine == RasaEngine.name:
            rasa_models().activate(trained)
        else:
            embedded_engine().activate(trained)
    except EngineError as error:
        raise Conflict(str(error), code="model_unusable") from error


def _note_activation(version: ModelVersion, by: User | None) -> None:
    now = timezone.now()
    version.decision, version.activated_at, version.activated_by = Decision.ACTIVATED, now, by
    version.save(update_fields=["decision", "activated_at", "activated_by"])
    passed_by = ModelVersion.objects.filter(
        engine=version.engine, decision=Decision.WAITING, trained_at__lt=version.trained_at
    )
    passed_by.update(decision=Decision.REPLACED)
    log.info("model_activated", model=version.name, engine=version.engine, by=str(by.pk) if by else "")


def prune_files(engine: str) -> int:
    """Deletes the files of all but the newest versions, the active one and an active Rasa's twin; how many.

    Files that no version knows, of trainings that failed, go after a day.
    """
    active, of_rasa = active_version(engine), active_version(RasaEngine.name)
    if active is None and pointed(engine) is not None:  # made elsewhere: what it needs is not known here
        return 0
    needed = {row.data_hash for row in (active, of_rasa) if row is not None}
    kept = ModelVersion.objects.filter(engine=engine).exclude(file="").order_by("-trained_at", "id")
    old = [row for row in kept.defer("report")[KEPT_FILES:] if row.data_hash not in needed]
    for row in old:
        (models_folder(engine) / row.file).unlink(missing_ok=True)
    if shelf := model_shelf(engine):
        shelf.drop([row.file for row in old])
    ModelVersion.objects.filter(pk__in=[row.pk for row in old]).update(file="")
    _prune_unknown(engine)
    return len(old)


def _prune_unknown(engine: str) -> None:
    folder = models_folder(engine)
    known = set(ModelVersion.objects.filter(engine=engine).exclude(file="").values_list("file", flat=True))
    a_day_ago = time.time() - 86_400
    for path in folder.iterdir():
        is_model = bool(VERSION_NAME.match(path.name.lstrip(".")))
        if is_model and path.name not in known and path.stat().st_mtime < a_day_ago:
            path.unlink(missing_ok=True)

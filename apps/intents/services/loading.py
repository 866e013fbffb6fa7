"""Models in memory to try things with: the one that answers, and older ones."""

from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from apps.chat.engine import embedded_engine, uses_rasa
from apps.chat.engines.base import EngineUnavailable, TrainedModel
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.embedded.model import LoadedModel
from apps.chat.errors import as_app_error
from apps.core.errors import AppError, Conflict, Invalid
from apps.intents.models import ModelVersion
from apps.intents.services.versions import trained_of, twin_of

KEPT = 2
"""Models in a process's memory besides the active one: each may take a hundred megabytes."""


def answering_model() -> LoadedModel:
    """The one that answers students. Raises Conflict with Rasa as the engine, and BotUnavailable."""
    if uses_rasa():
        raise Conflict(
            _("Responde Rasa: sus respuestas no se pueden ensayar aquí. Elige un modelo del motor embebido."),
            code="engine_not_rehearsed",
        )
    try:
        return embedded_engine().active()
    except EngineUnavailable as error:
        raise as_app_error(error) from error


def model_if_any() -> LoadedModel | None:
    """The one that answers, where there is one to try things with."""
    try:
        return answering_model()
    except AppError:
        return None


def model_named(name: str) -> LoadedModel:
    """A model of the embedded engine by its version, "" for the one that answers.

    Raises Invalid (field model), and as answering_model.
    """
    if not name:
        return answering_model()
    version = ModelVersion.objects.filter(name=name, engine=EmbeddedEngine.name).first()
    if version is None:
        raise Invalid.field("model", _("No hay un modelo con esa versión."), "unknown")
    try:
        return load_version(version)
    except Conflict as error:
        text = _("El archivo de ese modelo falta o está dañado. Elige otro.")
        raise Invalid.field("model", text, "unreadable") from error


def load_version(version: ModelVersion) -> LoadedModel:
    """A model, or for one of Rasa's its twin: the embedded engine's of the same data.

    Raises Conflict when its file is gone or damaged, or when there is no twin.
    """
    runnable = version if version.engine == EmbeddedEngine.name else twin_of(version)
    if runnable is None:
        text = _("Este modelo de Rasa no se puede probar aquí: no queda el del motor embebido con sus datos.")
        raise Conflict(text, code="no_twin")
    trained, active = trained_of(runnable), _active()
    if active is not None and active.sha256 == trained.sha256:
        return active
    try:
        return _loaded(trained.path, trained.version, trained.sha256, trained.data_hash)
    except EngineUnavailable as error:
        raise Conflict(str(error), code="model_unusable") from error


def _active() -> LoadedModel | None:
    try:
        return embedded_engine().active()
    except EngineUnavailable:
        return None


@lru_cache(maxsize=KEPT)
def _loaded(path: Path, version: str, sha256: str, data_hash: str) -> LoadedModel:
    return embedded_engine().load(TrainedModel(version, path, sha256, data_hash))

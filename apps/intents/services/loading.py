"""Models in memory to try things with: the one that answers, and older ones."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from apps.chat.engine import embedded_engine, uses_rasa
from apps.chat.engines.base import EngineUnavailable, TrainedModel
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.embedded.model import LoadedModel
from apps.chat.errors import as_app_error
from apps.core.errors import AppError, Conflict, Invalid
from apps.intents.models import ModelVersion

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
        return _loaded(settings.ENV.DATA_DIR / "models", version.name, version.file, *_hashes(version))
    except EngineUnavailable as error:
        text = _("El archivo de ese modelo falta o está dañado. Elige otro.")
        raise Invalid.field("model", text, "unreadable") from error


def _hashes(version: ModelVersion) -> tuple[str, str]:
    return version.sha256, version.data_hash


@lru_cache(maxsize=KEPT)
def _loaded(folder: Path, name: str, file: str, sha256: str, data_hash: str) -> LoadedModel:
    return embedded_engine().load(TrainedModel(name, folder / file, sha256, data_hash))

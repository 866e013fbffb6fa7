"""Models that Rasa makes of the bot's project."""

from collections.abc import Callable
from dataclasses import replace

from django.utils import timezone

from apps.chat.engine import rasa_engine
from apps.chat.engines.base import Progress, TrainedModel, TrainingError
from apps.chat.engines.project import BotProject
from apps.intents.botproject.own import own_files
from apps.intents.exchange.rasa_project import RasaProject, whole_yaml
from apps.intents.knowledge import valid_on
from apps.intents.selectors import known_intents


def training_yaml(project: BotProject) -> str:
    """The joined project as Rasa trains on it today: it knows no dates. Raises ProjectError."""
    files, source = own_files()
    today = timezone.localdate()
    project = replace(project, responses=valid_on(project.responses, today))
    marked = {one.name: one.examples for one in known_intents()}
    return whole_yaml(RasaProject(project, files, source, marked))


def train_rasa(
    *, project: BotProject, progress: Progress, is_cancelled: Callable[[], bool] | None = None
) -> TrainedModel:
    """Kept, not activated. Raises TrainingError and EngineErrors, with texts for staff, and ProjectError."""
    if project.errors:
        told = "; ".join(f"{finding.name}: {finding.message}" for finding in project.errors[:5])
        raise TrainingError(f"El proyecto tiene {len(project.errors)} errores: {told}")
    return rasa_engine().train(training_yaml(project), project.data_hash(), progress, is_cancelled)

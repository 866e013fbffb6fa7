"""Answers begin and end on certain days: the embedded engine looks at each turn, Rasa has to be told."""

from datetime import date, timedelta

import structlog
from django.db.models import Q
from django.utils import timezone

from apps.chat.engine import uses_rasa
from apps.chat.engines.rasa import RasaEngine
from apps.core.errors import AppError
from apps.intents.models import Answer, TrainingRun
from apps.intents.services.training.ask import start_training
from apps.intents.services.versions import active_version

log = structlog.get_logger("tutorbot.training")


def train_for_dates() -> TrainingRun | None:
    """A training when Rasa's model was made before a day on which some answer began or had ended.

    Asked every hour, one a day: the worker may be down at midnight, and the gate may hold a model.
    """
    active = active_version(RasaEngine.name) if uses_rasa() else None
    today = timezone.localdate()
    if active is None or _was_asked_on(today):
        return None
    began = timezone.localdate(active.trained_at - timedelta(seconds=active.duration_seconds))
    turned = Q(valid_from__gt=began, valid_from__lte=today)
    turned |= Q(valid_until__gte=began, valid_until__lt=today)
    if not Answer.objects.filter(turned).exists():
        return None
    try:
        return start_training(trigger=TrainingRun.Trigger.SCHEDULE, mode=TrainingRun.Mode.LOCAL)
    except AppError as error:  # one is open: in an hour again
        log.warning("dates_not_trained", error=error.code)
        return None


def _was_asked_on(day: date) -> bool:
    last = (
        TrainingRun.objects.filter(trigger=TrainingRun.Trigger.SCHEDULE).order_by("-asked_at", "id").first()
    )
    return last is not None and timezone.localdate(last.asked_at) == day

"""Answers begin and end on certain days: the embedded engine looks at each turn, Rasa has to be told."""

from datetime import timedelta

import structlog
from django.db.models import Q
from django.utils import timezone

from apps.chat.engine import uses_rasa
from apps.core.errors import AppError
from apps.intents.models import Answer, TrainingRun
from apps.intents.services.training.ask import start_training

log = structlog.get_logger("tutorbot.training")


def train_for_dates() -> TrainingRun | None:
    """A training when Rasa answers and an answer begins today or ended yesterday; for just after midnight."""
    today = timezone.localdate()
    turned = Q(valid_from=today) | Q(valid_until=today - timedelta(days=1))
    if not uses_rasa() or not Answer.objects.filter(turned).exists():
        return None
    try:
        return start_training(trigger=TrainingRun.Trigger.SCHEDULE, mode=TrainingRun.Mode.LOCAL)
    except AppError as error:  # one runs: it began today or reads the answers of today anyway
        log.warning("dates_not_trained", error=error.code)
        return None

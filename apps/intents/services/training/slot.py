"""One training at a time: a run holds the slot from the wish to its end, whichever process works on it."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.db import run_atomically
from apps.core.errors import Conflict
from apps.intents.models import TrainingRun

SLOT = "training"
STALE_SECONDS = TrainingRun.SILENT_SECONDS
State = TrainingRun.State


def claim(*, trigger: str, engine: str, asked_by: User | None = None) -> TrainingRun:
    """A queued run that holds the slot. Raises Conflict (training_running) while another one does."""
    end_dead_runs()
    run = TrainingRun(trigger=trigger, engine=engine, asked_by=asked_by, slot=SLOT)
    try:
        run_atomically(lambda: run.save(force_insert=True))
    except IntegrityError:
        raise Conflict(_taken_text(), code="training_running") from None
    return run


def _taken_text() -> str:
    other = TrainingRun.objects.open().filter(slot=SLOT).first()
    if other is not None and other.state == State.QUEUED:
        return _("Ya hay un entrenamiento en cola. Espera a que termine o cancélalo.")
    return _("Ya hay un entrenamiento en marcha. Espera a que termine o cancélalo.")


def end_run(run: TrainingRun, state: str, **values: Any) -> bool:
    """Ends it and frees the slot, unless somebody ended it before. The row is read anew."""
    values |= {"state": state, "slot": None, "ended_at": timezone.now()}
    is_ours = bool(TrainingRun.objects.filter(pk=run.pk, state__in=TrainingRun.OPEN).update(**values))
    run.refresh_from_db()
    return is_ours


def stale() -> Q:
    return Q(heartbeat_at__isnull=True) | Q(
        heartbeat_at__lt=timezone.now() - timedelta(seconds=STALE_SECONDS)
    )


def dead_runs() -> QuerySet[TrainingRun]:
    """Worked on by nobody: their process was killed. A CI run holds no slot and is worked on elsewhere."""
    return TrainingRun.objects.filter(stale(), state=State.RUNNING, slot=SLOT)


def end_dead_runs() -> None:
    for run in dead_runs():
        end_run(run, State.FAILED, error=_("El proceso que entrenaba se detuvo. Entrena de nuevo."))

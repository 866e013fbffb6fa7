"""Asking for a training, and taking that back."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.chat.engine import engine_name
from apps.core import audit
from apps.core.errors import Conflict, Invalid, TooMany
from apps.core.jobs import JobsUnavailable
from apps.intents.clients.github import is_configured
from apps.intents.models import TrainingRun
from apps.intents.services.training.ci import dispatch_ci
from apps.intents.services.training.slot import SLOT, claim, dead_runs, end_run
from apps.intents.services.training.work import train_bot

log = structlog.get_logger("tutorbot.training")
State, Mode = TrainingRun.State, TrainingRun.Mode
DEFAULT_BRANCH = "main"
MOST_AN_HOUR = 3


def start_training(
    *, trigger: str, asked_by: User | None = None, mode: str = "", branch: str = ""
) -> TrainingRun:
    """Queues one; the worker does it. `mode` is TRAIN_MODE's where it is empty.

    Raises Conflict while another one is open or, for `ci`, when no workflow is configured; Invalid (mode);
    TooMany.
    """
    mode = mode or settings.ENV.TRAIN_MODE
    if mode not in Mode.values:
        raise Invalid.field("mode", _("Elige local o ci."), "invalid_mode")
    if mode == Mode.CI:
        return _start_ci(trigger, asked_by, branch or DEFAULT_BRANCH)
    _refuse_more_than_an_hour_takes(trigger, asked_by)
    run = claim(trigger=trigger, engine=engine_name(), asked_by=asked_by)
    return _queued(run, lambda: train_bot.later(str(run.pk)))


def _start_ci(trigger: str, asked_by: User | None, branch: str) -> TrainingRun:
    if not is_configured():
        text = _("No hay un flujo de integración continua configurado: faltan las variables GITHUB_*.")
        raise Conflict(text, code="ci_not_configured")
    _refuse_more_than_an_hour_takes(trigger, asked_by)
    run = TrainingRun.objects.create(
        trigger=trigger, engine=engine_name(), asked_by=asked_by, mode=Mode.CI, branch=branch
    )
    return _queued(run, lambda: dispatch_ci.later(str(run.pk)))


def _refuse_more_than_an_hour_takes(trigger: str, asked_by: User | None) -> None:
    """By API three an hour a person (contract http.md §3.3), what was refused not counted. Raises TooMany."""
    if trigger != TrainingRun.Trigger.API or not settings.ENV.RATE_LIMIT_ENABLED:
        return
    if TrainingRun.objects.open().filter(slot=SLOT).exists():  # refused for another reason
        return
    an_hour_ago = timezone.now() - timedelta(hours=1)
    asked = TrainingRun.objects.filter(trigger=trigger, asked_by=asked_by, asked_at__gt=an_hour_ago)
    moments = list(asked.order_by("-asked_at").values_list("asked_at", flat=True)[:MOST_AN_HOUR])
    if len(moments) == MOST_AN_HOUR:
        seconds = int((moments[-1] - an_hour_ago).total_seconds()) + 1
        text = _("Ya pediste %(most)d entrenamientos en una hora. Espera %(minutes)d min.")
        raise TooMany(text % {"most": MOST_AN_HOUR, "minutes": seconds // 60 + 1}, seconds=seconds)


def _queued(run: TrainingRun, put: Callable[[], None]) -> TrainingRun:
    try:
        put()
    except JobsUnavailable as error:
        end_run(run, State.FAILED, error=str(error.text))
        raise
    log.info("training_asked", run=run.pk.hex, mode=run.mode, trigger=run.trigger)
    return run


def cancel_training(*, run: TrainingRun) -> TrainingRun:
    """At once while it waits; where it runs, at its next step. Raises Conflict when it has ended.

    A CI run is not tried again; the workflow, once it has begun, is stopped there.
    """
    is_idle = run.state == State.QUEUED or run.mode == Mode.CI or dead_runs().filter(pk=run.pk).exists()
    if is_idle and end_run(run, State.CANCELLED):
        audit.note(run, {"cancelled": (False, True)})
        return run
    asked = TrainingRun.objects.filter(pk=run.pk, state=State.RUNNING).update(is_cancel_asked=True)
    run.refresh_from_db()
    if not asked:
        raise Conflict(_("Ese entrenamiento ya terminó."), code="training_ended")
    audit.note(run, {"cancelled": (False, True)})
    return run

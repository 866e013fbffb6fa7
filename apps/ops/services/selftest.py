"""The self-test: asked for by staff, done by the worker, kept as a row with one line per part."""

from functools import partial
from uuid import UUID

import structlog
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.core.jobs import JobsUnavailable, job
from apps.ops.models import SelfTestRun
from apps.ops.services.steps import LOOKS, Look, jobs, look

log = structlog.get_logger("tutorbot.selftest")
State, Result = SelfTestRun.State, SelfTestRun.Result
WORST_FIRST = (Result.FAIL, Result.WARN, Result.OK)


def start_self_test(*, asked_by: User | None = None) -> SelfTestRun:
    """Queues one; while one is open, that. Raises JobsUnavailable."""
    last = SelfTestRun.objects.first()
    if last is not None and last.is_open:
        return last
    run = SelfTestRun.objects.create(asked_by=asked_by)
    try:
        run_self_test.later(str(run.pk))
    except JobsUnavailable:
        run.delete()
        raise
    log.info("self_test_asked", run=run.pk.hex)
    return run


@job()
def run_self_test(run_id: str) -> None:
    """All steps, each kept as it ends; done a second time it begins anew."""
    run = SelfTestRun.objects.filter(pk=UUID(run_id)).exclude(state=State.DONE).first()
    if run is None:
        return
    run.state, run.started_at, run.steps = State.RUNNING, timezone.now(), []
    run.save(update_fields=["state", "started_at", "steps"])
    with translation.override(settings.LANGUAGE_CODE):
        for name, step in _steps(run).items():
            run.steps.append(look(name, step))
            run.save(update_fields=["steps"])
    states = {step["state"] for step in run.steps}
    run.state, run.ended_at = State.DONE, timezone.now()
    run.result = next(word for word in WORST_FIRST if word in states)
    run.save(update_fields=["state", "ended_at", "result"])
    log.info("self_test_done", run=run.pk.hex, result=str(run.result))


def _steps(run: SelfTestRun) -> dict[str, Look]:
    """All but whether a worker and every Rasa live: that this runs, and the bot's answer, say so."""
    looks: dict[str, Look] = {**LOOKS, "jobs": partial(jobs, run)}
    order = ("database", "cache", "jobs", "engine", "model", "actions", "mail", "helpdesk", "disk")
    return {name: looks[name] for name in order}


def summary(run: SelfTestRun) -> str:
    """What came of it, for people."""
    if run.state != State.DONE:
        is_late = timezone.now() - run.asked_at > run.SILENT_AFTER and run.state == State.QUEUED
        if is_late:
            return _(
                "Nadie la ha empezado. Revisa que el proceso de trabajos («manage.py worker») esté en marcha."
            )
        return _("La autoprueba está en marcha.") if run.is_open else _("Se quedó a medias. Pide otra.")
    count = {word: sum(step["state"] == word for step in run.steps) for word in WORST_FIRST}
    if failed := count[Result.FAIL]:
        return ngettext("Falla %d parte.", "Fallan %d partes.", failed) % failed
    if warned := count[Result.WARN]:
        return ngettext("Funciona, con %d aviso.", "Funciona, con %d avisos.", warned) % warned
    return _("Todo funciona.")

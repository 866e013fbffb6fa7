"""A training that the institution's own CI does: here its workflow is only started."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.jobs import job
from apps.intents.clients.github import WorkflowError, dispatch_workflow
from apps.intents.models import TrainingRun
from apps.intents.services.training.slot import end_run

State = TrainingRun.State
RETRIES, FIRST_DELAY, BACKOFF = 3, 10, 4
"""After 10 s, 40 s and 160 s."""


@job(retries=RETRIES, delay=FIRST_DELAY, backoff=BACKOFF)
def dispatch_ci(run_id: str) -> None:
    """Raises WorkflowError, so that it is tried again, unless GitHub's answer is final."""
    run = TrainingRun.objects.open().filter(pk=run_id).first()
    if run is None:
        return
    values: dict[str, Any] = {"state": State.RUNNING, "started_at": timezone.now()}
    TrainingRun.objects.filter(pk=run.pk).update(**values, attempts=run.attempts + 1)
    try:
        dispatch_workflow(branch=run.branch)
    except WorkflowError as error:
        if not error.is_final and run.attempts < RETRIES:
            raise
        end_run(run, State.FAILED, error=str(error))
        return
    step = _("El flujo de integración continua empezó en la rama %(branch)s.") % {"branch": run.branch}
    end_run(run, State.DONE, progress=1.0, step=step)

"""The training itself: project, model, figures, saved conversations, gate, activation."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.chat.engine import embedded_engine, engine_name
from apps.chat.engines.base import EngineError, Progress, TrainedModel
from apps.chat.engines.embedded import EmbeddedEngine, TrainingError
from apps.chat.engines.project import BotProject
from apps.chat.engines.rasa import RasaEngine
from apps.core.errors import AppError
from apps.core.jobs import job
from apps.intents.botproject import ProjectError
from apps.intents.models import ModelVersion, TrainingRun
from apps.intents.services.project import build_project
from apps.intents.services.rasa_models import train_rasa
from apps.intents.services.rehearsals import rehearse_all
from apps.intents.services.training.gate import judge
from apps.intents.services.training.slot import STALE_SECONDS, claim, end_run, stale
from apps.intents.services.training.watch import Cancelled, Watch
from apps.intents.services.versions import (
    activate_version,
    active_version,
    keep_version,
    left_version,
    pointed,
    prune_files,
)

log = structlog.get_logger("tutorbot.training")
State = TrainingRun.State
MAX_ATTEMPTS = 3
UNEXPECTED = "unexpected_training_error"


@job()
def train_bot(run_id: str) -> None:
    """May come twice: the queue hands a job out again when its worker died."""
    run = TrainingRun.objects.filter(pk=run_id).first()
    if run is not None:
        run_training(run=run)


def train_here(*, trigger: str, asked_by: User | None = None, tell: Progress | None = None) -> TrainingRun:
    """A training in this process, for commands. Raises Conflict while another one is open."""
    run = claim(trigger=trigger, engine=engine_name(), asked_by=asked_by)
    return run_training(run=run, tell=tell)


def run_training(*, run: TrainingRun, tell: Progress | None = None) -> TrainingRun:
    """Does the work. What goes wrong is in the run's state and error; only an interrupt leaves as such."""
    if not _take(run):
        return run
    started = time.perf_counter()
    with Watch(run, tell) as watch:
        try:
            version = _train(run, watch, started)
            end_run(run, State.DONE, progress=1.0, version=version)
            watch.note(_("Terminado: modelo %(name)s.") % {"name": version.name})
        except Cancelled:
            end_run(run, State.CANCELLED)
            watch.note(_("Cancelado."))
        except (ProjectError, TrainingError, AppError, EngineError) as error:
            _fail(run, watch, str(error))
        except KeyboardInterrupt:
            end_run(run, State.CANCELLED)
            watch.note(_("Cancelado."))
            raise
        except Exception as error:
            log.error(UNEXPECTED, run=run.pk.hex, exc_info=error)
            text = _(
                "Algo falló al entrenar. Inténtalo de nuevo; si se repite, avisa a quien cuida el servidor."
            )
            _fail(run, watch, text)
    log.info(
        "training_ended", run=run.pk.hex, state=run.state, seconds=round(time.perf_counter() - started, 1)
    )
    return run


def _fail(run: TrainingRun, watch: Watch, text: str) -> None:
    end_run(run, State.FAILED, error=text)
    watch.note(_("Falló: %(error)s") % {"error": text})


def _take(run: TrainingRun) -> bool:
    """Makes it this process's. A run that another process seems to work on is waited for until that ends."""
    open_ones = TrainingRun.objects.filter(pk=run.pk, state__in=TrainingRun.OPEN)
    deadline = time.monotonic() + STALE_SECONDS + 5
    while True:
        now = timezone.now()
        values: dict[str, Any] = {"state": State.RUNNING, "heartbeat_at": now, "progress": 0.0}
        is_taken = bool(
            open_ones.filter(stale()).update(**values, started_at=now, attempts=F("attempts") + 1)
        )
        run.refresh_from_db()
        if is_taken or not run.is_open or time.monotonic() > deadline:
            break
        time.sleep(1)
    if is_taken and run.attempts > MAX_ATTEMPTS:
        end_run(run, State.FAILED, error=_("Se interrumpió varias veces. Revisa la memoria del servidor."))
        return False
    return is_taken


def _train(run: TrainingRun, watch: Watch, started: float) -> ModelVersion:
    """The model of the engine in use. With Rasa the embedded one comes first: its figures judge the data."""
    watch.progress(0.0, _("Leyendo lo que sabe el bot"))
    project = build_project()
    _tell_findings(project, watch)
    made: dict[str, TrainedModel] = {}
    try:
        _make(project, run, watch, made)
        watch.progress(0.95, _("Decidiendo si se activa"))
        watch.check()
    except BaseException:
        for model in made.values():
            model.path.unlink(missing_ok=True)
        raise
    versions = _keep(made, run, time.perf_counter() - started)
    _decide(versions, run, watch)
    for engine in made:
        prune_files(engine)
    return versions[-1]


def _make(project: BotProject, run: TrainingRun, watch: Watch, made: dict[str, TrainedModel]) -> None:
    """Into `made`, by engine; the one in use is the last."""
    with_rasa = run.engine == RasaEngine.name
    until = 0.3 if with_rasa else 0.8
    engine = embedded_engine()
    trained = made[engine.name] = engine.train(project, watch.within(0.0, until))
    text = _("Probando las conversaciones guardadas")
    conversations = rehearse_all(engine.load(trained), tell=lambda: watch.progress(until, text))
    made[engine.name] = replace(trained, report={**trained.report, "conversations": conversations})
    if with_rasa:
        made[RasaEngine.name] = train_rasa(project=project, progress=watch.within(0.35, 0.9))


def _keep(made: Mapping[str, TrainedModel], run: TrainingRun, seconds: float) -> list[ModelVersion]:
    measured = made[EmbeddedEngine.name]
    return [
        keep_version(
            trained=replace(model, figures=measured.figures, report=measured.report),
            engine=engine,
            run=run,
            seconds=seconds,
        )
        for engine, model in made.items()
    ]


def _decide(versions: Sequence[ModelVersion], run: TrainingRun, watch: Watch) -> None:
    """One gate for all: they are of the same data."""
    candidate = versions[-1]
    active = active_version(candidate.engine)
    gate = judge(
        candidate=candidate,
        active=active,
        is_answering=_is_answering(candidate.engine),
        left=left_version(candidate, active),
    )
    for reason in gate.reasons:
        watch.note(reason)
    for version in versions:
        version.gate = gate.as_json()
        version.save(update_fields=["gate"])
    if gate.passed:
        activate_version(version=candidate, by=run.asked_by)


def _is_answering(engine: str) -> bool:
    """Whether there is a model to go on with; a Rasa that is out of reach for a moment has one."""
    has_one = pointed(engine) is not None
    return has_one and (engine == RasaEngine.name or embedded_engine().status().ok)


def _tell_findings(project: BotProject, watch: Watch) -> None:
    for finding in project.findings:
        watch.note(f"{finding.severity}: {finding.name}: {finding.message}")

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import number_format

from apps.chat.engines.project import BotProject
from apps.core.charts import percent
from apps.core.errors import AppError
from apps.core.progress import ProgressBar
from apps.intents.botproject import ProjectError
from apps.intents.models import ModelVersion, TrainingRun
from apps.intents.services import build_project
from apps.intents.services.training import train_here
from apps.intents.services.versions import activate_version, active_version, is_trained_on, version_of

State, Trigger = TrainingRun.State, TrainingRun.Trigger


class Command(BaseCommand):
    help = (
        "Entrena el bot con lo que hay en la base de datos y en rasa/, y activa el modelo si el control pasa."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-changed", action="store_true", help="no entrena si los datos no cambiaron")
        parser.add_argument("--force", action="store_true", help="activa el modelo aunque el control no pase")
        parser.add_argument("--at-start", action="store_true", help="lo pide el inicio del servidor")

    def handle(self, *args: Any, **options: Any) -> None:
        project = self._read()
        if options["if_changed"] and self._is_known(project):
            return
        run = self._train(Trigger.START if options["at_start"] else Trigger.COMMAND)
        if run.state != State.DONE or run.version is None:
            raise CommandError(run.error or f"El entrenamiento no terminó: {run.get_state_display()}.")
        self._tell(run.version, force=options["force"])

    def _is_known(self, project: BotProject) -> bool:
        """Whether this data has been trained, whatever was decided then: a start undoes nobody's decision."""
        if is_trained_on(project):
            self.stdout.write("Modelo del bot: al día.")
            return True
        active, known = active_version(), version_of(project)
        if active is None or known is None:
            return False
        text = "Modelo del bot: responde {}. El de los datos de ahora es {}: actívalo en Django admin."
        self.stdout.write(text.format(active.name, known.name))
        return True

    def _train(self, trigger: str) -> TrainingRun:
        """At a start, what another start left behind is waited for."""
        deadline = time.monotonic() + (TrainingRun.SILENT_SECONDS + 5 if trigger == Trigger.START else 0)
        while True:
            try:
                with ProgressBar(self.stdout) as bar:
                    return train_here(trigger=trigger, tell=bar.show)
            except AppError as error:
                if error.code != "training_running" or time.monotonic() > deadline:
                    raise CommandError(str(error.text)) from None
            time.sleep(1)

    def _read(self) -> BotProject:
        """Says what is to say of the project before anything is done."""
        try:
            project = build_project()
        except ProjectError as error:
            raise CommandError(str(error)) from None
        for finding in project.findings:
            place = f" ({finding.file})" if finding.file else ""
            self.stderr.write(f"{finding.severity}: {finding.name}: {finding.message}{place}")
        if project.errors:
            raise CommandError(f"El proyecto del bot tiene {len(project.errors)} errores; no se entrenó.")
        return project

    def _tell(self, version: ModelVersion, *, force: bool) -> None:
        figures = version.figures
        self.stdout.write(
            f"Modelo del bot: {version.name}, {figures['n_intents']} intenciones, "
            f"{figures['n_examples']} ejemplos, "
            f"acierto {percent(figures['accuracy'], 0)} en validación cruzada, "
            f"{number_format(version.duration_seconds, 1)} s."
        )
        for reason in version.gate["reasons"]:
            self.stderr.write(self.style.WARNING(reason))
        if version.gate["passed"]:
            return
        if not force:
            self.stderr.write(
                self.style.WARNING(
                    "Espera una decisión: míralo en Django admin, o actívalo con "
                    f"«manage.py models --activate {version.name}». Responde el modelo anterior."
                )
            )
            return
        activate_version(version=version, by=None)
        self.stdout.write("Activado aunque el control no pasó.")

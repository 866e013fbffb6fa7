from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.chat.engine import embedded_engine
from apps.chat.engines.embedded import TrainingError
from apps.intents.botproject import ProjectError
from apps.intents.services import build_project, is_trained_on


class Command(BaseCommand):
    help = "Lee el proyecto del bot (carpeta rasa/), lo revisa, entrena el motor embebido y activa el modelo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-changed", action="store_true", help="no entrena si los datos no cambiaron")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            project = build_project()
        except ProjectError as error:
            raise CommandError(str(error)) from None
        for finding in project.findings:
            place = f" ({finding.file})" if finding.file else ""
            self.stderr.write(f"{finding.severity}: {finding.name}: {finding.message}{place}")
        if project.errors:
            raise CommandError(f"El proyecto del bot tiene {len(project.errors)} errores; no se entrenó.")
        engine = embedded_engine()
        if options["if_changed"] and is_trained_on(engine, project):
            self.stdout.write("Modelo del bot: al día.")
            return
        try:
            model = engine.train(project, self._progress)
        except TrainingError as error:
            raise CommandError(str(error)) from None
        engine.activate(model)
        figures = model.figures
        self.stdout.write(
            f"Modelo del bot: {model.version}, {figures['n_intents']} intenciones, "
            f"{figures['n_examples']} ejemplos, "
            f"acierto {figures['accuracy']:.0%} en validación cruzada, {figures['seconds']:.1f} s."
        )

    def _progress(self, share: float, what: str) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{share:>4.0%} {what:<50}", ending="\n" if share >= 1 else "")
            self.stdout.flush()

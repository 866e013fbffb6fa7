import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import is_zipfile

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.chat.engines.project import BotProject, Finding
from apps.core.errors import Invalid
from apps.intents.botproject import ProjectError, Source, load_with_source
from apps.intents.botproject.verdict import Verdict, judge
from apps.intents.exchange.archives import lay_out, zip_files

NO_PROJECT = 2
PARTLY = 1
NAMES = {
    "intents": gettext_lazy("intenciones"),
    "examples": gettext_lazy("ejemplos"),
    "entities": gettext_lazy("entidades"),
    "slots": gettext_lazy("slots"),
    "forms": gettext_lazy("formularios"),
    "responses": gettext_lazy("respuestas"),
    "rules": gettext_lazy("reglas"),
    "stories": gettext_lazy("historias"),
}
PLACES = {
    "process": gettext_lazy("Acciones propias en este proceso"),
    "server": gettext_lazy("Acciones propias en ACTION_SERVER_URL"),
    "nowhere": gettext_lazy("Acciones propias sin dónde correr (falta ACTION_SERVER_URL)"),
}


class Command(BaseCommand):
    help = (
        "Dice qué ejecuta el motor embebido de un proyecto de Rasa (carpeta o zip). "
        "Termina con 0 si todo, con 1 si queda algo fuera, con 2 si no es un proyecto."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="RUTA", help="carpeta o zip del proyecto")
        parser.add_argument("--json", action="store_true", help="lo dice como JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        project, source = _read(options["path"])
        verdict = judge(project, source, has_action_server=bool(settings.ENV.ACTION_SERVER_URL))
        if options["json"]:
            self.stdout.write(json.dumps(_as_data(verdict), ensure_ascii=False, indent=2))
        else:
            self._tell(verdict, with_warnings=options["verbosity"] > 1)
        if not verdict.runs_whole:
            raise CommandError(_("No se ejecuta entero."), returncode=PARTLY)

    def _tell(self, verdict: Verdict, *, with_warnings: bool) -> None:
        there, runs = _("hay"), _("corre")
        self.stdout.write(f"{'':<12} {there:>7} {runs:>7}")
        for part in verdict.parts:
            self.stdout.write(f"{NAMES[part.name]!s:<12} {part.total:>7} {part.runs:>7}")
        for place, title in PLACES.items():
            names = [name for name, where in verdict.actions.items() if where == place]
            if names:
                self.stdout.write(f"{title} ({len(names)}): {', '.join(names)}")
        self._list(_("No se ejecuta"), verdict.of("unsupported"))
        self._list(_("Errores: con ellos no se entrena"), verdict.of("error"))
        warnings = verdict.of("warning")
        if with_warnings:
            self._list(_("Avisos"), warnings)
        elif warnings:
            self.stdout.write(_("Avisos: %(count)d (se ven con -v 2).") % {"count": len(warnings)})
        if verdict.runs_whole:
            self.stdout.write(_("Se ejecuta entero."))

    def _list(self, title: str, findings: list[Finding]) -> None:
        if findings:
            self.stdout.write(f"{title} ({len(findings)}):")
        for one in findings:
            place = f"{one.file}, {one.line}: " if one.file else ""
            self.stdout.write(f"  {place}{one.name}: {one.message}")


def _read(path: Path) -> tuple[BotProject, Source]:
    """Raises CommandError for what is no project."""
    try:
        project, source = load_with_source(path) if path.is_dir() else _read_zip(path)
    except (ProjectError, Invalid) as error:
        raise CommandError(str(getattr(error, "text", error)), returncode=NO_PROJECT) from None
    except OSError:
        text = _("No se puede leer «%(path)s». Revisa la ruta.") % {"path": path}
        raise CommandError(text, returncode=NO_PROJECT) from None
    if not (project.intents or project.rules or project.stories or source.items("nlu")):
        text = _("En «%(path)s» no hay un proyecto de Rasa.") % {"path": path}
        raise CommandError(text, returncode=NO_PROJECT)
    return project, source


def _read_zip(path: Path) -> tuple[BotProject, Source]:
    if not is_zipfile(path) and path.exists():
        text = _("«%(path)s» no es una carpeta ni un zip.") % {"path": path}
        raise CommandError(text, returncode=NO_PROJECT)
    with TemporaryDirectory(prefix="tutorbot-check-") as folder:
        lay_out(zip_files(path.read_bytes()), Path(folder))
        return load_with_source(Path(folder))


def _as_data(verdict: Verdict) -> dict[str, Any]:
    return {
        "runs_whole": verdict.runs_whole,
        "trains": verdict.trains,
        "parts": {part.name: {"total": part.total, "runs": part.runs} for part in verdict.parts},
        "actions": verdict.actions,
        "left_out": [asdict(one) for one in verdict.of("unsupported")],
        "errors": [asdict(one) for one in verdict.of("error")],
        "warnings": [asdict(one) for one in verdict.of("warning")],
    }

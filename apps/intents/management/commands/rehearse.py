import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import AppError
from apps.intents.rehearsal_selectors import conversations_matching
from apps.intents.rehearsals import Outcome
from apps.intents.services.loading import model_named
from apps.intents.services.rehearsal_files import (
    MAX_BYTES,
    add_starters,
    export_conversations,
    import_conversations,
)
from apps.intents.services.rehearsals import rehearse_each


class Command(BaseCommand):
    help = "Ensaya las conversaciones de prueba activas con el modelo que responde; sale con 1 si una falla."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", help="solo esta, aunque esté inactiva")
        parser.add_argument("--model", default="", help="versión de otro modelo del motor embebido")
        parser.add_argument("--json", action="store_true", help="el resultado como JSON")
        other = parser.add_mutually_exclusive_group()
        other.add_argument(
            "--add-starters", action="store_true", help="agrega las que trae el proyecto y falten"
        )
        other.add_argument("--export", type=Path, metavar="ARCHIVO", help="las guarda todas como JSON")
        other.add_argument(
            "--import",
            type=Path,
            metavar="ARCHIVO",
            dest="source",
            help="las lee de un JSON; las del mismo nombre quedan como en el archivo",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["add_starters"]:
                self.stdout.write(f"Conversaciones de prueba agregadas: {add_starters()}.")
            elif options["export"]:
                options["export"].write_text(export_conversations(), "utf-8")
                self.stdout.write(f"Conversaciones de prueba en {options['export']}.")
            elif options["source"]:
                self._import(options["source"])
            else:
                self._rehearse(options["name"], options["model"], options["json"])
        except OSError as error:
            path = options["export"] or options["source"]
            raise CommandError(f"No se puede usar {path}: {error.strerror}.") from None
        except AppError as error:
            raise CommandError(str(error.text)) from None

    def _import(self, path: Path) -> None:
        with path.open("rb") as file:
            created, changed = import_conversations(file.read(MAX_BYTES + 1))
        self.stdout.write(f"Creadas: {created} · cambiadas: {changed}")

    def _rehearse(self, name: str | None, version: str, as_json: bool) -> None:
        rows = list(conversations_matching(active=True))
        if name is not None:
            rows = list(conversations_matching().filter(name=name))
            if not rows:
                raise CommandError(f"No hay una conversación de prueba que se llame «{name}».")
        model = model_named(version)
        outcome = rehearse_each(rows, model)
        if as_json:
            found = {"model": model.version, "passed": outcome.passed, "failed": outcome.failed}
            text = json.dumps(found | {"untried": outcome.untried}, ensure_ascii=False, indent=2)
            self.stdout.write(text)
        else:
            self._tell(outcome, model.version)
        if outcome.failed or outcome.untried:
            sys.exit(1)

    def _tell(self, outcome: Outcome, version: str) -> None:
        for failure in outcome.failed:
            self.stdout.write(f"✗ {failure['name']}, turno {failure['turn']}: «{failure['say']}»")
            self.stdout.write(f"    se esperaba  {failure['expected']}")
            self.stdout.write(f"    respondió    {failure['got']}")
        for name in outcome.untried:
            self.stdout.write(f"✗ {name}: no hubo tiempo de ensayarla")
        failed = len(outcome.failed) + len(outcome.untried)
        self.stdout.write(f"Modelo {version}: {outcome.passed} bien, {failed} mal.")

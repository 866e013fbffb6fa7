from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import AppError
from apps.intents.exchange import FORMATS, export_file
from apps.intents.selectors import known_intents


class Command(BaseCommand):
    help = "Exporta las intenciones de la base de datos a CSV, JSON, XLSX o un zip de Rasa."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=FORMATS, default="csv", help="csv si no lo indicas")
        parser.add_argument("--output", type=Path, help="archivo; sin él, la salida estándar")

    def handle(self, *args: Any, **options: Any) -> None:
        intents = known_intents()
        try:
            content = export_file(format=options["format"], intents=intents)
        except AppError as error:
            raise CommandError(str(error.text)) from None
        output = options["output"]
        if output is None:
            self._print(content, options["format"])
            return
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"No se puede escribir {output}: {error.strerror}.") from None
        self.stdout.write(f"{len(intents)} intenciones en {output}")

    def _print(self, content: bytes, format: str) -> None:
        if format in {"xlsx", "rasa"}:
            raise CommandError(f"Indica el archivo: --output intenciones.{FORMATS[format].suffix}")
        self.stdout.write(content.decode(), ending="")

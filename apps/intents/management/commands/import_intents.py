from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import AppError
from apps.intents.exchange import MODES, Change, ImportReport, ImportRow, read_file, read_rasa_folder
from apps.intents.exchange.rows import MAX_BYTES
from apps.intents.services.files import plan_files, write_files
from apps.intents.services.importing import import_intents


class Command(BaseCommand):
    help = "Importa intenciones de un CSV, JSON, XLSX o de un proyecto de Rasa (zip, carpeta o un YAML)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path", type=Path, help="archivo .csv, .json, .xlsx, .zip o .yml, o una carpeta de Rasa"
        )
        parser.add_argument(
            "--mode",
            choices=MODES,
            default="skip",
            help="con las que ya existen: skip las deja (así si no lo indicas), merge agrega lo que falta, "
            "replace las deja como en el archivo",
        )
        parser.add_argument(
            "--with-files",
            action="store_true",
            help="de un proyecto de Rasa trae también, como archivos de rasa/, sinónimos, listas, "
            "expresiones, slots, formularios, reglas e historias que aquí no hay",
        )
        parser.add_argument("--dry-run", action="store_true", help="dice qué cambiaría y no cambia nada")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = self._read(options["path"])
            files = self._plan_files(rows, options["path"]) if options["with_files"] else {}
            tell = self._tell_change if options["dry_run"] else lambda change: None
            report = import_intents(rows=rows, mode=options["mode"], dry_run=options["dry_run"], tell=tell)
            if not options["dry_run"]:
                write_files(files)
        except AppError as error:
            raise CommandError(str(error.text)) from None
        self._tell(report, dry_run=options["dry_run"])
        for path in files:
            self.stdout.write(f"rasa/{path}" if not options["dry_run"] else f"Se escribiría rasa/{path}")
        if report.errors:
            raise CommandError(f"{len(report.errors)} filas con errores; las demás se procesaron.")

    def _plan_files(self, rows: Iterable[ImportRow], path: Path) -> dict[str, str]:
        source = getattr(rows, "source", None)
        if source is None:
            raise CommandError("--with-files es para un proyecto de Rasa: un zip, una carpeta o un YAML.")
        return plan_files(source=source, name=path.stem)

    def _read(self, path: Path) -> Iterable[ImportRow]:
        try:
            if path.is_dir():
                rows = read_rasa_folder(path)
                is_own = path.resolve() == (settings.BASE_DIR / "rasa").resolve()
                return list(rows) if is_own else rows  # what stays in our own files is not left out
            with path.open("rb") as file:
                return read_file(name=path.name, content=file.read(MAX_BYTES + 1))
        except OSError as error:
            raise CommandError(f"No se puede leer {path}: {error.strerror}.") from None

    def _tell_change(self, change: Change) -> None:
        sign = "+" if change.action == "create" else "~"
        examples = f"ejemplos +{len(change.examples_added)} -{len(change.examples_removed)}"
        answers = f"respuestas +{change.answers_added} -{change.answers_removed}"
        self.stdout.write(" · ".join([f"{sign} {change.intent}", examples, answers, *change.fields]))

    def _tell(self, report: ImportReport, *, dry_run: bool) -> None:
        for note in report.notes:
            self.stdout.write(f"nota: {note}")
        for error in report.errors:
            self.stderr.write(f"fila {error['row']}: {error['message']}")
        made, changed = ("Se crearían", "se cambiarían") if dry_run else ("Creadas", "cambiadas")
        self.stdout.write(
            f"{made}: {report.created} · {changed}: {report.updated} · sin cambios: {report.skipped} · "
            f"con errores: {len(report.errors)}"
        )

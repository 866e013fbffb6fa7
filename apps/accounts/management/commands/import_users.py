from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.services.importing import ImportReport, import_people
from apps.core.errors import Invalid


class Command(BaseCommand):
    help = "Crea personas desde un CSV con columnas email, nombre, rol y password (basta email)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="archivo CSV en UTF-8, separado por comas o punto y coma")
        parser.add_argument("--dry-run", action="store_true", help="revisa todo y no crea nada")
        parser.add_argument(
            "--invite", action="store_true", help="envía a cada persona creada un enlace de contraseña"
        )
        parser.add_argument("--allow-admins", action="store_true", help="acepta el rol admin")

    def handle(self, *args: Any, **options: Any) -> None:
        text = self._read(options["file"])
        self._lines = text.count("\n") + 1
        try:
            report = import_people(
                text=text,
                allow_admins=options["allow_admins"],
                invite=options["invite"],
                dry_run=options["dry_run"],
                progress=self._progress,
            )
        except Invalid as error:
            raise CommandError(str(error.text)) from None
        self._tell(report, dry_run=options["dry_run"])
        if report.errors:
            raise CommandError(f"{len(report.errors)} filas con errores; las demás se procesaron.")

    def _read(self, path: Path) -> str:
        try:
            return path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise CommandError(f"No se puede leer {path}: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise CommandError(f"{path} no está en UTF-8. Guárdalo como «CSV UTF-8».") from None

    def _tell(self, report: ImportReport, *, dry_run: bool) -> None:
        for line, text in report.errors:
            self.stderr.write(f"línea {line}: {text}")
        verb = "Se crearían" if dry_run else "Creadas"
        self.stdout.write(f"{verb}: {report.created} · ya existían: {report.existing}")
        self.stdout.write(f"Con errores: {len(report.errors)}")

    def _progress(self, line: int) -> None:
        if self.stdout.isatty() and line % 50 == 0:
            self.stdout.write(f"\r{line / self._lines:>4.0%}", ending="")
            self.stdout.flush()

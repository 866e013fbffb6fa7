from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.services.importing import ImportReport, import_people
from apps.core.errors import Invalid

NO_CSV = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xfe\xff")
"""How .xlsx and .ods, .xls, and «Texto Unicode» (UTF-16) begin."""


class Command(BaseCommand):
    help = (
        "Crea personas desde un CSV con columnas email, nombre, rol y password (basta email). "
        "Cada fila va por su cuenta: las buenas se escriben aunque otras tengan errores, y entonces "
        "termina con código 1. Corrige esas y repite el archivo: quien ya existe no cambia."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            type=Path,
            help="archivo CSV en UTF-8 o Windows-1252, separado por comas, punto y coma o tabulaciones",
        )
        parser.add_argument("--dry-run", action="store_true", help="revisa todo y no crea nada")
        parser.add_argument(
            "--invite", action="store_true", help="envía a cada persona creada un enlace de contraseña"
        )
        parser.add_argument("--allow-admins", action="store_true", help="acepta el rol admin")

    def handle(self, *args: Any, **options: Any) -> None:
        content = self._read(options["file"])
        self._lines = content.count(b"\n") + 1
        try:
            report = import_people(
                content=content,
                allow_admins=options["allow_admins"],
                invite=options["invite"],
                dry_run=options["dry_run"],
                progress=self._progress,
            )
        except Invalid as error:
            raise CommandError(str(error.text)) from None
        self._tell(report, dry_run=options["dry_run"])
        if report.errors:
            raise CommandError(_failure(report, dry_run=options["dry_run"]))

    def _read(self, path: Path) -> bytes:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"No se puede leer {path}: {error.strerror}.") from None
        if content.startswith(NO_CSV):
            raise CommandError(f"{path} no es un CSV. Guarda el archivo como CSV y vuelve a importarlo.")
        return content

    def _tell(self, report: ImportReport, *, dry_run: bool) -> None:
        notes = [(line, text) for line, texts in report.errors for text in texts]
        notes += [(line, f"repetida en la línea {first}; no se toma") for line, first in report.repeated]
        for line, text in sorted(notes, key=lambda note: note[0]):
            self.stderr.write(f"línea {line}: {text}")
        verb = "Se crearían" if dry_run else "Creadas"
        self.stdout.write(
            f"{verb}: {report.created} · ya existían: {report.existing} · repetidas: {len(report.repeated)}"
        )
        self.stdout.write(f"Con errores: {len(report.errors)}")

    def _progress(self, line: int) -> None:
        if self.stdout.isatty() and line % 50 == 0:
            self.stdout.write(f"\r{line / self._lines:>4.0%}", ending="")
            self.stdout.flush()


def _failure(report: ImportReport, *, dry_run: bool) -> str:
    """What became of the rows that are right, and what to do."""
    good = report.created + report.existing + len(report.repeated)
    one, many = ("se procesaría", "se procesarían") if dry_run else ("se procesó", "se procesaron")
    others = f"; la otra {one}" if good == 1 else f"; las demás {many}" if good else ""
    is_one = len(report.errors) == 1
    rows = "1 fila" if is_one else f"{len(report.errors)} filas"
    advice = f"{'Corrígela' if is_one else 'Corrígelas'} y repite el archivo: quien ya existe no cambia."
    return f"{rows} con errores{others}. {advice}"

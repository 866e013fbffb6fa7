from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.clients.legacy_mongo import LegacyUnavailable, legacy_database
from apps.accounts.services.legacy import Counts, LegacyImport, LegacyReport


class Command(BaseCommand):
    help = (
        "Trae personas y preferencias del sistema anterior (MongoDB); repetirlo no cambia nada. "
        "Lo que no se puede traer se omite y se dice por qué; al final dice cuántos documentos omitió. "
        "Omitir no es un fallo: el código de salida es 0."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("uri", help="mongodb://usuario:clave@servidor/base")
        parser.add_argument("--database", default="", help="nombre de la base, si no está en la dirección")
        parser.add_argument("--dry-run", action="store_true", help="dice qué haría y no escribe nada")
        parser.add_argument(
            "--superadmins-as-admins", action="store_true", help="importa el rol superadmin como admin"
        )
        parser.add_argument(
            "--emails-verified",
            action="store_true",
            help="da por confirmados todos los correos; si no, cada estudiante confirma el suyo",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        run = LegacyImport(
            allow_superadmins=options["superadmins_as_admins"],
            emails_verified=options["emails_verified"],
            dry_run=options["dry_run"],
        )
        try:
            with legacy_database(options["uri"], options["database"]) as database:
                run.people(database.users(), self._progress)
                run.preferences(database.settings(), self._progress)
        except LegacyUnavailable as error:
            if run.report != LegacyReport():  # what was done before stays
                self._tell(run.report, dry_run=options["dry_run"])
            raise CommandError(str(error)) from None
        self._tell(run.report, dry_run=options["dry_run"])

    def _tell(self, report: LegacyReport, *, dry_run: bool) -> None:
        for which, text in report.notes:
            self.stderr.write(f"{which}: {text}")
        first = "se crearían" if dry_run else "creadas"
        self.stdout.write(f"{'':<13}{first:>12}{'ya estaban':>12}{'omitidas':>12}")
        self._line("personas", report.people)
        self._line("preferencias", report.preferences)
        skipped = report.people.skipped + report.preferences.skipped
        words = "1 documento omitido" if skipped == 1 else f"{skipped} documentos omitidos"
        self.stdout.write(f"{words}; arriba está el motivo." if skipped else "Ningún documento omitido.")

    def _line(self, name: str, counts: Counts) -> None:
        self.stdout.write(f"{name:<13}{counts.created:>12}{counts.existing:>12}{counts.skipped:>12}")

    def _progress(self, done: int) -> None:
        if self.stdout.isatty() and done % 50 == 0:
            self.stdout.write(f"\r{done}", ending="")
            self.stdout.flush()

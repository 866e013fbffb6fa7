from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.accounts.services.purge import purge_over

NAMES = {
    "families": "sesiones de la API",
    "revoked_tokens": "tokens revocados",
    "page_sessions": "sesiones de páginas",
    "login_attempts": "intentos de ingreso",
}


class Command(BaseCommand):
    help = "Borra sesiones, tokens e intentos de ingreso vencidos; el proceso de trabajos lo hace cada hora."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="solo dice cuántos hay")

    def handle(self, *args: Any, **options: Any) -> None:
        counts = purge_over(dry_run=options["dry_run"])
        self.stdout.write("Se borrarían:" if options["dry_run"] else "Borrados:")
        for kind, count in counts.items():
            self.stdout.write(f"  {NAMES[kind]}: {count}")

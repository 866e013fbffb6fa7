from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tutorbot.documentation import files, is_current
from tutorbot.env import BASE_DIR


class Command(BaseCommand):
    help = "Escribe .env.example y docs/configuration.md a partir del código."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="solo dice si están al día")

    def handle(self, *args: Any, **options: Any) -> None:
        stale = {path: content for path, content in files().items() if not is_current(path, content)}
        if options["check"] and stale:
            raise CommandError(f"No están al día: {', '.join(stale)}. Ejecuta «manage.py document».")
        for path, content in stale.items():
            (BASE_DIR / path).parent.mkdir(exist_ok=True)
            (BASE_DIR / path).write_text(content)
            self.stdout.write(path)

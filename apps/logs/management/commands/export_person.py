import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import AppError
from apps.logs import erasure


class Command(BaseCommand):
    help = "Escribe en JSON todo lo que hay de una persona, por su correo o por un remitente del chat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", nargs="?", default="", help="su correo")
        parser.add_argument("--sender", default="", help="en vez del correo, un remitente del chat")
        parser.add_argument("--output", type=Path, help="archivo nuevo, solo para ti; sin él, la salida")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = erasure.as_json(erasure.export_person(email=options["email"], sender=options["sender"]))
        except AppError as error:
            raise CommandError(str(error.text)) from None
        if options["output"] is None:
            self.stdout.write(text)
            return
        try:
            descriptor = os.open(options["output"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"No se puede escribir {options['output']}: {error.strerror}.") from None
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        self.stdout.write(self.style.SUCCESS(f"Listo: {options['output']}"))

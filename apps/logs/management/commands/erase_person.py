import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import AppError
from apps.logs import erasure
from apps.logs.keeping import PersonalDataRequest

YES = "borrar"


class Command(BaseCommand):
    help = (
        "Borra lo que hay de una persona, por su correo o por un remitente del chat. Los casos quedan "
        "anónimos. Se puede repetir. Al final escribe el comprobante en JSON."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", nargs="?", default="", help="su correo")
        parser.add_argument("--sender", default="", help="en vez del correo, un remitente del chat")
        parser.add_argument(
            "--account", action="store_true", help="también su cuenta y su registro de estudiante"
        )
        parser.add_argument("--dry-run", action="store_true", help="solo dice cuánto hay")
        parser.add_argument("--yes", action="store_true", help="no pregunta")

    def handle(self, *args: Any, **options: Any) -> None:
        who = {"email": options["email"], "sender": options["sender"]}
        try:
            self._say_what_there_is(who, options["account"])
            if options["dry_run"]:
                return
            if not options["yes"]:
                self._ask()
            receipt = erasure.begin(PersonalDataRequest.Kind.ERASE, **who, with_account=options["account"])
            erasure.erase_person(receipt, **who)
        except AppError as error:
            raise CommandError(str(error.text)) from None
        self.stdout.write(erasure.as_json(erasure.receipt_of(receipt)))
        if receipt.counts.get("rasa_failed"):
            self.stderr.write("Rasa no respondió: repite este comando cuando responda.")
        if receipt.counts.get("examples"):
            self.stderr.write("Se borraron ejemplos: entrena de nuevo para que el modelo los olvide.")

    def _say_what_there_is(self, who: dict[str, str], with_account: bool) -> None:
        person = erasure.find_person(**who)
        found = erasure.counts_of(person, with_account=with_account)
        for _name, label, count in found:
            self.stderr.write(f"  {label}: {count}")
        if not found:
            self.stderr.write("  No hay nada de esta persona.")
        if others := erasure.others_naming(person):
            names = ", ".join(others)
            self.stderr.write(
                f"Otras conversaciones nombran este correo: {names}. De ellas solo se borra ese mensaje; "
                "si también son suyas, repite con --sender."
            )

    def _ask(self) -> None:
        if not sys.stdin.isatty():
            raise CommandError("Sin terminal no se puede preguntar: usa --yes.")
        if input(f"No se puede deshacer. Escribe «{YES}» para seguir: ").strip().lower() != YES:
            raise CommandError("No se borró nada.")

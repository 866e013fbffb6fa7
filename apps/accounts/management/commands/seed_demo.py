from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import autodiscover_modules

from apps.accounts.services import demo
from apps.core.errors import AppError


class Command(BaseCommand):
    help = "Crea una institución inventada para mostrar y probar; no funciona en producción."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--password", help="contraseña de todas las cuentas; sin ella se genera una")
        parser.add_argument(
            "--chats", action="store_true", help="también dos meses de charla; solo con DEBUG"
        )
        parser.add_argument("--clear", action="store_true", help="borra lo que este comando crea")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PROD:
            raise CommandError("Los datos de demostración no se crean ni se borran en producción.")
        if options["chats"] and not settings.DEBUG:
            raise CommandError(
                "Con --chats las estadísticas mezclan charla inventada: hace falta DEBUG=true."
            )
        autodiscover_modules("demo")
        if options["clear"]:
            demo.clear(progress=lambda part, count: self.stdout.write(part.counted(count, "borrad")))
            return
        try:
            seeded = demo.seed(
                password=options["password"],
                options=("chats",) if options["chats"] else (),
                progress=lambda part, count: self.stdout.write(part.counted(count, "cread")),
            )
        except AppError as error:
            raise CommandError(str(error.text)) from None
        self.stdout.write(self.style.SUCCESS(f"Entra como estudiante: {seeded.student}"))
        self.stdout.write(self.style.SUCCESS(f"Entra como soporte: {seeded.soporte}"))
        if seeded.password is None:
            self.stdout.write("La contraseña es la de antes; con --password pones otra.")
        elif not options["password"]:
            self.stdout.write(f"Contraseña de todas las cuentas (se muestra solo ahora): {seeded.password}")

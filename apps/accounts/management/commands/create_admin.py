from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.services.people import create_admin
from apps.core.errors import AppError


class Command(BaseCommand):
    help = "Crea una persona administradora; sin contraseña, genera una y la muestra una sola vez."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="correo con el que entra")
        parser.add_argument("--nombre", default="", help="nombre que se muestra")
        parser.add_argument("--ask-password", action="store_true", help="pide la contraseña por teclado")

    def handle(self, *args: Any, **options: Any) -> None:
        password = getpass("Contraseña: ") if options["ask_password"] else None
        try:
            created = create_admin(email=options["email"], nombre=options["nombre"], password=password)
        except AppError as error:
            raise CommandError(str(error.text)) from None
        self.stdout.write(self.style.SUCCESS(f"Listo: {created.user.email} puede entrar en /admin/."))
        if created.password:
            self.stdout.write(f"Contraseña (se muestra solo ahora): {created.password}")

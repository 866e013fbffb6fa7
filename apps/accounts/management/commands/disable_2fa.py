from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import User, normalise_email
from apps.accounts.services.enrolment import remove


class Command(BaseCommand):
    help = "Quita la verificación en dos pasos de una persona que perdió su celular y sus códigos."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=normalise_email(options["email"])).first()
        if user is None:
            raise CommandError("No hay una persona con ese correo.")
        if remove(user=user):
            self.stdout.write(self.style.SUCCESS(f"Listo: {user.email} entra solo con su contraseña."))
        else:
            self.stdout.write(f"{user.email} no tenía la verificación en dos pasos.")

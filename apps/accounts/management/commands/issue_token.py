from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import User, normalise_email
from apps.accounts.services.tokens import issue_access_token


class Command(BaseCommand):
    help = "Imprime un token de acceso de una persona, para probar respuestas privadas con curl."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=normalise_email(options["email"]), is_active=True).first()
        if user is None:
            raise CommandError("No hay una persona activa con ese correo.")
        self.stdout.write(issue_access_token(user=user))

"""Everything between a fresh checkout and a bot that answers; run at every start, and quick then."""

import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.services.people import create_admin
from apps.chat.engine import embedded_engine, uses_rasa
from apps.core.errors import AppError
from apps.core.health import DOWN, OK, READ_ONLY, database_word
from apps.intents.botproject import ProjectError
from apps.intents.models import Intent, SavedConversation
from apps.intents.services import sync_from_files
from apps.intents.services.rehearsal_files import add_starters
from tutorbot.env import Env

LOCAL_ADMIN = "admin@tutorbot.local"
PRINTED = "Falta SMTP_SERVER: los correos (contraseñas, confirmaciones) no se envían, se imprimen aquí."
NO_DATABASE = {
    DOWN: "No se puede abrir la base de datos. Revisa que esté encendida, y DATABASE_URL o MONGO_URI.",
    READ_ONLY: "La base de datos es de solo lectura. Revisa sus permisos, o si es una copia en espera.",
}


def prints_mails(env: Env) -> bool:
    """In production nobody reads them there; not a system check: a site may do without mail."""
    return env.APP_ENV in {"prod", "staging"} and not env.SMTP_SERVER


class Command(BaseCommand):
    help = "Prepara todo: carpeta de datos, base de datos, modelo del bot y primera persona administradora."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check-port", action="store_true", help="falla si PORT está ocupado")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check_port"]:
            self._check_port()
        self._prepare_folder()
        self._migrate()
        self._sync_intents()
        if not uses_rasa():
            self._train()
        if not settings.DEBUG:
            self.stdout.write("Archivos estáticos: preparando (medio minuto)…")
            call_command("collectstatic", interactive=False, verbosity=0)
        self._first_admin()
        if prints_mails(settings.ENV):
            self.stdout.write(self.style.WARNING(PRINTED))

    def _check_port(self) -> None:
        env = settings.ENV
        family = socket.AF_INET6 if ":" in env.HOST else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((env.HOST, env.PORT))
            except OSError:
                raise CommandError(
                    f"No se puede usar el puerto {env.PORT} en {env.HOST}: está ocupado o no está permitido. "
                    f"Elige otro: PORT={env.PORT + 1} make run"
                ) from None

    def _prepare_folder(self) -> None:
        folder = settings.ENV.DATA_DIR
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".write-test"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise CommandError(
                f"No se puede escribir en DATA_DIR ({folder}): {error.strerror}. "
                "Cambia sus permisos o indica otra carpeta."
            ) from None

    def _migrate(self) -> None:
        word = database_word()
        if word != OK:
            raise CommandError(NO_DATABASE[word])
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write("Base de datos: lista.")

    def _train(self) -> None:
        """What staff wrote must not keep the server from starting: the model that there is goes on."""
        try:
            call_command("train", if_changed=True, at_start=True, stdout=self.stdout, stderr=self.stderr)
        except CommandError as error:
            if embedded_engine().active_data_hash() is None:
                raise
            self.stderr.write(self.style.WARNING(f"{error} Responde el modelo anterior."))

    def _sync_intents(self) -> None:
        """Once: from then on staff decide what there is; `import_intents rasa` brings what is new."""
        if Intent.objects.exists():
            return
        try:
            report = sync_from_files(mode="skip")
        except ProjectError as error:
            raise CommandError(str(error)) from None
        if report.created:
            self.stdout.write(f"Intenciones de rasa/ en la base de datos: {report.created}.")
            if not SavedConversation.objects.exists():
                self.stdout.write(f"Conversaciones de prueba: {add_starters()}.")
        for row in report.errors:
            self.stderr.write(f"Intención {row['row']} de rasa/: {row['message']}")

    def _first_admin(self) -> None:
        if User.objects.filter(rol=Role.ADMIN).exists():
            return
        env = settings.ENV
        password = env.ADMIN_BOOTSTRAP_PASSWORD or None
        try:
            created = create_admin(email=env.ADMIN_EMAIL or LOCAL_ADMIN, password=password)
        except AppError as error:
            raise CommandError(f"ADMIN_EMAIL o ADMIN_BOOTSTRAP_PASSWORD no sirven: {error.text}") from None
        self.stdout.write(self.style.SUCCESS(f"Primera persona administradora: {created.user.email}"))
        if created.password:
            self.stdout.write(self.style.WARNING(f"Contraseña (se muestra solo ahora): {created.password}"))

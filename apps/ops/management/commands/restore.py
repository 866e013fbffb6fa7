"""What a backup has, in place of what is there."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from apps.core.progress import ProgressBar
from apps.ops.backup.archive import Manifest
from apps.ops.backup.errors import BackupError
from apps.ops.backup.making import FOLDERS, verify
from apps.ops.backup.restoring import opened, restore

YES = "sí"

log = structlog.get_logger("tutorbot.backup")


class Command(BaseCommand):
    help = "Restaura una copia: reemplaza la base de datos y los archivos. Detén antes todo lo demás."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--verify", action="store_true", help="solo comprueba que se puede restaurar")
        parser.add_argument("--yes", action="store_true", help="no pregunta")
        parser.add_argument("--with-secret", action="store_true", help="restaura también la clave secreta")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["verify"]:
                self._verify(options["file"])
            else:
                self._restore(options["file"], options["yes"], options["with_secret"])
        except BackupError as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:  # while looking: nothing has changed
            log.exception("restore_refused")
            raise CommandError(f"La base de datos no lo permitió ({type(error).__name__}).") from None

    def _verify(self, file: Path) -> None:
        with ProgressBar(self.stdout) as bar:
            manifest = verify(file, show=bar.show)
        self.stdout.write(self.style.SUCCESS(f"{_told(manifest)} Se restaura igual; no se cambió nada."))

    def _restore(self, file: Path, is_sure: bool, with_secret: bool) -> None:
        with opened(file) as (manifest, content):
            self.stdout.write(_told(manifest))
            self.stdout.write(
                f"Se reemplazan la base de datos «{connection.settings_dict['NAME']}» ({connection.vendor}) "
                f"y {', '.join(FOLDERS)} de {settings.ENV.DATA_DIR}."
            )
            if not is_sure and input(f"Escribe «{YES}» para continuar: ").strip().lower() not in {YES, "si"}:
                raise CommandError("No se cambió nada.")
            with ProgressBar(self.stdout) as bar:
                before = restore(manifest, content, with_secret=with_secret, show=bar.show)
        self.stdout.write(self.style.SUCCESS("Restaurada. Inicia el servidor y el proceso de trabajos."))
        if before.exists():
            self.stdout.write(f"Lo que había está en {before}; bórralo cuando ya no haga falta.")


def _told(manifest: Manifest) -> str:
    return (
        f"Copia del {manifest.made_at}, versión {manifest.version}, {manifest.vendor}: "
        f"{manifest.row_count} filas, {len(manifest.files)} archivos."
    )

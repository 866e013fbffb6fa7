"""Everything that cannot be made again, in one archive; while the bot goes on answering."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.formats import number_format

from apps.core.progress import ProgressBar
from apps.ops.backup.errors import BackupError
from apps.ops.backup.making import default_target, keep_last, make_backup, verify

log = structlog.get_logger("tutorbot.backup")


class Command(BaseCommand):
    help = "Guarda en un archivo la base de datos, los modelos, las exportaciones y las grabaciones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--to", type=Path, help="archivo; sin esto, DATA_DIR/backups/tutorbot-FECHA.tar.gz"
        )
        parser.add_argument("--keep", type=int, help="cuántas copias dejar en esa carpeta, las más nuevas")
        parser.add_argument("--verify", action="store_true", help="la restaura aparte y compara cada fila")
        parser.add_argument("--with-secret", action="store_true", help="guarda también SECRET_KEY")

    def handle(self, *args: Any, **options: Any) -> None:
        target = options["to"] or default_target()
        keep = options["keep"]
        if keep is not None and keep < 1:
            raise CommandError("--keep: debe ser 1 o más.")
        if target.exists():
            raise CommandError(f"Ya existe {target}. Elige otro nombre.")
        try:
            with ProgressBar(self.stdout) as bar:
                made = make_backup(target=target, with_secret=options["with_secret"], show=bar.show)
                if options["verify"]:
                    verify(target, show=bar.show)
        except BackupError as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            log.exception("backup_failed")
            raise CommandError(f"La base de datos no lo permitió ({type(error).__name__}).") from None
        size = number_format(target.stat().st_size / (1 << 20), 1)
        self.stdout.write(f"{target}: {made.row_count} filas, {len(made.files)} archivos, {size} MB.")
        if options["verify"]:
            self.stdout.write(self.style.SUCCESS("Comprobada: se restaura igual."))
        if keep is not None:
            for path in keep_last(target.parent, keep):
                self.stdout.write(f"Borrada la copia {path.name}.")

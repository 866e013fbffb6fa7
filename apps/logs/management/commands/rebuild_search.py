"""Builds the search index of turns anew; `--check` only says whether it is right."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from apps.logs.search_index import index_is_right, rebuild_index


class Command(BaseCommand):
    help = _("Reconstruye el índice de búsqueda de los mensajes.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help=_("Solo comprueba si está bien."))

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            rebuild_index()
        if not index_is_right():
            raise CommandError(
                _("El índice no corresponde a los mensajes. Ejecuta: manage.py rebuild_search")
            )
        self.stdout.write(_("El índice de búsqueda está bien."))

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.core.charts import percent
from apps.core.errors import AppError
from apps.intents.models import ModelVersion
from apps.intents.services.versions import activate_version, active_version, version_named

SHOWN = 20


class Command(BaseCommand):
    help = "Muestra los modelos del bot, del más nuevo al más viejo; --activate cambia el que responde."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--activate", metavar="VERSIÓN", help="activa esta versión, también una anterior")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["activate"]:
            try:
                activate_version(version=version_named(options["activate"]), by=None)
            except AppError as error:
                raise CommandError(str(error.text)) from None
        active = active_version()
        rows = list(ModelVersion.objects.defer("report")[:SHOWN])
        if not rows:
            self.stdout.write("Todavía no hay modelos: ejecuta «manage.py train».")
        for row in rows:
            mark = "*" if active and row.pk == active.pk else " "
            when = timezone.localtime(row.trained_at)
            accuracy = row.figures.get("accuracy")
            share = "      –" if accuracy is None else f"{percent(accuracy):>7}"
            facts = f"{row.engine:<8}  {when:%Y-%m-%d %H:%M}  {share}  {row.get_decision_display()}"
            self.stdout.write(f"{mark} {row.name}  {facts}")

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.core.progress import ProgressBar
from apps.stats.periods import Period, first_day
from apps.stats.services import recount


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"«{text}» no es una fecha AAAA-MM-DD") from None


class Command(BaseCommand):
    help = "Cuenta otra vez las estadísticas de los días terminados; los días depurados quedan como están."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=day, help="primer día; sin él, el primero con datos")
        parser.add_argument("--to", dest="last", type=day, help="último día; sin él, ayer")

    def handle(self, *args: Any, **options: Any) -> None:
        yesterday = timezone.localdate() - timedelta(days=1)
        last = min(options["last"] or yesterday, yesterday)
        since = first_day()
        if options["first"] and options["first"] > (options["last"] or yesterday):
            raise CommandError("--to es anterior a --from.")
        if since is None:
            self.stdout.write("Todavía no hay mensajes.")
            return
        days = Period(max(options["first"] or since, since), last).days
        with ProgressBar(self.stdout) as bar:
            left = iter(range(1, len(days) + 1))
            done = recount(days, lambda day, is_done: bar.show(next(left) / len(days), day.isoformat()))
        self.stdout.write(self.style.SUCCESS(f"Días contados: {done} de {len(days)}."))

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core import retention
from apps.core.dates import start_of
from apps.core.progress import ProgressBar
from apps.core.retention import Counts
from apps.logs import purging


def a_day(text: str) -> datetime:
    try:
        return start_of(date.fromisoformat(text))
    except ValueError:
        raise ArgumentTypeError("escribe la fecha así: AAAA-MM-DD") from None


def positive(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 5000:
        raise ArgumentTypeError("escribe un número de 1 a 5000")
    return int(text)


class Command(BaseCommand):
    help = (
        "Borra lo que ya pasó su tiempo de conservación (LOG_RETENTION_DAYS y otras), por lotes. Se puede "
        "interrumpir y repetir. El proceso de trabajos lo hace cada día."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = [kind.name for kind in retention.kinds()]
        parser.add_argument("--dry-run", action="store_true", help="solo dice cuánto hay")
        parser.add_argument("--kind", action="append", choices=names, help="solo esto; se puede repetir")
        parser.add_argument("--before", type=a_day, metavar="AAAA-MM-DD", help="lo anterior a este día")
        parser.add_argument("--batch", type=positive, default=purging.BATCH, help="filas por lote")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = [kind for kind in retention.kinds() if not options["kind"] or kind.name in options["kind"]]
        if options["before"] and not options["kind"]:
            raise CommandError("Con --before di también --kind: qué se borra antes de ese día.")
        with ProgressBar(self.stdout) as bar:

            def tell(kind: str, counts: Counts, total: int) -> None:
                bar.show(sum(counts.values()) / max(total, 1), f"{kind}: {counts.get(kind, 0)}")

            runs = purging.purge_all(
                kinds=chosen,
                before=options["before"],
                batch=options["batch"],
                dry_run=options["dry_run"],
                tell=tell,
            )
        self.stdout.write("Se borrarían:" if options["dry_run"] else "Borrado:")
        for run in runs:
            what = ", ".join(f"{name} {count}" for name, count in run.counts.items() if count) or "nada"
            self.stdout.write(f"  {run.kind} (antes de {run.before:%Y-%m-%d}): {what}")
        for kind in chosen:
            if not kind.days() and not options["before"]:
                self.stdout.write(f"  {kind.name}: se conserva siempre")

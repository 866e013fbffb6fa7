from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import AppError
from apps.helpdesk.models import Delivery
from apps.helpdesk.services.deliveries import resend

State = Delivery.State
SHOWN = 200


class Command(BaseCommand):
    help = "Lista lo que no se entregó a la mesa de ayuda externa, y lo envía de nuevo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--state", choices=State.values, default=State.DEAD, help="cuáles (dead)")
        parser.add_argument("--resend", nargs="+", metavar="T-2026-000123", help="casos, o «all»")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Delivery.objects.filter(state=options["state"]).select_related("ticket")
        if options["resend"]:
            return self._resend(rows, options["resend"])
        for row in rows[:SHOWN]:
            line = f"{row.ticket.number}  {row.get_state_display()}  {row.attempts}  {row.problem}"
            self.stdout.write(line.rstrip())
        self.stdout.write(f"En total: {rows.count()}.")

    def _resend(self, rows: Any, numbers: list[str]) -> None:
        if numbers != ["all"]:
            rows = Delivery.objects.filter(ticket__number__in=numbers).select_related("ticket")
        sent = failed = 0
        for row in list(rows):
            try:
                resend(delivery=row)
                sent += 1
            except AppError as error:
                failed += 1
                self.stderr.write(f"{row.ticket.number}: {error.text}")
        self.stdout.write(f"Se envían de nuevo: {sent}.")
        if failed or not sent:
            raise CommandError(f"No se pudieron enviar de nuevo: {failed}." if failed else "No hay ninguno.")

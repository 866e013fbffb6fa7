import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts.clients.legacy_mongo import LegacyUnavailable, legacy_database
from apps.core.dates import start_of
from apps.core.progress import ProgressBar
from apps.ops.legacy.run import SOURCES, Import, Options, Report
from apps.ops.legacy.tally import Found, Tally
from apps.stats.periods import first_day
from apps.stats.services import marked_days, recount

MAX_LINES = 12
"""Of reasons on the screen; the file has all."""


def kinds(text: str) -> frozenset[str]:
    names = frozenset(text.replace(",", " ").split())
    if unknown := sorted(names - SOURCES.keys()):
        raise ArgumentTypeError(f"«{unknown[0]}» no es una de: {', '.join(SOURCES)}")
    return names


def day(text: str) -> datetime:
    try:
        return start_of(date.fromisoformat(text))
    except ValueError:
        raise ArgumentTypeError(f"«{text}» no es una fecha AAAA-MM-DD") from None


class Command(BaseCommand):
    help = (
        "Trae del sistema anterior (MongoDB) personas, preferencias, conversaciones, casos y exportaciones. "
        "Repetirlo no duplica ni cambia nada; interrumpido, sigue donde iba. Lo que no se puede traer se "
        "omite y se dice por qué. Códigos: 0 se leyó todo, 1 no se pudo leer o escribir, 130 se interrumpió."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mongo-uri", required=True, help="mongodb://usuario:clave@servidor/base")
        parser.add_argument("--db", default="", help="nombre de la base, si no está en la dirección")
        every = frozenset(SOURCES)
        parser.add_argument("--only", type=kinds, default=every, help=f"solo estas: {','.join(SOURCES)}")
        parser.add_argument("--since", type=day, help="turnos, casos y exportaciones desde ese día")
        parser.add_argument("--files", type=Path, help="carpeta con los archivos CSV de las exportaciones")
        parser.add_argument("--dry-run", action="store_true", help="dice qué haría y no escribe nada")
        again = parser.add_mutually_exclusive_group()
        again.add_argument("--resume", action="store_true", help="sigue donde se interrumpió (es lo normal)")
        again.add_argument("--restart", action="store_true", help="lee todo otra vez desde el principio")
        parser.add_argument("--report", type=Path, help="archivo JSON con el informe completo")
        parser.add_argument(
            "--superadmins-as-admins", action="store_true", help="superadmin llega como admin"
        )
        parser.add_argument("--emails-verified", action="store_true", help="da por confirmados los correos")
        parser.add_argument("--batch", type=int, default=500, help="documentos por vez")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["files"] and not options["files"].is_dir():
            raise CommandError(f"No existe la carpeta {options['files']}.")
        report, problem = Report(), None
        try:
            with legacy_database(options["mongo_uri"], options["db"]) as database, self._bar() as bar:
                run = Import(
                    database,
                    self._options(options),
                    lambda name, done, size: bar.show(done / size, f"{name} {done}"),
                )
                report = run.report
                run.run()
        except LegacyUnavailable as error:
            problem = CommandError(str(error))
        except KeyboardInterrupt:
            problem = CommandError("Interrumpido. Repite la orden para seguir donde iba.", returncode=130)
        self._tell(report, options)
        if not options["dry_run"]:
            self._count_days()
        if problem is not None:
            raise problem

    def _bar(self) -> ProgressBar:
        return ProgressBar(self.stdout)

    def _options(self, options: dict[str, Any]) -> Options:
        return Options(
            only=options["only"],
            since=options["since"],
            files=options["files"],
            dry_run=options["dry_run"],
            restart=options["restart"],
            allow_superadmins=options["superadmins_as_admins"],
            emails_verified=options["emails_verified"],
            batch=max(1, options["batch"]),
        )

    def _count_days(self) -> None:
        """Figures of the days that got turns; today's are counted when they are read."""
        since = first_day()
        days = sorted(marked_days(since, timezone.localdate())) if since else []
        with self._bar() as bar:
            left = iter(range(1, len(days) + 1))
            done = recount(days, lambda one, _is_done: bar.show(next(left) / len(days), one.isoformat()))
        if done:
            self.stdout.write(f"Estadísticas: {done} días contados de nuevo.")

    def _tell(self, report: Report, options: dict[str, Any]) -> None:
        new = "serían nuevos" if options["dry_run"] else "nuevos"
        self.stdout.write(f"{'':<18}{'leídos':>10}{new:>15}{'ya estaban':>12}{'omitidos':>10}")
        for name, tally in report.collections.items():
            counts = f"{tally.read:>10}{tally.new:>15}{tally.existing:>12}{tally.left_out:>10}"
            self.stdout.write(f"{name:<18}{counts}")
        for name, done in report.resumed.items():
            self.stdout.write(
                f"{name}: siguió después de {done} documentos ya hechos (--restart los repite)."
            )
        for name, tally in report.collections.items():
            self._reasons(name, tally)
        for name, size in report.unread.items():
            self.stdout.write(f"Sin leer: la colección {name} (unos {size} documentos).")
        if options["report"]:
            text = json.dumps(
                {"dry_run": options["dry_run"], **report.as_dict()}, ensure_ascii=False, indent=2
            )
            options["report"].write_text(text + "\n", encoding="utf-8")
            self.stdout.write(f"Informe completo: {options['report']}")

    def _reasons(self, name: str, tally: Tally) -> None:
        for word, reasons in (("omitidos", tally.skipped), ("distinto", tally.notes)):
            shown: list[tuple[str, Found]] = sorted(reasons.items(), key=lambda item: -item[1]["count"])
            for text, found in shown[:MAX_LINES]:
                examples = ", ".join(found["examples"])
                self.stdout.write(f"{name}, {word}: {found['count']} · {text} (por ejemplo {examples})")
            if len(shown) > MAX_LINES:
                self.stdout.write(f"{name}, {word}: hay {len(shown) - MAX_LINES} motivos más en --report.")
        if tally.unknown:
            names = ", ".join(f"{field} ({count})" for field, count in sorted(tally.unknown.items()))
            self.stdout.write(f"{name}, campos que no se traen: {names}")

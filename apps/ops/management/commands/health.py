"""Looks at all that the bot stands on; for people, for scripts and for a container's health check."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.checks.rules import is_base_url
from apps.ops.services.health import DEGRADED, DOWN, OK, local_health, server_health, title_of, word_of
from apps.ops.services.steps import WORDS

EXIT_CODES = {OK: 0, DEGRADED: 1, DOWN: 2}
SUMMARY = {OK: "Todo funciona.", DEGRADED: "Funciona en parte.", DOWN: "No puede atender."}


class Command(BaseCommand):
    help = (
        "Revisa todas las partes. Termina con 0 si todo funciona, 1 si algo falla y 2 si no se puede atender."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="para programas")
        parser.add_argument(
            "--url", help="pregunta a un servidor en marcha, por ejemplo http://127.0.0.1:8000"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        url = options["url"]
        if url and not is_base_url(url):
            raise CommandError("--url no es una dirección http.", returncode=2)
        checks = server_health(url) if url else local_health()
        word = word_of(checks)
        if options["json"]:
            self.stdout.write(json.dumps({"status": word, "checks": checks}, ensure_ascii=False))
        else:
            self._tell(checks, word)
        if EXIT_CODES[word]:
            sys.exit(EXIT_CODES[word])

    def _tell(self, checks: list[dict[str, Any]], word: str) -> None:
        styles = {"ok": self.style.SUCCESS, "warn": self.style.WARNING, "fail": self.style.ERROR}
        rows = [(c, str(WORDS[c["state"]]), title_of(c["name"])) for c in checks]
        state_width, title_width = (max(len(row[n]) for row in rows) for n in (1, 2))
        for check, state, title in rows:
            paint = styles.get(check["state"], str)
            line = f"{title:<{title_width}}  {check['ms']:>5} ms  {check['text']}"
            self.stdout.write(f"{paint(f'{state:<{state_width}}')}  {line}")
        self.stdout.write(SUMMARY[word])

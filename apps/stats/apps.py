from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatsConfig(AppConfig):
    name = "apps.stats"
    verbose_name = _("Estadísticas")

    def ready(self) -> None:
        from apps.stats.exports import COLUMNS, KIND, csv_rows
        from apps.stats.retention import follow_deletions

        follow_deletions()
        if find_spec("apps.logs.exports"):
            registry = import_module("apps.logs.exports.registry")
            registry.register(KIND, COLUMNS, csv_rows, _("Estadísticas por día"))

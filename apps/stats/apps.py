from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatsConfig(AppConfig):
    name = "apps.stats"
    verbose_name = _("Estadísticas")

    def ready(self) -> None:
        from apps.logs.exports.registry import register
        from apps.stats.exports import COLUMNS, KIND, csv_rows
        from apps.stats.retention import follow_deletions

        follow_deletions()
        register(KIND, COLUMNS, csv_rows, _("Estadísticas por día"))

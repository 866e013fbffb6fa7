from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpsConfig(AppConfig):
    name = "apps.ops"
    verbose_name = _("Operación")

    def ready(self) -> None:
        from apps.logs.exports.registry import register
        from apps.ops.selectors import HEADER, rows

        register("tests", HEADER, rows, _("Última autoprueba"))

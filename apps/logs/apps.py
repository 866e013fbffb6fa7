from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LogsConfig(AppConfig):
    name = "apps.logs"
    verbose_name = _("Registros")

    def ready(self) -> None:
        from apps.core.csv_stream import download_listeners
        from apps.logs.exports.services import note_export, person_in
        from apps.logs.exports.turns import register_kinds
        from apps.logs.models import ChatTurn
        from apps.logs.search import Words

        register_kinds()
        download_listeners.append(lambda kind, request: note_export(kind, person_in(request), request))
        ChatTurn._meta.get_field("user_message").register_lookup(Words)
        post_migrate.connect(_ensure_search, sender=self)


def _ensure_search(using: str, **kwargs: Any) -> None:
    """A migration of SQLite that makes the table anew drops its triggers: they are made here, always."""
    from apps.logs.search_index import ensure_index

    ensure_index(using)

"""How long the log and the audit are kept."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.core import retention
from apps.core.retention import Batches, Kind
from apps.logs.models import AuditEntry, ChatTurn, Feedback
from apps.logs.turn_deletion import delete_turns


def log_days() -> int:
    return int(settings.ENV.LOG_RETENTION_DAYS)


def _turns(before: datetime, size: int) -> Batches:
    rows = ChatTurn.objects.filter(timestamp__lt=before).order_by("timestamp")
    while keys := list(rows.values_list("pk", flat=True)[:size]):
        yield delete_turns(keys)


def _count_turns(before: datetime) -> int:
    return ChatTurn.objects.filter(timestamp__lt=before).order_by().count()


retention.register(Kind("turns", _("turnos"), log_days, _count_turns, _turns, place=10))
retention.register(
    retention.rows_kind("feedback", _("valoraciones"), Feedback.objects.all, "updated_at", log_days, place=20)
)
retention.register(
    retention.rows_kind(
        "audit",
        _("registro de cambios"),
        AuditEntry._base_manager.all,
        "timestamp",
        lambda: int(settings.ENV.AUDIT_RETENTION_DAYS),
    )
)

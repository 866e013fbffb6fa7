"""Closed tickets and surveys become anonymous; neither is deleted."""

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.core import retention
from apps.core.retention import Kind
from apps.helpdesk.models import Survey
from apps.helpdesk.services.anonymising import anonymise_surveys, anonymise_tickets, closed_before


def _old_surveys(before: datetime) -> QuerySet[Survey]:
    return Survey.objects.filter(updated_at__lt=before).exclude(conversation_id="", comment="", user=None)


retention.register(
    Kind(
        "tickets",
        _("casos cerrados (se anonimizan)"),
        lambda: int(settings.ENV.TICKET_RETENTION_DAYS),
        lambda before: closed_before(before).count(),
        lambda before, size: anonymise_tickets(closed_before(before), size),
    )
)
retention.register(
    Kind(
        "surveys",
        _("encuestas (se anonimizan)"),
        lambda: int(settings.ENV.LOG_RETENTION_DAYS),
        lambda before: _old_surveys(before).count(),
        lambda before, size: anonymise_surveys(_old_surveys(before), size),
    )
)

"""What tests of the log share."""

from typing import Any

from django.contrib.contenttypes.models import ContentType

from apps.logs.models import AuditEntry


def entries_on(row: Any) -> list[AuditEntry]:
    """Newest first."""
    kind = ContentType.objects.get_for_model(row)
    return list(AuditEntry.objects.filter(content_type=kind, object_pk=str(row.pk)))

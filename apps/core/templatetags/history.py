"""Where a page of Django admin leads for what was done to its row."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import reverse

from apps.core.audit import is_registered

register = template.Library()


@register.simple_tag(takes_context=True)
def history_of(context: Any, row: Model | None) -> str:
    """The audit of this row, for whoever may read it; "" when nothing of such rows is written down."""
    request = context.get("request")
    if row is None or request is None or not is_registered(type(row)):
        return ""
    if not request.user.has_perm("logs.view_auditentry"):
        return ""
    kind = ContentType.objects.get_for_model(row)
    query = urlencode({"content_type": kind.pk, "object_pk": row.pk})
    return f"{reverse('admin:logs_auditentry_changelist')}?{query}"

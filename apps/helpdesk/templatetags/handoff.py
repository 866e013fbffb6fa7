"""What templates of staff's pages ask about a conversation."""

from typing import Any

from django import template

from apps.helpdesk.admin.handoff_view import StaffView, staff_view
from apps.helpdesk.said import notice

register = template.Library()
register.filter("notice", notice)


@register.simple_tag(takes_context=True)
def staff_conversation(context: Any, sender: str) -> StaffView | None:
    """{% staff_conversation original.conversation_id as talk %}"""
    return staff_view(sender, context["request"])

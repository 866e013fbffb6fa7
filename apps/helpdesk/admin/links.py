"""Addresses of staff's pages that several lists link to."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html


def conversation_link(sender: str) -> str:
    """To what was said; "–" where there is no conversation."""
    if not sender:
        return "–"
    address = f"{reverse('admin:chat_conversation_of')}?{urlencode({'sender': sender})}"
    return format_html('<a href="{}">{}</a>', address, sender)

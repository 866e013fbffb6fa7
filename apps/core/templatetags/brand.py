"""{% brand_logo mark %} and {% brand_sheet %}: the institution's picture and colour, where it names them."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def brand_logo(ours: str) -> str:
    return settings.ENV.BRAND_LOGO or ours


@register.simple_tag
def brand_sheet() -> SafeString:
    """To stand behind brand.css; the colour in its address makes a new one of every change."""
    color = settings.ENV.BRAND_COLOR
    if not color:
        return SafeString("")
    address = f"{reverse('brand-sheet')}?{color.lstrip('#')}"
    return format_html('<link rel="stylesheet" href="{}">', address)

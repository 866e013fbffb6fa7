"""{% module_preloads "js/chat/main.js" %}: links that have a module and all its imports loaded at once."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from apps.core.modules import modules_of

register = template.Library()


@register.simple_tag
def module_preloads(entry: str) -> SafeString:
    links = ((static(name),) for name in modules_of(entry))
    return format_html_join("\n  ", '<link rel="modulepreload" href="{}">', links)

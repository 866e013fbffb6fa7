"""What a student's message tells of a person: it must not become a training example."""

import re

from django.utils.translation import gettext as _

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.\w+|\b[\w.+-]+\s*(?:@|\barroba\b)\s*\w+")
_LONG_NUMBER = re.compile(r"(?<!\d)\+?\(?\d(?:[\s.()\-]?\d){5,}")
"""Six digits or more, also written in groups: phone, identity document, account, code."""
_URL_WITH_DATA = re.compile(r"(?:https?://|www\.)\S+[?#]\S+", re.IGNORECASE)


def personal_data_in(text: str) -> str:
    """What of it is personal, for staff to read; empty when nothing was found. Names cannot be found so."""
    if _EMAIL.search(text.lower()):
        return _("tiene un correo electrónico")
    if _LONG_NUMBER.search(text):
        return _("tiene un número largo (teléfono, documento o código)")
    if _URL_WITH_DATA.search(text):
        return _("tiene un enlace con datos")
    return ""

"""What a student's message tells of a person: it must not become a training example."""

from django.utils.translation import gettext as _

from apps.core.personal import personal_parts


def personal_data_in(text: str) -> str:
    """What of it is personal, for staff to read; empty when nothing was found. Names cannot be found so."""
    kinds = {part.kind for part in personal_parts(text)}
    if "email" in kinds:
        return _("tiene un correo electrónico")
    if "number" in kinds:
        return _("tiene un número largo (teléfono, documento o código)")
    if "link" in kinds:
        return _("tiene un enlace con datos")
    return ""

"""Answers that staff have ready, with places for what differs from case to case."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.fields import UUIDModel

VARIABLES = ("nombre", "numero", "asunto", "agente", "marca")
MAX_TEXT = 5000
_PLACE = re.compile(r"\{([^{}\n]*)\}")


def check_variables(text: str) -> None:
    """Raises ValidationError when the text has a {place} that nothing can fill."""
    unknown = sorted({name for name in _PLACE.findall(text) if name not in VARIABLES})
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in VARIABLES)
        said = _now("No se reconoce {%(unknown)s}. Puedes usar: %(known)s.")
        raise ValidationError(said % {"unknown": unknown[0], "known": known}, code="unknown_variable")


def filled(text: str, values: dict[str, str]) -> str:
    """The text with its places filled, once: braces in a value stay as they are."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), text)


class CannedAnswer(UUIDModel):
    name = models.CharField(_("nombre"), max_length=80)
    shortcut = models.CharField(
        _("atajo"),
        max_length=30,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9-]+\Z", _("Usa minúsculas sin acentos, números y guiones."))],
        help_text=_("Lo que se escribe después de «/» en la respuesta, por ejemplo: saludo."),
    )
    text = models.TextField(
        _("texto"),
        max_length=MAX_TEXT,
        validators=[check_variables],
        help_text=_("Puedes usar {nombre}, {numero}, {asunto}, {agente} y {marca}."),
    )
    text_en = models.TextField(
        _("texto en inglés"), max_length=MAX_TEXT, blank=True, validators=[check_variables]
    )
    is_active = models.BooleanField(_("en uso"), default=True)
    updated_at = models.DateTimeField(_("actualizada"), auto_now=True)

    class Meta:
        verbose_name = _("respuesta preparada")
        verbose_name_plural = _("respuestas preparadas")
        ordering = ("name", "id")
        indexes = (models.Index(fields=["shortcut"], name="canned_shortcut"),)

    def __str__(self) -> str:
        return self.name

"""How somebody wants the chat to look."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.fields import TextPrimaryKey

SMALLEST, LARGEST = 0.75, 2.0
"""Times the usual size of the text (contract http.md §4)."""


class Language(models.TextChoices):
    SPANISH = "es", _("Español")
    ENGLISH = "en", _("Inglés")


class Theme(models.TextChoices):
    LIGHT = "light", _("Claro")
    DARK = "dark", _("Oscuro")


class UserSettings(models.Model):
    """Preferences by the token's subject: students of the platform have them without an account here."""

    subject = TextPrimaryKey(_("persona"), max_length=254)
    language = models.CharField(_("idioma"), max_length=2, choices=Language, default=Language.SPANISH)
    theme = models.CharField(_("tema"), max_length=5, choices=Theme, default=Theme.LIGHT)
    font_scale = models.FloatField(
        _("tamaño del texto"),
        default=1.0,
        validators=[MinValueValidator(SMALLEST), MaxValueValidator(LARGEST)],
    )
    high_contrast = models.BooleanField(_("contraste alto"), default=False)
    updated_at = models.DateTimeField(_("actualizado"), auto_now=True)

    class Meta:
        verbose_name = _("preferencias")
        verbose_name_plural = _("preferencias")

    def __str__(self) -> str:
        return self.subject

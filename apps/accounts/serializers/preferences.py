"""Shapes of a person's preferences on the wire."""

from math import isfinite
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.accounts.models.preferences import LARGEST, SMALLEST, Language, Theme
from apps.core.fields import StrictBooleanField

SIZE = _("El tamaño del texto va de 0.75 a 2.0.")
LANGUAGES: dict[str, Any] = {"invalid_choice": _("El idioma es es o en.")}
THEMES: dict[str, Any] = {"invalid_choice": _("El tema es light o dark.")}


class StrictNumberField(serializers.FloatField):
    """A JSON number: neither text nor a truth value."""

    default_error_messages = {"invalid": _("Envía un número, por ejemplo 1.25.")}

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float) or not isfinite(data):
            self.fail("invalid")
        return float(data)


class SettingsInput(serializers.Serializer[Any]):
    """Any part of the preferences; what is not sent stays as it is."""

    language = serializers.ChoiceField(Language.choices, required=False, error_messages=LANGUAGES)
    theme = serializers.ChoiceField(Theme.choices, required=False, error_messages=THEMES)
    fontScale = StrictNumberField(
        source="font_scale",
        min_value=SMALLEST,
        max_value=LARGEST,
        required=False,
        error_messages={"min_value": SIZE, "max_value": SIZE},
    )
    highContrast = StrictBooleanField(source="high_contrast", required=False)


class SettingsOutput(serializers.Serializer[Any]):
    language = serializers.ChoiceField(Language.choices)
    theme = serializers.ChoiceField(Theme.choices)
    fontScale = serializers.FloatField(source="font_scale")
    highContrast = serializers.BooleanField(source="high_contrast")


class SettingsSavedOutput(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    prefs = SettingsOutput()

"""No model that can hold something of a person is forgotten: it is in a part, or exempt with a reason."""

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

from apps.core.personal_data import covered_models, exempt_models

LONG = 40
"""A text that may be so long can hold a name or an e-mail; choices and shorter ones are words of ours."""
FREE = (models.TextField, models.JSONField, models.EmailField, models.GenericIPAddressField)


def can_be_personal(field: models.Field) -> bool:  # type: ignore[type-arg]
    if field.is_relation:
        return field.related_model is get_user_model()
    if getattr(field, "choices", None):
        return False
    is_long = isinstance(field, models.CharField) and (field.max_length or LONG) >= LONG
    return isinstance(field, FREE) or is_long


def test_every_model_that_can_hold_personal_data_is_registered_or_exempt_with_a_reason() -> None:
    """Add a Part in the app's personal_data.py, or a line to its exempt() that says why not."""
    named = covered_models() | exempt_models().keys()
    found = {
        model._meta.label: [field.name for field in model._meta.concrete_fields if can_be_personal(field)]
        for model in apps.get_models(include_auto_created=True)
    }
    assert {label: fields for label, fields in found.items() if fields and label not in named} == {}


def test_the_lists_name_models_that_exist_once_and_say_why() -> None:
    known = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert (covered_models() | exempt_models().keys()) - known == set()
    assert covered_models() & exempt_models().keys() == set()
    assert all(len(reason) > 10 for reason in exempt_models().values())

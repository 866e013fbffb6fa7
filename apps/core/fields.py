"""Field types of models and serializers that every app shares."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class OwnKey:
    """A primary key that the application makes: its own column on SQL, the document's "_id" on MongoDB.

    Otherwise MongoDB is left with a second, automatic _id and an index that lookups by key
    cannot use (design/database.md: 242 ms against 1 ms at 10,000 rows).
    """

    def get_attname_column(self) -> Any:
        attname, column = super().get_attname_column()  # type: ignore[misc]
        on_mongo = settings.DATABASES["default"]["ENGINE"] == "django_mongodb_backend"
        return attname, "_id" if on_mongo else column


class UUIDPrimaryKey(OwnKey, models.UUIDField):
    """A random UUID."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(primary_key=True, default=uuid.uuid4, editable=False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for key in ("primary_key", "default", "editable"):
            kwargs.pop(key, None)
        return name, path, args, kwargs


class TextPrimaryKey(OwnKey, models.CharField):
    """A name that is the key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["primary_key"] = True
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("primary_key", None)
        return name, path, args, kwargs


class UUIDModel(models.Model):
    id = UUIDPrimaryKey()

    class Meta:
        abstract = True


class StrictCharField(serializers.CharField):
    """Text and nothing else: DRF's own field would turn the number 5 into "5"."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictBooleanField(serializers.BooleanField):
    """true or false: DRF's own field takes "yes" and 1 too."""

    default_error_messages = {"invalid": _("Envía true o false.")}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data

"""Columns of a turn that follow from its others, filled whenever a row is saved."""

import itertools
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.text import words_of

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
LOW_BITS = 12
LAST = 2**63 - 1
_MICROSECOND = timedelta(microseconds=1)
_low = itertools.count(random.getrandbits(LOW_BITS))


def position_at(moment: datetime) -> int:
    """The lowest position of that moment: what lies before it is smaller."""
    found = ((moment - EPOCH) // _MICROSECOND) << LOW_BITS
    return max(-LAST, min(LAST, found))


def moment_of(position: int) -> datetime:
    return EPOCH + timedelta(microseconds=position >> LOW_BITS)


def new_position(moment: datetime) -> int:
    """One of that moment that this process has not given before."""
    return position_at(moment) | next(_low) & ((1 << LOW_BITS) - 1)


class TimePosition(models.BigIntegerField):
    """A number of the row's own that grows with its `timestamp`: microseconds, and 12 bits that differ.

    Within a process 4,096 rows of one microsecond have numbers of their own; two processes meet once in
    4,096 such cases, and the second row is refused.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        if getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, new_position(model_instance.timestamp))
        return super().pre_save(model_instance, add)


class Status(models.TextChoices):
    """How a turn went, as one word (contract http.md §7)."""

    OK = "ok", _("Entendido")
    WARNING = "warning", _("No entendido")
    ERROR = "error", _("Falló")


def status_of(*, error: str | None, is_fallback: bool) -> Status:
    if error:
        return Status.ERROR
    return Status.WARNING if is_fallback else Status.OK


class TurnStatus(models.CharField):
    """Follows from `error` and `is_fallback`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_length": 8, "choices": Status, "default": Status.OK, "editable": False}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for key in ("max_length", "choices", "default", "editable"):
            kwargs.pop(key, None)
        return name, path, args, kwargs

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        found = status_of(error=model_instance.error, is_fallback=model_instance.is_fallback)
        setattr(model_instance, self.attname, found.value)
        return found.value


class FoldedWords(models.JSONField):
    """The words of another column, for an index of MongoDB's; on SQL there is no such column.

    An update() that changes the text must set it too (search.words_for).
    """

    def __init__(self, *args: Any, of: str = "", **kwargs: Any) -> None:
        self.of = of
        kwargs |= {"null": True, "editable": False}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("null", None)
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "of": self.of}

    def db_type(self, connection: Any) -> str | None:
        return super().db_type(connection) if connection.vendor == "mongodb" else None

    def get_attname_column(self) -> Any:
        attname, column = super().get_attname_column()
        on_mongo = settings.DATABASES["default"]["ENGINE"] == "django_mongodb_backend"
        return attname, column if on_mongo else None

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        found = words_of(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, found)
        return found

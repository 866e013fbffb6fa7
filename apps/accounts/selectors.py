"""Reading people: a filtered list, one by its key, the rows of an export."""

import re
import uuid
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.core.errors import NotFound

EXPORT_COLUMNS = ("id", "nombre", "email", "rol", "active", "created_at")
EXPORT_CHUNK = 500


def people_matching(*, search: str = "", rol: str = "") -> QuerySet[User]:
    """Newest first; `search` is part of the e-mail or the name, in upper or lower case."""
    return search_people(User.objects.filter(rol=rol) if rol else User.objects.all(), search)


def search_people(people: QuerySet[User], search: str) -> QuerySet[User]:
    """An escaped regular expression: SQLite's LIKE takes É and é for different letters."""
    if not search:
        return people
    text = re.escape(search)
    return people.filter(Q(email__iregex=text) | Q(nombre__iregex=text))


def person_by_id(person_id: str) -> User:
    """Raises NotFound, for a key that cannot be read too."""
    try:
        return User.objects.get(pk=uuid.UUID(person_id))
    except (ValueError, User.DoesNotExist):
        raise NotFound from None


def export_rows(people: QuerySet[User]) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Rows of EXPORT_COLUMNS, read in pieces."""
    columns = people.values_list("pk", "nombre", "email", "rol", "is_active", "created_at")
    for key, nombre, email, rol, is_active, created_at in columns.iterator(chunk_size=EXPORT_CHUNK):
        yield str(key), nombre, email, rol, str(is_active).lower(), _local(created_at)


def _local(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")

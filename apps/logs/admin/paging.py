"""Pages of a table of millions: counted once a minute, and read from the nearer end."""

import hashlib
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from apps.logs.totals import FEW, REMEMBERED_SECONDS


class TurnPaginator(Paginator):
    """Of turns ordered by position. A skipped row costs an entry of an index, not the row."""

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        key = f"turns-page:{hashlib.sha256(str(self.object_list.query).encode()).hexdigest()}"
        known: int | None = cache.get(key)
        if known is None:
            known = self.object_list.order_by().count()
            if known > FEW:
                cache.set(key, known, REMEMBERED_SECONDS)
        return known

    def page(self, number: Any) -> Page[Any]:
        number = self.validate_number(number)
        skip = (number - 1) * self.per_page
        here = max(0, min(self.per_page, self.count - skip))
        positions = self.object_list.values_list("position", flat=True)
        if skip <= self.count // 2:
            found = list(positions[skip : skip + here])
        else:
            start = self.count - skip - here
            found = list(positions.reverse()[start : start + here])
        rows = self.object_list.model._default_manager.filter(position__in=found)
        rows.query.select_related = self.object_list.query.select_related
        rows = rows.order_by(*self.object_list.query.order_by)
        return Page(rows, number, self)

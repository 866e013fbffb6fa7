"""Which turns: what lists, searches, counts and exports have in common."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.db.models import QuerySet

from apps.core.dates import end_of, start_of
from apps.core.text import storable
from apps.logs import search
from apps.logs.fields import LAST, position_at
from apps.logs.models import ChatTurn

SAME_STATUS = {"success": "ok", "fail": "error", "failed": "error"}
"""Words of the panel for ours."""


@dataclass(frozen=True, slots=True)
class TurnFilter:
    """Nothing, or what a turn has to be. Texts are texts: equal, or for `q` found by the search."""

    desde: date | None = None
    hasta: date | None = None
    intent: str = ""
    q: str = ""
    sender: str = ""
    status: str = ""
    engine: str = ""
    origen: str = ""
    not_understood: bool = False

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "TurnFilter":
        """From a validated query or a stored export; what it does not know is left out."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in given.items() if name in known and value not in ("", None)}
        for name in {"desde", "hasta"} & values.keys():
            if isinstance(values[name], str):
                values[name] = date.fromisoformat(values[name])
        return cls(**values)

    def stored(self) -> dict[str, Any]:
        """As JSON can hold it, without what is not asked."""
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
            if value
        }

    def bounds(self) -> tuple[int, int]:
        """Lowest and highest position of the days."""
        low = position_at(start_of(self.desde)) if self.desde else -LAST
        high = position_at(end_of(self.hasta)) - 1 if self.hasta else LAST
        return low, high

    @property
    def is_search(self) -> bool:
        """Words and days alone: the search index answers by itself."""
        return bool(self.q) and not self._conditions()

    def turns(self) -> QuerySet[ChatTurn]:
        """In no order."""
        low, high = self.bounds()
        rows = ChatTurn.objects.filter(**self._conditions()).order_by()
        rows = rows.filter(position__gte=low, position__lte=high) if self.desde or self.hasta else rows
        return rows.filter(user_message__words=self.q) if self.q else rows

    def _conditions(self) -> dict[str, Any]:
        names = {"intent": "intent", "sender": "sender_id", "engine": "engine", "origen": "origen"}
        found: dict[str, Any] = {
            column: storable(getattr(self, name)) for name, column in names.items() if getattr(self, name)
        }
        if self.status:
            found["status"] = SAME_STATUS.get(self.status, storable(self.status))
        if self.not_understood:
            found |= {"is_fallback__in": [True], "is_form_answer__in": [False]}  # as bare booleans no index
        return found

    def positions(
        self, low: int, high: int, size: int, *, skip: int = 0, is_descending: bool = True
    ) -> list[int]:
        """Of the turns between two positions, from one end, past `skip` of them."""
        first, last = self.bounds()
        low, high = max(low, first), min(high, last)
        if self.is_search:
            return search.newest_positions(self.q, low, high, size, skip=skip, is_descending=is_descending)
        rows = self.turns().filter(position__gte=low, position__lte=high)
        order = "-position" if is_descending else "position"
        return list(rows.order_by(order).values_list("position", flat=True)[skip : skip + size])

    def count(self, low: int = -LAST) -> int:
        """From that position on."""
        first, last = self.bounds()
        low = max(low, first)
        if self.is_search:
            return search.count_matches(self.q, low, last)
        rows = self.turns()
        return (rows if low <= first else rows.filter(position__gte=low)).count()

"""Sentences that an import would give to two intents: allowed to be written, but nothing trains on them."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from apps.intents.knowledge import IntentData
from apps.intents.models import Example
from apps.intents.services.intents import example_key

MAX_NOTES = 20
CHUNK = 5000


class SharedSentences:
    """Looks at intents as they will be, batch after batch; remembers the keys of their sentences."""

    def __init__(self, *, remembers: bool) -> None:
        """`remembers` what earlier batches have: needed while they are not written."""
        self._remembers = remembers
        self._owners: dict[int, str] = {}
        self._found: list[str] = []
        self._more = 0

    @property
    def notes(self) -> tuple[str, ...]:
        if not self._more:
            return tuple(self._found)
        return (*self._found, _("Y %(count)d frases más están en dos intenciones.") % {"count": self._more})

    def look_at(self, batch: Sequence[IntentData]) -> None:
        """Against those seen before, and against active intents that this batch leaves as they are."""
        if not self._remembers:
            self._owners.clear()
        active = [one for one in batch if one.is_active]
        texts = {example_key(text): (text, one.name) for one in active for text in one.examples}
        for one in active:
            for text in one.examples:
                owner = self._owners.setdefault(hash(example_key(text)), one.name)
                if owner != one.name:
                    self._add(text, one.name, owner)
        names, keys = {one.name for one in batch} | set(self._owners.values()), list(texts)
        for start in range(0, len(keys), CHUNK):
            part = keys[start : start + CHUNK]
            rows = Example.objects.filter(intent__is_active=True, key__in=part).order_by()
            for key, owner in rows.values_list("key", "intent__name"):
                if owner not in names:
                    self._add(*texts[key], owner)

    def _add(self, text: str, intent: str, owner: str) -> None:
        if len(self._found) >= MAX_NOTES:
            self._more += 1
            return
        note = _("«%(text)s» queda en «%(intent)s» y en «%(owner)s»: así no se puede entrenar.")
        self._found.append(note % {"text": text, "intent": intent, "owner": owner})

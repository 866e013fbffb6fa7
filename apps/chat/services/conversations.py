"""Conversation state in the database: any process may answer, and one sender's turns never interleave."""

import random
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError, IntegrityError
from django.db.models import Q
from django.utils import timezone

from apps.chat.engines.base import EngineTimeout
from apps.chat.engines.embedded.store import ConversationState, StoreUnavailable
from apps.chat.models import DEFAULT_SENDER, Conversation
from apps.core.text import storable

LEASE_SECONDS = 30.0
"""Longer than any turn: only the lease of a process that died runs out."""
WAIT_SECONDS = 10.0
POLL_SECONDS = (0.005, 0.02)


class DatabaseStore:
    """A ConversationStore on the Conversation table, locked by a lease on the row.

    A lease and not `select_for_update`: SQLite has no row locks, and no transaction may stay open
    while an action calls out.
    """

    @contextmanager
    def turn(self, sender: str) -> Iterator[ConversationState]:
        """The sender's state, ours alone inside the block, saved when it ends well.

        Raises EngineTimeout when another turn of the sender does not end, StoreUnavailable for the database.
        """
        if sender == DEFAULT_SENDER:  # everybody who gives none: nothing of one may reach another
            yield ConversationState()
            return
        token = secrets.token_hex(16)
        try:
            key, stored = self._acquire(sender, token)
        except DatabaseError as error:
            raise StoreUnavailable(type(error).__name__) from error
        state = ConversationState.from_json(stored)
        try:
            yield state
            kept = storable(state.to_json())
        except BaseException:
            self._release(key, token)
            raise
        self._release(key, token, state=kept, updated_at=timezone.now())

    def _acquire(self, sender: str, token: str) -> tuple[UUID, str]:
        """The row's key and its state."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            now = timezone.now()
            free = Q(locked_until__isnull=True) | Q(locked_until__lt=now)
            lease = {"lock_token": token, "locked_until": now + timedelta(seconds=LEASE_SECONDS)}
            if Conversation.objects.filter(free, sender_id=sender).update(**lease):
                return Conversation.objects.values_list("pk", "state").get(sender_id=sender)
            if created := self._create(sender, lease):
                return created.pk, ""
            if time.monotonic() > deadline:
                raise EngineTimeout("conversation is busy")
            time.sleep(random.uniform(*POLL_SECONDS))

    def _create(self, sender: str, lease: dict[str, object]) -> Conversation | None:
        """A first row for the sender; None when there is one (it is busy, or was made just now)."""
        if Conversation.objects.filter(sender_id=sender).exists():
            return None
        try:
            return Conversation.objects.create(sender_id=sender, **lease)
        except IntegrityError:
            return None

    def _release(self, key: UUID, token: str, **changes: object) -> None:
        """Saves and unlocks in one write; a turn whose lease ran out saves nothing."""
        try:
            Conversation.objects.filter(pk=key, lock_token=token).update(
                lock_token="", locked_until=None, **changes
            )
        except DatabaseError as error:
            raise StoreUnavailable(type(error).__name__) from error

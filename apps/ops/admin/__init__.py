"""Self-tests and counted events in Django admin."""

from apps.ops.admin import events, selftests

__all__ = ["events", "selftests"]

"""People, their sessions, locks and preferences in Django admin."""

from apps.accounts.admin import lockouts, people, records, sessions  # noqa: F401

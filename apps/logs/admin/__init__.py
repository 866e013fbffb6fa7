"""The log and the exports in Django admin."""

from apps.logs.admin import exports, turns

__all__ = ["exports", "turns"]

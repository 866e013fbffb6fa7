"""The log and the exports in Django admin."""

from apps.logs import audit_admin, keeping_admin
from apps.logs.admin import exports, turns

__all__ = ["audit_admin", "exports", "keeping_admin", "turns"]

"""The helpdesk in Django admin: tickets, surveys, rules, and the conversations that they came from."""

from apps.helpdesk.admin import conversations, rules, surveys, tickets

__all__ = ["conversations", "rules", "surveys", "tickets"]

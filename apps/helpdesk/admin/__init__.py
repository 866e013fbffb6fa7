"""The helpdesk in Django admin: tickets, surveys, rules, and the conversations that they came from."""

from apps.helpdesk.admin import conversations, deliveries, rules, surveys, tickets

__all__ = ["conversations", "deliveries", "rules", "surveys", "tickets"]

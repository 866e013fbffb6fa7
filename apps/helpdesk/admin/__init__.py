"""The helpdesk in Django admin: tickets, surveys, and the conversations that they came from."""

from apps.helpdesk.admin import conversations, deliveries, surveys, tickets

__all__ = ["conversations", "deliveries", "surveys", "tickets"]

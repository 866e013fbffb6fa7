"""Tables of the helpdesk, and of what students leave half done."""

from apps.helpdesk.models.bot import SavedProgress, Survey, TutorMessage
from apps.helpdesk.models.deliveries import Delivery
from apps.helpdesk.models.tickets import Kind, Priority, Source, Status, Ticket, TicketCounter

__all__ = [
    "Delivery",
    "Kind",
    "Priority",
    "SavedProgress",
    "Source",
    "Status",
    "Survey",
    "Ticket",
    "TicketCounter",
    "TutorMessage",
]

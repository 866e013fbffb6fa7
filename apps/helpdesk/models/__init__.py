"""Tables of the helpdesk, and of what students leave half done."""

from apps.helpdesk.models.bot import SavedProgress, Survey, TutorMessage
from apps.helpdesk.models.canned import CannedAnswer
from apps.helpdesk.models.deliveries import Delivery
from apps.helpdesk.models.rules import BusinessHours, ClosedDay, ServiceLevel, Unit
from apps.helpdesk.models.tickets import Kind, Priority, Source, Status, Ticket, TicketCounter
from apps.helpdesk.models.work import Actor, MailCounter, TicketComment, TicketEvent

__all__ = [
    "Actor",
    "BusinessHours",
    "CannedAnswer",
    "ClosedDay",
    "Delivery",
    "Kind",
    "MailCounter",
    "Priority",
    "SavedProgress",
    "ServiceLevel",
    "Source",
    "Status",
    "Survey",
    "Ticket",
    "TicketComment",
    "TicketCounter",
    "TicketEvent",
    "TutorMessage",
    "Unit",
]

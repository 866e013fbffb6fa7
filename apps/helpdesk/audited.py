"""What of cases is written down: how staff move them along, never what the student wrote."""

from apps.core import audit
from apps.helpdesk.models import BusinessHours, CannedAnswer, ClosedDay, ServiceLevel, Ticket

audit.register(
    Ticket,
    fields=["status", "priority", "assignee", "kind"],
    actions={audit.UPDATE, audit.DELETE},  # students open them, by the bot
    name=lambda ticket: ticket.number,
)
for model in (BusinessHours, CannedAnswer, ClosedDay, ServiceLevel):
    audit.register(model)

"""What the log keeps of a person."""

from django.utils.translation import gettext_lazy as _

from apps.core.personal_data import Part, exempt, register
from apps.logs import personal_audit, personal_turns

register(
    Part(
        "turns",
        _("turnos del chat, con su valoración"),
        ("logs.ChatTurn", "logs.Feedback"),
        lambda person: personal_turns.turns_of(person).count(),
        personal_turns.erase,
        personal_turns.export,
        personal_turns.find,
        place=60,
    )
)
register(
    Part(
        "audit",
        _("menciones en el registro de cambios"),
        ("logs.AuditEntry",),
        personal_audit.count,
        personal_audit.erase,
        personal_audit.export,
        place=85,  # before the account, by which its entries are found
    )
)
exempt(
    {
        "logs.PurgeRun": "counts and dates",
        "logs.PersonalDataRequest": "the receipts themselves: a keyed fingerprint and counts",
    }
)

"""What the log keeps of a person."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Conflict
from apps.core.personal_data import Counts, Part, Person, exempt, register
from apps.logs import personal_audit, personal_turns
from apps.logs.exports.services import cancel_export, expire_export
from apps.logs.models import Export


def _exports() -> QuerySet[Export]:
    """Files of many people's data, made or in the making, and filters that may name one."""
    return Export.objects.filter(Q(state__in=Export.OPEN) | ~Q(file="", filters={}))


def _erase_exports(person: Person) -> Iterator[Counts]:
    """All of them: a file can be asked for again, without the person."""
    for export in _exports():
        try:
            cancel_export(export=export)
        except Conflict:  # it is over
            expire_export(export)
        Export.objects.filter(pk=export.pk).update(filters={})
        yield {"exports": 1}


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
register(
    Part(
        "exports",
        _("archivos exportados, de todas las personas (se pueden pedir de nuevo)"),
        ("logs.Export",),
        lambda person: _exports().count(),
        _erase_exports,
        place=80,
    )
)
exempt(
    {
        "logs.ChangedDay": "days whose figures are to be counted again",
        "logs.PurgeRun": "counts and dates",
        "logs.PersonalDataRequest": "the receipts themselves: a keyed fingerprint and counts",
    }
)

"""What staff read of their decisions in the review inbox."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.intents.models import ReviewGroup
from apps.intents.review_selectors import Progress
from apps.intents.services.review.decisions import Decided
from apps.intents.services.review.teaching import Taught


def taught_text(intent: str, taught: Taught) -> str:
    text = ngettext("%(n)d ejemplo nuevo", "%(n)d ejemplos nuevos", taught.added) % {"n": taught.added}
    parts = [_("Asignado a «%(intent)s»: %(count)s.") % {"intent": intent, "count": text}]
    if taught.known:
        known = ngettext("%(n)d ya lo era.", "%(n)d ya lo eran.", taught.known)
        parts.append(known % {"n": taught.known})
    parts += [_("No se añadió: %(why)s") % {"why": row["message"]} for row in taught.refused[:3]]
    return " ".join(parts)


def undone_text(count: int, taken: int) -> str:
    text = ngettext(
        "Deshecho: %(n)d grupo vuelve a la bandeja", "Deshecho: %(n)d grupos vuelven a la bandeja", count
    )
    removed = ngettext("%(n)d ejemplo quitado", "%(n)d ejemplos quitados", taken) % {"n": taken}
    return f"{text % {'n': count}} ({removed})."


def together(done: Sequence[Decided]) -> Taught:
    all_of = [one.taught for one in done]
    refused = [row for taught in all_of for row in taught.refused]
    return Taught(sum(taught.added for taught in all_of), sum(taught.known for taught in all_of), refused)


def progress_text(figures: Progress) -> str:
    return _("%(done)d de %(total)d decididos hoy") % {"done": figures.decided_today, "total": figures.total}


def undo_label(rows: Sequence[ReviewGroup]) -> str:
    """What "undo the last one" would undo; empty when there is nothing."""
    if not rows:
        return ""
    if len(rows) > 1:
        return _("Deshacer lo último (%(n)d grupos)") % {"n": len(rows)}
    return _("Deshacer: «%(text)s»") % {"text": str(rows[0])[:40]}

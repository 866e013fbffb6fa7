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


def undone_text(done: Sequence[Decided]) -> str:
    taught, count = together([one.taught for one in done]), len(done)
    text = ngettext(
        "Deshecho: %(n)d grupo vuelve a la bandeja", "Deshecho: %(n)d grupos vuelven a la bandeja", count
    )
    removed = ngettext("%(n)d ejemplo quitado", "%(n)d ejemplos quitados", -taught.added)
    parts = [f"{text % {'n': count}} ({removed % {'n': -taught.added}})."]
    if taught.returned:
        returned = ngettext(
            "%(n)d ejemplo vuelve a su intención de antes.",
            "%(n)d ejemplos vuelven a su intención de antes.",
            taught.returned,
        )
        parts.append(returned % {"n": taught.returned})
    parts += [row["message"] for row in taught.refused[:3]]
    return " ".join(parts)


def together(all_of: Sequence[Taught]) -> Taught:
    return Taught(
        added=sum(taught.added for taught in all_of),
        known=sum(taught.known for taught in all_of),
        returned=sum(taught.returned for taught in all_of),
        refused=[row for taught in all_of for row in taught.refused],
    )


def progress_text(figures: Progress) -> str:
    return _("%(done)d de %(total)d decididos hoy") % {"done": figures.decided_today, "total": figures.total}


def undo_label(rows: Sequence[ReviewGroup]) -> str:
    """What "undo the last one" would undo; empty when there is nothing."""
    if not rows:
        return ""
    if len(rows) > 1:
        return _("Deshacer lo último (%(n)d grupos)") % {"n": len(rows)}
    return _("Deshacer: «%(text)s»") % {"text": str(rows[0])[:40]}

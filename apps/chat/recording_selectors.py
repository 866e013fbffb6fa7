"""Reading kept recordings."""

from uuid import UUID

from django.utils.translation import gettext as _

from apps.chat.models import Recording
from apps.core.errors import NotFound
from apps.core.pagination import Window


def recordings(
    *, window: Window, sender: str = "", session_id: str = "", q: str = ""
) -> tuple[list[Recording], int]:
    """That part of the list, newest first, and how many there are in all."""
    rows = Recording.objects.all()
    if sender:
        rows = rows.filter(sender_id=sender)
    if session_id:
        rows = rows.filter(session_id=session_id)
    if q:
        rows = rows.filter(transcript__icontains=q)
    return list(rows[window.slice]), rows.count()


def recording(id: str) -> Recording:
    """Raises NotFound."""
    try:
        found = Recording.objects.filter(pk=UUID(id)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound(_("No existe esa grabación, o ya se borró."))
    return found

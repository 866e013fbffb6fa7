"""Mails of the helpdesk."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Tutor
from apps.accounts.services.mails import mail_job, send_mail_to

SUBJECT = _("Mensaje de %(student)s en %(brand)s")


@mail_job
def mail_to_tutor(tutor_id: str, student: str, email: str, text: str) -> None:
    """What a student wrote; an answer goes to the student. Nothing to a tutor who is gone."""
    tutor = Tutor.objects.filter(pk=UUID(tutor_id)).first()
    if tutor is None:
        return
    name = " ".join(student.split())
    send_mail_to(
        tutor.email,
        "tutor_message",
        SUBJECT,
        lambda: {"student": name, "email": email, "text": text},
        reply_to=email,
        about=str(tutor.pk),
    )

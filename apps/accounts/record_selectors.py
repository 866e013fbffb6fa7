"""Reading students' records by a confirmed e-mail, for the API and for the bot."""

from apps.accounts.models import Certificate, StudentRecord, Tutor, normalise_email


def state_of(email: str) -> StudentRecord | None:
    """The record of this e-mail, its tutor with it; None when there is none."""
    email = normalise_email(email)
    if not email:
        return None
    return StudentRecord.objects.select_related("tutor").filter(email=email).first()


def tutor_of(email: str) -> Tutor | None:
    """The tutor of this student; None without a record or without a tutor."""
    record = state_of(email)
    return record.tutor if record else None


def certificates_of(email: str) -> list[Certificate] | None:
    """The student's certificates, newest first; None when there is no record."""
    record = state_of(email)
    return list(record.certificates.all()) if record else None

"""People, their sessions and preferences, and the student's own records."""

from apps.accounts.models.people import MAX_NAME, User, UserManager, normalise_email
from apps.accounts.models.preferences import UserSettings
from apps.accounts.models.records import Certificate, CertificateKind, StudentRecord, StudentState, Tutor
from apps.accounts.models.sessions import RevokedToken, TokenFamily

__all__ = [
    "MAX_NAME",
    "Certificate",
    "CertificateKind",
    "RevokedToken",
    "StudentRecord",
    "StudentState",
    "TokenFamily",
    "Tutor",
    "User",
    "UserManager",
    "UserSettings",
    "normalise_email",
]

"""People, their sessions and preferences, and the student's own records."""

from apps.accounts.models.people import User, UserManager, normalise_email
from apps.accounts.models.preferences import UserSettings
from apps.accounts.models.sessions import RevokedToken, TokenFamily

__all__ = ["RevokedToken", "TokenFamily", "User", "UserManager", "UserSettings", "normalise_email"]

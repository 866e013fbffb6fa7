"""The second factor of staff: TOTP codes and recovery codes (django-otp)."""

from apps.accounts.models import User


def verify(*, user: User, otp: str) -> None:
    """Nothing when the person needs no code or gave a good one."""

"""django-axes' handler: what Django's authenticate() reports was counted before (services/lockout.py)."""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler


class AttemptsAreCountedFirst(AxesDatabaseHandler):
    def user_login_failed(self, *args: Any, **kwargs: Any) -> None:
        """Counted already, before the password was looked at."""

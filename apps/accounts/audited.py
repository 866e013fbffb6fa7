"""What of people and records is written down when staff change it."""

from apps.accounts.models import Certificate, StudentRecord, Tutor, User
from apps.core import audit

audit.register(
    User,
    exclude=["last_login", "tokens_valid_after"],
    masked=["password"],
    name=lambda user: user.email,
)
for model in (StudentRecord, Tutor, Certificate):
    audit.register(model)

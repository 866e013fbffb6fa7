"""Documents of the old system, and one run of their import."""

from datetime import UTC, datetime
from typing import Any

import bcrypt

from apps.accounts.services.legacy import LegacyImport, LegacyReport
from tests.conftest import PASSWORD

SETTINGS = {"language": "en", "theme": "dark", "fontScale": 1.5, "highContrast": True}
HASH = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
MADE = datetime(2024, 3, 1, 12, 30, tzinfo=UTC)


def person(number: int = 1, **changes: Any) -> dict[str, Any]:
    document = {"_id": number, "email": f"p{number}@ejemplo.edu.co", "nombre": f"P{number}", "rol": "usuario"}
    document |= {"password": HASH, **changes}
    return {name: value for name, value in document.items() if value is not ...}


def take(users: list[dict[str, Any]], settings: Any = (), **options: Any) -> LegacyReport:
    run = LegacyImport(**options)
    run.people(users)
    run.preferences(settings)
    return run.report


def counts(report: LegacyReport) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    people, preferences = report.people, report.preferences
    return (
        (people.created, people.existing, people.skipped),
        (preferences.created, preferences.existing, preferences.skipped),
    )

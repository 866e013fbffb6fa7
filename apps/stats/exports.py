"""How many CSV files staff downloaded: from the rows of exports (apps/logs: Export), where they are kept."""

from datetime import date

from apps.stats.periods import Period


def csv_exports(period: Period) -> dict[date, int]:
    """Of every day with any."""
    return {}

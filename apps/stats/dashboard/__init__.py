"""The index of Django admin: what students asked, how the bot did, and what waits for staff."""

from typing import Any

from django.http import QueryDict

from apps.accounts.models import User
from apps.core.charts import SCRIPTS
from apps.stats.dashboard.charts import charts
from apps.stats.dashboard.numbers import facts, numbers
from apps.stats.dashboard.ranges import chosen_range
from apps.stats.dashboard.waiting import waiting_cards
from apps.stats.selectors import period_figures
from apps.stats.tickets import tickets_by_kind
from apps.stats.topics import may_see_small


def dashboard(user: User, query: QueryDict) -> dict[str, Any]:
    """What templates/admin/_dashboard.html shows."""
    chosen = chosen_range(query)
    period = chosen.period
    now, before = period_figures(period), period_figures(period.before)
    by_kind, by_kind_before = tickets_by_kind(period), tickets_by_kind(period.before)
    sees_all = may_see_small(user)
    return {
        "range": chosen,
        "numbers": numbers(now, before, by_kind, by_kind_before, sees_all=sees_all),
        "facts": facts(now, by_kind),
        "charts": charts(now, by_kind, sees_all=sees_all),
        "waiting": waiting_cards(user),
        "pending_days": now.pending_days + before.pending_days,
        "people_from": now.people_from,
        "is_empty": not now.total.turns,
        "scripts": SCRIPTS,
    }

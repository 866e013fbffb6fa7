"""What the worker does for this app; its command imports every app's tasks."""

from apps.core.jobs import hourly
from apps.intents.services.reminders import remind_owners, send_reminder
from apps.intents.services.review.collecting import collect_reviews
from apps.intents.services.review.guesses import fill_missing_guesses
from apps.intents.services.training.ci import dispatch_ci
from apps.intents.services.training.dates import train_for_dates
from apps.intents.services.training.work import train_bot

__all__ = [
    "collect_review_inbox",
    "dispatch_ci",
    "remind_owners",
    "send_reminder",
    "train_bot",
    "train_new_day",
]


@hourly(minute=7)
def collect_review_inbox() -> None:
    collect_reviews()
    fill_missing_guesses()


@hourly(minute=5)
def train_new_day() -> None:
    train_for_dates()

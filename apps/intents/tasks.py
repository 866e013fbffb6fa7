"""What the worker does for this app."""

from apps.core.jobs import hourly
from apps.intents.services.review.collecting import collect_reviews
from apps.intents.services.review.guesses import fill_missing_guesses


@hourly(minute=7)
def collect_review_inbox() -> None:
    collect_reviews()
    fill_missing_guesses()

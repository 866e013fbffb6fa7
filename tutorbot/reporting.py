"""Reports of errors to Sentry, with SENTRY_DSN alone: what broke and where, and nothing about whom."""

from typing import Any

import structlog

from apps.core import VERSION
from tutorbot.env import Env

KEPT_OF_REQUEST = ("method", "url")
NEVER_SENT = ("user", "breadcrumbs", "extra", "modules")
DATABASES = frozenset({"psycopg", "psycopg_binary", "pymongo", "sqlite3"})
DATABASE_ERRORS = frozenset({"DatabaseError", "DataError", "IntegrityError", "OperationalError"})


def start_reporting(env: Env) -> None:
    """The library is not imported without an address to report to."""
    if not env.SENTRY_DSN:
        return
    import sentry_sdk
    from sentry_sdk.integrations.django import DjangoIntegration
    from sentry_sdk.utils import BadDsn

    try:
        sentry_sdk.init(
            dsn=env.SENTRY_DSN,
            environment=env.APP_ENV,
            release=f"tutorbot@{VERSION}",
            send_default_pii=False,
            max_request_body_size="never",
            include_local_variables=False,
            max_breadcrumbs=0,
            traces_sample_rate=0.0,
            auto_enabling_integrations=False,
            auto_session_tracking=False,
            integrations=[DjangoIntegration(middleware_spans=False, signals_spans=False)],
            before_send=without_people,
        )
    except BadDsn:  # `manage.py check` names it; a bot that answers matters more than its reports
        structlog.get_logger("tutorbot.reporting").error("sentry_dsn_unusable")


def without_people(event: Any, hint: Any) -> Any:
    """An event without what a request carried: no query, cookies, headers or body; with the request's id.

    Of a log line its name alone. What databases say quotes the row: of their errors the kind alone.
    """
    for name in NEVER_SENT:
        event.pop(name, None)
    if "logentry" in event:
        event["logentry"] = {"message": _name_of(hint.get("log_record"))}
    for error in (event.get("exception") or {}).get("values") or ():
        if (error.get("module") or "").partition(".")[0] in DATABASES or error.get("type") in DATABASE_ERRORS:
            error["value"] = ""
    if "request" in event:
        given = event["request"]
        event["request"] = {n: given[n].partition("?")[0] for n in KEPT_OF_REQUEST if given.get(n)}
    if rid := structlog.contextvars.get_contextvars().get("rid"):
        event.setdefault("tags", {})["rid"] = rid
    return event


def _name_of(record: Any) -> str:
    """Of a log line: its event, or its text before anything is put into it."""
    said = getattr(record, "msg", "")
    return str(said.get("event", "")) if isinstance(said, dict) else str(said)

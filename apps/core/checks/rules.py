"""How a check is written: a condition on the environment, a number, a text, a hint."""

import re
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

Environment = Any
"""tutorbot.env.Env, which this layer does not import."""
Finding = tuple[str, str, str]
"""Number ("E001" or "W001"), text, hint."""
ORIGIN = re.compile(
    r"(http(?!.*:80$)|https(?!.*:443$))://([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])(:\d+)?"
)
Rule = Callable[[Environment], Iterable[Finding]]


def environment_check(rule: Rule) -> Rule:
    """Registers a generator of findings as a system check."""

    def run(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
        return [
            (Error if number.startswith("E") else Warning)(text, hint=hint, id=f"tutorbot.{number}")
            for number, text, hint in rule(settings.ENV)
        ]

    register(run, Tags.compatibility)
    return rule


def is_http_url(text: str) -> bool:
    """An absolute http(s) address with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def is_base_url(text: str) -> bool:
    """An http address that paths can be put behind: no user, query or fragment."""
    parts = urlsplit(text) if is_http_url(text) else None
    return parts is not None and not (parts.username or parts.query or parts.fragment)


def is_origin(text: str) -> bool:
    """As browsers write it: scheme, host, a port that is not the scheme's own, all in small letters."""
    return ORIGIN.fullmatch(text) is not None and is_http_url(text)


def is_local_host(host: str) -> bool:
    """Loopback, a private address, or a name without a dot, as those of containers are."""
    try:
        address = ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost"))
    return address.is_loopback or address.is_private


def is_private_way(url: str) -> bool:
    """Whether personal data may go there: under TLS, or to a neighbour."""
    parts = urlsplit(url)
    return parts.scheme == "https" or is_local_host(parts.hostname or "")

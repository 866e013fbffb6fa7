"""The action server's environment variables, read once when it starts."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

MAX_SECONDS, MAX_RETRIES = 120.0, 10


class ConfigurationError(Exception):
    """Names every variable that is wrong, and what would be right."""


@dataclass(frozen=True)
class Environment:
    backend_url: str = "http://127.0.0.1:8000"
    tickets_url: str = "http://127.0.0.1:8000/api/helpdesk/tickets"
    token: str = field(default="", repr=False)
    timeout: float = 10.0
    """Seconds for one call of the back end, with all its retries."""
    retries: int = 2

    @property
    def keeps_tickets(self) -> bool:
        """Whether tickets go to the back end itself: nobody else is shown who wrote a turn."""
        backend, tickets = urlsplit(self.backend_url), urlsplit(self.tickets_url)
        return (backend.scheme, backend.netloc) == (tickets.scheme, tickets.netloc)


def read_environment(given: Mapping[str, str] | None = None) -> Environment:
    """Raises ConfigurationError."""
    said = {name: value.strip() for name, value in (os.environ if given is None else given).items()}
    problems: list[str] = []
    backend = said.get("BACKEND_URL") or Environment.backend_url
    backend = backend.rstrip("/")
    tickets = said.get("HELPDESK_WEBHOOK") or f"{backend}/api/helpdesk/tickets"
    for name, url in (("BACKEND_URL", backend), ("HELPDESK_WEBHOOK", tickets)):
        if not _is_http_url(url):
            problems.append(
                f"{name} must be an address such as https://bot.example.edu.co, without user and #"
            )
    token = said.get("HELPDESK_TOKEN", "")
    if not (token.isascii() and token.isprintable()):
        problems.append("HELPDESK_TOKEN may have printable ASCII characters only")
    timeout = _number(said, "ACTIONS_HTTP_TIMEOUT", Environment.timeout, MAX_SECONDS, problems)
    retries = _number(said, "ACTIONS_HTTP_RETRIES", Environment.retries, MAX_RETRIES, problems)
    if not timeout or retries != int(retries):
        problems.append("ACTIONS_HTTP_TIMEOUT must be more than 0, ACTIONS_HTTP_RETRIES a whole number")
    if problems:
        raise ConfigurationError("\n".join(problems))
    return Environment(backend, tickets, token, timeout, int(retries))


def _number(said: Mapping[str, str], name: str, default: float, most: float, problems: list[str]) -> float:
    text = said.get(name) or str(default)
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number <= most:
        problems.append(f"{name} must be a number from 0 to {most:g}, not {text!r}")
        return default
    return number


def _is_http_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_plain = "@" not in parts.netloc and not parts.fragment and url.isascii() and url.isprintable()
        return parts.scheme in ("http", "https") and bool(parts.hostname) and is_plain and parts.port != 0
    except ValueError:
        return False

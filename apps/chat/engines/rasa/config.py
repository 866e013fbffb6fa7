"""Where Rasa is and how long a student waits for it."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

TURN_PATH = "/webhooks/rest/webhook"


@dataclass(frozen=True, slots=True)
class RasaConfig:
    """`timeout_ms` is for a whole turn, connecting and all; `tracker_timeout_ms` for `understood()`."""

    base_url: str
    token: str | None = field(default=None, repr=False)
    timeout_ms: int = 8000
    connect_timeout_ms: int = 1000
    pool_size: int = 50
    tracker_timeout_ms: int = 500

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", normalise_base_url(self.base_url))


def normalise_base_url(url: str) -> str:
    """`http://rasa:5005` from that with or without the webhook's path. Raises ValueError for no base URL."""
    parts = urlsplit(url.strip())
    has_extras = parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in ("http", "https") or not parts.hostname or has_extras or not _port_is_valid(url):
        raise ValueError("expected http(s)://host[:port][/path] without user, query and fragment")
    path = parts.path.rstrip("/").removesuffix(TURN_PATH).rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def _port_is_valid(url: str) -> bool:
    try:
        return urlsplit(url.strip()).port != 0
    except ValueError:
        return False

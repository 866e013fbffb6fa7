"""A web page of an allowed host, fetched so that nothing of our own network can be reached through it."""

import time
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.conf import settings

from apps.core.clients.outside import TIMEOUT, Answer, Limits, OutsideError, exchange
from apps.core.network import is_public

WHOLE_SECONDS, CONNECT_SECONDS = 3.0, 2.0
MAX_BYTES = 512 * 1024
MAX_REDIRECTS = 3
PORTS = {"http": (None, 80), "https": (None, 443)}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
KEPT_SIGNS = "%/:=&?~+!$,;'@()*[]-._"
"""Of an address; the rest is written in hexadecimal."""
HEADERS = {"Accept": "text/html", "Accept-Language": "es"}


class BadAddress(ValueError):
    """Not an address of a web page at all."""


class NotAllowed(Exception):
    """A host, a port or a way that LINK_PREVIEW_HOSTS does not open."""


def parts_of(url: str) -> SplitResult:
    """Raises BadAddress for what is no plain http address, NotAllowed for a port other than 80 and 443."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
        host.encode("idna")  # no label of it is too long
    except ValueError:
        raise BadAddress(url) from None
    is_plain = host.isascii() and url.isprintable() and not any(sign in url for sign in ' \\<>"')
    if parts.scheme not in PORTS or not host or parts.username is not None or not is_plain:
        raise BadAddress(url)
    if port not in PORTS[parts.scheme]:
        raise NotAllowed(url)
    return parts


def is_allowed_host(host: str) -> bool:
    """By name: exactly, or by an entry that begins with a dot, which means every name below it."""
    host = host.lower().rstrip(".")
    wanted = (entry.lower().rstrip(".") for entry in settings.ENV.LINK_PREVIEW_HOSTS)
    return any(host.endswith(entry) if entry.startswith(".") else host == entry for entry in wanted)


def fetch(url: str) -> tuple[str, Answer]:
    """The page that an address leads to in the end, and that address.

    Raises BadAddress, NotAllowed, OutsideError. Every address on the way is looked at like the first.
    """
    parts, until = parts_of(url), time.monotonic() + WHOLE_SECONDS
    for _hop in range(MAX_REDIRECTS + 1):
        answer = _ask(parts, until)
        target = answer.headers.get("location", "")
        if answer.status not in REDIRECTS or not target:
            return url, answer
        try:
            url = urljoin(url, target)
            parts = parts_of(url)
        except ValueError:  # the page's fault, not the asker's
            raise NotAllowed(url) from None
    raise OutsideError("too_many_redirects")


def _ask(parts: SplitResult, until: float) -> Answer:
    left = until - time.monotonic()
    if not is_allowed_host(parts.hostname or ""):
        raise NotAllowed(parts.netloc)
    if left <= 0:
        raise OutsideError(TIMEOUT)
    limits = Limits(min(CONNECT_SECONDS, left), left, MAX_BYTES)
    path, query = quote(parts.path, safe=KEPT_SIGNS), quote(parts.query, safe=KEPT_SIGNS)
    address = parts._replace(path=path, query=query, fragment="").geturl()
    return exchange("GET", address, limits, headers=HEADERS, is_allowed=is_public)

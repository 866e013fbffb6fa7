"""The identity provider's public keys (RFC 7517), fetched seldom and kept."""

import threading
import time
from collections.abc import Callable
from typing import Any

import jwt
import requests
import structlog

log = structlog.get_logger("tutorbot.jwks")
FRESH_SECONDS = 600.0
REFETCH_SECONDS = 30.0
"""Least time between two fetches: junk tokens with invented key ids must not become requests."""
TIMEOUT_SECONDS = (1.0, 3.0)


class JwksUnavailable(Exception):
    """No key of that id is known, and none could be fetched."""


class JwksClient:
    """Keys by `kid`. Stale keys go on being used while the provider does not answer."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.url = url
        self.clock = clock
        self.keys: dict[str | None, Any] = {}
        self.fetched_at = self.tried_at = float("-inf")
        self.lock = threading.Lock()
        self.session = requests.Session()
        self.session.trust_env = False

    def key(self, key_id: str | None) -> Any:
        """The public key of that id; without an id, the provider's only key."""
        is_known = self._find(key_id) is not None
        if not is_known or self.clock() - self.fetched_at > FRESH_SECONDS:
            self._refresh(wait=not is_known)
        found = self._find(key_id)
        if found is None:
            raise JwksUnavailable(self.url)
        return found

    def _find(self, key_id: str | None) -> Any:
        if key_id is None and len(self.keys) == 1:
            return next(iter(self.keys.values()))
        return self.keys.get(key_id)

    def _refresh(self, *, wait: bool) -> None:
        """One thread asks; others wait for it only when they have no key to go on with."""
        if not self.lock.acquire(blocking=wait):
            return
        try:
            if self.clock() - self.tried_at >= REFETCH_SECONDS:
                self.tried_at = self.clock()
                self._fetch()
        finally:
            self.lock.release()

    def _fetch(self) -> None:
        try:
            answer = self.session.get(self.url, timeout=TIMEOUT_SECONDS, allow_redirects=False)
            answer.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        except (requests.RequestException, ValueError, AttributeError, jwt.PyJWTError) as error:
            log.warning("jwks_unavailable", error=type(error).__name__)
            return
        self.keys = {key.key_id: key.key for key in keys}
        self.fetched_at = self.clock()

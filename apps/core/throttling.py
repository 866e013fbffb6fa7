"""Request quotas: who is counted, by which provider, and what a client is told (contract http.md §3.3)."""

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import structlog
from django.conf import settings
from django.http import HttpRequest
from django_ratelimit.core import get_usage
from limits import RateLimitItemPerSecond
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from apps.core.metrics import REFUSALS
from apps.core.network import bucket

log = structlog.get_logger("tutorbot.limits")
WARN_EVERY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Policy:
    """`limit` requests in `window` seconds, counted together under one `scope`."""

    scope: str
    limit: int
    window: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What a counter says after this request; `reset` is in seconds from now, at least 1."""

    limit: int
    remaining: int
    reset: int
    is_refused: bool

    def headers(self) -> dict[str, str]:
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
        }
        return {**headers, "Retry-After": str(self.reset)} if self.is_refused else headers


class Provider(Protocol):
    def hit(self, request: HttpRequest, policy: Policy, key: str) -> Usage: ...


class Builtin:
    """django-ratelimit on the `limits` cache: fixed windows, counted atomically."""

    def hit(self, request: HttpRequest, policy: Policy, key: str) -> Usage:
        usage = get_usage(
            request,
            group=policy.scope,
            key=lambda group, request: key,
            rate=(policy.limit, policy.window),
            increment=True,
        )
        remaining = max(0, policy.limit - usage["count"])
        return Usage(policy.limit, remaining, max(1, usage["time_left"]), usage["should_limit"])


class Limits:
    """The `limits` library on its own storage."""

    def __init__(self, uri: str, strategy: type[RateLimiter]) -> None:
        timeouts: dict[str, Any] = (
            {"socket_connect_timeout": 0.25, "socket_timeout": 0.5} if uri.startswith("redis") else {}
        )
        self.limiter = strategy(storage_from_string(uri, **timeouts))

    def hit(self, request: HttpRequest, policy: Policy, key: str) -> Usage:
        item = RateLimitItemPerSecond(policy.limit, policy.window)
        accepted = self.limiter.hit(item, policy.scope, key)
        stats = self.limiter.get_window_stats(item, policy.scope, key)
        reset = max(1, round(stats.reset_time - time.time()))
        return Usage(policy.limit, stats.remaining if accepted else 0, reset, not accepted)


@lru_cache(maxsize=4)
def provider(name: str, storage_uri: str, redis_url: str) -> Provider:
    """The provider that RATE_LIMIT_PROVIDER names; the arguments are the cache's key."""
    if name == "slowapi":
        return Limits(storage_uri or redis_url or "memory://", MovingWindowRateLimiter)
    if name == "fastapi-limiter":
        return Limits(redis_url or "memory://", FixedWindowRateLimiter)
    return Builtin()


class FailOpen:
    """Lets requests pass while the counters cannot be reached, and says so once a minute."""

    def __init__(self) -> None:
        self.warned_at = float("-inf")

    def hit(self, request: HttpRequest, policy: Policy, key: str) -> Usage | None:
        env = settings.ENV
        try:
            chosen = provider(env.RATE_LIMIT_PROVIDER, env.RATE_LIMIT_STORAGE_URI, env.REDIS_URL)
            return chosen.hit(request, policy, key)
        except Exception as error:  # whatever the storage's client raises: a student must not pay for it
            now = time.monotonic()
            if now - self.warned_at >= WARN_EVERY_SECONDS:
                self.warned_at = now
                log.warning("rate_limit_unavailable", error=type(error).__name__)
            return None


counter = FailOpen()


def limit_key(request: HttpRequest) -> str | None:
    """Who is counted, by RATE_LIMIT_KEY_STRATEGY; None is not counted at all."""
    strategy, caller = settings.ENV.RATE_LIMIT_KEY_STRATEGY, getattr(request, "caller", None)
    if strategy == "skip_admin" and caller is not None and caller.role == "admin":
        return None
    if strategy != "ip" and caller is not None and caller.sub:
        return f"user:{caller.sub}"
    return address_key(request)


def address_key(request: HttpRequest) -> str:
    """All behind one address as one."""
    return f"ip:{bucket(getattr(request, 'client_ip', ''))}"


def spend(request: HttpRequest, policy: Policy, key: str | None) -> Usage | None:
    """Counts a request; None when it is not counted: no key, no limits, no counters."""
    if key is None or not settings.ENV.RATE_LIMIT_ENABLED:
        return None
    usage = counter.hit(request, policy, key)
    if usage is not None and usage.is_refused:
        REFUSALS.labels(policy.scope).inc()
    return usage


class QuotaThrottle(BaseThrottle):
    """Counts a request against the view's policy; the view's headers tell what is left."""

    usage: Usage | None = None

    def policy(self) -> Policy:
        raise NotImplementedError

    def key(self, request: Request) -> str | None:
        return limit_key(request._request)

    def count(self, request: Request) -> Usage | None:
        return spend(request._request, self.policy(), self.key(request))

    def allow_request(self, request: Request, view: APIView) -> bool:
        self.usage = self.count(request)
        known: Usage | None = getattr(request._request, "rate_limit", None)
        if self.usage is not None and not (known and known.is_refused):
            request._request.rate_limit = self.usage  # type: ignore[attr-defined]
        return self.usage is None or not self.usage.is_refused

    def wait(self) -> float | None:
        return self.usage.reset if self.usage else None


class RateTestThrottle(QuotaThrottle):
    """The default policy, for `/api/_rate_test`."""

    def policy(self) -> Policy:
        return Policy("rate_test", settings.ENV.RATE_LIMIT_MAX_REQUESTS, settings.ENV.RATE_LIMIT_WINDOW_SEC)


def quota(
    scope: str, limit: int, window: int = 60, kind: type[QuotaThrottle] = QuotaThrottle
) -> type[QuotaThrottle]:
    """A throttle of `limit` requests in `window` seconds, counted together under `scope`."""
    name = f"{scope.title().replace('_', '')}Throttle"
    return type(name, (kind,), {"policy": lambda self: Policy(scope, limit, window)})


ListThrottle = quota("list", 120)
ExportThrottle = quota("export", 10)
UploadThrottle = quota("upload", 5)

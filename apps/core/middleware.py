"""The frame of every request: id, access line, canonical path, error body, security headers, language."""

import re
import time
import uuid
from collections.abc import Callable
from functools import cache
from typing import Any

import structlog
from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from apps.core import acting
from apps.core.errors import fill_error_body
from apps.core.languages import ours_or
from apps.core.network import client_address, is_trusted, parse_address
from apps.core.paths import canonical_path, is_api_path

GetResponse = Callable[[HttpRequest], HttpResponseBase]
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
QUIET_PATHS = re.compile(r"/(?:(?:api/)?(?:health|ping)(?:/.*)?|static/.*|favicon\.ico|metrics)")
POLLED_PATH = "/api/models/active"
"""Asked every two seconds by every Rasa server; what goes wrong there is told all the same."""

access_log = structlog.get_logger("tutorbot.access")


class RequestIdMiddleware:
    """Gives a request its id and address, says both back, and writes one access line."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        rid = given if REQUEST_ID.fullmatch(given) else str(uuid.uuid4())
        request.request_id = rid  # type: ignore[attr-defined]
        request.client_ip = client_address(  # type: ignore[attr-defined]
            request.META.get("REMOTE_ADDR", ""),
            request.META.get("HTTP_X_FORWARDED_FOR", ""),
            settings.ENV.TRUSTED_PROXIES,
        )
        if is_from_proxy(request) and request.META.get("HTTP_X_FORWARDED_PROTO") == "https":
            request.META["wsgi.url_scheme"] = "https"  # so that secure cookies and origins are right
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(rid=rid)
        path = request.path
        with acting.in_request(request):
            response = self.get_response(request)
        response["X-Request-ID"] = rid
        is_quiet = QUIET_PATHS.fullmatch(path) or (path == POLLED_PATH and response.status_code == 304)
        write = access_log.debug if is_quiet else access_log.info
        write(
            "request",
            method=request.method,
            path=path,
            status=response.status_code,
            ms=round((time.perf_counter() - started) * 1000, 1),
            ip=request.client_ip,  # type: ignore[attr-defined]
            ua=request.META.get("HTTP_USER_AGENT", "")[:200],
            user=user_word(request),
        )
        return response


def is_from_proxy(request: HttpRequest) -> bool:
    peer = parse_address(request.META.get("REMOTE_ADDR", ""))
    return peer is not None and is_trusted(peer, settings.ENV.TRUSTED_PROXIES)


def user_word(request: HttpRequest) -> str | None:
    """Who made the request, without asking the database for it: the token's subject or the session's user."""
    caller = getattr(request, "caller", None)
    if caller is not None:
        return caller.sub or None
    session = getattr(request, "session", None)
    return session.get("_auth_user_id") if session is not None and session.accessed else None


class CanonicalPathMiddleware:
    """Serves the several ways of writing a path by one view, without a redirect."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = canonical_path(request.path_info)
        if path != request.path_info:
            request.path_info = request.path = path
        return self.get_response(request)


class ErrorBodyMiddleware:
    """Turns every error answer that is not yet in our shape into it: Django's own pages included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code >= 400 and isinstance(response, HttpResponse) and not wants_page(request):
            fill_error_body(request, response)
        return response


def wants_page(request: HttpRequest) -> bool:
    """A browser outside the API, and everything of Django admin, gets a page and not JSON."""
    if is_api_path(request.path_info):
        return False
    return request.path_info.startswith("/admin/") or "text/html" in request.META.get("HTTP_ACCEPT", "")


DOCUMENT_TYPES = ("text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml")


def is_part_of_page(request: HttpRequest, response: HttpResponseBase) -> bool:
    """A style sheet, script, font or picture of ours: policies of documents do nothing there."""
    if response.status_code >= 400 or not request.path_info.startswith(settings.STATIC_URL):
        return False
    return response.headers.get("Content-Type", "").partition(";")[0] not in DOCUMENT_TYPES


class PolicyMiddleware(CSPMiddleware):
    """django-csp; for the API, whose policy never varies, it is built once, and sent under DEBUG too."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if is_part_of_page(request, response):
            return response
        if not is_api_path(request.path_info) or hasattr(response, "_csp_update"):
            return super().process_response(request, response)
        response.headers[HEADER] = api_policy()
        return response


@cache
def api_policy() -> str:
    """The Content-Security-Policy of settings, as a header's value."""
    return str(build_policy())


def pages_only(middleware: type[Any]) -> type[Any]:
    """The middleware for pages; the API, which has neither sessions nor messages, goes past it."""

    class PagesOnly(middleware):
        def __call__(self, request: HttpRequest) -> HttpResponseBase:
            if is_api_path(request.path_info):
                return self.get_response(request)
            return super().__call__(request)

    PagesOnly.__name__ = PagesOnly.__qualname__ = f"Page{middleware.__name__}"
    return PagesOnly


PageSessionMiddleware = pages_only(SessionMiddleware)
PageAuthenticationMiddleware = pages_only(AuthenticationMiddleware)
PageMessageMiddleware = pages_only(MessageMiddleware)


class SecurityHeadersMiddleware:
    """What the libraries do not set: Permissions-Policy, rate limits, and who may frame which page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not is_part_of_page(request, response):
            response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if is_api_path(request.path_info):
            response.headers.setdefault("Cache-Control", "no-store")  # answers are for who asked
        usage = getattr(request, "rate_limit", None)
        if usage is not None:
            for name, value in usage.headers().items():
                response[name] = value
        if request.path_info.startswith("/admin"):
            response._csp_replace = {"frame-ancestors": ["'none'"]}  # type: ignore[attr-defined]
        elif "X-Frame-Options" in response.headers:
            del response.headers["X-Frame-Options"]  # it would contradict frame-ancestors' allow-list
        return response


class LivenessMiddleware:
    """Answers `/health` before the Host is looked at: probes come by address, not by name."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != "/health":
            return self.get_response(request)
        if request.method in {"GET", "HEAD"}:
            return JsonResponse({"ok": True})
        return HttpResponseNotAllowed(["GET", "HEAD"])


class LanguageMiddleware(LocaleMiddleware):
    """Pages follow the browser's language; what programs read is Spanish (contract http.md, rule 1.2).

    The chat page names the language that its reader chose: what it shows of an answer is for people.
    """

    def process_request(self, request: HttpRequest) -> None:
        if wants_page(request):
            super().process_request(request)
        else:
            language = ours_or(settings.LANGUAGE_CODE, request.headers.get("X-Chat-Language"))
            translation.activate(language)
            request.LANGUAGE_CODE = language

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return super().process_response(request, response) if wants_page(request) else response

"""The refresh cookie: set at sign-in, read by refresh and logout alone (contract http.md, rule 1.4)."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

EPOCH = "Thu, 01 Jan 1970 00:00:00 GMT"


def set_refresh_cookie(request: HttpRequest, response: HttpResponseBase, token: str) -> None:
    """Not for a form on somebody else's site: it would sign its visitors in as whoever it likes."""
    if is_from_elsewhere(request):
        return
    life = timedelta(days=settings.ENV.REFRESH_TOKEN_EXPIRE_DAYS)
    _write(response, token, max_age=int(life.total_seconds()), expires=None)


def clear_refresh_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """With the same path and flags: a browser refuses to let another kind replace a Secure cookie."""
    if is_from_elsewhere(request):
        return
    _write(response, "", max_age=0, expires=EPOCH)


def is_from_elsewhere(request: HttpRequest) -> bool:
    """Whether a browser says that another site than ours and ALLOWED_ORIGINS sent this request."""
    is_cross_site = request.META.get("HTTP_SEC_FETCH_SITE") == "cross-site"
    return is_cross_site and request.META.get("HTTP_ORIGIN") not in settings.ENV.ALLOWED_ORIGINS


def refresh_cookie(request: HttpRequest) -> str:
    """The token in the cookie; "" without one."""
    return request.COOKIES.get(settings.ENV.REFRESH_COOKIE_NAME, "")


def _write(response: HttpResponseBase, value: str, *, max_age: int, expires: str | None) -> None:
    response.set_cookie(
        settings.ENV.REFRESH_COOKIE_NAME,
        value,
        max_age=max_age,
        expires=expires,
        path="/",
        secure=not settings.DEBUG,
        httponly=True,
        samesite="Lax",
    )

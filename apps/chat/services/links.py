"""The preview of a link in an answer: what its page says of itself, remembered for a while."""

import hashlib
from typing import Any

import structlog
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from apps.chat.clients import pages
from apps.chat.link_page import decoded, described
from apps.core.clients.outside import Answer, OutsideError
from apps.core.errors import AppError, Invalid, NotFound

log = structlog.get_logger("tutorbot.links")
KEPT_SECONDS, FAILURE_KEPT_SECONDS = 600, 60
HTML = frozenset({"text/html", "application/xhtml+xml"})
FAILED = {"failed": True}


class PageUnavailable(AppError):
    status = 502
    code = "page_unavailable"
    text = _("La página de ese enlace no responde. Ábrela tú para verla.")


def preview(url: str) -> dict[str, Any]:
    """`{url, title, description, image}`. Raises Invalid, NotFound (`not_previewed`), PageUnavailable.

    `url` in it is where the link leads to in the end. What fails is remembered for a minute: nobody makes
    us knock again and again.
    """
    key = f"link:{hashlib.sha256(url.encode(errors='replace')).hexdigest()}"
    known = cache.get(key)
    if known is None:
        try:
            known = _look(url)
        except PageUnavailable:
            cache.set(key, FAILED, FAILURE_KEPT_SECONDS)
            raise
        cache.set(key, known, KEPT_SECONDS)
    if known == FAILED:
        raise PageUnavailable
    return dict(known)


def _look(url: str) -> dict[str, Any]:
    try:
        where, answer = pages.fetch(url)
    except pages.BadAddress:
        text = _("Escribe una dirección completa, por ejemplo https://zajuna.sena.edu.co/curso.")
        raise Invalid.field("url", str(text)) from None
    except pages.NotAllowed:
        raise _not_previewed() from None
    except OutsideError as error:
        log.info("link_not_previewed", error=error.word)
        raise PageUnavailable from error
    return _described(where, answer)


def _described(where: str, answer: Answer) -> dict[str, Any]:
    kind = answer.headers.get("content-type", "")
    if answer.status in {404, 410}:
        raise _not_previewed()
    if answer.status != 200 or answer.headers.get("content-encoding", "identity") != "identity":
        raise PageUnavailable
    if kind.partition(";")[0].strip().lower() not in HTML:
        raise _not_previewed()
    return described(decoded(answer.body, kind), where)


def _not_previewed() -> NotFound:
    return NotFound(str(_("Ese enlace no tiene vista previa.")), code="not_previewed")

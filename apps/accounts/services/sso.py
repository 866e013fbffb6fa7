"""Single sign-on of the platform: where a browser is sent, and where it may be sent back to."""

import re
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.errors import Invalid, NotFound

MAX_ADDRESS = 2048
PRINTABLE = re.compile(r"[!-\[\]-~]+")
"""ASCII without spaces, control characters and the backslash, which browsers read as a slash."""


def platform_login_url(*, redirect_uri: str) -> str:
    """ZAJUNA_SSO_URL with `redirect_uri`. Raises NotFound when there is none, and Invalid."""
    if not settings.ENV.ZAJUNA_SSO_URL:
        raise NotFound(_("La entrada con Zajuna no está activada. Usa tu correo y tu contraseña."))
    if not is_allowed(redirect_uri):
        text = _("Usa una dirección de este sitio: su origen debe estar en ALLOWED_ORIGINS.")
        raise Invalid.field("redirect_uri", text, "origin_not_allowed")
    parts = urlsplit(settings.ENV.ZAJUNA_SSO_URL)
    ours = urlencode({"redirect_uri": redirect_uri})
    query = f"{parts.query}&{ours}" if parts.query else ours
    return urlunsplit(parts._replace(query=query))


def is_allowed(redirect_uri: str) -> bool:
    """Whether an allowed origin stands at the beginning, letter by letter, and ends where it must.

    Nothing is parsed, so there is nothing that a browser could parse in another way.
    """
    if len(redirect_uri) > MAX_ADDRESS or not PRINTABLE.fullmatch(redirect_uri):
        return False
    origins = (o for o in settings.ENV.ALLOWED_ORIGINS if o.startswith(("http://", "https://")))
    return any(redirect_uri == o or redirect_uri.startswith((f"{o}/", f"{o}?", f"{o}#")) for o in origins)

"""Origins, frames, proxies, production hardening."""

import re
from collections.abc import Iterator

from apps.core.checks.rules import Environment, Finding, environment_check, is_http_url, is_origin

ORIGIN_HINT = (
    "Escribe esquema, servidor y puerto en minúsculas, sin usuario, camino, * ni puerto de siempre: "
    "https://panel.ejemplo.edu.co."
)
SHARED = re.compile(r"(ac|co|com|edu|gob|gov|mil|net|nom|org)\.[a-z]{2}")
"""Names that many institutions are below of, as edu.co."""


@environment_check
def browsers(env: Environment) -> Iterator[Finding]:
    for origin in env.ALLOWED_ORIGINS:
        if not is_origin(origin):
            yield "E020", f"ALLOWED_ORIGINS: «{origin}» no es un origen exacto.", ORIGIN_HINT
    for name in ("FRONTEND_SITE_URL", "PRIVACY_URL"):
        if getattr(env, name) and not is_http_url(getattr(env, name)):
            yield (
                "E022",
                f"{name} no es una dirección http.",
                "Escríbela completa: https://sitio.ejemplo.edu.co.",
            )
    if any(network.prefixlen == 0 for network in env.TRUSTED_PROXIES):
        hint = "Nombra solo las redes de tus proxies; con todas, cualquiera puede inventar su dirección."
        yield "E023", "TRUSTED_PROXIES confía en todo el mundo.", hint


@environment_check
def frames(env: Environment) -> Iterator[Finding]:
    """`https://*.site` is for every name below: it should not be for a country's universities."""
    for source in env.EMBED_ALLOWED_ORIGINS:
        below = source.partition("://*.")[2]
        if source not in {"'self'", "'none'"} and not is_origin(source.replace("://*.", "://")):
            hint = f"Usa self, o {ORIGIN_HINT[0].lower()}{ORIGIN_HINT[1:]} Con *: https://*.ejemplo.edu.co."
            yield "E021", f"EMBED_ALLOWED_ORIGINS: «{source}» no es un origen.", hint
        elif below and (below.count(".") == 0 or SHARED.fullmatch(below)):
            hint = "Nombra tu sitio: https://*.ejemplo.edu.co."
            yield "E024", f"EMBED_ALLOWED_ORIGINS: «{source}» confía en sitios de cualquiera.", hint
    if "'none'" in env.EMBED_ALLOWED_ORIGINS and len(env.EMBED_ALLOWED_ORIGINS) > 1:
        hint = "Deja solo none para que ninguna página muestre el chat, o quita none."
        yield "W022", "EMBED_ALLOWED_ORIGINS: none no cuenta si hay algo más.", hint


@environment_check
def production(env: Environment) -> Iterator[Finding]:
    if env.APP_ENV in {"dev", "test"}:
        return
    if "*" in env.ALLOWED_HOSTS:
        yield (
            "W020",
            "ALLOWED_HOSTS=* en producción.",
            "Nombra los servidores: ALLOWED_HOSTS=bot.ejemplo.edu.co.",
        )
    for name in ("ALLOWED_ORIGINS", "EMBED_ALLOWED_ORIGINS"):
        if any(origin.startswith("http://") for origin in getattr(env, name)):
            yield "W021", f"{name} tiene orígenes sin https en producción.", "Usa https en todos."

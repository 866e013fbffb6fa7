"""Origins, frames, proxies, production hardening."""

from collections.abc import Iterator

from apps.core.checks.rules import Environment, Finding, environment_check, is_http_url, is_origin


@environment_check
def browsers(env: Environment) -> Iterator[Finding]:
    for origin in env.ALLOWED_ORIGINS:
        if not is_origin(origin):
            hint = "Escribe esquema, servidor y puerto, sin camino ni *: https://panel.ejemplo.edu.co."
            yield "E020", f"ALLOWED_ORIGINS: «{origin}» no es un origen exacto.", hint
    for source in env.EMBED_ALLOWED_ORIGINS:
        if source not in {"'self'", "'none'"} and not is_origin(source.replace("://*.", "://")):
            hint = "Escribe self u orígenes como https://lms.ejemplo.edu.co."
            yield "E021", f"EMBED_ALLOWED_ORIGINS: «{source}» no es un origen.", hint
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
def production(env: Environment) -> Iterator[Finding]:
    if env.APP_ENV not in {"prod", "staging"}:
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

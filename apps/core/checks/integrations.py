"""Helpdesk, mail, training elsewhere, voice, error reports."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from apps.core.checks.rules import (
    Environment,
    Finding,
    environment_check,
    is_base_url,
    is_http_url,
    is_private_way,
)

GITHUB = ("GITHUB_OWNER", "GITHUB_REPO", "GITHUB_WORKFLOW_FILE", "GITHUB_TOKEN_WORKFLOW")


@environment_check
def helpdesk(env: Environment) -> Iterator[Finding]:
    is_outside = env.HELPDESK_KIND != "internal"
    if is_outside and not env.HELPDESK_WEBHOOK:
        hint = "Define HELPDESK_WEBHOOK, o usa HELPDESK_KIND=internal."
        yield "E040", f"HELPDESK_KIND={env.HELPDESK_KIND}, pero falta HELPDESK_WEBHOOK.", hint
    if env.HELPDESK_WEBHOOK and not is_http_url(env.HELPDESK_WEBHOOK):
        yield "E041", "HELPDESK_WEBHOOK no es una dirección http.", "Escríbela completa, con https://."
    elif is_outside and env.APP_ENV not in {"dev", "test"} and not is_private_way(env.HELPDESK_WEBHOOK):
        yield "E048", "HELPDESK_WEBHOOK no es https: los casos no se envían.", "Escríbela con https://."
    if env.HELPDESK_WEBHOOK and not is_outside:
        hint = "Define HELPDESK_KIND con un nombre que no sea internal, o quita HELPDESK_WEBHOOK."
        yield "W041", "HELPDESK_WEBHOOK sin HELPDESK_KIND: no se entrega nada afuera.", hint
    if is_outside and env.HELPDESK_WEBHOOK and len(env.HELPDESK_WEBHOOK_SECRET) in range(1, 16):
        hint = "Crea uno con: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        yield "W044", "HELPDESK_WEBHOOK_SECRET es corto: quien lo adivine puede firmar casos.", hint
    if is_outside and env.HELPDESK_WEBHOOK and not env.HELPDESK_WEBHOOK_SECRET:
        hint = "Define HELPDESK_WEBHOOK_SECRET para que la otra parte pueda comprobar quién envía."
        yield "W040", "Los casos se entregan afuera sin firma.", hint


@environment_check
def mail(env: Environment) -> Iterator[Finding]:
    if env.SMTP_SERVER and not env.EMAIL_FROM:
        yield "W042", "SMTP_SERVER sin EMAIL_FROM.", "Define EMAIL_FROM=bot@ejemplo.edu.co."
    if bool(env.SMTP_USER) != bool(env.SMTP_PASS):
        yield "E042", "SMTP_USER y SMTP_PASS van juntas.", "Define las dos, o ninguna."
    if env.PUBLIC_URL and not is_base_url(env.PUBLIC_URL):
        hint = "Escríbela como https://bot.ejemplo.edu.co, sin usuario ni parámetros."
        yield "E047", "PUBLIC_URL no es una dirección http: los enlaces de los correos no abren.", hint
    if env.SMTP_SERVER and not env.PUBLIC_URL and env.APP_ENV in {"prod", "staging"}:
        hint = "Define PUBLIC_URL=https://bot.ejemplo.edu.co."
        yield "W043", f"Falta PUBLIC_URL: los enlaces de los correos llevan a {env.public_url}.", hint


@environment_check
def elsewhere(env: Environment) -> Iterator[Finding]:
    missing = [name for name in GITHUB if not getattr(env, name)]
    if env.TRAIN_MODE == "ci" and missing:
        yield "E043", f"TRAIN_MODE=ci, pero falta {', '.join(missing)}.", "Defínelas, o usa TRAIN_MODE=local."
    if env.STT_URL and not is_http_url(env.STT_URL):
        yield "E044", "STT_URL no es una dirección http.", "Escríbela completa, con https://."
    if env.STT_URL and env.APP_ENV not in {"dev", "test"} and not is_private_way(env.STT_URL):
        yield "W045", "STT_URL no es https: las voces viajan sin cifrar.", "Escríbela con https://."
    if env.SENTRY_DSN and not is_sentry_dsn(env.SENTRY_DSN):
        hint = "Cópiala entera de la página del proyecto: https://clave@servidor/número."
        yield "E045", "SENTRY_DSN no es una dirección http con clave y proyecto.", hint
    for host in env.LINK_PREVIEW_HOSTS:
        if "/" in host or "*" in host:
            hint = "Escribe solo el nombre: zajuna.sena.edu.co."
            yield "E046", f"LINK_PREVIEW_HOSTS: «{host}» no es un nombre de servidor.", hint


def is_sentry_dsn(text: str) -> bool:
    """A key, a server and a project's number."""
    if not is_http_url(text):
        return False
    parts = urlsplit(text)
    return bool(parts.username) and parts.path.rpartition("/")[2].isdecimal()

"""The bot engine."""

from collections.abc import Iterator

from apps.core.checks.rules import Environment, Finding, environment_check, is_base_url, is_http_url

BASE_URL_HINT = "Escríbela como http://servidor:5005, sin usuario ni parámetros."


@environment_check
def rasa(env: Environment) -> Iterator[Finding]:
    named = {n: getattr(env, n).rstrip("/") for n in ("RASA_URL", "RASA_BASE_URL", "RASA_REST_URL")}
    given = {name: url for name, url in named.items() if url}
    if env.BOT_ENGINE == "rasa" and not given:
        yield "E001", "BOT_ENGINE=rasa, pero falta RASA_URL.", "Define RASA_URL=http://servidor:5005."
    for name, url in given.items():
        if not is_base_url(url):
            yield "E002", f"{name} no es una dirección http.", BASE_URL_HINT
    if len({url.removesuffix("/webhooks/rest/webhook") for url in given.values()}) > 1:
        hint = "Deja solo RASA_URL; manda la primera que esté definida."
        yield "W001", f"{', '.join(given)} no dicen lo mismo.", hint
    if env.BOT_ENGINE == "embedded" and given:
        hint = "Quita la dirección o usa BOT_ENGINE=auto."
        yield "W002", "BOT_ENGINE=embedded: la dirección de Rasa no se usa.", hint
    if not all(map(is_base_url, env.RASA_REPLICAS)):
        yield "E004", "RASA_REPLICAS tiene algo que no es una dirección http.", BASE_URL_HINT
    if env.RASA_MODEL_TOKEN and len(env.RASA_MODEL_TOKEN) < 16:
        hint = "Crea uno con: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        yield "W005", "RASA_MODEL_TOKEN es corto: con él se descarga el modelo.", hint
    if env.RASA_CONNECT_TIMEOUT_MS > env.RASA_TIMEOUT_MS:
        hint = "RASA_TIMEOUT_MS es el tiempo de todo el turno: hazlo mayor."
        yield "W003", "RASA_CONNECT_TIMEOUT_MS es mayor que RASA_TIMEOUT_MS.", hint
    if env.RASA_TIMEOUT_MS > 14_000:
        hint = "Usa 14000 o menos: los clientes esperan 15 segundos."
        yield "W004", "RASA_TIMEOUT_MS es más de lo que esperan los clientes.", hint
    if env.ACTION_SERVER_URL and not is_http_url(env.ACTION_SERVER_URL):
        yield (
            "E003",
            "ACTION_SERVER_URL no es una dirección http.",
            "Por ejemplo http://servidor:5055/webhook.",
        )

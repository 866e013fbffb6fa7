"""Request quotas."""

from collections.abc import Iterator

from apps.core.checks.rules import Environment, Finding, environment_check

IN_MEMORY_HINT = "Usa RATE_LIMIT_BACKEND=redis con REDIS_URL, o WEB_CONCURRENCY=1."


@environment_check
def limits(env: Environment) -> Iterator[Finding]:
    if not env.RATE_LIMIT_ENABLED:
        if env.APP_ENV == "prod":
            yield "W013", "RATE_LIMIT_ENABLED=false en producción.", "Quítalo: el chat queda sin límite."
        return
    provider, backend = env.RATE_LIMIT_PROVIDER, env.RATE_LIMIT_BACKEND
    if provider == "builtin" and backend == "redis" and not env.REDIS_URL:
        yield (
            "E010",
            "RATE_LIMIT_BACKEND=redis, pero falta REDIS_URL.",
            "Define REDIS_URL=redis://servidor:6379/0.",
        )
    if provider == "fastapi-limiter" and not env.REDIS_URL:
        hint = "Define REDIS_URL, o usa RATE_LIMIT_PROVIDER=builtin."
        yield "E011", "RATE_LIMIT_PROVIDER=fastapi-limiter necesita REDIS_URL.", hint
    if env.RATE_LIMIT_STORAGE_URI and not _is_storage(env.RATE_LIMIT_STORAGE_URI):
        yield "E012", "RATE_LIMIT_STORAGE_URI no se entiende.", "Usa memory:// o redis://servidor:6379/0."
    if env.RATE_LIMIT_STORAGE_URI and provider != "slowapi":
        hint = "Usa RATE_LIMIT_PROVIDER=slowapi, o quita RATE_LIMIT_STORAGE_URI."
        yield "W011", f"RATE_LIMIT_STORAGE_URI no se usa con {provider}.", hint
    if env.WEB_CONCURRENCY > 1 and _counts_in_memory(env):
        text = (
            f"Los límites se cuentan en memoria y hay {env.WEB_CONCURRENCY} procesos: cada uno cuenta aparte."
        )
        yield "W010", text, IN_MEMORY_HINT
    if backend == "redis" and provider != "builtin":
        hint = "RATE_LIMIT_BACKEND es de builtin; slowapi usa RATE_LIMIT_STORAGE_URI."
        yield "W012", f"RATE_LIMIT_BACKEND no se usa con {provider}.", hint


def _is_storage(uri: str) -> bool:
    return uri.startswith(("memory://", "redis://", "rediss://", "redis+unix://"))


def _counts_in_memory(env: Environment) -> bool:
    if env.RATE_LIMIT_PROVIDER == "builtin":
        return bool(env.RATE_LIMIT_BACKEND == "memory")
    uri = env.RATE_LIMIT_STORAGE_URI if env.RATE_LIMIT_PROVIDER == "slowapi" else ""
    return not (uri or env.REDIS_URL) or uri.startswith("memory")

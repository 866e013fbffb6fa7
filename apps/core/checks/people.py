"""Tokens, registration, the first admin."""

from collections.abc import Iterator

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from apps.core.checks.rules import Environment, Finding, environment_check, is_http_url

KEY_TYPES = {"RS256": RSAPublicKey, "ES256": EllipticCurvePublicKey}


@environment_check
def tokens(env: Environment) -> Iterator[Finding]:
    has_key, has_jwks = bool(env.JWT_PUBLIC_KEY), bool(env.JWT_JWKS_URL)
    if env.JWT_ALGORITHM == "HS256":
        if has_key or has_jwks:
            hint = "Usa JWT_ALGORITHM=RS256 o ES256, o quita la clave."
            yield "W030", "JWT_ALGORITHM=HS256: la clave pública no se usa.", hint
        return
    if not (has_key or has_jwks):
        hint = "Define JWT_PUBLIC_KEY (PEM) o JWT_JWKS_URL."
        yield "E030", f"JWT_ALGORITHM={env.JWT_ALGORITHM}, pero falta la clave pública.", hint
    if has_key and not _is_key_for(env.JWT_ALGORITHM, env.JWT_PUBLIC_KEY):
        hint = "Pega la clave pública en PEM, con -----BEGIN PUBLIC KEY-----."
        yield "E031", f"JWT_PUBLIC_KEY no es una clave pública para {env.JWT_ALGORITHM}.", hint
    if has_jwks and not is_http_url(env.JWT_JWKS_URL):
        yield (
            "E032",
            "JWT_JWKS_URL no es una dirección http.",
            "Escríbela completa: https://idp.ejemplo.edu.co/jwks.",
        )
    if has_key and has_jwks:
        yield "W031", "JWT_PUBLIC_KEY y JWT_JWKS_URL: manda JWT_PUBLIC_KEY.", "Deja solo una."
    for name in ("JWT_ISSUER", "JWT_AUDIENCE"):
        if not getattr(env, name):
            hint = f"Define {name}: sin él vale un token que el proveedor hizo para otra aplicación."
            yield "W032", f"Falta {name}.", hint


def _is_key_for(algorithm: str, pem: str) -> bool:
    try:
        key = load_pem_public_key(pem.replace("\\n", "\n").encode())
    except (ValueError, UnsupportedAlgorithm):
        return False
    return isinstance(key, KEY_TYPES[algorithm])


@environment_check
def people(env: Environment) -> Iterator[Finding]:
    if env.DEMO_MODE and not env.DEBUG:
        yield "E033", "DEMO_MODE=true sin DEBUG: el token de demostración no vale.", "Quita DEMO_MODE."
    if env.ADMIN_BOOTSTRAP_PASSWORD and not env.ADMIN_EMAIL:
        yield "W033", "ADMIN_BOOTSTRAP_PASSWORD sin ADMIN_EMAIL no se usa.", "Define ADMIN_EMAIL."
    if env.ADMIN_REGISTRATION_OPEN and env.APP_ENV == "prod":
        hint = "Crea la primera persona con «manage.py create_admin» y quítalo."
        yield "W034", "ADMIN_REGISTRATION_OPEN=true en producción.", hint
    if env.ADMIN_REGISTER_KEY and len(env.ADMIN_REGISTER_KEY) < 16:
        yield (
            "W035",
            "ADMIN_REGISTER_KEY es corta: quien la adivine será administrador.",
            "Usa 16 caracteres o más.",
        )
    if env.ZAJUNA_SSO_URL and not is_http_url(env.ZAJUNA_SSO_URL):
        yield "E034", "ZAJUNA_SSO_URL no es una dirección http.", "Escríbela completa, con https://."

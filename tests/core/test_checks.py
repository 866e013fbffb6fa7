"""Every numbered system check: found when it should be, silent otherwise, always with a hint."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.core import checks

from tests.keys import EC_PUBLIC_PEM, RSA_PUBLIC_PEM

URL = "http://servidor:5005"
REDIS = "redis://127.0.0.1:6379/0"
CASES: list[tuple[str, dict[str, Any]]] = [
    ("E001", {"BOT_ENGINE": "rasa"}),
    ("E002", {"RASA_URL": "servidor:5005"}),
    ("E002", {"RASA_URL": "http://usuario:clave@servidor:5005"}),
    ("E002", {"RASA_URL": "http://servidor:5005/?token=x"}),
    ("E003", {"ACTION_SERVER_URL": "acciones"}),
    ("E004", {"RASA_REPLICAS": ["http://rasa-2:5005", "rasa-3"]}),
    ("W005", {"RASA_MODEL_TOKEN": "corto"}),
    ("W001", {"RASA_URL": URL, "RASA_BASE_URL": "http://otro:5005"}),
    ("W002", {"BOT_ENGINE": "embedded", "RASA_URL": URL}),
    ("W003", {"RASA_CONNECT_TIMEOUT_MS": 9000}),
    ("W004", {"RASA_TIMEOUT_MS": 20_000}),
    ("E010", {"RATE_LIMIT_BACKEND": "redis"}),
    ("E011", {"RATE_LIMIT_PROVIDER": "fastapi-limiter"}),
    ("E012", {"RATE_LIMIT_PROVIDER": "slowapi", "RATE_LIMIT_STORAGE_URI": "nada"}),
    ("W010", {"WEB_CONCURRENCY": 2}),
    ("W010", {"WEB_CONCURRENCY": 2, "RATE_LIMIT_PROVIDER": "slowapi"}),
    ("W010", {"WEB_CONCURRENCY": 2, "RATE_LIMIT_PROVIDER": "slowapi", "RATE_LIMIT_STORAGE_URI": "memory://"}),
    ("W011", {"RATE_LIMIT_STORAGE_URI": "memory://"}),
    ("W012", {"RATE_LIMIT_PROVIDER": "slowapi", "RATE_LIMIT_BACKEND": "redis", "REDIS_URL": REDIS}),
    ("W013", {"RATE_LIMIT_ENABLED": False, "APP_ENV": "prod"}),
    ("E020", {"ALLOWED_ORIGINS": ["*"]}),
    ("E020", {"ALLOWED_ORIGINS": ["https://a.example/panel"]}),
    ("E020", {"ALLOWED_ORIGINS": ["https://user:clave@a.example"]}),
    ("E020", {"ALLOWED_ORIGINS": ["https://A.example"]}),
    ("E020", {"ALLOWED_ORIGINS": ["https://a.example:443"]}),
    ("E020", {"ALLOWED_ORIGINS": ["http://a.example:80"]}),
    ("E021", {"EMBED_ALLOWED_ORIGINS": ["lms.example"]}),
    ("E021", {"EMBED_ALLOWED_ORIGINS": ["*"]}),
    ("E021", {"EMBED_ALLOWED_ORIGINS": ["https://a.example;script-src"]}),
    ("E024", {"EMBED_ALLOWED_ORIGINS": ["https://*.co"]}),
    ("E024", {"EMBED_ALLOWED_ORIGINS": ["https://*.edu.co"]}),
    ("W022", {"EMBED_ALLOWED_ORIGINS": ["'none'", "https://a.example"]}),
    ("E022", {"FRONTEND_SITE_URL": "sitio"}),
    ("E023", {"TRUSTED_PROXIES": [ip_network("0.0.0.0/0")]}),
    ("E027", {"BRAND_COLOR": "verde"}),
    ("E025", {"BRAND_COLOR": "#39a900"}),
    ("E026", {"BRAND_LOGO": "http://sitio.example/logo.svg"}),
    ("W020", {"APP_ENV": "prod", "ALLOWED_HOSTS": ["*"]}),
    ("W021", {"APP_ENV": "prod", "ALLOWED_ORIGINS": ["http://panel.example"]}),
    ("W030", {"JWT_JWKS_URL": "https://idp.example/jwks"}),
    ("E030", {"JWT_ALGORITHM": "RS256"}),
    ("E031", {"JWT_ALGORITHM": "RS256", "JWT_PUBLIC_KEY": "abc"}),
    ("E031", {"JWT_ALGORITHM": "RS256", "JWT_PUBLIC_KEY": EC_PUBLIC_PEM}),
    ("E032", {"JWT_ALGORITHM": "ES256", "JWT_JWKS_URL": "idp"}),
    (
        "W031",
        {"JWT_ALGORITHM": "RS256", "JWT_PUBLIC_KEY": RSA_PUBLIC_PEM, "JWT_JWKS_URL": "https://idp.example"},
    ),
    ("W032", {"JWT_ALGORITHM": "RS256", "JWT_PUBLIC_KEY": RSA_PUBLIC_PEM}),
    ("E033", {"DEMO_MODE": True}),
    ("W033", {"ADMIN_BOOTSTRAP_PASSWORD": "Clave-segura-42"}),
    ("W034", {"APP_ENV": "prod", "ADMIN_REGISTRATION_OPEN": True}),
    ("W035", {"ADMIN_REGISTER_KEY": "corta"}),
    ("E034", {"ZAJUNA_SSO_URL": "zajuna"}),
    ("E040", {"HELPDESK_KIND": "zammad"}),
    ("E041", {"HELPDESK_WEBHOOK": "mesa"}),
    ("W040", {"HELPDESK_KIND": "zammad", "HELPDESK_WEBHOOK": "https://mesa.example"}),
    ("W041", {"HELPDESK_WEBHOOK": "https://mesa.example"}),
    (
        "W044",
        {
            "HELPDESK_KIND": "zammad",
            "HELPDESK_WEBHOOK": "https://mesa.example",
            "HELPDESK_WEBHOOK_SECRET": "corta",
        },
    ),
    ("E048", {"APP_ENV": "prod", "HELPDESK_KIND": "zammad", "HELPDESK_WEBHOOK": "http://mesa.example"}),
    ("W045", {"APP_ENV": "staging", "STT_URL": "http://voz.example/stt"}),
    ("E045", {"SENTRY_DSN": "https://sentry.example/7"}),
    ("W042", {"SMTP_SERVER": "smtp.example"}),
    ("E042", {"SMTP_USER": "bot"}),
    ("E047", {"PUBLIC_URL": "bot.example"}),
    ("E047", {"PUBLIC_URL": "https://bot.example/?x=1"}),
    (
        "W043",
        {"APP_ENV": "prod", "SMTP_SERVER": "smtp.example", "EMAIL_FROM": "a@b.co", "ALLOWED_HOSTS": ["b.co"]},
    ),
    ("E043", {"TRAIN_MODE": "ci"}),
    ("E044", {"STT_URL": "voz"}),
    ("E045", {"SENTRY_DSN": "dsn"}),
    ("E046", {"LINK_PREVIEW_HOSTS": ["https://zajuna.sena.edu.co/"]}),
    ("E050", {"DATABASE_URL": "postgres://a/b", "MONGO_URI": "mongodb://a/b"}),
    ("E052", {"REDIS_URL": "127.0.0.1"}),
    ("E052", {"REDIS_URL": "unix:///run/redis.sock"}),
    ("E053", {"DATA_DIR": Path(__file__) / "data"}),
    ("W050", {"APP_ENV": "prod", "DATABASE_URL": "", "WEB_CONCURRENCY": 8}),
]


def found() -> dict[str, checks.CheckMessage]:
    return {str(m.id): m for m in checks.run_checks() if str(m.id).startswith("tutorbot.")}


@pytest.mark.parametrize(("number", "values"), CASES, ids=[f"{n}-{'-'.join(v)}" for n, v in CASES])
def test_a_misconfiguration_is_found_with_a_hint(env: Any, number: str, values: dict[str, Any]) -> None:
    env(**values)
    message = found()[f"tutorbot.{number}"]
    assert message.hint
    assert message.level == (checks.ERROR if number.startswith("E") else checks.WARNING)


def test_the_defaults_are_silent() -> None:
    assert found() == {}


def test_a_production_setting_that_is_complete_is_silent(env: Any) -> None:
    env(
        APP_ENV="prod",
        WEB_CONCURRENCY=4,
        REDIS_URL=REDIS,
        RATE_LIMIT_BACKEND="redis",
        DATABASE_URL="postgres://bot@db/tutorbot",
        ALLOWED_HOSTS=["bot.example"],
        ALLOWED_ORIGINS=["https://panel.example", "https://10.0.0.7:8443", "https://[2001:db8::1]:4430"],
        EMBED_ALLOWED_ORIGINS=["'self'", "https://*.lms.example", "https://*.sena.edu.co"],
        SMTP_SERVER="smtp.example",
        EMAIL_FROM="bot@example.org",
        PUBLIC_URL="https://bot.example",
        HELPDESK_TOKEN="t" * 32,
        JWT_ALGORITHM="ES256",
        JWT_PUBLIC_KEY=EC_PUBLIC_PEM.replace("\n", "\\n"),
        JWT_ISSUER="https://idp.example",
        JWT_AUDIENCE="tutorbot",
    )
    assert found() == {}


def test_every_number_is_used_once_and_tested(project_root: Path) -> None:
    import re

    sources = "".join(p.read_text() for p in (project_root / "apps/core/checks").glob("*.py"))
    numbers = re.findall(r'yield "([EW]\d{3})"', sources)
    assert len(numbers) == len(set(numbers))
    untested = set(numbers) - {number for number, _ in CASES}
    assert untested == {"E051"}  # has a test of its own


def test_postgres_without_its_client_is_found(env: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.core.checks.storage.find_spec", lambda name: None)
    env(DATABASE_URL="postgres://bot@db/tutorbot")
    assert "tutorbot.E051" in found()

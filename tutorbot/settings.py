"""Django's settings, all from the typed environment (tutorbot/env.py)."""

from datetime import timedelta
from typing import Any

from corsheaders.defaults import default_headers
from csp.constants import NONE, SELF
from whitenoise.compress import Compressor

from apps.core.logging import logging_config
from tutorbot import databases
from tutorbot.env import BASE_DIR, read_env
from tutorbot.secret import secret_key

ENV = read_env()
BASE_DIR = BASE_DIR  # for settings.BASE_DIR
DEBUG = ENV.DEBUG
SECRET_KEY = secret_key(ENV)
SECRET_KEY_FALLBACKS = ENV.SECRET_KEY_FALLBACKS
ALLOWED_HOSTS = ENV.ALLOWED_HOSTS
IS_PROD = ENV.APP_ENV in {"prod", "staging"}

APPS = [
    "tutorbot.admin_app.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "import_export",
    "auditlog",
    "tutorbot",
    "apps.core",
    "apps.accounts",
    "apps.logs",
    "apps.chat",
    "apps.intents",
    "apps.helpdesk",
    "apps.ops",
    "apps.stats",
]
globals().update(databases.configure(ENV, APPS))

AUTH_USER_MODEL = "accounts.User"
BOT_BACKEND = "apps.helpdesk.bot.DirectBackend"  # what actions of rasa/actions reach this back end by
AUTHENTICATION_BACKENDS = ["apps.accounts.backends.RoleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "apps.accounts.hashers.LegacyBcryptHasher",  # the old system's
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_RESET_TIMEOUT = 3600  # seconds that a mailed link is good (contract http.md §4)

# Failed logins, per e-mail and address; apps/accounts/services/lockout.py counts them
AXES_HANDLER = "apps.accounts.axes_handler.AttemptsAreCountedFirst"
AXES_FAILURE_LIMIT = ENV.LOGIN_MAX_ATTEMPTS
AXES_COOLOFF_TIME = timedelta(minutes=ENV.LOGIN_BLOCK_MINUTES)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG, AXES_VERBOSE = True, False
AXES_CLIENT_IP_CALLABLE = "apps.core.network.request_address"

OTP_TOTP_ISSUER = ENV.BRAND_NAME
_VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _VALIDATION + "MinimumLengthValidator", "OPTIONS": {"min_length": ENV.MIN_PASSWORD_LEN}},
    {"NAME": "apps.accounts.validators.MaximumLengthValidator"},
    {"NAME": "apps.accounts.validators.CharacterKindsValidator"},
    {"NAME": _VALIDATION + "CommonPasswordValidator"},
    {
        "NAME": "apps.accounts.validators.PersonalDataValidator",
        "OPTIONS": {"user_attributes": ("email", "nombre")},
    },
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "apps.core.middleware.RequestIdMiddleware",
    "apps.core.middleware.CanonicalPathMiddleware",
    "apps.core.middleware.ErrorBodyMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "apps.core.middleware.PolicyMiddleware",
    "apps.core.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.LivenessMiddleware",
    "apps.ops.metrics.MetricsMiddleware",
    "apps.core.middleware.PageSessionMiddleware",
    "apps.core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "apps.core.middleware.PageAuthenticationMiddleware",
    "apps.core.middleware.PageMessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.core.metrics.RequestMetricsMiddleware",
]
ROOT_URLCONF = "tutorbot.urls"
WSGI_APPLICATION = "tutorbot.wsgi.application"
CSRF_FAILURE_VIEW = "apps.core.views.errors.csrf_failure"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# Language, dates
LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "tutorbot" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = ENV.TIME_ZONE

# Static files: hashed names and a year of cache; straight from the source folders under DEBUG
STATIC_URL = "/static/"
STATIC_ROOT = ENV.DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")  # half of all the work
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or ENV.APP_ENV == "test"
        else "apps.core.staticfiles.HashedStorage"
    },
}

# Caches: `limits` counts requests, and must not throw counters away. In Redis each has keys of its own
_LOCAL = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
_REDIS = {
    "BACKEND": "apps.core.signed_cache.SignedRedisCache",
    "LOCATION": ENV.REDIS_URL,
    "KEY_PREFIX": "tutorbot-cache",
    "OPTIONS": {"socket_connect_timeout": 0.25, "socket_timeout": 0.5},
}
CACHES = {
    "default": _REDIS if ENV.REDIS_URL else _LOCAL,
    "limits": {**_REDIS, "KEY_PREFIX": "tutorbot-limits"}
    if ENV.REDIS_URL and ENV.RATE_LIMIT_BACKEND == "redis"
    else {**_LOCAL, "LOCATION": "limits", "OPTIONS": {"MAX_ENTRIES": 200_000}},
}
RATELIMIT_USE_CACHE = "limits"

# Jobs (apps/core/jobs.py): in Redis, or a file beside the database; in tests they are done at once
HUEY: dict[str, Any] = {
    "immediate": ENV.APP_ENV == "test",
    "file": ENV.DATA_DIR / "jobs.sqlite3",
    "redis_url": ENV.REDIS_URL,
}

# Audit (apps/core/audit.py): entries are rows of ours
AUDITLOG_LOGENTRY_MODEL = "logs.AuditEntry"
AUDITLOG_STORE_JSON_CHANGES = True

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.accounts.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["apps.accounts.permissions.SignedIn"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "apps.core.negotiation.AlwaysJSON",
    "EXCEPTION_HANDLER": "apps.core.errors.exception_handler",
    "DEFAULT_SCHEMA_CLASS": "apps.core.openapi.Schema",
    "DEFAULT_METADATA_CLASS": None,  # OPTIONS is for preflights; class names are nobody's business
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tutorbot",
    "DESCRIPTION": "API del Chatbot Tutor Virtual.",
    "VERSION": "1",
    "TAGS": [
        {"name": name}
        for name in (
            "chat",
            "cuentas",
            "intenciones",
            "entrenamiento",
            "casos",
            "registros",
            "exportaciones",
            "estadísticas",
            "bot",
            "voz",
            "operación",
            "salud",
        )
    ],
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "",
    "ENUM_NAME_OVERRIDES": {"TicketStatusEnum": "apps.helpdesk.models.tickets.Status"},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.core.openapi.describe_frame",
    ],
}

# Imports and exports of Django admin
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = not ENV.MONGO_URI
IMPORT_EXPORT_SKIP_ADMIN_LOG = True

# Browsers: who may call, who may frame, what may run
CORS_ALLOWED_ORIGINS = ENV.ALLOWED_ORIGINS
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_HEADERS = (*default_headers, "x-request-id", "idempotency-key", "x-chat-session")
CORS_EXPOSE_HEADERS = ["X-Request-ID", "Content-Disposition", "Retry-After"]
CORS_PREFLIGHT_MAX_AGE = 86_400
CSRF_TRUSTED_ORIGINS = [o for o in ENV.ALLOWED_ORIGINS if o.startswith(("http://", "https://"))]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "https:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": ENV.EMBED_ALLOWED_ORIGINS or [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups"
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PROD
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if IS_PROD else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_PROD
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
APPEND_SLASH = True

# Mail: printed in dev until a server is named
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if ENV.SMTP_SERVER else 'console'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = ENV.SMTP_SERVER, ENV.SMTP_PORT
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ENV.SMTP_USER, ENV.SMTP_PASS
EMAIL_USE_SSL, EMAIL_USE_TLS = ENV.SMTP_PORT == 465, ENV.SMTP_PORT != 465
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENV.EMAIL_FROM or "tutorbot@localhost"

LOGGING_CONFIG = "apps.core.logging.configure"
LOGGING = logging_config(level=ENV.LOG_LEVEL, as_json=ENV.LOG_FORMAT == "json")

SILENCED_SYSTEM_CHECKS = [
    "axes.W002",  # its middleware: the faces answer a lock themselves, as a 429 or as a form error
    "axes.W003",  # its backend: sign_in() counts an attempt before it looks at the password
    "django_ratelimit.E003",  # tutorbot.W010 speaks of limits in memory with several processes
    "django_ratelimit.W001",
    "security.W008",  # the redirect to https is nginx's work; behind it every request arrives as http
]

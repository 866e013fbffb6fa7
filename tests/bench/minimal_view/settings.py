"""The least that a DRF view needs, on a database set up as this project's own."""

import os
from pathlib import Path

from tutorbot.databases import configure
from tutorbot.env import read_env

RASA_URL = os.environ["RASA_URL"]
SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["rest_framework", "tests.bench.minimal_view"]
DATABASES = configure(read_env(), [])["DATABASES"]
DATABASES["default"]["NAME"] = str(Path(os.environ["DATA_DIR"]) / "minimal.sqlite3")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "tests.bench.minimal_view.urls"
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
USE_TZ = True
LOGGING_CONFIG = None
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
}
WITH_INTENT = "WITH_INTENT" in os.environ

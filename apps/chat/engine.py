"""The bot engine of this process, chosen by BOT_ENGINE and RASA_URL."""

from functools import cache

from django.conf import settings
from django.db import connection

from apps.chat.engines.base import BotEngine
from apps.chat.engines.embedded import EmbeddedEngine
from apps.chat.engines.embedded.nlu.semantic import encoder_finder
from apps.chat.engines.rasa import RasaConfig, RasaEngine, RasaModelStore
from apps.chat.hosts import action_hosts
from apps.chat.services.conversations import DatabaseStore
from apps.chat.services.model_files import DatabaseShelf


@cache
def rasa_engine() -> RasaEngine:
    env = settings.ENV
    return RasaEngine(
        RasaConfig(
            base_url=env.rasa_url,
            token=env.RASA_TOKEN,
            timeout_ms=env.RASA_TIMEOUT_MS,
            connect_timeout_ms=env.RASA_CONNECT_TIMEOUT_MS,
            pool_size=env.RASA_POOL_SIZE,
        ),
        models=rasa_models(),
    )


@cache
def rasa_models() -> RasaModelStore:
    return RasaModelStore(settings.ENV.DATA_DIR / "models" / "rasa", model_shelf(RasaEngine.name))


@cache
def embedded_engine() -> EmbeddedEngine:
    env = settings.ENV
    return EmbeddedEngine(
        models_dir=env.DATA_DIR / "models",
        store=DatabaseStore(),
        find_encoder=encoder_finder(env.NLU_CLASSIFIER),
        hosts=action_hosts(),
        shelf=model_shelf(EmbeddedEngine.name),
    )


def model_shelf(engine: str) -> DatabaseShelf | None:
    """None on SQLite, which is one machine's, and in tests, which begin before their database does."""
    if connection.vendor == "sqlite" or settings.ENV.APP_ENV == "test":
        return None
    return DatabaseShelf(engine)


def uses_rasa() -> bool:
    """`auto` means Rasa as soon as its address is set."""
    env = settings.ENV
    return env.BOT_ENGINE == "rasa" or (env.BOT_ENGINE == "auto" and bool(env.rasa_url))


def engine_name() -> str:
    return RasaEngine.name if uses_rasa() else EmbeddedEngine.name


def get_engine() -> BotEngine:
    """The engine that answers students."""
    return rasa_engine() if uses_rasa() else embedded_engine()

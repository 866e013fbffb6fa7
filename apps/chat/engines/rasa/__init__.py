"""The Rasa engine: turns, parses and health of a Rasa server by its HTTP API."""

from apps.chat.engines.rasa.config import RasaConfig, normalise_base_url
from apps.chat.engines.rasa.engine import RasaEngine
from apps.chat.engines.rasa.model_store import RasaModelStore
from apps.chat.engines.rasa.readers import Understood

__all__ = ["RasaConfig", "RasaEngine", "RasaModelStore", "Understood", "normalise_base_url"]

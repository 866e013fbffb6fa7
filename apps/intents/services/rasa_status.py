"""What each Rasa runs: one that pulls its model tells nobody, so it is asked."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from apps.chat.engine import get_engine, rasa_models, uses_rasa
from apps.chat.engines.base import EngineStatus
from apps.chat.engines.rasa import RasaConfig, RasaEngine, normalise_base_url

log = structlog.get_logger("tutorbot.rasa")
MAX_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class RasaReplica:
    """`url` is host and port, for people; `model` the version that it answers with."""

    url: str
    ok: bool
    error: str | None
    version: str | None
    model: str | None
    is_active_model: bool


@dataclass(frozen=True, slots=True)
class RasaStatus:
    """`ok` says whether the bot answers: by every Rasa that is configured, or by the embedded engine."""

    ok: bool
    message: str
    engine: str
    active_model: str | None
    replicas: Sequence[RasaReplica]


def rasa_status() -> RasaStatus:
    """Asks every Rasa at once, at most every two seconds each; never raises."""
    engine = get_engine()
    pointer = rasa_models().pointed()
    active = pointer.version if pointer else None
    addresses = _addresses()
    with ThreadPoolExecutor(max_workers=MAX_AT_ONCE) as pool:
        states = list(pool.map(_ask, addresses))
    replicas = [_row(*pair, active) for pair in zip(addresses, states, strict=True)]
    is_ok = all(one.ok for one in replicas) if engine.name == "rasa" else engine.status().ok
    return RasaStatus(is_ok, _message(engine.name, is_ok, replicas, active), engine.name, active, replicas)


def rasa_status_if_used() -> RasaStatus | None:
    """For a page that shows it beside other things: None without any Rasa, and where it cannot be said."""
    if not (uses_rasa() or settings.ENV.RASA_REPLICAS):
        return None
    try:
        return rasa_status()
    except Exception:  # the page is worth seeing all the same
        log.exception("rasa_status_failed")
        return None


def _addresses() -> list[str]:
    """Each once, whatever way it is written; what is no address is named by `manage.py check`."""
    env = settings.ENV
    found: dict[str, None] = {}
    for url in filter(None, [env.rasa_url, *env.RASA_REPLICAS]):
        try:
            found[normalise_base_url(url)] = None
        except ValueError:
            continue
    return list(found)


def _ask(url: str) -> EngineStatus:
    return _asker(url, settings.ENV.RASA_TOKEN).status()


@cache
def _asker(url: str, token: str) -> RasaEngine:
    return RasaEngine(RasaConfig(url, token=token, pool_size=2))


def _row(url: str, state: EngineStatus, active: str | None) -> RasaReplica:
    model = state.model_version
    is_active = model is not None and model == active
    return RasaReplica(urlsplit(url).netloc, state.ok, state.error, state.version, model, is_active)


def _message(engine: str, is_ok: bool, replicas: Sequence[RasaReplica], active: str | None) -> str:
    if engine != "rasa":
        return _("El bot responde con el motor embebido.") if is_ok else _("El motor embebido no responde.")
    silent = sum(not one.ok for one in replicas)
    if silent:
        return _("No responden %(silent)d de %(all)d servidores de Rasa.") % {
            "silent": silent,
            "all": len(replicas),
        }
    behind = sum(not one.is_active_model for one in replicas) if active else 0
    if behind:
        return _("Rasa responde; %(behind)d de %(all)d servidores tienen otro modelo que el activo.") % {
            "behind": behind,
            "all": len(replicas),
        }
    return _("Rasa responde.")

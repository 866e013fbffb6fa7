"""The parts that the self-test and `manage.py health` look at: what they find is a word and a sentence."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from uuid import uuid4

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.chat.clients.action_server import action_server_answers
from apps.chat.engine import embedded_engine as embedded
from apps.chat.engine import engine_name, get_engine, rasa_engine, uses_rasa
from apps.chat.engines.base import EngineError, UserMessage
from apps.chat.models import DEFAULT_SENDER
from apps.chat.services.turns import says_something
from apps.core import health
from apps.core.jobs import queue
from apps.helpdesk.clients.webhook import delivers_outside
from apps.helpdesk.models import Delivery
from apps.intents.services.rasa_status import rasa_status_if_used
from apps.ops.models import SelfTestRun

log = structlog.get_logger("tutorbot.selftest")
Result = SelfTestRun.Result
GB = 1 << 30
LITTLE_SPACE, NO_SPACE = GB, GB // 10
SLOW_QUEUE_SECONDS = 10
SILENT_SECONDS = 60
"""A worker says every 15 seconds that it lives."""
SENTENCE = "hola"
TITLES = {
    "database": gettext_lazy("Base de datos"),
    "cache": gettext_lazy("Caché"),
    "worker": gettext_lazy("Proceso de trabajos"),
    "jobs": gettext_lazy("Trabajos en cola"),
    "engine": gettext_lazy("El bot responde"),
    "model": gettext_lazy("Modelo activo"),
    "rasa": gettext_lazy("Servidores de Rasa"),
    "actions": gettext_lazy("Servidor de acciones"),
    "mail": gettext_lazy("Correo"),
    "helpdesk": gettext_lazy("Mesa de ayuda externa"),
    "disk": gettext_lazy("Espacio en disco"),
}
"""For people, by a step's name."""
WORDS = {
    Result.OK: gettext_lazy("Bien"),
    Result.WARN: gettext_lazy("Aviso"),
    Result.FAIL: gettext_lazy("Falla"),
    Result.SKIPPED: gettext_lazy("No aplica"),
}
"""For people, by what a step found."""


@dataclass(frozen=True, slots=True)
class Finding:
    state: str
    text: str


Look = Callable[[], Finding]


def _ok(text: str) -> Finding:
    return Finding(Result.OK, text)


def _warn(text: str) -> Finding:
    return Finding(Result.WARN, text)


def _fail(text: str) -> Finding:
    return Finding(Result.FAIL, text)


def database() -> Finding:
    word = health.database_word()
    if word == health.READ_ONLY:
        return _fail(_("Solo se puede leer: nada de lo nuevo se guarda."))
    if word != health.OK:
        return _fail(_("No responde. Revisa DATABASE_URL o MONGO_URI."))
    if health.migrations_word() != health.OK:
        return _fail(_("Faltan migraciones. Ejecuta «manage.py migrate»."))
    return _ok(_("Responde, se puede escribir y está al día."))


def cache() -> Finding:
    if health.cache_word() == health.OK:
        return _ok(_("Guarda y devuelve un valor."))
    return _fail(_("No responde. Revisa REDIS_URL."))


def jobs(run: SelfTestRun) -> Finding:
    """That this runs says it: the worker took it out of the queue."""
    waited = round(((run.started_at or timezone.now()) - run.asked_at).total_seconds())
    text = _("El proceso de trabajos la tomó a los %(seconds)d s.") % {"seconds": waited}
    return _warn(text) if waited > SLOW_QUEUE_SECONDS else _ok(text)


def worker() -> Finding:
    """Whether one lives and is quick enough, from outside of it."""
    if queue.immediate:
        return Finding(Result.SKIPPED, _("Aquí los trabajos se hacen al momento."))
    try:
        silent, (count, waited) = queue.silent_seconds(), queue.waiting()
    except Exception as error:  # every storage's client raises its own
        log.warning("queue_down", error=type(error).__name__)
        return _fail(_("No se puede leer la cola. Revisa REDIS_URL o DATA_DIR."))
    if silent is None or silent > SILENT_SECONDS:
        return _fail(_("No da señales. Inicia «manage.py worker»."))
    text = _("Vive; trabajos en espera: %(count)d.") % {"count": count}
    return _warn(text) if waited > SLOW_QUEUE_SECONDS else _ok(text)


def rasa() -> Finding:
    """Every server, those of RASA_REPLICAS too."""
    status = rasa_status_if_used()
    if status is None or not status.replicas:
        return Finding(Result.SKIPPED, _("El bot no usa Rasa."))
    if not all(one.ok for one in status.replicas):
        return _fail(status.message)
    is_behind = any(not one.is_active_model for one in status.replicas) and status.active_model
    return _warn(status.message) if is_behind else _ok(status.message)


def engine() -> Finding:
    """A turn of nobody: it is neither remembered nor logged."""
    said = UserMessage(DEFAULT_SENDER, SENTENCE, conversation_id=f"autoprueba-{uuid4().hex}")
    try:
        reply = get_engine().reply(said)
    except EngineError as error:
        return _fail(_("No responde (%(word)s).") % {"word": error.word})
    if not any(says_something(message) for message in reply.messages):
        return _fail(_("A «%(sentence)s» no responde nada.") % {"sentence": SENTENCE})
    return _ok(_("Responde a «%(sentence)s» en %(ms)d ms.") % {"sentence": SENTENCE, "ms": reply.latency_ms})


def model() -> Finding:
    status = get_engine().status()
    if not status.ok:
        return _fail(_("El motor no tiene un modelo con que responder. Entrena el bot."))
    pointer = (rasa_engine() if uses_rasa() else embedded()).pointed()
    name = status.model_version or _("sin nombre")
    if pointer is not None and pointer.version != status.model_version:
        text = _("Responde con %(name)s, y el activo es %(active)s.")
        return _warn(text % {"name": name, "active": pointer.version})
    return _ok(_("%(name)s, motor %(engine)s.") % {"name": name, "engine": engine_name()})


def actions() -> Finding:
    if not settings.ENV.ACTION_SERVER_URL:
        return Finding(Result.SKIPPED, _("Las acciones corren en este mismo proceso."))
    if action_server_answers():
        return _ok(_("Responde."))
    return _fail(_("No responde. Revisa ACTION_SERVER_URL."))


def mail() -> Finding:
    """Opens a connection and signs in; no mail is sent."""
    if not settings.ENV.SMTP_SERVER:
        text = _("Falta SMTP_SERVER: los correos no se envían, se imprimen.")
        return _warn(text) if settings.IS_PROD else Finding(Result.SKIPPED, text)
    try:
        connection = get_connection()
        connection.open()
        connection.close()
    except OSError:  # smtplib's errors are of this kind
        return _fail(_("El servidor de correo no responde o no acepta la cuenta. Revisa SMTP_*."))
    return _ok(_("El servidor de correo acepta la conexión."))


def helpdesk() -> Finding:
    if not delivers_outside():
        return Finding(Result.SKIPPED, _("Los casos se atienden aquí."))
    dead = Delivery.objects.filter(state=Delivery.State.DEAD).count()
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING, last_error__gt="").count()
    if dead or waiting:
        text = _("Casos sin entregar: %(dead)d; se siguen intentando: %(waiting)d. Míralos en Entregas.")
        return _warn(text % {"dead": dead, "waiting": waiting})
    return _ok(_("Todos los casos están entregados."))


def disk() -> Finding:
    folder = settings.ENV.DATA_DIR
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError:
        return _fail(_("No se puede escribir en DATA_DIR."))
    free = shutil.disk_usage(folder).free
    text = _("Quedan %(gb)s GB.") % {"gb": number_format(free / GB, 1)}
    return _fail(text) if free < NO_SPACE else _warn(text) if free < LITTLE_SPACE else _ok(text)


LOOKS: dict[str, Look] = {
    "database": database,
    "cache": cache,
    "worker": worker,
    "engine": engine,
    "model": model,
    "rasa": rasa,
    "actions": actions,
    "mail": mail,
    "helpdesk": helpdesk,
    "disk": disk,
}
"""By name, in the order in which people read them."""


def look(name: str, step: Look) -> dict[str, Any]:
    """`{"name", "state", "ms", "text"}` of one part; never raises."""
    started = perf_counter()
    try:
        found = step()
    except Exception:  # the others are worth knowing all the same
        log.exception("self_test_step_failed", step=name)
        found = Finding(Result.FAIL, _("Falló de forma inesperada. El registro dice por qué."))
    ms = round((perf_counter() - started) * 1000)
    return {"name": name, "state": str(found.state), "ms": ms, "text": found.text}

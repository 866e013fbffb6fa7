"""GET /metrics for Prometheus: what processes counted, and how queues and the model stand just now."""

import os
import time
from collections.abc import Callable, Iterator

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from apps.chat.engine import embedded_engine, get_engine, rasa_engine, uses_rasa
from apps.core.jobs import queue
from apps.core.middleware import is_from_proxy
from apps.core.network import is_trusted, parse_address
from apps.helpdesk.models import Ticket
from apps.helpdesk.models.tickets import ACTIVE
from apps.intents.models import ModelVersion

log = structlog.get_logger("tutorbot.metrics")
PATH = "/metrics"
OF_PROXIES = tuple(
    f"HTTP_{name}" for name in ("X_REAL_IP", "X_FORWARDED_PROTO", "X_FORWARDED_HOST", "FORWARDED", "VIA")
)
"""What a proxy adds that may leave out for whom it asks."""


class MetricsMiddleware:
    """Answers before the Host is looked at, as probes of health are: Prometheus comes by address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_asked = request.path_info == PATH and request.method in {"GET", "HEAD"}
        if not (is_asked and may_read(request)):
            return self.get_response(request)
        text = generate_latest(counted()) + generate_latest(standing())
        return HttpResponse(text, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def may_read(request: HttpRequest) -> bool:
    """By the client's address. Nobody's is what a proxy passes on without saying for whom, or one that
    TRUSTED_PROXIES does not name.
    """
    says_for_whom = "HTTP_X_FORWARDED_FOR" in request.META
    is_passed_on = says_for_whom or any(name in request.META for name in OF_PROXIES)
    if is_passed_on and not (says_for_whom and is_from_proxy(request)):
        return False
    address = parse_address(request.client_ip)  # type: ignore[attr-defined]
    return address is not None and is_trusted(address, settings.ENV.METRICS_ALLOWED)


def counted() -> CollectorRegistry:
    """Of this process, or of all that share PROMETHEUS_MULTIPROC_DIR (tutorbot/gunicorn.py)."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    return registry


def standing() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(Standing())
    return registry


class Standing(Collector):
    """What is looked up when it is asked for. A part that cannot be looked at has no line, and a log line."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for part in (_jobs, _tickets, _engine):
            try:
                yield from list(part())
            except Exception as error:  # every driver raises its own
                log.warning("metric_unknown", part=part.__name__, error=type(error).__name__)


def _jobs() -> Iterator[GaugeMetricFamily]:
    count, seconds = queue.waiting()
    yield GaugeMetricFamily("tutorbot_jobs_waiting", "Jobs that no worker has taken", count)
    yield GaugeMetricFamily("tutorbot_jobs_waiting_seconds", "How long the next one has waited", seconds)
    silent = queue.silent_seconds()
    if silent is not None:
        yield GaugeMetricFamily("tutorbot_worker_silent_seconds", "Since a worker said it lives", silent)


def _tickets() -> Iterator[GaugeMetricFamily]:
    count = Ticket.objects.filter(status__in=ACTIVE).count()
    yield GaugeMetricFamily("tutorbot_tickets_open", "Tickets open or pending", count)


def _engine() -> Iterator[GaugeMetricFamily]:
    yield GaugeMetricFamily("tutorbot_engine_up", "1 while the engine answers", int(get_engine().status().ok))
    pointer = (rasa_engine() if uses_rasa() else embedded_engine()).pointed()
    trained = pointer and ModelVersion.objects.filter(name=pointer.version).first()
    if trained:
        age = time.time() - trained.trained_at.timestamp()
        yield GaugeMetricFamily("tutorbot_model_age_seconds", "Since the active model was trained", age)

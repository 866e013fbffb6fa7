"""What this process counts for Prometheus: turns and refusals; labels are words of ours, never a client's."""

from typing import Any

from django.http import HttpRequest
from django_prometheus.middleware import PrometheusAfterMiddleware
from prometheus_client import Counter, Histogram

TURN_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 8, 15)
TURNS = Counter("tutorbot_turns", "Turns, by engine and how they ended", ("engine", "outcome"))
TURN_SECONDS = Histogram("tutorbot_turn_seconds", "Seconds of the engine", ("engine",), buckets=TURN_BUCKETS)
LOST_TURNS = Counter("tutorbot_lost_turns", "Turns that were answered and could not be written down")
REFUSALS = Counter("tutorbot_limit_refusals", "Requests refused by a limit", ("scope",))


def count_turn(*, engine: str, outcome: str, seconds: float) -> None:
    """`outcome` is ok, fallback, or an error's word."""
    TURNS.labels(engine, outcome).inc()
    TURN_SECONDS.labels(engine).observe(seconds)


class RequestMetricsMiddleware(PrometheusAfterMiddleware):
    """django-prometheus' figures of each view; a method that a client invents makes no series of its own."""

    def label_metric(self, metric: Any, request: HttpRequest, response: Any = None, **labels: Any) -> Any:
        if "method" in labels:
            labels["method"] = self._method(request)
        return super().label_metric(metric, request, response, **labels)

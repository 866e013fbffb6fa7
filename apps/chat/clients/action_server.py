"""Whether the action server lives: rasa-sdk answers GET /health beside its webhook."""

from urllib.parse import urljoin

from django.conf import settings

from apps.core.clients.outside import Limits, OutsideError, exchange

LIMITS = Limits(connect=1.0, whole=3.0, max_bytes=4096)


def action_server_answers() -> bool:
    try:
        answer = exchange("GET", urljoin(settings.ENV.ACTION_SERVER_URL, "health"), LIMITS)
    except OutsideError:
        return False
    return answer.status == 200

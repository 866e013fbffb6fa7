"""One error body for every failed request (contract http.md, rule 1.2)."""

import json
from collections.abc import Iterator
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.utils.serializer_helpers import ReturnDict

log = structlog.get_logger("tutorbot.errors")

TEXTS = {
    400: ("bad_request", gettext_lazy("La petición no es válida. Revisa la dirección y los datos.")),
    401: ("not_authenticated", gettext_lazy("Inicia sesión para continuar.")),
    403: ("permission_denied", gettext_lazy("No tienes permiso para hacer esto.")),
    404: ("not_found", gettext_lazy("No encontramos lo que buscas. Revisa la dirección.")),
    405: ("method_not_allowed", gettext_lazy("Esta dirección no admite ese método.")),
    409: ("conflict", gettext_lazy("Ya existe. Usa otro nombre o edita el que hay.")),
    410: ("gone", gettext_lazy("Ya no está disponible. Pide uno nuevo.")),
    413: ("too_large", gettext_lazy("Lo que envías es demasiado grande. Envía menos datos.")),
    415: (
        "unsupported_media_type",
        gettext_lazy("Envía los datos como JSON (Content-Type: application/json)."),
    ),
    422: ("invalid", gettext_lazy("Revisa los datos enviados.")),
    429: ("too_many_requests", gettext_lazy("Vas muy rápido. Espera un momento y vuelve a intentarlo.")),
    500: ("server_error", gettext_lazy("Algo falló de nuestro lado. Inténtalo de nuevo en un momento.")),
    502: ("engine_unavailable", gettext_lazy("El bot no está disponible. Inténtalo de nuevo en un momento.")),
    503: ("unavailable", gettext_lazy("El servicio no está disponible. Inténtalo de nuevo en un momento.")),
    504: ("engine_timeout", gettext_lazy("El bot tardó demasiado en responder. Inténtalo de nuevo.")),
}


class AppError(Exception):
    """A failure that a service names and a client may read. Subclasses set `status`, and may set the rest."""

    status = 400
    code = ""
    text: Any = ""

    def __init__(self, text: str = "", *, code: str = "", headers: dict[str, str] | None = None) -> None:
        default_code, default_text = TEXTS[self.status]
        self.code = code or self.code or default_code
        self.text = text or self.text or default_text
        self.headers = headers or {}
        super().__init__(str(self.text))

    @property
    def said(self) -> str:
        """For pages, which show no names of fields."""
        rows = getattr(self, "errors", None) or []
        return " ".join(row["message"] for row in rows) or str(self.text)


class NotAuthenticated(AppError):
    status = 401


class Forbidden(AppError):
    status = 403


class NotFound(AppError):
    status = 404


class Conflict(AppError):
    status = 409


class Invalid(AppError):
    """Input that only a service can judge; `errors` are rows of `{"field", "code", "message"}`."""

    status = 422

    def __init__(self, text: str = "", *, code: str = "", errors: list[dict[str, str]] | None = None) -> None:
        self.errors = errors or []
        super().__init__(text or _summary(self.errors), code=code)

    @classmethod
    def field(cls, name: str, text: str, code: str = "invalid") -> "Invalid":
        """One wrong field."""
        return cls(errors=[{"field": name, "code": code, "message": text}])


class TooMany(AppError):
    """Refused for a while; `seconds` is what `Retry-After` says."""

    status = 429

    def __init__(self, text: str = "", *, seconds: int, code: str = "") -> None:
        super().__init__(text, code=code, headers={"Retry-After": str(max(1, seconds))})


class Gone(AppError):
    status = 410


class TooLarge(AppError):
    status = 413


class Unavailable(AppError):
    status = 503


def error_body(
    request: HttpRequest, code: str, text: str, errors: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    """`{"detail", "message", "code", "request_id", "errors"?}`; detail and message are the same text."""
    body: dict[str, Any] = {
        "detail": text,
        "message": text,
        "code": code,
        "request_id": getattr(request, "request_id", ""),
    }
    if errors:
        body["errors"] = errors
    return body


def fill_error_body(request: HttpRequest, response: HttpResponse) -> None:
    """Puts our body into an error answer that Django or a library made, keeping its status and headers."""
    is_json = response.get("Content-Type", "").startswith("application/json")
    if is_json and getattr(response, "has_error_body", False):
        return
    code, text = TEXTS.get(response.status_code, TEXTS[500 if response.status_code >= 500 else 400])
    with translation.override(settings.LANGUAGE_CODE):
        body = error_body(request, code, str(text))
    response.content = json.dumps(body, ensure_ascii=False)
    response["Content-Type"] = "application/json"
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's hook: any exception of a view becomes our body; what nobody expected is logged and is a 500."""
    request = context["request"]._request
    code, text, errors, http_status = _explain(error)
    response = Response(error_body(request, code, text, errors), status=http_status, headers=_headers(error))
    response.has_error_body = True  # type: ignore[attr-defined]
    if http_status == 401:
        response["WWW-Authenticate"] = "Bearer"
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would say it a second time
    if http_status == 500:
        log.error("unexpected_error", path=request.path, exc_info=error)
        got_request_exception.send(sender=type(context.get("view")), request=request)
    return response


def _explain(error: Exception) -> tuple[str, str, list[dict[str, str]], int]:
    if isinstance(error, AppError):
        return error.code, str(error.text), getattr(error, "errors", []), error.status
    if isinstance(error, exceptions.ValidationError):
        errors = list(_flatten(error.get_full_details(), ()))
        return TEXTS[422][0], _summary(errors), errors, 422
    if isinstance(error, exceptions.ParseError):
        return "malformed_json", str(error.detail), [], 422
    http_status = _status_of(error)
    code, text = TEXTS.get(http_status, TEXTS[400])
    return code, str(text), [], http_status


def _status_of(error: Exception) -> int:
    if isinstance(error, exceptions.APIException):
        return error.status_code
    if isinstance(error, Http404):
        return 404
    return 403 if isinstance(error, PermissionDenied) else 500


def _headers(error: Exception) -> dict[str, str]:
    if isinstance(error, AppError):
        return error.headers
    return {}


def _flatten(details: Any, path: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """DRF's nested details as flat rows; the field of a nested value is written with dots."""
    if isinstance(details, dict | ReturnDict) and set(details) != {"message", "code"}:
        for key, value in details.items():
            yield from _flatten(value, path if key == "non_field_errors" else (*path, str(key)))
    elif isinstance(details, list):
        for value in details:
            yield from _flatten(value, path)
    elif details:
        yield {"field": ".".join(path), "code": str(details["code"]), "message": str(details["message"])}


def _summary(errors: list[dict[str, str]]) -> str:
    if not errors:
        return str(TEXTS[422][1])
    first = errors[0]
    text = f"{first['field']}: {first['message']}" if first["field"] else first["message"]
    return (
        text
        if len(errors) == 1
        else _("%(first)s (y %(more)d más)") % {"first": text, "more": len(errors) - 1}
    )

"""What a service refused, as errors of a form and as the status of its page."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse

from apps.core.errors import AppError, TooMany

Page = TypeVar("Page", bound=HttpResponse)


def add_refusal(form: forms.Form, error: AppError, names: Mapping[str, str] | None = None) -> None:
    """Puts each text at the field it is about; `names` are the form's for the service's."""
    form.refusal = error  # type: ignore[attr-defined]
    own_field = "otp" if error.code.startswith("otp_") else None
    rows: list[dict[str, Any]] = getattr(error, "errors", [])
    for row in rows or [{"field": own_field, "code": error.code, "message": str(error.text)}]:
        field = (names or {}).get(row["field"], row["field"])
        place = field if field in form.fields else None
        form.add_error(place, ValidationError(row["message"], code=row["code"]))


def with_status(response: Page, error: AppError | None) -> Page:
    """A page that says "too many" says it to programs as well; other refusals are the form again, a 200."""
    if isinstance(error, TooMany):
        response.status_code = error.status
        for name, value in error.headers.items():
            response[name] = value
    return response

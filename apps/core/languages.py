"""Which of the project's languages a request asks for."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation


def ours_or(otherwise: str, asked: str | None) -> str:
    """`asked` where the project speaks it."""
    return asked if asked in dict(settings.LANGUAGES) else otherwise


def language_of_address(request: HttpRequest) -> str:
    """`?lang=` of the address; otherwise the request's, which is the browser's on pages."""
    return ours_or(translation.get_language(), request.GET.get("lang"))

"""Pages of errors for browsers; the API's body is made by ErrorBodyMiddleware."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.csrf import csrf_failure as django_csrf_failure
from django.views.defaults import server_error


def page_not_found(request: HttpRequest, exception: Exception, **kwargs: Any) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def error_page(request: HttpRequest) -> HttpResponse:
    return server_error(request, template_name="errors/500.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's page, without the reason: it speaks to developers."""
    return django_csrf_failure(request, reason="")

"""Swagger UI and ReDoc from local files, working offline and without inline scripts."""

from functools import lru_cache
from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.views import SpectacularSwaggerSplitView

from apps.core.languages import language_of_address

STYLES_INLINE: dict[str, Any] = {"style-src": ["'unsafe-inline'"], "worker-src": ["'self'", "blob:"]}
"""Both tools write <style> elements, and ReDoc searches in a blob worker; scripts stay external."""


@csrf_exempt
@require_safe
def openapi_document(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document as JSON, in the language asked for (`?lang=` or the request's)."""
    headers = {"Content-Disposition": 'inline; filename="Tutorbot.json"'}
    return HttpResponse(
        _document(language_of_address(request)), content_type=OpenApiJsonRenderer.media_type, headers=headers
    )


@lru_cache
def _document(language: str) -> bytes:
    """Made once per process and language: reading all views takes seconds."""
    with translation.override(language):
        document = SchemaGenerator().get_schema(request=None, public=True)
    return bytes(OpenApiJsonRenderer().render(document, renderer_context={}))


@method_decorator(csp_update(STYLES_INLINE), name="dispatch")
class SwaggerView(SpectacularSwaggerSplitView):
    url_name = "openapi"


@csrf_exempt
@require_safe
@csp_update(STYLES_INLINE)
def redoc(request: HttpRequest) -> HttpResponse:
    return render(request, "docs/redoc.html", {"schema_url": "/openapi.json", "title": "Tutorbot"})

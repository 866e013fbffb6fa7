"""Swagger UI and ReDoc from local files, working offline and without inline scripts."""

from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

STYLES_INLINE: dict[str, Any] = {"style-src": ["'unsafe-inline'"], "worker-src": ["'self'", "blob:"]}
"""Both tools write <style> elements, and ReDoc searches in a blob worker; scripts stay external."""


@extend_schema(exclude=True)
class SchemaView(SpectacularAPIView):
    """The OpenAPI document as JSON."""


@method_decorator(csp_update(STYLES_INLINE), name="dispatch")
class SwaggerView(SpectacularSwaggerSplitView):
    url_name = "openapi"


@csrf_exempt
@require_safe
@csp_update(STYLES_INLINE)
def redoc(request: HttpRequest) -> HttpResponse:
    return render(request, "docs/redoc.html", {"schema_url": "/openapi.json", "title": "Tutorbot"})

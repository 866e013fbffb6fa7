"""The helpdesk as other programs see it."""

from django.conf import settings
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.views.base import PublicView
from apps.helpdesk.clients.webhook import delivers_outside


class HelpdeskHealthView(PublicView):
    @extend_schema(
        operation_id="helpdesk_health",
        tags=["salud"],
        responses=inline_serializer(
            "HelpdeskHealth",
            {
                "ok": serializers.BooleanField(),
                "kind": serializers.CharField(),
                "webhook": serializers.ChoiceField(["internal", "external"]),
            },
        ),
    )
    def get(self, request: Request) -> Response:
        """Adónde van los casos: a la propia mesa de ayuda o a una externa (nunca su dirección)."""
        return Response(
            {
                "ok": True,
                "kind": settings.ENV.HELPDESK_KIND,
                "webhook": "external" if delivers_outside() else "internal",
            }
        )

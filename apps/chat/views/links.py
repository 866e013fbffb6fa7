"""Previews of links, for the chat page and its widgets."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.chat.services.links import preview
from apps.core.fields import StrictCharField
from apps.core.throttling import quota
from apps.core.views.base import PublicView, valid

MAX_URL = 2000


class LinkQuery(serializers.Serializer[Any]):
    url = StrictCharField(
        max_length=MAX_URL,
        error_messages={
            "required": _("Falta la dirección en «url»."),
            "blank": _("La dirección está vacía."),
        },
    )


class LinkOutput(serializers.Serializer[Any]):
    url = serializers.CharField(help_text=_("Adonde lleva al final."))
    title = serializers.CharField(allow_null=True)
    description = serializers.CharField(allow_null=True)
    image = serializers.CharField(allow_null=True)


class LinkPreviewView(PublicView):
    """For everybody: students without an account chat too. Only the hosts that staff have named are asked."""

    throttle_classes = (quota("link_preview", 30),)
    error_codes = ("422", "502")

    @extend_schema(operation_id="link_preview", tags=["chat"], parameters=[LinkQuery], responses=LinkOutput)
    def get(self, request: Request) -> Response:
        """Título, descripción e imagen de una página de LINK_PREVIEW_HOSTS."""
        return Response(preview(valid(LinkQuery, request.query_params).validated_data["url"]))

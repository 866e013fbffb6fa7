"""The way to the platform's single sign-on."""

from django.http import HttpResponseRedirect
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from apps.accounts.serializers.auth import ZajunaLoginQuery
from apps.accounts.services.sso import platform_login_url
from apps.accounts.views.auth import TAGS, EntryView
from apps.core.views.base import valid


class ZajunaLoginView(EntryView):
    error_codes = ("422",)

    @extend_schema(
        tags=TAGS,
        parameters=[ZajunaLoginQuery],
        responses={302: OpenApiResponse(description="A la página de entrada de Zajuna")},
    )
    def get(self, request: Request) -> HttpResponseRedirect:
        """Lleva a la entrada de Zajuna, que devuelve el navegador a `redirect_uri`."""
        query = valid(ZajunaLoginQuery, request.query_params)
        return HttpResponseRedirect(platform_login_url(**query.validated_data))

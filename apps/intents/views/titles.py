"""What intents are called, for the action server."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.service_token import ServiceOnly
from apps.intents.titles import known_titles


class TitlesView(APIView):
    authentication_classes = ()
    permission_classes = (ServiceOnly,)
    error_codes = ("401", "503")

    @extend_schema(operation_id="bot_titles", tags=["bot"], responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:
        """`{intención: {"es": título, "en"?: título}}` de lo que se puede ofrecer como botón."""
        return Response(known_titles())

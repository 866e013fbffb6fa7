"""What the bot understands of a sentence and would answer, for staff."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import needs
from apps.core.throttling import ListThrottle
from apps.core.views.base import valid
from apps.intents.serializers import transfer as shapes
from apps.intents.services.understanding import understand_sentence
from apps.intents.views.intents import TAGS


class SentenceView(APIView):
    permission_classes = (needs("intents.view_intent"),)
    throttle_classes = (ListThrottle,)
    error_codes = ("502", "504")

    @extend_schema(
        operation_id="intents_test",
        tags=TAGS,
        parameters=[shapes.SentenceQuery],
        responses=shapes.UnderstandingOutput,
    )
    def get(self, request: Request) -> Response:
        """Cómo entiende el bot una frase, qué respondería y los ejemplos que más se le parecen."""
        query = valid(shapes.SentenceQuery, request.query_params)
        found = understand_sentence(**query.validated_data)
        return Response(shapes.UnderstandingOutput(found).data)

"""What API views have in common."""

from rest_framework.permissions import AllowAny
from rest_framework.views import APIView


class PublicView(APIView):
    """Anyone may ask, with or without a usable Bearer."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

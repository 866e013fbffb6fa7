"""What API views have in common."""

from typing import Any, TypeVar

from rest_framework.permissions import AllowAny
from rest_framework.serializers import Serializer
from rest_framework.views import APIView


class PublicView(APIView):
    """Anyone may ask, with or without a usable Bearer."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


Shape = TypeVar("Shape", bound=Serializer[Any])


def valid(shape: type[Shape], data: Any) -> Shape:
    """A body or a query in that shape. Raises DRF's ValidationError (422)."""
    given = shape(data=data)
    given.is_valid(raise_exception=True)
    return given

"""Signing in, staying signed in, signing out: one set of views, whose faces differ by address alone."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.callers import caller_of
from apps.accounts.cookies import clear_refresh_cookie, refresh_cookie, set_refresh_cookie
from apps.accounts.parsers import FormParser, MultipartFormParser, readable_body
from apps.accounts.permissions import KnownCaller, caller_in, needs
from apps.accounts.serializers import auth as shapes
from apps.accounts.services import entry, registration
from apps.accounts.services.sessions import SessionEnded, SignedIn, renew_session
from apps.accounts.throttles import LOGIN_THROTTLES, RegisterThrottle
from apps.core.network import request_address
from apps.core.parsers import StrictJSONParser
from apps.core.text import storable
from apps.core.views.base import PublicView, valid

TAGS = ["cuentas"]


class EntryView(PublicView):
    """Anyone may knock; a Bearer, usable or not, changes nothing."""

    error_codes: tuple[str, ...] = ("401", "403")


def read(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    return dict(valid(shape, request.data).validated_data)


def visitor(request: Request) -> dict[str, Any]:
    """Where the request comes from, as services take it."""
    agent = storable(request.META.get("HTTP_USER_AGENT", ""))
    return {"address": request_address(request._request), "user_agent": agent}


def with_tokens(
    request: Request,
    signed_in: SignedIn,
    shape: type[shapes.TokensOutput] = shapes.LoginOutput,
    status: int = 200,
) -> Response:
    response = Response(shape(signed_in).data, status=status)
    set_refresh_cookie(request._request, response, signed_in.refresh_token)
    return response


class LoginView(EntryView):
    throttle_classes = LOGIN_THROTTLES

    @extend_schema(tags=TAGS, request=shapes.LoginInput, responses=shapes.LoginOutput)
    def post(self, request: Request) -> Response:
        """Correo y contraseña a cambio de tokens; pone también la cookie de renovación."""
        return with_tokens(request, entry.log_in(**read(shapes.LoginInput, request), **visitor(request)))


class PanelLoginView(EntryView):
    throttle_classes = LOGIN_THROTTLES

    @extend_schema(tags=TAGS, request=shapes.LoginInput, responses=shapes.LoginOutput)
    def post(self, request: Request) -> Response:
        """Entrada de administración y soporte; a otras personas, 403."""
        data = read(shapes.LoginInput, request)
        return with_tokens(request, entry.log_in(**data, **visitor(request), staff_only=True))


class TokenView(EntryView):
    throttle_classes = LOGIN_THROTTLES
    parser_classes = (StrictJSONParser, FormParser, MultipartFormParser)

    @extend_schema(
        tags=TAGS,
        request={
            "application/x-www-form-urlencoded": shapes.TokenInput,
            "multipart/form-data": shapes.TokenInput,
            "application/json": shapes.TokenInput,
        },
        responses=shapes.LoginOutput,
    )
    def post(self, request: Request) -> Response:
        """Lo mismo que login, también como formulario de OAuth2 (`username`, `password`)."""
        return with_tokens(request, entry.log_in(**read(shapes.TokenInput, request), **visitor(request)))


class RefreshTwinView(EntryView):
    error_codes = ("401",)

    @extend_schema(tags=TAGS, request=shapes.RefreshInput, responses=shapes.TokensOutput)
    def post(self, request: Request) -> Response:
        """Tokens nuevos por el de renovación, del cuerpo o de la cookie, que deja de servir."""
        given = read(shapes.RefreshInput, request).get("refresh_token")
        return self.renew(request, given or refresh_cookie(request._request))

    def renew(self, request: Request, token: str) -> Response:
        return with_tokens(request, renew_session(refresh_token=token), shapes.TokensOutput)

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        if isinstance(exc, SessionEnded):
            clear_refresh_cookie(self.request._request, response)
        return response


class RefreshView(RefreshTwinView):
    @extend_schema(tags=TAGS, responses=shapes.TokensOutput)
    def get(self, request: Request) -> Response:
        """Tokens nuevos por la cookie de renovación."""
        return self.renew(request, refresh_cookie(request._request))


class LogoutView(EntryView):
    error_codes = ()

    @extend_schema(tags=TAGS, request=shapes.RefreshInput, responses=shapes.DoneOutput)
    def post(self, request: Request) -> Response:
        """Termina la sesión del token o de la cookie que llegue; siempre responde 200."""
        sent = readable_body(request).get("refresh_token")
        tokens = [token for token in (sent, refresh_cookie(request._request)) if isinstance(token, str)]
        entry.log_out(refresh_tokens=tokens, caller=caller_of(request._request))
        response = Response({"ok": True, "message": _("Sesión cerrada.")})
        clear_refresh_cookie(request._request, response)
        return response


class MeView(APIView):
    permission_classes = (KnownCaller,)

    @extend_schema(tags=TAGS, responses=shapes.MeOutput)
    def get(self, request: Request) -> Response:
        """Quién eres."""
        return Response(shapes.MeOutput(caller_in(request)).data)


class PanelMeView(APIView):
    permission_classes = (needs("accounts.view_user"),)

    @extend_schema(tags=TAGS, responses=shapes.MeOutput)
    def get(self, request: Request) -> Response:
        """Quién eres; solo administración y soporte."""
        return Response(shapes.MeOutput(caller_in(request)).data)


class RegisterView(EntryView):
    throttle_classes = (RegisterThrottle,)
    error_codes = ("403", "409")

    @extend_schema(tags=TAGS, request=shapes.RegisterInput, responses={201: shapes.LoginOutput})
    def post(self, request: Request) -> Response:
        """Crea tu cuenta de estudiante y entra; solo con el registro abierto."""
        data = read(shapes.RegisterInput, request)
        return with_tokens(request, registration.register(**data, **visitor(request)), status=201)


class PanelRegisterView(EntryView):
    throttle_classes = (RegisterThrottle,)
    error_codes = ("403", "409")

    @extend_schema(tags=TAGS, request=shapes.PanelRegisterInput, responses={201: shapes.PanelRegisterOutput})
    def post(self, request: Request) -> Response:
        """Crea una cuenta: de administración con la llave o si es la primera; si no, de estudiante."""
        user = registration.register_at_panel(**read(shapes.PanelRegisterInput, request))
        return Response(shapes.PanelRegisterOutput(user).data, status=201)

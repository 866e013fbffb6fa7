"""Forgotten, reset and changed passwords, and the rules for a new one."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import KnownCaller, caller_in
from apps.accounts.serializers import auth as shapes
from apps.accounts.services import entry, mails, passwords
from apps.accounts.throttles import ChangePasswordThrottle, MailboxThrottle, MailThrottle
from apps.accounts.views.auth import TAGS, EntryView, read, visitor, with_tokens
from apps.core.views.base import PublicView


class ForgotPasswordView(EntryView):
    throttle_classes = (MailThrottle, MailboxThrottle)
    error_codes = ("503",)

    @extend_schema(tags=TAGS, request=shapes.ForgotPasswordInput, responses=shapes.DoneOutput)
    def post(self, request: Request) -> Response:
        """Pide por correo un enlace para elegir otra contraseña; responde igual si el correo no existe."""
        mails.request_password_reset(**read(shapes.ForgotPasswordInput, request))
        text = _("Si hay una cuenta con ese correo, te enviamos un enlace. Revisa tu bandeja de entrada.")
        return Response({"ok": True, "message": text})


class ResetPasswordView(EntryView):
    throttle_classes = (MailThrottle,)
    error_codes = ()

    @extend_schema(tags=TAGS, request=shapes.ResetPasswordInput, responses=shapes.DoneOutput)
    def post(self, request: Request) -> Response:
        """Elige otra contraseña con el enlace del correo; terminan todas las sesiones."""
        passwords.reset_password(**read(shapes.ResetPasswordInput, request))
        return Response({"ok": True, "message": _("Contraseña cambiada. Inicia sesión con la nueva.")})


class ChangePasswordView(APIView):
    permission_classes = (KnownCaller,)
    throttle_classes = (ChangePasswordThrottle,)
    error_codes = ("409",)

    @extend_schema(tags=TAGS, request=shapes.ChangePasswordInput, responses=shapes.ChangePasswordOutput)
    def post(self, request: Request) -> Response:
        """Cambia tu contraseña; las demás sesiones terminan y esta sigue con tokens nuevos."""
        data = read(shapes.ChangePasswordInput, request)
        signed_in = entry.change_password(caller=caller_in(request), **data, **visitor(request))
        return with_tokens(request, signed_in, shapes.ChangePasswordOutput)


class PolicyView(PublicView):
    @extend_schema(tags=TAGS, responses=shapes.PolicyOutput)
    def get(self, request: Request) -> Response:
        """Las reglas de una contraseña nueva."""
        return Response(shapes.PolicyOutput(passwords.policy()).data)


class PolicyCheckView(EntryView):
    error_codes = ()

    @extend_schema(tags=TAGS, request=shapes.PolicyCheckInput, responses=shapes.PolicyCheckOutput)
    def post(self, request: Request) -> Response:
        """Si una contraseña cumple las reglas, y si no, cuáles faltan."""
        errors = passwords.broken_rules(**read(shapes.PolicyCheckInput, request))
        return Response({"ok": not errors, "errors": errors})

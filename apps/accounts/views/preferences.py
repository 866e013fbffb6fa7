"""A person's preferences."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import SignedIn, caller_in
from apps.accounts.serializers.preferences import SettingsInput, SettingsOutput, SettingsSavedOutput
from apps.accounts.services.preferences import change_preferences, preferences_of
from apps.core.throttling import quota
from apps.core.views.base import valid

SettingsThrottle = quota("settings", 120)


class SettingsView(APIView):
    permission_classes = (SignedIn,)
    throttle_classes = (SettingsThrottle,)

    @extend_schema(operation_id="settings_read", tags=["cuentas"], responses={200: SettingsOutput})
    def get(self, request: Request) -> Response:
        """Tus preferencias: idioma, tema, tamaño del texto y contraste."""
        return Response(SettingsOutput(preferences_of(subject=caller_in(request).sub)).data)

    @extend_schema(
        operation_id="settings_change",
        tags=["cuentas"],
        request=SettingsInput,
        responses={200: SettingsSavedOutput},
    )
    def put(self, request: Request) -> Response:
        """Cambia tus preferencias; lo que no envías queda como estaba."""
        given = valid(SettingsInput, request.data)
        saved = change_preferences(subject=caller_in(request).sub, **given.validated_data)
        return Response(SettingsSavedOutput({"ok": True, "prefs": saved}).data)

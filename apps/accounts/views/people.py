"""People, for staff: the list, one person, and what is done to one (contract http.md §4)."""

from collections.abc import Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.accounts.permissions import caller_in, needs
from apps.accounts.selectors import EXPORT_COLUMNS, export_rows, people_matching, person_by_id
from apps.accounts.serializers import people as shapes
from apps.accounts.services import lockout, people, sessions
from apps.core.csv_stream import csv_response
from apps.core.throttling import ExportThrottle, ListThrottle
from apps.core.views.base import valid

TAGS = ["cuentas"]


def shown(*users: User) -> list[dict[str, Any]]:
    """People on the wire, their locks read at once."""
    locks = lockout.locked_until([user.email for user in users])
    return list(shapes.PersonOutput(users, many=True, context={"locked_until": locks}).data)


class CreateUserView(APIView):
    permission_classes = (needs("accounts.add_user"),)
    throttle_classes = (ListThrottle,)

    @extend_schema(
        operation_id="create_user",
        tags=TAGS,
        request=shapes.NewPersonInput,
        responses={201: shapes.NewPersonOutput},
    )
    def post(self, request: Request) -> Response:
        """Crea una persona; sin contraseña, con una temporal que se muestra una sola vez."""
        data = valid(shapes.NewPersonInput, request.data)
        made = people.create_person(**data.validated_data)
        temporary = {"temporary_password": made.password} if made.password else {}
        return Response(shown(made.user)[0] | temporary, status=201)


@extend_schema_view(post=extend_schema(operation_id="users_create"))
class PeopleView(CreateUserView):
    def get_permissions(self) -> Sequence[Any]:
        return super().get_permissions() if self.request.method == "POST" else [needs("accounts.view_user")()]

    @extend_schema(
        operation_id="users_list",
        tags=TAGS,
        parameters=[shapes.PeopleQuery],
        responses=shapes.PersonOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """Personas, de la más nueva a la más antigua."""
        query = valid(shapes.PeopleQuery, request.query_params)
        return Response(shown(*people_matching(**query.filters())[query.window().slice]))


class ExportView(APIView):
    permission_classes = (needs("accounts.export_user"),)
    throttle_classes = (ExportThrottle,)

    @extend_schema(
        operation_id="users_export",
        tags=TAGS,
        parameters=[shapes.PeopleFilter],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Personas en CSV."""
        query = valid(shapes.PeopleFilter, request.query_params)
        return csv_response(
            "personas",
            EXPORT_COLUMNS,
            export_rows(people_matching(**query.filters())),
            request=request._request,
            kind="usuarios",
        )


class PersonView(APIView):
    def get_permissions(self) -> list[BasePermission]:
        is_delete = self.request.method == "DELETE"
        return [needs("accounts.delete_user" if is_delete else "accounts.change_user")()]

    @extend_schema(operation_id="users_read", tags=TAGS, responses=shapes.PersonOutput)
    def get(self, request: Request, id: str) -> Response:
        """Una persona."""
        return Response(shown(person_by_id(id))[0])

    @extend_schema(
        operation_id="users_update", tags=TAGS, request=shapes.PersonInput, responses=shapes.PersonOutput
    )
    def put(self, request: Request, id: str) -> Response:
        """Cambia lo que envíes; lo demás queda igual."""
        data = valid(shapes.PersonInput, request.data)
        user = people.change_person(user=person_by_id(id), by=caller_in(request).user, **data.validated_data)
        return Response(shown(user)[0])

    @extend_schema(
        operation_id="users_partial_update",
        tags=TAGS,
        request=shapes.PersonInput,
        responses=shapes.PersonOutput,
    )
    def patch(self, request: Request, id: str) -> Response:
        """Lo mismo que `PUT`."""
        return self.put(request, id)

    @extend_schema(operation_id="users_delete", tags=TAGS, responses=shapes.DeletedOutput)
    def delete(self, request: Request, id: str) -> Response:
        """Elimina a una persona con sus sesiones y preferencias."""
        people.delete_person(user=person_by_id(id))
        return Response({"message": _("Persona eliminada.")})


class RoleView(APIView):
    permission_classes = (needs("accounts.change_user"),)

    @extend_schema(operation_id="users_role", tags=TAGS, request=shapes.RoleInput, responses=shapes.OkOutput)
    def patch(self, request: Request, id: str) -> Response:
        """Cambia el rol."""
        data = valid(shapes.RoleInput, request.data)
        people.change_person(user=person_by_id(id), rol=data.validated_data["rol"])
        return Response({"ok": True})


class StatusView(APIView):
    permission_classes = (needs("accounts.change_user"),)

    @extend_schema(
        operation_id="users_status", tags=TAGS, request=shapes.StatusInput, responses=shapes.OkOutput
    )
    def patch(self, request: Request, id: str) -> Response:
        """Activa o desactiva; al desactivar terminan todas sus sesiones."""
        data = valid(shapes.StatusInput, request.data)
        people.change_person(user=person_by_id(id), is_active=data.validated_data["active"])
        return Response({"ok": True})


class ResetPasswordView(APIView):
    permission_classes = (needs("accounts.change_user"),)

    @extend_schema(
        operation_id="users_reset_password",
        tags=TAGS,
        request=shapes.NewPasswordInput,
        responses=shapes.PasswordOutput,
    )
    def post(self, request: Request, id: str) -> Response:
        """Contraseña que hay que cambiar al entrar; sin `new_password`, una al azar. Termina las sesiones."""
        data = valid(shapes.NewPasswordInput, request.data)
        given = data.validated_data.get("new_password")
        temporary = people.give_password(user=person_by_id(id), password=given)
        body = {"ok": True} | ({"temporary_password": temporary} if temporary else {})
        return Response(body)


class RevokeView(APIView):
    permission_classes = (needs("accounts.change_user"),)

    @extend_schema(operation_id="users_revoke", tags=TAGS, request=None, responses=shapes.RevokedOutput)
    def post(self, request: Request, id: str) -> Response:
        """Termina todas las sesiones: los tokens emitidos hasta ahora dejan de servir."""
        sessions.end_all_sessions(user=person_by_id(id))
        return Response({"ok": True, "message": _("Sesiones terminadas.")})


class UnlockView(APIView):
    permission_classes = (needs("accounts.change_user"),)

    @extend_schema(operation_id="users_unlock", tags=TAGS, request=None, responses=shapes.UnlockedOutput)
    def post(self, request: Request, id: str) -> Response:
        """Quita los bloqueos por intentos fallidos."""
        return Response({"ok": True, "unlocked": lockout.unlock_person(user=person_by_id(id))})

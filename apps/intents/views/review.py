"""The review inbox: what the bot did not understand, and what it meant."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.permissions import caller_in, needs
from apps.accounts.roles import role_allows
from apps.core.errors import Forbidden
from apps.core.throttling import ListThrottle
from apps.core.views.base import valid
from apps.intents import review_selectors as selectors
from apps.intents.serializers import review as shapes
from apps.intents.services.review import decisions
from apps.intents.services.review.guesses import add_current_guesses
from apps.intents.services.review.teaching import Wording

TAGS = ["bandeja de revisión"]


def wordings(texts: list[str] | None) -> list[Wording] | None:
    return None if texts is None else [Wording(text) for text in texts]


class ReviewView(APIView):
    permission_classes: tuple[type[BasePermission], ...] = (needs("intents.view_reviewgroup"),)
    throttle_classes = (ListThrottle,)


class GroupsView(ReviewView):
    @extend_schema(
        operation_id="review_list", tags=TAGS, parameters=[shapes.ReviewQuery], responses=shapes.GroupPage
    )
    def get(self, request: Request) -> Response:
        """Grupos de mensajes parecidos que el bot no entendió, por páginas de 50.

        `guesses` y `known_as` son del modelo activo en las páginas de hasta 50 grupos, con el motor embebido.
        """
        query = valid(shapes.ReviewQuery, request.query_params)
        window = query.window()
        rows, total = selectors.groups_page(window=window, **query.filters())
        if window.limit <= shapes.PAGE_SIZE:
            add_current_guesses(rows)
        items = shapes.GroupOutput(rows, many=True).data
        page = {"page": window.offset // window.limit + 1, "page_size": window.limit}
        return Response({"items": items, "total": total, **page})


class CountsView(ReviewView):
    @extend_schema(operation_id="review_counts", tags=TAGS, responses=shapes.CountsOutput)
    def get(self, request: Request) -> Response:
        """Cuántos grupos esperan y cuántos se decidieron hoy."""
        return Response(shapes.CountsOutput(selectors.progress()).data)


class GroupView(ReviewView):
    @extend_schema(operation_id="review_read", tags=TAGS, responses=shapes.GroupDetail)
    def get(self, request: Request, id: str) -> Response:
        """Un grupo con sus mensajes."""
        group: Any = decisions.group_by_id(id)
        add_current_guesses([group])
        group.shown_items = selectors.items_of(group)
        return Response(shapes.GroupDetail(group).data)


class DecisionView(ReviewView):
    permission_classes: tuple[type[BasePermission], ...] = (needs("intents.change_reviewgroup"),)
    error_codes = ("409",)


class AssignView(DecisionView):
    @extend_schema(
        operation_id="review_assign", tags=TAGS, request=shapes.AssignInput, responses=shapes.DecidedOutput
    )
    def post(self, request: Request, id: str) -> Response:
        """Sus formas pasan a ser ejemplos de una intención; el bot las aprende al entrenar."""
        caller = caller_in(request)
        given = valid(shapes.AssignInput, request.data).validated_data
        if given["force"] and not role_allows(caller.role, "intents.change_intent"):
            raise Forbidden(_("No puedes quitarle ejemplos a otra intención."))
        decided = decisions.assign_group(
            group=id,
            intent=given["intent"],
            by=caller.user,
            wordings=wordings(given.get("texts")),
            is_forced=given["force"],
        )
        return Response(shapes.DecidedOutput(decided).data)


class CreateIntentView(DecisionView):
    permission_classes = (needs("intents.change_reviewgroup"), needs("intents.add_intent"))

    @extend_schema(
        operation_id="review_create_intent",
        tags=TAGS,
        request=shapes.CreateIntentInput,
        responses={201: shapes.DecidedOutput},
    )
    def post(self, request: Request, id: str) -> Response:
        """Crea una intención con estos mensajes como ejemplos."""
        given = valid(shapes.CreateIntentInput, request.data).validated_data
        decided = decisions.create_intent_from_group(
            group=id,
            name=given["intent"],
            title=given["title"],
            answer=given["answer"],
            by=caller_in(request).user,
            wordings=wordings(given.get("texts")),
        )
        return Response(shapes.DecidedOutput(decided).data, status=201)


class DiscardView(DecisionView):
    @extend_schema(operation_id="review_discard", tags=TAGS, request=None, responses=shapes.DecidedOutput)
    def post(self, request: Request, id: str) -> Response:
        """No hay nada que aprender de ellos; los que digan lo mismo se descartan también."""
        decided = decisions.discard_group(group=id, by=caller_in(request).user)
        return Response(shapes.DecidedOutput(decided).data)


class UndoView(DecisionView):
    @extend_schema(operation_id="review_undo", tags=TAGS, request=None, responses=shapes.DecidedOutput)
    def post(self, request: Request, id: str) -> Response:
        """Vuelve a quedar pendiente, y se quitan los ejemplos que se añadieron, si nadie los ha cambiado."""
        return Response(shapes.DecidedOutput(decisions.undo_group(group=id)).data)


class BulkView(DecisionView):
    @extend_schema(
        operation_id="review_bulk", tags=TAGS, request=shapes.BulkInput, responses=shapes.BulkOutput
    )
    def post(self, request: Request) -> Response:
        """Una decisión para varios grupos; lo que no se pudo se dice grupo por grupo."""
        given = valid(shapes.BulkInput, request.data).validated_data
        by = caller_in(request).user
        do = {
            "assign": lambda key, at: decisions.assign_group(group=key, intent=given["intent"], by=by, at=at),
            "discard": lambda key, at: decisions.discard_group(group=key, by=by, at=at),
            "undo": lambda key, at: decisions.undo_group(group=key),
        }
        many = decisions.decide_many(given["ids"], do[given["action"]])
        answer = {
            "done": [str(one.group.pk) for one in many.done],
            "added": sum(one.taught.added for one in many.done),
            "refused": [row for one in many.done for row in one.taught.refused],
            "errors": many.errors,
        }
        return Response(shapes.BulkOutput(answer).data)

"""The OpenAPI document: the errors and headers that every path shares, said once."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.serializers import Serializer

from apps.core.paths import EXACT, MIRRORED

ERROR_SCHEMA = {
    "type": "object",
    "required": ["detail", "message", "code", "request_id"],
    "properties": {
        "detail": {"type": "string", "description": "Qué pasó y qué hacer, en español"},
        "message": {"type": "string", "description": "El mismo texto"},
        "code": {"type": "string", "description": "Palabra estable"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
            },
        },
    },
}
DESCRIPTIONS = {
    "400": "Petición no válida",
    "401": "Falta un token válido",
    "403": "Sin permiso",
    "404": "No existe",
    "405": "Método no admitido",
    "409": "Ya existe, o choca con lo que hay",
    "410": "Ya no está",
    "413": "Cuerpo demasiado grande",
    "415": "No es JSON",
    "416": "No tiene esa parte",
    "422": "Datos no válidos",
    "429": "Demasiadas peticiones; `Retry-After` dice cuántos segundos esperar",
    "500": "Error inesperado",
    "502": "El motor del bot no responde o responde mal",
    "503": "Servicio no disponible",
    "504": "El motor del bot tardó demasiado",
}
EVERYWHERE = ("400", "404", "405")
WITH_BODY = ("413", "415", "422")


class Schema(AutoSchema):
    """Adds the error answers that a view can give, from what the view is."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        responses: dict[str, Any] = super()._get_response_bodies(direction)
        codes = [*EVERYWHERE, *getattr(self.view, "error_codes", ())]
        if self.method in {"POST", "PUT", "PATCH"}:
            codes += WITH_BODY
        elif self.get_override_parameters():
            codes.append("422")
        if self.view.get_authenticators() and not self._is_public():
            codes += ["401", "403"]
        if self.view.throttle_classes:
            codes.append("429")
        for code in sorted(set(codes) - set(responses)):
            responses[code] = error_response(code)
        return responses

    def _is_public(self) -> bool:
        return {p.__class__.__name__ for p in self.view.get_permissions()} == {"AllowAny"}


def either(name: str, row: type[Serializer[Any]], page: type[Serializer[Any]]) -> PolymorphicProxySerializer:
    """An array of rows, or an object with a page of them.

    The object first: ReDoc makes its sample of the first, and cannot of an array.
    """
    return PolymorphicProxySerializer(
        component_name=name,
        serializers=[page(), row(many=True)],
        resource_type_field_name=None,
        many=False,
    )


def error_response(code: str) -> dict[str, Any]:
    return {
        "description": DESCRIPTIONS[code],
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }


def describe_frame(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Post-processing hook: the shared error schema, and the mirrors of paths."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Error"] = ERROR_SCHEMA
    for path, operations in result["paths"].items():
        if names := aliases(path):
            alias = "Alias: " + ", ".join(f"`{name}`" for name in names) + "."
            for operation in operations.values():
                operation["description"] = f"{operation.get('description', '')}\n\n{alias}".strip()
    return result


def aliases(path: str) -> list[str]:
    """The other addresses of a canonical path (apps/core/paths.py) that clients use."""
    exact = [other for other, canonical in EXACT.items() if canonical == path]
    if MIRRORED.match(path.removeprefix("/api")):
        return [path.removeprefix("/api"), *exact]
    rest = path.removeprefix("/api/admin/")
    return exact if rest == path else [f"/api/admin2/{rest}", *exact]

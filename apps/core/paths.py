"""Canonical paths: one address for what clients write in several ways (contract http.md, rule 1.1)."""

import re

REPEATED_API = re.compile(r"^/api(?:/+api)+(?=/|$)")
PANEL = re.compile(r"^/api/admin2?(?:/+admin)*(?=/|$)")
FAMILY = re.compile(r"^/(?:api|chat|auth)(?:/|$)")
MIRRORED = re.compile(r"^/(?:chat|auth)(?:/|$)")
EXACT = {
    path: f"/api{path}"
    for path in (
        "/admin/users/export",
        "/admin/intents",
        "/admin/intents/export",
        "/admin/intents/upload",
        "/admin/intents/recargar",
        "/admin/stats",
        "/admin/exportaciones",
        *(f"/admin/exportaciones/{name}" for name in ("lista", "historial", "stats", "tests")),
        *(f"/admin/intentos-fallidos/{name}" for name in ("top", "logs", "export")),
    )
}
"""Paths beside Django admin's own, which all end in a slash, that the panel calls without /api."""


def canonical_path(path: str) -> str:
    """`/api/api/x/` → `/api/x`, `/chat…` → `/api/chat…`, `/auth…` → `/api/auth…`; other paths unchanged.

    `/api/admin2/x`, `/api/admin2/admin/x` and `/api/admin/admin/x` are `/api/admin/x`.
    """
    if not FAMILY.match(path):
        return EXACT.get(path, path)
    path = REPEATED_API.sub("/api", path)
    if MIRRORED.match(path):
        path = "/api" + path
    path = PANEL.sub("/api/admin", path)
    return path.rstrip("/") if len(path) > len("/api") else path


def is_api_path(path: str) -> bool:
    """Whether answers under this path are JSON whatever happens."""
    return bool(FAMILY.match(path)) or path in EXACT

"""Canonical paths: one address for what clients write in several ways (contract http.md, rule 1.1)."""

import re

REPEATED_API = re.compile(r"^/api(?:/+api)+(?=/|$)")
FAMILY = re.compile(r"^/(?:api|chat|auth)(?:/|$)")
MIRRORED = re.compile(r"^/(?:chat|auth)(?:/|$)")


def canonical_path(path: str) -> str:
    """`/api/api/x/` → `/api/x`, `/chat…` → `/api/chat…`, `/auth…` → `/api/auth…`; other paths unchanged."""
    if not FAMILY.match(path):
        return path
    path = REPEATED_API.sub("/api", path)
    if MIRRORED.match(path):
        path = "/api" + path
    return path.rstrip("/") if len(path) > len("/api") else path


def is_api_path(path: str) -> bool:
    """Whether answers under this path are JSON whatever happens."""
    return bool(FAMILY.match(path))

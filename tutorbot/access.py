"""Who gets which answer where: the table that the permission tests run and docs/access.md prints.

A row says the status of a *right* request of each person. A path of the API that is missing here fails
tests/contract/test_access.py.
"""

from dataclasses import dataclass

PEOPLE = ("nobody", "platform", "usuario", "soporte", "admin")
"""Without a token; a student by a token of the learning platform, without an account here; and the roles."""


@dataclass(frozen=True, slots=True)
class Access:
    """One method of one path; `statuses` follow PEOPLE."""

    method: str
    path: str
    statuses: tuple[int, int, int, int, int]


def _public(method: str, *paths: str, status: int = 200) -> list[Access]:
    return [Access(method, path, (status,) * 5) for path in paths]


def _signed_in(method: str, *paths: str, status: int = 200) -> list[Access]:
    return [Access(method, path, (401, *(status,) * 4)) for path in paths]


def _with_account(method: str, *paths: str) -> list[Access]:
    return [Access(method, path, (401, 403, 200, 200, 200)) for path in paths]


def _staff(method: str, *paths: str, status: int = 200) -> list[Access]:
    return [Access(method, path, (401, 403, 403, status, status)) for path in paths]


def _admins(method: str, *paths: str, status: int = 200) -> list[Access]:
    return [Access(method, path, (401, 403, 403, 403, status)) for path in paths]


def _changes_of(path: str) -> list[Access]:
    return [row for method in ("PUT", "PATCH", "DELETE") for row in _admins(method, path)]


TABLE: list[Access] = [
    # the project
    *_public(
        "GET", "/", "/health", "/ping", "/api/ping", "/openapi.json", "/api/schema", "/docs", "/api/docs"
    ),
    *_public("GET", "/redoc", "/metrics"),  # figures: for METRICS_ALLOWED alone, else 404
    *_public("GET", "/api/_rate_test", status=404),  # exists with RATE_LIMIT_PROVIDER=slowapi alone
    *_public("GET", *(f"/api/health{rest}" for rest in ("", "/live", "/status", "/health", "/ready"))),
    # chat
    *_public("POST", "/api/chat", "/api/chat/demo", "/api/chat/rasa/rest/webhook", "/api/chat-proxy"),
    *_public("POST", "/api/chat/feedback"),
    *_public("GET", "/api/chat/messages", "/api/chat/session"),
    *_public("GET", "/api/chat/health", "/api/chat/rasa/rest/webhook/health", "/api/chat-proxy/health"),
    *_public("GET", "/api/chat/debug", "/demo/widget", status=404),  # exist under DEBUG alone
    *_public("GET", "/brand.css", status=404),  # exists with BRAND_COLOR alone
    # voice
    *_public("POST", "/api/voice/transcribe"),
    *_public("POST", "/api/chat/audio", status=503),  # with STT_URL: 200
    *_public("GET", "/api/link/preview", status=404),  # of a host that LINK_PREVIEW_HOSTS names: 200
    *_staff("GET", "/api/voice/list", "/api/voice/{id}", "/api/media/{id}"),
    # signing in
    *_public("POST", "/api/auth/login", "/api/auth/token", "/api/auth/oauth2/token"),
    *_public("GET", "/api/auth/refresh"),
    *_public("POST", "/api/auth/refresh", "/api/auth/refresh-token", "/api/auth/token/refresh"),
    *_public("POST", "/api/admin/refresh", "/api/auth/logout", "/api/admin/logout"),
    *_public("GET", "/api/admin/refresh"),
    *_signed_in("GET", "/api/auth/me", "/api/me"),
    *_staff("GET", "/api/admin/me"),
    *_public("POST", "/api/auth/register", "/api/admin/register", status=201),
    *_public("POST", "/api/auth/forgot-password", "/api/admin/forgot-password"),
    *_public("POST", "/api/auth/reset-password", "/api/admin/reset-password"),
    *_with_account("POST", "/api/auth/change-password", "/api/admin/change-password"),
    *_public("GET", "/api/admin/password-policy"),
    *_public("POST", "/api/admin/password-policy/check"),
    *_public("GET", "/api/auth/zajuna/login", status=302),
    Access("POST", "/api/admin/login", (403, 403, 403, 200, 200)),  # by the person whose password is sent
    *_public("GET", "/forgot-password"),
    *_public("GET", "/reset-password", "/confirm-email", status=410),  # the links of mails, without a token
    # people
    *_staff("GET", "/api/admin/users"),
    *_admins("POST", "/api/admin/users", "/api/admin/create-user", status=201),
    *_admins("GET", "/api/admin/users/export", "/admin/users/export", "/api/admin/users/{id}"),
    *_admins("PUT", "/api/admin/users/{id}"),
    *_admins("PATCH", "/api/admin/users/{id}", "/api/admin/users/{id}/role", "/api/admin/users/{id}/status"),
    *_admins("DELETE", "/api/admin/users/{id}"),
    *_admins("POST", *(f"/api/admin/users/{{id}}/{verb}" for verb in ("reset-password", "revoke", "unlock"))),
    # what staff changed
    *_admins("GET", "/api/admin/audit", "/api/admin/audit/export"),
    # the student's own data
    *_signed_in("GET", "/api/me/settings"),
    *_signed_in("PUT", "/api/me/settings"),
    *_signed_in("GET", "/api/estado-estudiante", "/api/tutor", "/api/certificados"),
    # intents
    *_staff("GET", "/api/admin/intents", "/admin/intents", "/api/intents", "/api/admin/intents/paged"),
    *_staff("GET", "/api/admin/intents/{name}", "/api/intents/{name}", "/api/admin/intents/test"),
    *_admins("POST", "/api/admin/intents", "/admin/intents", "/api/intents", status=201),
    *(row for path in ("/api/admin/intents/{name}", "/api/intents/{name}") for row in _changes_of(path)),
    *_admins("POST", *(f"/api/admin/intents/upload{rest}" for rest in ("", "-csv", "-json"))),
    *_admins("GET", "/api/admin/intents/export", "/admin/intents/export"),
    *_admins("POST", "/api/admin/intents/recargar", "/admin/intents/recargar", "/admin/intents/upload"),
    *_staff("GET", *(f"/api/admin/review{rest}" for rest in ("", "/counts", "/{id}"))),
    *_staff(
        "POST",
        *(f"/api/admin/review/{verb}" for verb in ("bulk", "{id}/assign", "{id}/discard", "{id}/undo")),
    ),
    *_admins("POST", "/api/admin/review/{id}/create-intent", status=201),
    *_staff("GET", "/api/legacy/admin/intents", "/api/legacy/admin/intents/buscar"),
    *_admins("POST", "/api/legacy/admin/add-intent", status=201),
    *_admins("DELETE", "/api/legacy/admin/delete-intent/{name}"),
    *_admins("PUT", "/api/legacy/admin/update-intent", "/api/legacy/admin/update-intent/{name}"),
    *_admins("POST", "/api/legacy/admin/cargar_intent"),
    # training and models
    *_admins("POST", "/api/admin/train", "/api/admin/retrain", "/api/admin/upload", status=202),
    *_admins("GET", "/api/admin/train", "/api/admin/train/runs", "/api/admin/train/{run_id}"),
    *_admins("POST", "/api/admin/train/{run_id}/cancel"),
    *_admins("GET", "/api/admin/last-model"),
    *_staff("GET", "/api/admin/logs/{filename}", "/api/admin/models", "/api/admin/models/{id}"),
    *_staff("GET", "/api/admin/models/{id}/compare"),
    *_admins("POST", "/api/admin/models/{id}/activate"),
    # intents: conversations that test the bot
    *_staff("GET", "/api/admin/saved-conversations", "/api/admin/saved-conversations/{id}"),
    *_admins("POST", "/api/admin/saved-conversations", status=201),
    *_admins("PUT", "/api/admin/saved-conversations/{id}"),
    *_admins("DELETE", "/api/admin/saved-conversations/{id}"),
    *_admins("POST", "/api/admin/saved-conversations/{id}/accept"),
    *_staff("POST", "/api/admin/saved-conversations/run"),
    *_public("GET", "/api/models/active", status=404),  # exists with RASA_MODEL_TOKEN alone, and asks for it
    *_staff("GET", "/api/admin/rasa/status"),
    # stats
    *_staff("GET", "/api/admin/stats", "/api/stats", "/admin/stats"),
    *_staff("GET", *(f"/api/admin/stats/{part}" for part in ("conversations", "rhythm", "tickets"))),
    # logs
    *_staff("GET", *(f"/api/admin/logs{rest}" for rest in ("", "/export", "/exports", "/exports/list"))),
    *_staff("GET", "/api/logs", "/api/export"),
    *_signed_in("GET", "/api/logs/unread_count"),
    *_signed_in("POST", "/api/logs/mark_read"),
    *_staff("GET", *(f"/api/admin/intents/failures{rest}" for rest in ("", "/top"))),
    *(
        row
        for start in ("/api/admin", "/admin")
        for row in (
            *_staff("GET", *(f"{start}/intentos-fallidos/{name}" for name in ("top", "logs", "export"))),
            *_staff("GET", *(f"{start}/exportaciones{rest}" for rest in ("", "/lista", "/historial"))),
            *_staff("GET", *(f"{start}/exportaciones/{kind}" for kind in ("stats", "tests"))),
            *_staff("POST", f"{start}/exportaciones", status=202),
        )
    ),
    *_staff("GET", "/api/admin/exportaciones/{id}"),
    *_staff("POST", "/api/admin/exportaciones/{id}/cancel"),
    *_public("GET", "/api/admin/exportaciones/archivo"),  # the link itself is the permission
    # helpdesk
    *_public("GET", "/api/helpdesk/health"),
    *_signed_in("POST", "/api/helpdesk/tickets", "/api/tutor/mensaje"),
    *_signed_in("GET", "/api/helpdesk/tickets/mine"),
    *_staff("GET", *(f"/api/helpdesk/tickets{rest}" for rest in ("", "/counts", "/{id}"))),
    *_staff("GET", "/api/helpdesk/canned-answers"),
    *_staff("PATCH", "/api/helpdesk/tickets", "/api/helpdesk/tickets/{id}"),
    Access("POST", "/api/helpdesk/tickets/{id}/comments", (401, 403, 403, 201, 201)),
    *_signed_in("POST", "/api/helpdesk/tickets/mine/{id}/comments", status=201),
    *_staff("GET", "/api/admin/conversations/{sender}/messages"),
    *_staff(
        "POST",
        *(f"/api/admin/conversations/{{sender}}/{verb}" for verb in ("take", "reply", "hand-back", "queue")),
    ),
    # the panel's calls about how everything is; what pages tell
    *_staff("GET", "/api/admin/ping", "/api/admin/test-history"),
    Access("POST", "/api/admin/test-all", (401, 403, 403, 202, 202)),
    *_admins("POST", "/api/admin/restart"),
    *_public("POST", "/api/telemetry", status=204),
    # what the action server keeps here: for HELPDESK_TOKEN alone
    *_public("PUT", "/api/bot/survey", "/api/bot/progress", status=401),
    *_public("GET", "/api/bot/progress", "/api/bot/titles", status=401),
    *_public("DELETE", "/api/bot/progress", status=401),
]

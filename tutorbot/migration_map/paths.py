"""Every path that the old system answered, by method, with a word on what is different here.

A path that is missing here, or that nothing answers, fails tests/project/test_old_and_new.py.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Old:
    """`note`: what is different; "" is as it was."""

    method: str
    path: str
    note: str = ""


def _old(methods: str, paths: str, note: str = "") -> list[Old]:
    return [Old(method, path, note) for path in paths.split() for method in methods.split()]


def _each(methods: str, starts: str, names: str, note: str = "") -> list[Old]:
    """The same names under several beginnings; `-` is the beginning alone."""
    ends = ["" if name == "-" else f"/{name}" for name in names.split()]
    return _old(methods, " ".join(start + end for start in starts.split() for end in ends), note)


ADMIN = "/api/admin /api/admin2"
TWICE = "/api/admin/admin /api/admin2/admin"
ONE_BODY = "errors have one body; 422, not 400, for bad input"
NO_ENGINE = "nothing is sent to the bot"
SAME_FORM = "one implementation for both prefixes"
STRICT = "Bearer needed; the role is read from the database"

PATHS: dict[str, list[Old]] = {
    "Project, health, documents": [
        *_old("GET", "/"),
        *_old("GET", "/health", "liveness alone: says nothing of the bot; `/api/health` does"),
        *_old("GET", "/api/health", "asks the bot engine in use, Rasa or embedded"),
        *_each("GET", "/api/health", "live status health", "liveness"),
        *_old("GET", "/api/health/ready", "database, cache, engine and migrations; 503 when it cannot serve"),
        *_old("GET", "/ping /api/ping"),
        *_old("GET", "/api/docs /docs /redoc", "assets are served from here: works offline"),
        *_old("GET", "/openapi.json /api/schema"),
        *_old(
            "GET",
            "/favicon.ico /site.webmanifest /apple-touch-icon.png /android-chrome-192x192.png "
            "/android-chrome-512x512.png /bot-avatar.png /bot-loading.png",
            "without `FRONTEND_SITE_URL` the project's own file",
        ),
        *_old(
            "GET", "/chat-embed.html /widget.html", "without `FRONTEND_SITE_URL` the project's own chat page"
        ),
        *_old("GET", "/embedded.js", "without `FRONTEND_SITE_URL` the project's own loader"),
        *_old("GET", "/chat-widget.js", "always the project's own loader: a front end may hand its name on"),
        *_old("GET", "/api/_rate_test", "with `RATE_LIMIT_PROVIDER=slowapi`, else 404"),
        *_old("GET", "/static/", "hashed names, a year of cache; nginx keeps them too"),
    ],
    "By nginx alone (`docker/nginx`)": [
        *_old(
            "POST",
            "/rasa/webhooks/rest/webhook /rasa/rest/webhook",
            "answered as `/api/chat/rasa/rest/webhook`, not by Rasa; nothing else is under `/rasa`",
        ),
        *_old("GET", "/ws", "a WebSocket to Rasa's socket.io; it opens, to speak there takes a signed token"),
    ],
    "Chat and voice": [
        *_old(
            "POST", "/chat /api/chat", f"one limit for all chat paths; failed turns are logged; {ONE_BODY}"
        ),
        *_old("GET", "/chat/health /api/chat/health"),
        *_old("GET", "/chat/debug /api/chat/debug", "with `DEBUG`, else 404; shows no token"),
        *_old("POST", "/chat/demo /api/chat/demo", NO_ENGINE),
        *_each(
            "POST",
            "/chat /api/chat",
            "rasa/rest/webhook",
            "the same service as `/chat`: `metadata.auth` is made here, whatever a client writes",
        ),
        *_each("GET", "/chat /api/chat", "rasa/rest/webhook/health"),
        *_old("POST", "/api/chat-proxy", "a token is needed with `CHAT_REQUIRE_AUTH` alone"),
        *_old("GET", "/api/chat-proxy/health"),
        *_old("POST", "/api/chat/audio", "503 without `STT_URL`: nothing is invented"),
        *_old("POST", "/api/voice/transcribe", "`transcript` is null without `STT_URL`"),
        *_old("POST", "/api/api/voice/transcribe", "a repeated `/api` is read once"),
        *_old("GET", "/api/voice/list /api/voice/{id} /api/media/{id}", f"with `AUDIO_STORE`; {STRICT}"),
    ],
    "Signing in": [
        *_each(
            "POST", "/auth /api/auth", "login", "locks after `LOGIN_MAX_ATTEMPTS`; second factor of staff"
        ),
        *_each("POST", "/auth /api/auth", "token oauth2/token"),
        *_each(
            "GET POST", "/auth /api/auth", "refresh", "a refresh token is good once: the answer has the next"
        ),
        *_each("POST", "/auth /api/auth", "refresh-token token/refresh", "as `refresh`"),
        *_each("POST", "/auth /api/auth", "logout", "always 200; ends the session on the server too"),
        *_each("GET", "/auth /api/auth", "me"),
        *_old("GET", "/api/me"),
        *_each("POST", "/auth /api/auth", "register", "role `usuario` always; the e-mail is to be confirmed"),
        *_each(
            "POST", "/auth /api/auth", "forgot-password", "one answer for all; sends a link, good for an hour"
        ),
        *_each("POST", "/auth /api/auth", "reset-password", "ends all sessions"),
        *_each("GET", "/auth /api/auth", "zajuna/login", "`redirect_uri` must be of `ALLOWED_ORIGINS`"),
        *_each("POST", ADMIN, "login", "the same service as `/api/auth/login`; `usuario` gets 403"),
        *_each(
            "POST",
            ADMIN,
            "register",
            "makes staff with `ADMIN_REGISTER_KEY`; the first one with `ADMIN_REGISTRATION_OPEN`",
        ),
        *_each("GET", ADMIN, "me password-policy", SAME_FORM),
        *_each("GET POST", ADMIN, "refresh", SAME_FORM),
        *_each("POST", ADMIN, "logout forgot-password reset-password password-policy/check", SAME_FORM),
        *_each("POST", ADMIN, "change-password", f"{SAME_FORM}; ends the other sessions"),
    ],
    "People and the student's own data": [
        *_each("GET", f"{ADMIN} {TWICE}", "users", f"an array; {STRICT}"),
        *_each("POST", f"{ADMIN} {TWICE}", "users create-user", "201; the password policy holds here too"),
        *_each("GET", ADMIN, "users/{id}"),
        *_each(
            "PUT PATCH DELETE", f"{ADMIN} {TWICE}", "users/{id}", "not the last active administrator (409)"
        ),
        *_each("PATCH", ADMIN, "users/{id}/role users/{id}/status", "works at once, whatever a token says"),
        *_each(
            "POST", ADMIN, "users/{id}/reset-password", "a random password is to be changed at the next login"
        ),
        *_each("POST", ADMIN, "users/{id}/revoke", "ends access tokens too"),
        *_each("GET", f"{ADMIN} /admin", "users/export", "needs a token; formulas are neutralised"),
        *_old("GET PUT", "/api/me/settings", "out of range is 422"),
        *_old(
            "GET",
            "/api/estado-estudiante /api/tutor /api/certificados",
            "of the caller's confirmed e-mail; nothing made up: 404 when there is no record",
        ),
    ],
    "Intents, training, models": [
        *_old(
            "GET POST", "/api/admin/intents /api/intents /admin/intents", "kept in the database, not in files"
        ),
        *_old("GET", "/api/admin/intents/paged"),
        *_old("GET PUT DELETE", "/api/admin/intents/{name} /api/intents/{name}"),
        *_each("POST", "/api/admin/intents", "upload upload-csv upload-json", "all or nothing per row"),
        *_old("POST", "/admin/intents/upload", "all or nothing per row"),
        *_old("GET", "/api/admin/intents/export /admin/intents/export", "CSV, JSON or Rasa; needs a token"),
        *_old("POST", "/api/admin/intents/recargar /admin/intents/recargar", "brings what is new in `rasa/`"),
        *_old("GET", "/api/admin/intents/test"),
        *_old(
            "GET", "/api/legacy/admin/intents /api/legacy/admin/intents/buscar", "with `ENABLE_INTENT_LEGACY`"
        ),
        *_each("POST", "/api/legacy/admin", "add-intent cargar_intent", "with `ENABLE_INTENT_LEGACY`"),
        *_old("DELETE", "/api/legacy/admin/delete-intent/{name}", "with `ENABLE_INTENT_LEGACY`"),
        *_each(
            "PUT", "/api/legacy/admin", "update-intent update-intent/{name}", "with `ENABLE_INTENT_LEGACY`"
        ),
        *_each(
            "POST", "/api/admin", "train retrain upload", "202: a job; 409 while one runs; gated by figures"
        ),
        *_old("GET", "/api/admin/train", "`?dry_run=true` checks the data"),
        *_old("GET", "/api/admin/train/runs /api/admin/train/{run_id} /api/admin/last-model"),
        *_old("GET", "/api/api/admin/last-model", "a repeated `/api` is read once"),
        *_old("POST", "/api/admin/models/{id}/activate"),
    ],
    "Help desk": [
        *_old(
            "POST",
            "/api/helpdesk/tickets",
            "kept here and then delivered; never open outside of `DEBUG`; a second click opens no second one",
        ),
        *_old("GET", "/api/helpdesk/health", "never shows the webhook's address"),
        *_old("GET PATCH", "/api/helpdesk/tickets/{id}"),
        *_old("GET", "/api/helpdesk/tickets", "a queue with filters"),
        *_old("POST", "/api/helpdesk/tickets/{id}/comments"),
        *_old("GET", "/api/helpdesk/tickets/mine", "by the confirmed e-mail"),
    ],
    "Logs, exports, statistics": [
        *_each("GET", f"{ADMIN} {TWICE}", "logs", f"one row per turn, an array without `page`; {STRICT}"),
        *_each("GET", f"{ADMIN} {TWICE}", "logs/export logs/exports logs/exports/list", STRICT),
        *_each("GET", f"{ADMIN} {TWICE}", "logs/{filename}", "training logs alone"),
        *_old("GET", "/api/logs", "conversations"),
        *_old("GET", "/api/export", "needs a token"),
        *_old("GET", "/api/logs/unread_count", "one's own, but for staff"),
        *_old("POST", "/api/logs/mark_read", "one's own, but for staff"),
        *_each("GET", "/api/admin/intents", "failures failures/top"),
        *_each("GET", "/api/admin /admin", "intentos-fallidos/top intentos-fallidos/logs", "real data"),
        *_each("GET", "/api/admin /admin", "intentos-fallidos/export", "needs a token"),
        *_each(
            "GET",
            "/api/admin /admin",
            "exportaciones exportaciones/stats exportaciones/tests",
            "needs a token",
        ),
        *_each(
            "GET",
            "/api/admin /admin",
            "exportaciones/lista exportaciones/historial",
            "an array; a file's `url` is signed and expires",
        ),
        *_old("GET", "/api/admin/stats /api/stats /admin/stats", "from daily figures; days of `TIME_ZONE`"),
        *_old("GET", "/api/api/stats", "a repeated `/api` is read once"),
    ],
    "Other calls of the panel": [
        *_old("GET", "/api/admin/rasa/status /api/admin/ping /api/admin/test-history"),
        *_old("POST", "/api/admin/test-all", "a job: 202"),
        *_old("POST", "/api/admin/restart", "loads the active model in all processes; ends none"),
        *_old("GET", "/api/link/preview", "hosts of `LINK_PREVIEW_HOSTS` alone"),
        *_old("POST", "/api/telemetry", "counted by name; nothing about whom"),
    ],
}

NOT_HERE: dict[str, str] = {
    "/api/status": "the panel asks for it only when `/api/health` does not answer",
    "/api/live": "as above",
    "/api/ready": "as above",
    "/api/admin/logs-file": "there is no such file: the log of requests is on stdout, what runs the service "
    "keeps it, and a copy of ours would outlive `LOG_RETENTION_DAYS`. No page of the panel calls it; "
    "a training's log is `/api/admin/logs/{filename}`, what was said `/api/admin/logs`",
}
"""What the panel's code names and nothing answers, with the reason."""

NOT_IN_THE_TREE = {
    "/health": "apps.core.middleware",
    "/static/": "whitenoise",
    "/rasa/webhooks/rest/webhook": "nginx",
    "/rasa/rest/webhook": "nginx",
    "/ws": "nginx",
}
"""Answered before the tree of addresses is asked."""

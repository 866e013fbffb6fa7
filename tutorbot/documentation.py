"""`.env.example`, docs/configuration.md, docs/access.md and docs/old-and-new.md, from the code."""

from itertools import groupby
from typing import Any

from pydantic.fields import FieldInfo

from apps.accounts.roles import SOPORTE_PERMISSIONS
from tutorbot.access import PEOPLE, TABLE
from tutorbot.env import BASE_DIR, Env
from tutorbot.migration_map.page import page as old_and_new_page

SECTIONS = {
    "APP_ENV": "Project",
    "DATABASE_URL": "Database and Redis",
    "BOT_ENGINE": "Bot engine",
    "CHAT_REQUIRE_AUTH": "Chat",
    "FRONTEND_SITE_URL": "Browsers",
    "RATE_LIMIT_ENABLED": "Rate limits",
    "JWT_ALGORITHM": "Tokens",
    "ALLOW_REGISTRATION": "People",
    "HELPDESK_KIND": "Helpdesk and mail",
    "ENABLE_INTENT_LEGACY": "Intents and training",
    "MAX_AUDIO_MB": "Voice and links",
    "LOG_LEVEL": "Logs",
    "HOST": "Server",
}
"""The variable that each section begins with."""
DEFAULTS_IN_WORDS = {
    "DEBUG": "true in dev, else false",
    "SECRET_KEY": "made once into DATA_DIR in dev and test",
    "ALLOWED_HOSTS": "local names outside prod",
    "ALLOWED_ORIGINS": "http://localhost:5173 and http://127.0.0.1:5173 in dev",
    "EMBED_ALLOWED_ORIGINS": "'self' and, in dev, the dev origins",
    "LOG_FORMAT": "text, json in prod",
}


def files() -> dict[str, str]:
    """Generated files, path from the project's root to content."""
    return {
        ".env.example": env_example(),
        "docs/configuration.md": configuration_page(),
        "docs/access.md": access_page(),
        "docs/old-and-new.md": old_and_new_page(),
    }


def is_current(path: str, content: str) -> bool:
    file = BASE_DIR / path
    return file.exists() and file.read_text() == content


def sections() -> list[tuple[str, list[tuple[str, FieldInfo]]]]:
    current = ""
    rows = []
    for name, field in Env.model_fields.items():
        current = SECTIONS.get(name, current)
        rows.append((current, name, field))
    return [
        (section, [(name, field) for _, name, field in group])
        for section, group in groupby(rows, key=lambda row: row[0])
    ]


def default_text(name: str, field: FieldInfo) -> str:
    """The default as it would be written in a .env file."""
    value: Any = field.default_factory() if field.default_factory else field.default  # type: ignore[call-arg]
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def env_example() -> str:
    lines = [
        "# Copy to .env and change what you need; every line shows its default.",
        "# Made by `manage.py document` from tutorbot/env.py: do not edit by hand.",
    ]
    for section, fields in sections():
        lines += ["", f"# --- {section}"]
        for name, field in fields:
            words = DEFAULTS_IN_WORDS.get(name)
            lines.append(f"# {field.description}" + (f" (default: {words})" if words else ""))
            lines.append(f"#{name}={'' if words else default_text(name, field)}")
    return "\n".join(lines) + "\n"


def configuration_page() -> str:
    lines = [
        "# Configuration",
        "",
        "Environment variables, or lines of a `.env` file beside `manage.py`. Lists take commas, spaces or a",
        "JSON array. A bad value stops the start and is named; combinations that cannot work are named by",
        "`manage.py check`. This page is made by `manage.py document` from `tutorbot/env.py`.",
    ]
    for section, fields in sections():
        lines += ["", f"## {section}", "", "| Variable | Default | Meaning |", "|---|---|---|"]
        for name, field in fields:
            words = DEFAULTS_IN_WORDS.get(name)
            default = words or (f"`{text}`" if (text := default_text(name, field)) else "–")
            lines.append(f"| `{name}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


ACCESS_PAGE = """# Who may do what

The status of a right request, by who sends it: *nobody* has no token, *platform* is a student with a token
of the learning platform and no account here, the others have an account with that role. A person with a
temporary password gets 403 `password_change_required` where a token is needed, except for `me`, `logout`
and `change-password`. `/chat…` and `/auth…` are the same as `/api/chat…` and `/api/auth…`; `/api/admin2/…`,
`/api/admin2/admin/…` and `/api/admin/admin/…` the same as `/api/admin/…`. This page is made by
`manage.py document` from `tutorbot/access.py`; the same table drives tests/contract.

{table}

## Django admin

`admin` may do everything, `usuario` never enters. `soporte` has these permissions, in Django admin and on
the API alike (`apps/accounts/roles.py`):

{permissions}
"""


def access_page() -> str:
    rows = [("Method", "Path", *PEOPLE), ("---",) * (2 + len(PEOPLE))]
    rows += [(row.method, f"`{row.path}`", *map(str, row.statuses)) for row in TABLE]
    return ACCESS_PAGE.format(
        table="\n".join(f"| {' | '.join(row)} |" for row in rows),
        permissions="\n".join(f"* `{permission}`" for permission in sorted(SOPORTE_PERMISSIONS)),
    )

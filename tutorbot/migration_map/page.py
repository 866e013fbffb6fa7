"""docs/old-and-new.md, from the maps, the tree of addresses and the table of who may do what."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, get_resolver, resolve

from apps.core.paths import canonical_path
from tutorbot.access import TABLE
from tutorbot.env import Env
from tutorbot.migration_map.paths import NOT_HERE, NOT_IN_THE_TREE, PATHS, Old
from tutorbot.migration_map.variables import VARIABLES

PAGE = """# Old and new

Every path and every variable of the back end before this one, and what answers to it here. Made by
`manage.py document` from `tutorbot/migration_map/` and the tree of addresses; tests try each line.
How to change over: [migration.md](migration.md).

A trailing slash gives the same answer, a repeated `/api` is read once. *Who*: by the table of
[access.md](access.md); **signed in** are people with an account here or a token of the platform.

## Paths

{paths}

### Not here

{gone}

### New

{new}

## Variables

{variables}

New: {new_variables}. All with their defaults: [configuration.md](configuration.md).
"""
WHO = {
    (401, 200, 200, 200, 200): "signed in",
    (401, 403, 200, 200, 200): "with an account",
    (401, 403, 403, 200, 200): "staff",
    (401, 403, 403, 403, 200): "admin",
}


def page() -> str:
    new = sorted(name for name in Env.model_fields if name not in VARIABLES)
    return PAGE.format(
        paths="\n\n".join(f"### {title}\n\n{_table(rows)}" for title, rows in PATHS.items()),
        gone="\n".join(f"* `{path}`: {reason}" for path, reason in NOT_HERE.items()),
        new=_lines(("Method", "Path", "Who"), sorted(_new())),
        variables=_lines(
            ("Variable", "Different"), ((f"`{name}`", word or "–") for name, word in VARIABLES.items())
        ),
        new_variables=", ".join(f"`{name}`" for name in new),
    )


def _table(rows: list[Old]) -> str:
    cells = (
        (row.method, f"`{row.path}`", _place(row), _who(row.method, place_of(row.path)[0]), row.note or "–")
        for row in rows
    )
    return _lines(("Method", "Path", "Reaches", "Who", "Different"), cells)


def _lines(head: tuple[str, ...], rows: object) -> str:
    every = [head, ("---",) * len(head), *rows]  # type: ignore[misc]
    return "\n".join(f"| {' | '.join(row)} |" for row in every)


def place_of(path: str) -> tuple[str, str]:
    """The path as the tree writes it, and the view. Raises Resolver404."""
    if path in NOT_IN_THE_TREE:
        return path, NOT_IN_THE_TREE[path]
    found = resolve(canonical_path(re.sub(r"{(\w+)}", "x", path)))
    view: Any = getattr(found.func, "cls", None) or getattr(found.func, "view_class", found.func)
    return tree_path(found.route), f"{view.__module__}.{view.__name__}"


def tree_path(route: str) -> str:
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)


def _place(row: Old) -> str:
    path, view = place_of(row.path)
    short = view.removeprefix("apps.").replace(".views.", ".")
    return short if path == row.path else f"`{path}`, {short}"


def _who(method: str, path: str) -> str:
    statuses = next((row.statuses for row in TABLE if (row.method, row.path) == (method, path)), None)
    if statuses is None or statuses[0] != 401:
        return "anyone" if statuses is None or len(set(statuses)) == 1 else "staff's login"
    if len(set(statuses)) == 1:
        return "the action server"
    as_ok = tuple(200 if status not in {401, 403} else status for status in statuses)
    return WHO[as_ok]  # type: ignore[index]


def _new() -> Iterator[tuple[str, str, str]]:
    """Of the API and the pages beside it; what the old system did not answer."""
    reached = {(row.method, place_of(row.path)[0]) for rows in PATHS.values() for row in rows}
    for row in TABLE:
        path = canonical_path(row.path)
        if (row.method, path) not in reached and path == row.path:
            yield row.method, f"`{path}`", _who(row.method, path)


def tree() -> set[str]:
    """Every path of the tree, Django admin's and the 404 aside."""
    patterns = (one for one in get_resolver().url_patterns if isinstance(one, URLPattern))
    return {tree_path(str(one.pattern)) for one in patterns if one.name != "unknown-api"}

"""docs/old-and-new.md names what there was, and each line of it is true."""

import re

from django.conf import settings
from django.urls import resolve

from tutorbot.env import Env
from tutorbot.migration_map import page
from tutorbot.migration_map.paths import NOT_HERE, NOT_IN_THE_TREE, PATHS, Old
from tutorbot.migration_map.variables import VARIABLES

ROWS = [row for rows in PATHS.values() for row in rows]


def is_answered(row: Old) -> bool:
    path, view = page.place_of(row.path)
    if path in NOT_IN_THE_TREE:
        return True
    func = resolve(re.sub(r"{\w+}", "x", path)).func
    cls = getattr(func, "cls", None) or getattr(func, "view_class", None)
    takes = row.method == "GET" if cls is None else hasattr(cls, row.method.lower())
    return takes and "unknown_api" not in view


def test_each_old_path_reaches_a_view_that_takes_its_method() -> None:
    assert len(ROWS) > 200
    assert [row for row in ROWS if not is_answered(row)] == []


def test_no_line_stands_twice() -> None:
    assert len({(row.method, row.path) for row in ROWS}) == len(ROWS)


def test_what_is_said_not_to_be_here_is_not() -> None:
    assert all("unknown_api" in page.place_of(path)[1] for path in NOT_HERE)


def test_each_old_variable_is_read() -> None:
    assert VARIABLES.keys() - Env.model_fields.keys() == set()


def test_each_path_of_the_tree_is_on_the_page() -> None:
    """As an old one, or as a new one."""
    text = page.page()
    assert {path for path in page.tree() if f"`{path}`" not in text} == set()


def test_what_nginx_answers_alone_has_a_place_in_its_configuration() -> None:
    """That it is answered: tests/deploy/test_nginx.py."""
    site = (settings.BASE_DIR / "docker/nginx/templates/tutorbot/site.inc.template").read_text()
    exact, patterns = (
        re.findall(r"^location = (\S+)", site, re.M),
        re.findall(r"^location ~ (\S+)", site, re.M),
    )
    by_nginx = [path for path, whose in NOT_IN_THE_TREE.items() if whose == "nginx"]
    assert [
        path for path in by_nginx if path not in exact and not any(re.search(p, path) for p in patterns)
    ] == []
    assert settings.STATIC_URL in NOT_IN_THE_TREE

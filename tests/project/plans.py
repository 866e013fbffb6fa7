"""How each database finds the rows of a query that Django has just run: by an index, or by reading all."""

import datetime
import re
import uuid
from collections.abc import Iterator
from typing import Any

from django.db import connection

ROWS_THAT_GROW = {
    *(f"accounts_{name}" for name in ("user", "usersettings", "tokenfamily", "revokedtoken")),
    *("accounts_studentrecord", "accounts_certificate", "axes_accessattempt", "django_session"),
    *("chat_conversation", "chat_conversationline", "chat_recording"),
    *(f"helpdesk_{name}" for name in ("ticket", "ticketcomment", "ticketevent", "delivery", "survey")),
    *("helpdesk_savedprogress", "intents_example", "intents_reviewgroup", "intents_reviewitem"),
    *("logs_auditentry", "logs_changedday", "logs_chatturn", "logs_export", "logs_feedback"),
    "stats_daystats",
}
"""Tables that are never read whole for one request; the others have as many rows as staff write by hand."""
WRITES = re.compile(r"^(?:INSERT|SAVEPOINT|RELEASE|BEGIN|COMMIT|ROLLBACK|SET|EXPLAIN|PRAGMA)", re.IGNORECASE)


def whole_reads(statements: list[str]) -> list[tuple[str, str]]:
    """Which growing tables are read without an index, and the plan with its statement."""
    find = {"sqlite": _sqlite, "postgresql": _postgres, "mongodb": _mongo}[connection.vendor]
    return [found for statement in dict.fromkeys(statements) for found in find(statement)]


def _sqlite(statement: str) -> Iterator[tuple[str, str]]:
    if WRITES.match(statement):
        return
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement.replace('%', '%%')}")
        steps = [row[3] for row in cursor.fetchall()]
    aliases = dict(re.findall(r'(?:FROM|JOIN) "(\w+)" (T\d+|U\d+|V\d+)\b', statement))
    tables = {alias: table for table, alias in aliases.items()}
    for step in steps:
        found = re.match(r"SCAN (\w+)(.*)", step)
        table = tables.get(found[1], found[1]) if found else ""
        is_in_order = found and "INDEX" in found[2] and " LIMIT " in statement
        if table in ROWS_THAT_GROW and not is_in_order:
            yield table, f"{step}: {statement}"


def _postgres(statement: str) -> Iterator[tuple[str, str]]:
    if WRITES.match(statement):
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement.replace('%', '%%')}")
        (plan,) = cursor.fetchone()
    for node in _nodes(plan[0]["Plan"]):
        table = node.get("Relation Name", "")
        if table not in ROWS_THAT_GROW or node["Node Type"] in {"Bitmap Heap Scan", "ModifyTable"}:
            continue
        is_by_index = "Index Cond" in node or ("Index" in node["Node Type"] and "LIMIT" in statement)
        if not is_by_index:
            yield table, f"{node['Node Type']}: {statement}"


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


def _mongo(statement: str) -> Iterator[tuple[str, str]]:
    """By the indexes that there are: the plans of the compatible server are simpler than MongoDB's own."""
    found = re.match(r"db\.(\w+)\.(aggregate|update_many|delete_many)\((.*)\)$", statement, re.DOTALL)
    if not found or found[1] not in ROWS_THAT_GROW:
        return
    asked = eval(f"[{found[3]}]", {}, _names())[0]  # what the backend has just written
    wanted, order = _of_pipeline(asked) if found[2] == "aggregate" else (asked, "")
    indexes = connection.get_collection(found[1]).index_information().values()  # type: ignore[attr-defined]
    first = {index["key"][0][0] for index in indexes if "partialFilterExpression" not in index}
    if order not in first and not _finds(wanted, first):
        yield found[1], f"no index of {sorted(first)}: {statement}"


def _of_pipeline(stages: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
    """What is wanted, and by what it is sorted before it is cut off."""
    wanted: dict[str, Any] = next((stage["$match"] for stage in stages if "$match" in stage), {})
    order = next((next(iter(stage["$sort"])) for stage in stages if "$sort" in stage), "")
    return wanted, order if any("$limit" in stage for stage in stages) else ""


def _finds(wanted: dict[str, Any], first: set[str]) -> bool:
    """Whether one of the conditions that must hold begins an index; of alternatives each has to."""
    for name, value in wanted.items():
        if name == "$or":
            is_found = all(_finds(one, first) for one in value)
        elif name == "$and":
            is_found = any(_finds(one, first) for one in value)
        else:
            is_narrow = not isinstance(value, dict) or bool(value.keys() - {"$exists", "$ne", "$not"})
            is_found = name in first and is_narrow
        if is_found:
            return True
    return False


class _Word:
    """A word of ours as its class writes it: Status.OPEN."""

    def __getattr__(self, name: str) -> "_Word":
        return self


class _Names(dict[str, Any]):
    def __missing__(self, name: str) -> _Word:
        return _Word()


def _names() -> _Names:
    """What the text of a statement is made of."""
    import bson
    from bson.son import SON

    of_bson = {name: getattr(bson, name) for name in ("Binary", "Int64", "ObjectId", "Regex")}
    return _Names(datetime=datetime, UUID=uuid.UUID, SON=SON, **of_bson)

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
    """By the first stages of the pipeline: what comes after them works on what they found."""
    found = re.match(r"db\.(\w+)\.(aggregate|update_many|delete_many)\((.*)\)$", statement, re.DOTALL)
    if not found or found[1] not in ROWS_THAT_GROW:
        return
    first = eval(found[3], _names())  # what the backend has just written
    first = first[0] if isinstance(first, tuple) else first
    wanted, order = _of_pipeline(first) if found[2] == "aggregate" else (first, [])
    rows = connection.get_collection(found[1]).find(wanted)  # type: ignore[attr-defined]
    plan = (rows.sort(order) if order else rows).explain()["queryPlanner"]["winningPlan"]
    if "COLLSCAN" in str(plan):
        yield found[1], f"COLLSCAN: {statement}"


def _of_pipeline(stages: list[dict[str, Any]]) -> tuple[dict[str, Any], list[tuple[str, int]]]:
    wanted: dict[str, Any] = {}
    for stage in stages:
        if "$match" in stage and not wanted:
            wanted = stage["$match"]
        elif "$sort" in stage:
            return wanted, list(stage["$sort"].items())
        elif not stage.keys() & {"$lookup", "$unwind", "$set", "$addFields", "$project"}:
            break
    return wanted, []


def _names() -> dict[str, Any]:
    """What the text of a statement is made of."""
    import bson
    from bson.son import SON

    of_bson = {name: getattr(bson, name) for name in ("Binary", "Int64", "ObjectId", "Regex")}
    return {"datetime": datetime, "UUID": uuid.UUID, "SON": SON, **of_bson}

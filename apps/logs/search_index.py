"""The index that search reads, per engine: made and repaired after each migrate, kept right by the database.

SQLite: an FTS5 table over logs_chatturn, which three triggers keep. PostgreSQL: a GIN index over an
expression. MongoDB: an index over the words that are saved with each row (fields.FoldedWords).
"""

# ruff: noqa: S608 - what is put into statements are names of this module

from typing import Any

from django.db import connections, transaction

from apps.core.db import is_mongo
from apps.core.text import words_of

TABLE = "logs_turn_search"
CHUNK = 1000
MERGED_PAGES = 200
_SQLITE_TABLE = f"""CREATE VIRTUAL TABLE {TABLE} USING fts5(
    user_message, content='logs_chatturn', content_rowid='position',
    tokenize='unicode61 remove_diacritics 2')"""
_FORGET = (
    f"INSERT INTO {TABLE}({TABLE}, rowid, user_message) VALUES ('delete', old.position, old.user_message);"
)
_LEARN = f"INSERT INTO {TABLE}(rowid, user_message) VALUES (new.position, new.user_message);"
_TRIGGERS = {
    f"{TABLE}_insert": f"AFTER INSERT ON logs_chatturn BEGIN {_LEARN} END",
    f"{TABLE}_delete": f"AFTER DELETE ON logs_chatturn BEGIN {_FORGET} END",
    f"{TABLE}_update": "AFTER UPDATE OF user_message, position ON logs_chatturn "
    f"BEGIN {_FORGET} {_LEARN} END",
}
_ACCENTED = "áàâäãåéèêëíìîïóòôöõúùûüñçýÿ"
_PLAIN = "aaaaaaeeeeiiiiooooouuuuncyy"
_MARKS = (
    "".join(chr(code) for code in range(0x300, 0x30D)) + "\u0327"
)  # translate() drops what has no partner
POSTGRES_VECTOR = (
    "to_tsvector('simple'::regconfig, regexp_replace("
    f"translate(lower({{column}}), '{_ACCENTED}{_MARKS}', '{_PLAIN}'), '[^[:alnum:]]+', ' ', 'g'))"
)
"""Only functions that may stand in an index; `unaccent` may not, and is not installed everywhere."""


def ensure_index(using: str = "default") -> bool:
    """Makes what is missing; True when it had to: a table that a migration made anew has no triggers."""
    vendor = connections[using].vendor
    if vendor == "sqlite":
        return _ensure_sqlite(using)
    if vendor == "postgresql":
        _run(using, f"CREATE INDEX IF NOT EXISTS {TABLE} ON logs_chatturn USING gin (({_expression()}))")
    elif is_mongo(using):
        _turns(using).create_index([("words", 1), ("position", -1)], name=TABLE)
    return False


def rebuild_index(using: str = "default") -> None:
    """Reads every turn again; while it runs on SQLite nothing can be written."""
    ensure_index(using)
    vendor = connections[using].vendor
    if vendor == "sqlite":
        _run(using, f"INSERT INTO {TABLE}({TABLE}) VALUES ('rebuild')")
    elif vendor == "postgresql":
        _run(using, f"REINDEX INDEX {TABLE}")
    elif is_mongo(using):
        _save_words(using)


def forget_deleted_words(using: str = "default") -> None:
    """SQLite's index keeps a deleted turn's words beside a mark until its parts are merged: they are now.

    In small steps, so that students' turns get in between. Elsewhere nothing of the kind is left.
    """
    if connections[using].vendor != "sqlite":
        return
    _merge(using, -MERGED_PAGES)
    while _merge(using, MERGED_PAGES):
        pass


def _merge(using: str, pages: int) -> bool:
    """Whether there may be more to do: by FTS5's documentation, when at least two rows changed."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT total_changes()")
        (before,) = cursor.fetchone()
        cursor.execute(f"INSERT INTO {TABLE}({TABLE}, rank) VALUES ('merge', {pages})")
        cursor.execute("SELECT total_changes()")
        return bool(cursor.fetchone()[0] - before >= 2)


def index_is_right(using: str = "default") -> bool:
    """SQLite compares the index with every row. Elsewhere the database answers for it."""
    if connections[using].vendor != "sqlite":
        return True
    from django.db import DatabaseError

    try:
        _run(using, f"INSERT INTO {TABLE}({TABLE}, rank) VALUES ('integrity-check', 1)")
    except DatabaseError:
        return False
    return True


def _ensure_sqlite(using: str) -> bool:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE %s", [f"{TABLE}%"])
        there = {name for (name,) in cursor.fetchall()}
    wanted = {TABLE, *_TRIGGERS}
    if wanted <= there:
        return False
    with transaction.atomic(using):
        if TABLE not in there:
            _run(using, _SQLITE_TABLE)
        for name in _TRIGGERS.keys() - there:
            _run(using, f"CREATE TRIGGER {name} {_TRIGGERS[name]}")
        _run(using, f"INSERT INTO {TABLE}({TABLE}) VALUES ('rebuild')")
    return True


def _expression() -> str:
    return POSTGRES_VECTOR.format(column="user_message")


def _run(using: str, statement: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(statement)


def _turns(using: str) -> Any:
    return connections[using].get_collection("logs_chatturn")  # type: ignore[attr-defined]


def _save_words(using: str) -> None:
    from pymongo import UpdateOne

    rows, batch = _turns(using), []
    for row in rows.find({}, {"user_message": 1}):
        batch.append(UpdateOne({"_id": row["_id"]}, {"$set": {"words": words_of(row["user_message"])}}))
        if len(batch) == CHUNK:
            rows.bulk_write(batch, ordered=False)
            batch.clear()
    if batch:
        rows.bulk_write(batch, ordered=False)

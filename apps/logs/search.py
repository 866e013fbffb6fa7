"""Finding turns by what students wrote, whatever the case and the accents, on each engine by its own index.

    ChatTurn.objects.filter(user_message__words="certif matrícula")

Every word has to be there; of four letters and more its beginning is enough. What punctuation joins
(`ana@sena.edu.co`) is looked for as it stands. All else in a query is text: there are no operators.
"""

# ruff: noqa: S608 - what is put into statements are names of this module

from collections.abc import Iterator
from typing import Any

from django.db import connections
from django.db.models import Lookup, QuerySet

from apps.core.text import folded, words_of
from apps.logs.search_index import POSTGRES_VECTOR, TABLE

MIN_BEGINNING = 4
MAX_PHRASES = 12
Phrase = list[str]


def phrases_of(query: str) -> list[Phrase]:
    """What has to be found: words, and those that belong together."""
    found: Iterator[Phrase] = (words_in_order(part) for part in query.split())
    return [phrase for phrase in found if phrase][:MAX_PHRASES]


def words_in_order(text: str) -> Phrase:
    return [word for word in "".join(c if c.isalnum() else " " for c in folded(text)).split() if word]


def fts5_query(query: str) -> str:
    """Only quoted words, so nothing in them is syntax. Empty: there is nothing to look for."""
    return " ".join(
        f'"{" ".join(phrase)}"{" *" if _is_beginning(phrase) else ""}' for phrase in phrases_of(query)
    )


def tsquery(query: str) -> str:
    return " & ".join(
        "(" + " <-> ".join(phrase) + (":*" if _is_beginning(phrase) else "") + ")"
        for phrase in phrases_of(query)
    )


def _is_beginning(phrase: Phrase) -> bool:
    return len(phrase[-1]) >= MIN_BEGINNING


class Words(Lookup):
    """`user_message__words`; a query without a letter or a digit finds nothing."""

    lookup_name = "words"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        query, quote = str(self.rhs), connection.ops.quote_name
        table = compiler.quote_name_unless_alias(self.lhs.alias)  # in a subquery it is an alias
        if connection.vendor == "postgresql":
            vector = POSTGRES_VECTOR.format(column=f"{table}.{quote('user_message')}")
            return f"{vector} @@ to_tsquery('simple'::regconfig, %s)", [tsquery(query)]
        found = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s"
        return f"{table}.{quote('position')} IN ({found})", [fts5_query(query) or '""']

    def as_mql(self, compiler: Any, connection: Any, as_expr: bool = False) -> Any:
        phrases = phrases_of(str(self.rhs))
        if not phrases:
            return {"$expr": False} if not as_expr else False
        path = self.lhs.as_mql(compiler, connection).removesuffix("user_message") + "words"
        return {"$and": [{path: condition} for phrase in phrases for condition in _conditions(phrase)]}


def _conditions(phrase: Phrase) -> Iterator[Any]:
    """Of MongoDB, whose index knows single words: those of a phrase may stand anywhere."""
    *whole, last = phrase
    yield from whole
    yield {"$regex": f"^{last}"} if _is_beginning(phrase) else last


def newest_positions(
    query: str, low: int, high: int, size: int, *, skip: int = 0, is_descending: bool = True
) -> list[int]:
    """Positions in [low, high] of the turns that match, at most `size`, from one end.

    On SQLite the index itself is read from that end, so that it costs the same however many there are.
    """
    from apps.logs.models import ChatTurn

    if connections["default"].vendor != "sqlite":
        rows = ChatTurn.objects.filter(user_message__words=query, position__gte=low, position__lte=high)
        order = "-position" if is_descending else "position"
        return list(rows.order_by(order).values_list("position", flat=True)[skip : skip + size])
    order = "DESC" if is_descending else "ASC"
    statement = (
        f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s AND rowid BETWEEN %s AND %s"
        f" ORDER BY rowid {order} LIMIT %s OFFSET %s"
    )
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, [fts5_query(query) or '""', low, high, size, skip])
        return [position for (position,) in cursor.fetchall()]


def count_matches(query: str, low: int, high: int) -> int:
    from apps.logs.models import ChatTurn

    if connections["default"].vendor != "sqlite":
        rows: QuerySet[Any] = ChatTurn.objects.filter(user_message__words=query)
        return rows.filter(position__gte=low, position__lte=high).count()
    statement = f"SELECT count(*) FROM {TABLE} WHERE {TABLE} MATCH %s AND rowid BETWEEN %s AND %s"
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, [fts5_query(query) or '""', low, high])
        return int(cursor.fetchone()[0])


def words_for(text: str) -> list[str]:
    """What goes with a text that an update() writes on MongoDB."""
    return words_of(text)

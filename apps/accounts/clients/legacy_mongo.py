"""The old system's MongoDB, read only: documents as they are, in any of the shapes that it ever wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

Document = dict[str, Any]
TIMEOUT_MS = 5000
INSTALL = ".venv/bin/pip install -r requirements/mongo.txt"


class LegacyUnavailable(Exception):
    """The old database cannot be read; the text says what to do, and has no part of the address."""


ORDER = ("number", "string", "object", "binData", "objectId", "bool", "date")
"""The types of keys in the order in which MongoDB sorts them, by their names in a query."""


class LegacyDatabase:
    """Its collections. A missing one is empty."""

    def __init__(self, database: Any) -> None:
        self.database = database

    @property
    def name(self) -> str:
        return str(self.database.name)

    def users(self) -> Iterator[Document]:
        return self.documents("users")

    def settings(self) -> Iterator[Document]:
        return self.documents("user_settings")

    def collections(self) -> list[str]:
        return sorted(n for n in self.database.list_collection_names() if not n.startswith("system."))

    def count(self, name: str) -> int:
        """About."""
        return int(self.database[name].estimated_document_count())

    def documents(self, name: str, after: str = "") -> Iterator[Document]:
        """By their keys, from behind the one that key_text() gave."""
        wanted = _behind(key_of(after)) if after else {}
        with self.database[name].find(wanted, batch_size=500, sort=[("_id", 1)]) as cursor:
            yield from cursor


def key_text(key: Any) -> str:
    """A document's key as text that says its type too: the same key, the same text."""
    from bson.json_util import CANONICAL_JSON_OPTIONS, dumps

    return str(dumps(key, json_options=CANONICAL_JSON_OPTIONS, sort_keys=True))


def key_of(text: str) -> Any:
    from bson.json_util import loads

    return loads(text)


def _behind(key: Any) -> dict[str, Any]:
    """$gt finds keys of the same type alone; those of later types come behind them."""
    types = {bool: "bool", int: "number", float: "number", str: "string", dict: "object", datetime: "date"}
    kind = next((name for python, name in types.items() if isinstance(key, python)), "")
    kind = kind or ("objectId" if type(key).__name__ == "ObjectId" else "binData")
    later = list(ORDER[ORDER.index(kind) + 1 :])
    same: dict[str, Any] = {"_id": {"$gt": key}}
    return {"$or": [same, {"_id": {"$type": later}}]} if later else same


@contextmanager
def legacy_database(uri: str, name: str = "") -> Iterator[LegacyDatabase]:
    """`name` wins over the address's own. Raises LegacyUnavailable, also for what fails within the block."""
    try:
        from bson.codec_options import CodecOptions, DatetimeConversion
        from bson.errors import BSONError
        from pymongo import MongoClient
        from pymongo.errors import ConfigurationError, PyMongoError
    except ModuleNotFoundError:
        raise LegacyUnavailable(f"Falta pymongo. Instálalo: {INSTALL}") from None
    # A date beyond year 9999 or a broken text must not end the import.
    options: CodecOptions[Document] = CodecOptions(
        tz_aware=True,
        datetime_conversion=DatetimeConversion.DATETIME_AUTO,
        unicode_decode_error_handler="replace",
    )
    patience: dict[str, Any] = {"serverSelectionTimeoutMS": TIMEOUT_MS, "connectTimeoutMS": TIMEOUT_MS}
    try:
        client: MongoClient[Document] = MongoClient(uri, **patience)
    except (PyMongoError, ValueError) as error:
        raise _unreadable(error) from None
    with client:
        try:
            database = client.get_database(name or None, codec_options=options)
        except ConfigurationError:
            raise LegacyUnavailable("Falta el nombre de la base: --database NOMBRE.") from None
        try:
            client.admin.command("ping")
            yield LegacyDatabase(database)
        except (PyMongoError, BSONError) as error:
            raise _unreadable(error) from None


def _unreadable(error: Exception) -> LegacyUnavailable:
    """Without the error's text: it may quote the address."""
    kind = type(error).__name__
    return LegacyUnavailable(f"No se puede leer la base anterior ({kind}). Revisa la dirección.")

"""The old system's MongoDB, read only: documents as they are, in any of the shapes that it ever wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

Document = dict[str, Any]
TIMEOUT_MS = 5000
INSTALL = ".venv/bin/pip install -r requirements/mongo.txt"


class LegacyUnavailable(Exception):
    """The old database cannot be read; the text says what to do, and has no part of the address."""


class LegacyDatabase:
    """Its two collections of people. A missing one is empty."""

    def __init__(self, database: Any) -> None:
        self.database = database

    def users(self) -> Iterator[Document]:
        return self._documents("users")

    def settings(self) -> Iterator[Document]:
        return self._documents("user_settings")

    def _documents(self, name: str) -> Iterator[Document]:
        with self.database[name].find({}, batch_size=500) as cursor:
            yield from cursor


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

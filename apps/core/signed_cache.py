"""Django's cache in Redis, with a signature on every pickle: whoever can write to Redis runs nothing here."""

import hmac
import pickle
import re
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.core.signing import BadSignature
from django.utils.crypto import salted_hmac

SIZE = 32
BATCH = 1000
GLOB = re.compile(r"([*?\[\]\\])")


class SignedPickles:
    """Integers stand there plainly, for Redis counts with them."""

    def dumps(self, value: Any) -> int | bytes:
        if type(value) is int:
            return value
        content = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        return _signature(content) + content

    def loads(self, data: bytes) -> Any:
        """Raises BadSignature for what was not written here, or with another key."""
        try:
            return int(data)
        except ValueError:
            given, content = data[:SIZE], data[SIZE:]
        if not hmac.compare_digest(given, _signature(content)):
            raise BadSignature
        return pickle.loads(content)  # noqa: S301 - ours


def _signature(content: bytes) -> bytes:
    return salted_hmac("tutorbot.cache", content, algorithm="sha256").digest()


class SignedClient(RedisCacheClient):
    """What is not signed by us is not there."""

    def __init__(self, servers: Any, **options: Any) -> None:
        super().__init__(servers, serializer=SignedPickles, **options)  # type: ignore[arg-type]

    def get(self, key: Any, default: Any) -> Any:
        try:
            return super().get(key, default)
        except BadSignature:
            return default

    def delete_below(self, beginning: str) -> None:
        """All keys that begin so; in pieces, so that nobody waits for Redis meanwhile."""
        server, cursor = self.get_client(None, write=True), 0
        pattern = GLOB.sub(r"\\\1", beginning) + "*"
        while True:
            cursor, keys = server.scan(cursor, match=pattern, count=BATCH)
            if keys:
                server.unlink(*keys)
            if not cursor:
                return


class SignedRedisCache(RedisCache):
    """`clear` takes away what is below KEY_PREFIX alone: waiting jobs and Rasa's locks share the database."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = SignedClient

    def clear(self) -> None:
        client: Any = self._cache
        client.delete_below(self.make_key(""))

"""Reading which part of a list is wanted (contract http.md, rule 1.9)."""

from dataclasses import dataclass

from rest_framework import serializers

MAX_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Window:
    """Rows `offset` … `offset + limit - 1`."""

    offset: int
    limit: int

    @property
    def slice(self) -> slice:
        return slice(self.offset, self.offset + self.limit)


class WindowQuery(serializers.Serializer):
    """`limit` with `offset` (or `skip`), or `page` with `page_size`."""

    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, required=False)
    offset = serializers.IntegerField(min_value=0, max_value=10_000_000, required=False)
    skip = serializers.IntegerField(min_value=0, max_value=10_000_000, required=False)
    page = serializers.IntegerField(min_value=1, max_value=100_000, required=False)
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, required=False)

    def window(self) -> Window:
        given = self.validated_data
        if "page" in given or "page_size" in given:
            size = given.get("page_size", MAX_LIMIT)
            return Window((given.get("page", 1) - 1) * size, size)
        offset = given.get("offset", given.get("skip", 0))
        return Window(offset, given.get("limit", MAX_LIMIT))

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.chat.engines.base import EngineProtocolError
from apps.chat.engines.rasa.readers import read_json, read_messages

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=())), inner),
)


@settings(max_examples=20, deadline=None)
@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_messages_or_a_protocol_error(body: bytes) -> None:
    try:
        messages = read_messages(body, "ana")
    except EngineProtocolError:
        return
    for message in messages:
        assert isinstance(message.get("text", ""), str)
        assert "recipient_id" in message


@settings(max_examples=20, deadline=None)
@given(JSON)
def test_whatever_is_read_can_be_stored_and_sent_on(value: object) -> None:
    try:
        read = read_json(json.dumps(value).encode())
    except EngineProtocolError:
        return
    text = json.dumps(read, ensure_ascii=False, allow_nan=False)
    assert "\x00" not in text
    text.encode("utf-8")

"""The modules that the chat page has loaded at once."""

from apps.core.modules import modules_of


def test_a_module_brings_its_imports_once_and_not_what_is_loaded_later() -> None:
    found = modules_of("js/chat/main.js")
    assert found[0] == "js/chat/main.js"
    assert "js/chat/urls.js" in found  # two imports away
    assert len(set(found)) == len(found)
    assert "js/chat/words.js" not in found

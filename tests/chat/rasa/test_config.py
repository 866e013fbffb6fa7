import pytest

from apps.chat.engines.rasa import RasaConfig, normalise_base_url


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("http://rasa:5005", "http://rasa:5005"),
        ("http://rasa:5005/", "http://rasa:5005"),
        (" http://rasa:5005/webhooks/rest/webhook ", "http://rasa:5005"),
        ("http://rasa:5005/webhooks/rest/webhook/", "http://rasa:5005"),
        ("https://bots.example.org/tutor/webhooks/rest/webhook", "https://bots.example.org/tutor"),
        ("http://[::1]:5005/", "http://[::1]:5005"),
    ],
)
def test_base_url_is_taken_with_and_without_the_webhook(given: str, base: str) -> None:
    assert normalise_base_url(given) == base
    assert RasaConfig(given).base_url == base


@pytest.mark.parametrize(
    "given",
    ["", "rasa:5005", "ftp://rasa", "http://", "http://rasa:port", "http://rasa?token=x", "http://u:p@rasa"],
)
def test_no_base_url_is_refused_without_repeating_it(given: str) -> None:
    with pytest.raises(ValueError, match="expected http"):
        normalise_base_url(given)


def test_config_does_not_show_its_token() -> None:
    assert "s3cret" not in repr(RasaConfig("http://rasa:5005", token="s3cret"))

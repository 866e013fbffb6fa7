"""The action server's variables: defaults, and what is refused."""

import pytest

from rasa.actions.environment import ConfigurationError, Environment, read_environment


def test_the_environment_has_sensible_defaults() -> None:
    assert read_environment({}) == Environment()
    given = {
        "BACKEND_URL": "https://bot.x.co/base/",
        "HELPDESK_TOKEN": " secret ",
        "ACTIONS_HTTP_TIMEOUT": "2.5",
        "ACTIONS_HTTP_RETRIES": "0",
    }
    read = read_environment(given)
    assert (read.tickets_url, read.token, read.timeout, read.retries) == (
        "https://bot.x.co/base/api/helpdesk/tickets",
        "secret",
        2.5,
        0,
    )
    assert "secret" not in repr(read)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BACKEND_URL", "bot.x.co"),
        ("BACKEND_URL", "https://user:pass@x.co"),
        ("BACKEND_URL", "http://x.co:99999"),
        ("HELPDESK_WEBHOOK", "ftp://x.co"),
        ("HELPDESK_TOKEN", "ñandú"),
        ("ACTIONS_HTTP_TIMEOUT", "soon"),
        ("ACTIONS_HTTP_TIMEOUT", "0"),
        ("ACTIONS_HTTP_TIMEOUT", "nan"),
        ("ACTIONS_HTTP_RETRIES", "-1"),
        ("ACTIONS_HTTP_RETRIES", "1.5"),
    ],
)
def test_a_bad_variable_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        read_environment({name: value})

"""Where the custom actions of this process's bot run."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from apps.chat.engines.embedded.hosts import ActionHost, InProcessHost, RemoteHost
from rasa.actions.backend import Backend


@cache
def bot_backend() -> Backend:
    """What actions reach this back end by; named in settings, since it belongs to an app above this one."""
    backend: Backend = import_string(settings.BOT_BACKEND)()
    return backend


@cache
def action_hosts() -> tuple[ActionHost, ...]:
    """The project's own actions in this process; all others, if it is there, at the action server."""
    own = InProcessHost(bot_backend)
    env = settings.ENV
    if not env.ACTION_SERVER_URL:
        return (own,)
    return own, RemoteHost(env.ACTION_SERVER_URL, env.RASA_TIMEOUT_MS, env.RASA_CONNECT_TIMEOUT_MS)

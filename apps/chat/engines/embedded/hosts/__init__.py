"""Where custom actions run: in this process, or behind rasa-sdk's webhook at ACTION_SERVER_URL.

Both speak the webhook's JSON, so an action cannot tell them apart:
https://rasa.com/docs/rasa/pages/action-server-api
"""

from apps.chat.engines.embedded.hosts.in_process import InProcessHost, rehearsal_host
from apps.chat.engines.embedded.hosts.protocol import ActionAnswer, ActionFailed, ActionHost, ActionRejected
from apps.chat.engines.embedded.hosts.remote import RemoteHost

__all__ = [
    "ActionAnswer",
    "ActionFailed",
    "ActionHost",
    "ActionRejected",
    "InProcessHost",
    "RemoteHost",
    "rehearsal_host",
]

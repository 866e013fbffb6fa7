"""A student at the keyboard, over HTTP."""

import json
from typing import Any

from rest_framework.test import APIClient

from apps.chat.models import Conversation
from apps.logs.models import ChatTurn
from tests.chat.conversations import said


class Talk:
    """`say` gives the intent that was logged, and keeps all that was answered."""

    def __init__(self, api: APIClient, headers: dict[str, str], sender: str = "web-1") -> None:
        self.api, self.headers, self.sender = api, headers, sender
        self.messages: list[dict[str, Any]] = []

    def say(self, text: str) -> str:
        body = {"sender": self.sender, "message": text}
        response = self.api.post("/chat", body, headers=self.headers)
        assert response.status_code == 200, response.content
        self.messages = response.json()
        return str(ChatTurn.objects.filter(sender_id=self.sender).latest("timestamp").intent)

    def go_through(self, *texts: str) -> str:
        """Says all of them; the last one's intent."""
        return [self.say(text) for text in texts][-1]

    @property
    def texts(self) -> list[str]:
        return [m["text"] for m in self.messages if m.get("text")]

    @property
    def text(self) -> str:
        return " ".join(self.texts)

    @property
    def payloads(self) -> list[str]:
        return said.payloads(self.messages)

    @property
    def customs(self) -> list[dict[str, Any]]:
        return [m["custom"] for m in self.messages if "custom" in m]

    @property
    def cards(self) -> list[dict[str, Any]]:
        return [card for custom in self.customs for card in custom.get("cards", [])]

    @property
    def asks_for_login(self) -> bool:
        return any(custom.get("type") == "auth_needed" for custom in self.customs)

    @property
    def slots(self) -> dict[str, Any]:
        state = json.loads(Conversation.objects.get(sender_id=self.sender).state)
        return dict(state["slots"])

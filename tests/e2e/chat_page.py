"""What a student sees and does on the chat page, in words of the tests."""

import json
import re
from typing import Any


class ChatPage:
    """`root` is a page or the frame that holds the chat."""

    def __init__(self, page: Any, root: Any | None = None) -> None:
        self.page = page
        self.root = root or page
        self.turns: list[dict[str, Any]] = []
        page.on("request", self._note_turn)

    def _note_turn(self, request: Any) -> None:
        if request.method == "POST" and request.url.endswith("/api/chat"):
            self.turns.append({**request.post_data_json, "headers": request.headers})

    def open(self, path: str = "/chat-embed.html") -> "ChatPage":
        self.page.goto(path)
        self.state("En línea").wait_for()
        return self

    def bot_answers(
        self, *messages: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        """From now on the server's answer is this one."""
        body = json.dumps(messages if status == 200 else messages[0])
        self.stop_answering()
        self.page.route(
            "**/api/chat",
            lambda route: route.fulfill(
                status=status, body=body, headers=headers or {}, content_type="application/json"
            ),
        )

    def stop_answering(self) -> None:
        self.page.unroute("**/api/chat")

    def type(self, message: str) -> None:
        self.box.fill(message)
        self.box.press("Enter")

    def answer(self, text: str) -> Any:
        return self.root.locator(".group-bot .bubble", has_text=text).last

    def state(self, word: str) -> Any:
        return self.root.locator("#state", has_text=word)

    def choice(self, title: str) -> Any:
        exact = re.compile(rf"^{re.escape(title)}( \(abre otra pestaña\))?$")
        return self.root.locator("#messages .reply", has_text=exact).last

    @property
    def box(self) -> Any:
        return self.root.locator("#message")

    @property
    def mine(self) -> Any:
        return self.root.locator(".group-me .bubble").last

    @property
    def bot_bubbles(self) -> Any:
        return self.root.locator(".group-bot .bubble")

    @property
    def retry(self) -> Any:
        return self.root.locator(".retry").last

    def open_menu(self) -> "ChatPage":
        self.root.locator("#menu-button").click()
        self.root.locator("#menu").wait_for()
        return self

    def thumb(self, value: str) -> Any:
        """Of the last answer: "up" or "down"."""
        title = {"up": "Me sirvió", "down": "No me sirvió"}[value]
        return self.root.get_by_role("button", name=title, exact=True).last

    def stored(self) -> str:
        """All that the browser keeps of this site."""
        return str(
            self.root.locator("html").evaluate(
                "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
            )
        )

    @property
    def said(self) -> list[str]:
        """What stands in the conversation, in order."""
        return [line.strip() for line in self.root.locator("#messages .bubble").all_inner_texts()]

    @property
    def announced(self) -> str:
        return str(self.root.locator("#announcer").inner_text())

    def is_cut(self) -> bool:
        """Whether something sticks out sideways of the page or of the conversation."""
        return bool(
            self.root.locator("html").evaluate(
                """html => [html, document.querySelector("#log"), document.querySelector(".composer")]
                    .some(node => node.scrollWidth > node.clientWidth)
                    || html.scrollHeight > html.clientHeight"""
            )
        )

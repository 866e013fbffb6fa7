"""A page of somebody else that frames the chat and hands it a token when it is asked for one."""

import json
from typing import Any

from tests.e2e.chat_page import ChatPage

PAGE = """<!DOCTYPE html><html lang="es"><head><title>Curso</title><link rel="icon" href="data:,"></head>
<body><script src="/anfitrion.js"></script>
<iframe title="Chat" src="/chat-embed.html?embed=1" width="400" height="600" allow="microphone"></iframe>
</body></html>"""
SCRIPT = """let token = TOKEN;
addEventListener("message", (event) => {
  if (event.data.type === "auth:request") hand(token);
});
function hand(token) {
  document.querySelector("iframe").contentWindow.postMessage({type: "auth:token", token}, location.origin);
}"""


class Host:
    def __init__(self, page: Any) -> None:
        self.page, self.token = page, ""
        page.route(
            "**/curso", lambda route: route.fulfill(body=PAGE, content_type="text/html; charset=utf-8")
        )
        page.route("**/anfitrion.js", self._script)
        self.chat = ChatPage(page, page.frame_locator("iframe"))

    def _script(self, route: Any) -> None:
        script = SCRIPT.replace("TOKEN", json.dumps(self.token))
        route.fulfill(body=script, content_type="text/javascript")

    def open(self, token: str = "") -> ChatPage:
        """Loads the host's page, which has this token from now on."""
        self.token = token
        self.page.goto("/curso")
        self.chat.state("En línea").wait_for()
        return self.chat

    def hand(self, token: str) -> None:
        self.page.evaluate("token => hand(token)", token)

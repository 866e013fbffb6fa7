"""A stub Rasa for tests and benchmarks: `python rasa_stub.py --port 0 --delay-ms 50`, standard library only.

A turn, parse, training or tracker request behaves as the word after `stub:` in its sender or text says
(`stub:html`, see `MODES` and `TRAININGS`), and answers at once without one. `RasaStub` runs it in a thread
and keeps what was asked for.
"""

import argparse
import asyncio
import gzip
import json
import re
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

MODE = re.compile(rb"stub(?::|%3A)([a-z0-9_]+)")
MODEL_FILE = "models/20260101-120000-stub.tar.gz"
TURN = "/webhooks/rest/webhook"
TRAIN = "/model/train"
MODEL = gzip.compress(b"a model", mtime=0)


def http(body: bytes, status: str = "200 OK", kind: str = "application/json", extra: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    return head.encode() + body


def said(sender: str, **parts: Any) -> bytes:
    return json.dumps([{"recipient_id": sender, **parts}]).encode()


def chunked(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    parts = (body[:9], body[9:], b"")
    return head + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


GREETING = "¡Hola! Soy el tutor."
BUTTONS = [{"title": "Sí", "payload": "/affirm"}, {"title": "Ver", "url": "https://example.org/a"}]
DRIP = http(said("x", text="a" * 400))

MODES: dict[str, Callable[[str], bytes | None]] = {
    "ok": lambda s: http(said(s, text=GREETING)),
    "chunked": lambda s: chunked(said(s, text=GREETING)),
    "buttons": lambda s: http(said(s, text="¿Sigo?", buttons=BUTTONS, image="https://example.org/i.png")),
    "anonymous": lambda s: http(b'[{"text": "sin destinatario"}]'),
    "html": lambda s: http(b"<html><body>It works!</body></html>", kind="text/html"),
    "dict": lambda s: http(b'{"status": "failure", "reason": "x"}'),
    "items": lambda s: http(b'["hola", 3]'),
    "numbertext": lambda s: http(said(s, text=5)),
    "badjson": lambda s: http(b'[{"text": "hola"'),
    "latin1": lambda s: http('[{"text": "adiós"}]'.encode("latin-1")),
    "nan": lambda s: http(b'[{"custom": {"x": NaN}}]'),
    "infinite": lambda s: http(b'[{"custom": {"x": 1e999}}]'),
    "nested": lambda s: http(b"[" * 100_000),
    "deep": lambda s: http(b'[{"custom": ' + b"[" * 300 + b"]" * 300 + b"}]"),
    "odd": lambda s: http(said(s, text="a\x00b\ud800c\U0001f600", custom={"k\udfff": ["\x00"]})),
    "large": lambda s: http(said(s, text="a" * (2 << 20))),
    "emptybody": lambda s: http(b""),
    "emptylist": lambda s: http(b"[]"),
    "half": lambda s: http(said(s, text=GREETING))[:-9],
    "closed": lambda s: b"",
    "nothttp": lambda s: b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "redirect": lambda s: http(b"", "302 Found", extra="Location: /stub/redirected\r\n"),
    "401": lambda s: http(b'{"reason": "NotAuthenticated"}', "401 Unauthorized"),
    "404": lambda s: http(b"not found", "404 Not Found"),
    "500": lambda s: http(b'{"reason": "error"}', "500 Internal Server Error"),
    "503": lambda s: http(b"", "503 Service Unavailable", extra="Set-Cookie: lb=a\r\n"),
    "hang": lambda s: None,
    "drip": lambda s: None,
    "dripheaders": lambda s: None,
}
TRAININGS: dict[str, Callable[[], bytes | None]] = {
    "ok": lambda: http(MODEL, kind="application/x-tar", extra="filename: 20260101-120000-stub.tar.gz\r\n"),
    "slow": lambda: None,
    "hang": lambda: None,
    "huge": lambda: http(MODEL + b"\0" * (3 << 20)),
    "half": lambda: http(MODEL + b"\0" * (3 << 20))[: 1 << 20],
    "refused": lambda: http(REFUSED, "500 Internal Server Error"),
    "badyaml": lambda: http(REFUSED, "400 Bad Request"),
    "conflict": lambda: http(REFUSED, "409 Conflict"),
}
REFUSED = json.dumps({"reason": "TrainingError", "message": "Error: the rule 'a'\ncontradicts «b»"}).encode()
SLOW_SECONDS = 0.4
HANGS_UP = {"half", "closed", "nothttp"}


@dataclass(slots=True)
class Request:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class State:
    """`seen` keeps the last requests, `turns` counts all of them."""

    delay: float = 0.0
    turns: int = 0
    connections: int = 0
    hung_up: int = 0
    model_file: str | None = MODEL_FILE
    heard: dict[str, str] = field(default_factory=dict)
    seen: deque[Request] | None = None
    transports: set[asyncio.Transport] = field(default_factory=set)


def intent_of(text: str) -> dict[str, Any]:
    if "no entiendo" in text:
        return {"name": "nlu_fallback", "confidence": 0.3}
    return {"name": "saludo", "confidence": 0.97}


class Protocol(asyncio.Protocol):
    """One keep-alive connection. No pipelining: the next request is read once this one is answered."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.buffer = b""
        state.connections += 1
        self.number = state.connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.state.transports.add(transport)

    def connection_lost(self, _: Exception | None) -> None:
        self.state.transports.discard(self.transport)
        self.state.hung_up += 1

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head, body = self.buffer[:end], self.buffer[end + 4 :]
        at = head.lower().find(b"content-length:")
        if at > 0 and len(body) < int(head[at + 15 :].split(b"\r\n", 1)[0]):
            return
        self.buffer = b""
        if self.state.delay:
            asyncio.get_running_loop().call_later(self.state.delay, self.answer, head, body)
        else:
            self.answer(head, body)

    def answer(self, head: bytes, body: bytes) -> None:
        method, target, _ = head[: head.find(b"\r\n")].decode("latin-1").split(" ", 2)
        path, _, query = target.partition("?")
        if self.state.seen is not None:
            lines = (line.partition(": ") for line in head.decode("latin-1").split("\r\n")[1:])
            headers = {name.lower(): value for name, _, value in lines}
            self.state.seen.append(Request(method, path, query, headers, body, self.number))
        named = MODE.search(body or target.encode())
        mode = named[1].decode() if named else "ok"
        if path == TURN:
            self.turn(mode, json.loads(body))
        elif path == TRAIN:
            self.train(mode)
        else:
            self.transport.write(self.other(path, mode, body))

    def turn(self, mode: str, body: dict[str, Any]) -> None:
        self.state.turns += 1
        sender = body["sender"]
        self.state.heard[sender] = body["message"]
        answer = MODES[mode](sender)
        if answer is not None:
            self.transport.write(answer)
        elif mode != "hang":
            at_once = 0 if mode == "dripheaders" else DRIP.find(b"\r\n\r\n") + 4
            self.dripping = asyncio.ensure_future(self.drip(DRIP[:at_once], DRIP[at_once:]))
        if mode in HANGS_UP:
            self.transport.close()

    def train(self, mode: str) -> None:
        answer = TRAININGS[mode]() if mode in TRAININGS else MODES[mode]("")
        if answer is not None:
            self.transport.write(answer)
        elif mode == "slow":
            whole = TRAININGS["ok"]()
            asyncio.get_running_loop().call_later(SLOW_SECONDS, self.transport.write, whole)
        if mode in HANGS_UP:
            self.transport.close()

    async def drip(self, at_once: bytes, slowly: bytes) -> None:
        self.transport.write(at_once)
        for byte in slowly:
            if not self.transport.is_closing():
                self.transport.write(bytes([byte]))
                await asyncio.sleep(0.02)

    def other(self, path: str, mode: str, body: bytes) -> bytes:
        if path == "/version":
            answer: Any = {"version": "3.6.21", "minimum_compatible_version": "3.5.0"}
        elif path == "/status":
            answer = {"model_file": self.state.model_file, "model_id": "stub", "num_active_training_jobs": 0}
        elif mode != "ok":
            return MODES[mode]("") or b""
        elif path == "/model/parse":
            text = json.loads(body)["text"]
            intent = intent_of(text)
            ranking = [intent, {"name": "despedida", "confidence": 0.02}]
            entities = [{"entity": "curso", "value": text[:4], "start": 0, "end": 4, "extractor": "stub"}]
            answer = {"text": text, "intent": intent, "intent_ranking": ranking, "entities": entities}
        elif path.startswith("/conversations/") and path.endswith("/tracker"):
            sender = unquote(path[len("/conversations/") : -len("/tracker")])
            text = self.state.heard.get(sender)
            latest = {"text": text, "intent": intent_of(text), "entities": []} if text else {}
            slots = {"idioma": "es", "nombre": None}
            answer = {"sender_id": sender, "latest_message": latest, "slots": slots, "active_loop": {}}
        elif path.startswith("/conversations/") and path.endswith("/tracker/events"):
            self.state.heard.pop(unquote(path[len("/conversations/") : -len("/tracker/events")]), None)
            answer = {"events": []}
        else:
            return http(b"not found", "404 Not Found")
        return http(json.dumps(answer).encode())


async def serve(state: State, port: int = 0) -> asyncio.Server:
    make = asyncio.get_running_loop().create_server
    return await make(lambda: Protocol(state), "127.0.0.1", port, backlog=1024)


class RasaStub(State):
    """The stub in a thread: `with RasaStub() as stub: requests.post(stub.url + TURN, ...)`."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(seen=deque(maxlen=1000))
        self.port = port
        self.ready = threading.Event()

    def __enter__(self) -> "RasaStub":
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run()), daemon=True)
        self.thread.start()
        assert self.ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(5)

    async def run(self) -> None:
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        server = await serve(self, self.port)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await self.stop.wait()
        server.close()
        for transport in self.transports:
            transport.abort()
        await asyncio.sleep(0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--port", type=int, default=0, help="0: any free one; the first line printed says which"
    )
    parser.add_argument("--delay-ms", type=float, default=0.0)
    given = parser.parse_args()
    server = await serve(State(delay=given.delay_ms / 1000), given.port)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())

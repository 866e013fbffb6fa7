"""What a web page says of itself in its head: title, description, picture."""

import codecs
import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from apps.core.text import printable

MAX_TITLE, MAX_DESCRIPTION, MAX_ADDRESS = 200, 400, 2000
CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})
NAMES = {
    "title": ("og:title", "twitter:title"),
    "description": ("og:description", "twitter:description", "description"),
    "image": ("og:image:secure_url", "og:image", "og:image:url", "twitter:image"),
}


class _Head(HTMLParser):
    """Collects <title> and the <meta> tags; the first of a name counts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title: list[str] = []
        self.named: dict[str, str] = {}
        self.is_in_title = self.is_over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.is_over:
            return
        if tag == "meta":
            given = {name: value or "" for name, value in attrs}
            name = (given.get("property") or given.get("name") or "").strip().lower()
            self.named.setdefault(name, given.get("content", ""))
        self.is_in_title = tag == "title" and not self.title
        self.is_over = tag == "body"

    def handle_endtag(self, tag: str) -> None:
        self.is_in_title = self.is_in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        if self.is_in_title:
            self.title.append(data)


def decoded(body: bytes, content_type: str) -> str:
    """By the header's charset, else the page's own, else UTF-8; what does not fit is replaced.

    Some codecs that Python has are no charsets of pages: they replace nothing, or take very long.
    """
    said = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", content_type, re.IGNORECASE)
    within = CHARSET.search(body[:4096])
    name = said.group(1) if said else within.group(1).decode() if within else "utf-8"
    try:
        found = codecs.lookup(name)
        is_charset = found._is_text_encoding and found.name not in NO_CHARSETS
        charset = found.name if is_charset else "utf-8"
    except LookupError:
        charset = "utf-8"
    return body.decode(charset, errors="replace")


def described(html: str, url: str) -> dict[str, str | None]:
    """`{url, title, description, image}`: short texts, an absolute address; None where nothing is said."""
    head = _Head()
    head.feed(html)
    title = _said(head, "title") or "".join(head.title)
    return {
        "url": url,
        "title": _line(title, MAX_TITLE),
        "description": _line(_said(head, "description"), MAX_DESCRIPTION),
        "image": _picture(_said(head, "image").strip(), url),
    }


def _said(head: _Head, part: str) -> str:
    return next((head.named[name] for name in NAMES[part] if head.named.get(name, "").strip()), "")


def _line(text: str, most: int) -> str | None:
    text = " ".join(printable(text).split())
    return (text if len(text) <= most else f"{text[: most - 1]}…") or None


def _picture(address: str, page: str) -> str | None:
    try:
        whole = urljoin(page, address) if address else ""
        parts = urlsplit(whole)
    except ValueError:
        return None
    is_plain = whole.isprintable() and len(whole) <= MAX_ADDRESS
    return whole if parts.scheme in {"http", "https"} and parts.hostname and is_plain else None

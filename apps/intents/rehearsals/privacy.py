"""Personal data in what students write, masked before it becomes a test."""

import re
from dataclasses import dataclass

from apps.core.personal import personal_parts

EMAIL, NUMBER = "correo@ejemplo.edu.co", "1000000000"
"""What stands in their place: the bot still sees an e-mail and a number."""
_DATA = re.compile(r"[?#].*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Masked:
    text: str
    emails: int = 0
    numbers: int = 0
    links: int = 0

    @property
    def is_changed(self) -> bool:
        return bool(self.emails or self.numbers or self.links)


def mask(text: str) -> Masked:
    """E-mails and long numbers become neutral ones, links lose what follows their address."""
    pieces, done = [], 0
    counts = {"email": 0, "number": 0, "link": 0}
    for part in personal_parts(text):
        neutral = EMAIL if part.kind == "email" else NUMBER
        if part.kind == "link":
            neutral = mask(_DATA.sub("", part.text)).text
        counts[part.kind] += part.text != neutral
        pieces += [text[done : part.start], neutral]
        done = part.end
    masked = "".join([*pieces, text[done:]])
    return Masked(masked, counts["email"], counts["number"], counts["link"])

"""What students write into forms, read as what was asked for: None when it is not that."""

import re
import unicodedata

from .phrases import folded, says, steers

MIN_MESSAGE, MAX_MESSAGE = 10, 5000
MAX_TUTOR_MESSAGE = 2000
MAX_COMMENT = 1000
MIN_NAME, MAX_NAME = 2, 120
MAX_EMAIL = 254

_EMAIL = re.compile(
    r"(?=[^@]{1,64}@)[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,5}[A-Za-z]{2,24}"
)
_EMAIL_FILLER = (
    "mi el correo correos email mail e electronico institucional personal es este a al en por favor porfa "
    "gracias seria claro si y pues my is address the"
)
_NAME_INTRO = re.compile(
    r"^(?:(?:hola|buenas|buenos d[ií]as|buenas (?:tardes|noches)|hi|hello)[\s,;:.!¡]+)?"
    r"(?:me llamo|mi nombre es|yo soy|soy|my name is|i am|i'm)\s+",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][^\W\d_'’.\- ]*(?:[ '’.\-]+[^\W\d_]+)*\.?")
_DOCUMENT_FILLER = re.compile(
    r"\b(?:mi|documento|identidad|identificacion|numero|nro|no|cedula|ciudadania|extranjeria|tarjeta|de|es|el|la|"
    r"cc|ti|ce|pep|ppt|my|id|number|is)\b"
)
_PHONE = re.compile(r"\+?\d[\d \-().]{5,20}\d")
_SKIPS = (
    "omitir|omite|omitelo|saltar|salta|siguiente|paso|ninguno|ninguna|nada|no|no quiero|prefiero no|"
    "no gracias|no senor|no senora|nop|no tengo|no hace falta|no es necesario|por ahora no|no por ahora|"
    "skip|none|no thanks"
)
_PREFERENCES = (
    ("correo", ("correo", "email", "mail")),
    ("telefono", ("telefono", "celular", "cel", "llamada", "llamen", "llamar", "whatsapp", "phone", "call")),
    ("chat", ("chat", "aqui", "here")),
)
_LEVELS = (
    (1, ("muy mal", "muy malo", "muy mala", "pesimo", "pesima", "terrible", "horrible", "very bad", "awful")),
    (5, ("muy bien", "muy bueno", "muy buena", "excelente", "buenisimo", "genial", "perfecto", "very good")),
    (3, ("regular", "normal", "mas o menos", "masomenos", "ni bien ni mal", "aceptable", "so so", "ok")),
    (2, ("mal", "malo", "mala", "bad", "poor")),
    (4, ("bien", "bueno", "buena", "good")),
)
_NUMBERS = {"uno": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "one": 1, "two": 2, "three": 3}


def is_skip(text: str) -> bool:
    return folded(text) in _SKIPS.split("|")


def read_name(text: str) -> str | None:
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    name = _NAME_INTRO.sub("", plain).strip(" ,;:.")
    is_name = (
        not steers(name)
        and MIN_NAME <= len(name) <= MAX_NAME
        and len(name.split()) <= 8
        and _NAME.fullmatch(name)
    )
    return name if is_name else None


def read_email(text: str) -> str | None:
    """An address alone, or after words such as "mi correo es"; never a part of something broken."""
    words = [word.strip(",;:.()<>«»\"'") for word in text.split()]
    addresses = [word for word in words if "@" in word]
    others = (part for word in words if "@" not in word for part in folded(word).split())
    if len(addresses) != 1 or not all(says(_EMAIL_FILLER, (part,)) for part in others):
        return None
    address = addresses[0]
    return address.lower() if len(address) <= MAX_EMAIL and _EMAIL.fullmatch(address) else None


def find_email(text: str) -> str | None:
    """The one good address in a longer text."""
    words = (word.strip(",;:.()<>«»\"'") for word in text.split() if "@" in word)
    found = [word.lower() for word in words if len(word) <= MAX_EMAIL and _EMAIL.fullmatch(word)]
    return found[0] if len(found) == 1 else None


def read_document(text: str) -> str | None:
    rest = _DOCUMENT_FILLER.sub("", folded(text)).replace(" ", "")
    return rest if rest.isascii() and rest.isdigit() and 5 <= len(rest) <= 15 else None


def read_phone(text: str) -> str | None:
    """With its country's `+` if it was given, digits alone otherwise."""
    found = _PHONE.search(text)
    digits = re.sub(r"\D", "", found.group()) if found else ""
    if not found or not 7 <= len(digits) <= 15:
        return None
    return f"+{digits}" if found.group().startswith("+") else digits


def read_preference(text: str) -> str | None:
    words = folded(text)
    found = [name for name, phrases in _PREFERENCES if says(words, phrases)]
    return found[0] if len(found) == 1 else None


def read_level(text: str) -> int | None:
    """1 to 5, from a digit, a word or stars."""
    stars = text.count("⭐") + text.count("★")
    if stars:
        return stars if stars <= 5 else None
    words = folded(text)
    digits = set(re.findall(r"\d+", words)) - ({"5"} if re.search(r"\d\s*(?:/|de|of)\s*5", text) else set())
    if re.fullmatch(r"\s*5\s*(?:/|de|of)\s*5\s*", text):
        return 5
    if digits:
        only = digits.pop()
        return int(only) if not digits and only in {"1", "2", "3", "4", "5"} else None
    numbers = {number for word, number in _NUMBERS.items() if says(words, (word,))}
    if numbers:
        return numbers.pop() if len(numbers) == 1 else None
    if len(words.split()) > 5 or says(words, ("no",)):
        return None
    return next((level for level, phrases in _LEVELS if says(words, phrases)), None)

"""Words that decide or steer, whatever the engine takes the whole text for."""

import re
import unicodedata

SHORT_ANSWER = 6
"""Words: a longer text is no yes and no no."""
_ASKING = (
    "que cual cuales como cuando donde cuanto cuantos quien quienes puedo puedes podrias quiero quisiera "
    "necesito dime muestrame ver hablar mostrar buscar descargar what which how when where who can could "
    "show"
)
"""Words that a wish or a question begins with."""
_COMMANDS = (
    "who are you|"
    "continue|sure|change something|talk to a person|hablar con una persona|probar|english|ingles|"
    "espanol|spanish|in english|en ingles|en espanol|persona|una persona|humano|agente|human|person|"
    "agent|guardar|guardar y salir|save|salir|exit|quit|terminar|finalizar|finish|stop|reiniciar|"
    "empezar de nuevo|restart|volver|atras|back|continuar|seguir|reanudar|soporte|support|adios|chao|bye|"
    "gracias|muchas gracias|thanks|thank you|buenas|buenas tardes|buenas noches|buenos dias|buen dia|"
    "good morning|ok|okay|okey|vale|listo|claro|dale|dale pues|de una|correcto|exacto|confirmo|"
    "por supuesto|de acuerdo|hagale|yes|tampoco|para nada|en absoluto|claro que si|claro que no"
)
_NO_NAME_BEGINS = (
    "y si sip no nop nooo yes yeah nope hola holi hey hi hello ya aun todavia estoy me tengo hay un i my it "
    "ayudame ayudeme olvidalo olvidelo dejalo"
)
_IN_NO_NAME = (
    "cancelar|cancela|cancele|cancelo|cancelalo|cancelemos|cancel|menu|ayuda|help|asesor|humano|tutor|"
    "certificado|certificados|certificate|certificates|contrasena|password|curso|cursos|course|courses|"
    "zajuna|por favor|please|nombre|correo|email|mail|documento|mensaje|contacto|telefono|omitir|"
    "descartar|reportarlo|caso|casos|case|cases|horario|horarios|timetable|sesion|estado|estados|status|pqrs|"
    "queja|complaint|soporte|support|encuesta|survey|clase|class|tema|topic|error|pagina|page|dato|datos|"
    "problema|problem|academica|academic|administrativa|administrative|probar otra cosa|"
    "try something else|see all|open a|log in|logged in|something fails|start over|go on|skip|discard|"
    "resume|thanks|save and leave|nothing arrived|report it|main menu|document|message|contact|telephone|"
    "this chat|este chat"
)
_KEYS = "asdf|sdfg|dfgh|fghj|ghjk|hjkl|jkl|qwe|wert|zxc|xcv|cvb|poiu|lkj|fdsa"
"""Neighbours on the keyboard, which no name has in a row."""
_YES = (
    "si|sip|claro|dale|de una|listo|ok|okay|okey|vale|correcto|exacto|confirmo|confirmar|confirmado|"
    "enviar|envia|envie|envialo|envielo|por supuesto|hagale|de acuerdo|bien|perfecto|yes|yeah|yep|sure|"
    "confirm|send|of course|all right|correct|that s right|send it"
)
_NO = (
    "not now|not yet|"
    "no|nop|nooo|nope|tampoco|para nada|en absoluto|negativo|incorrecto|mal|wrong|cambiar|cambia|cambio|"
    "change|editar|edita|edit|corregir|corrige|modificar|modifica"
)
_STOPS = "cancelar|cancela|cancele|cancelalo|cancel|menu|salir|terminar|guardar"
_NOT_YET = "espera|espere|wait|pero|but|luego|despues|later|aun|todavia|casi"
_DANGER = (
    "socorro|auxilio|matar|matarme|matarnos|mataron|morir|morirme|me muero|acabar con todo|"
    "acabar con mi vida|no vivir|no puedo mas|no aguanto mas|me pega|me pegan|me pego|me golpea|"
    "me golpean|me toca|me tocan|hacerme dano|me corto|me corte|me estoy cortando|en peligro|"
    "corro peligro|veneno|pastillas|pistola|un arma|cuchillo|die|kill|kill myself|hurt myself|hurting me|"
    "hits me|touches me|in danger|gun|knife"
)
_DANGER_BEGINS = (
    "suicid",
    "violaron",
    "violo",
    "abusa",
    "abuso",
    "acosa",
    "acoso",
    "amenaz",
    "maltrat",
    "raped",
    "abused",
)
_OF_ADDRESSES = "arroba|gmail|hotmail|outlook|yahoo|punto|dominio|com|edu|co"
_FILLER = re.compile(r"\b(?:por favor|porfa|please|ya|asi|pues|ahora|gracias|todo)\b")


def folded(text: str) -> str:
    """Lower case without accents and punctuation, words parted by one space."""
    plain = unicodedata.normalize("NFKD", text.lower())
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split())


def says(text: str, phrases: tuple[str, ...]) -> bool:
    """Whether one of the phrases stands in the folded text, as whole words."""
    return any(f" {phrase} " in f" {text} " for phrase in phrases)


def cries(text: str) -> bool:
    """Whether its words speak of danger: a surname that looks like one does not."""
    words = folded(text)
    return _has(words, _DANGER) or any(word.startswith(_DANGER_BEGINS) for word in words.split())


def looks_like_address(text: str) -> bool:
    """Also one that is written badly, or spelt out."""
    return bool(re.search(r"[@\d]|\w\.\w", text)) or _has(folded(text), _OF_ADDRESSES)


def asks(text: str) -> bool:
    """Whether it begins as a question or a wish does."""
    return _first(folded(text)) in _ASKING.split()


def steers(text: str) -> bool:
    """Whether it is a command, a greeting, a wish, a yes or a no, and so nobody's name."""
    words = folded(text)
    begins = _first(words) in _NO_NAME_BEGINS.split() or asks(text)
    is_typed_at_random = any(keys in words for keys in _KEYS.split("|"))
    return begins or is_typed_at_random or words in _COMMANDS.split("|") or _has(words, _IN_NO_NAME)


def read_yes_no(text: str) -> bool | None:
    """From the words, or from one of the two buttons; None for everything else, such as "sí, pero espera"."""
    if text.startswith("/"):
        return {"/afirmar": True, "/negar": False}.get(text.split("{")[0].strip())
    words = folded(text)
    if "?" in text or asks(text) or len(words.split()) > SHORT_ANSWER or _has(words, _STOPS):
        return None
    if _has(words, _NO):
        return False
    said = " ".join(_FILLER.sub(" ", words).split())
    is_yes = said == "s" or any(_is_at_an_end(yes, said) for yes in _YES.split("|"))
    return True if is_yes and not _has(words, _NOT_YET) else None


def _first(words: str) -> str:
    return words.split(" ")[0]


def _has(words: str, phrases: str) -> bool:
    return says(words, tuple(phrases.split("|")))


def _is_at_an_end(phrase: str, words: str) -> bool:
    """ "avísame si llega" is no yes."""
    return f"{words} ".startswith(f"{phrase} ") or f" {words}".endswith(f" {phrase}")

"""What a student reads when a person is to answer, in the reader's language."""

from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.chat.models import MAX_AUTHOR, ConversationLine, Owner

Kind = ConversationLine.Kind
LEAVE = "/volver_al_bot"


def public_name(person: User) -> str:
    """The first name: a student need not know more of who answers."""
    first = (person.nombre or "").split()[:1]
    return (first[0] if first else _("una persona"))[:MAX_AUTHOR]


def line_text(line: ConversationLine) -> str:
    if line.kind == Kind.SAID:
        return line.text
    texts = {
        Kind.QUEUED: _("Quedaste en espera de una persona del equipo, que te escribe aquí mismo."),
        Kind.TAKEN: _("Ahora hablas con %(name)s, del equipo de soporte.") % {"name": line.author_name},
        Kind.LATE: _("Seguimos buscando quién te atienda."),
        Kind.RETURNED: _("Vuelves a hablar con el asistente."),
        Kind.SOLVED: _("Tu caso quedó resuelto. Vuelves a hablar con el asistente."),
        Kind.LEFT: _("Vuelves a hablar con el asistente."),
        Kind.EXPIRED: _(
            "Nadie pudo atenderte por ahora y lo sentimos. Vuelves a hablar con el asistente; tu caso sigue "
            "abierto y te responden por correo."
        ),
    }
    return f"{texts[Kind(line.kind)]} {line.text}".strip()


def waiting_text(owner: str, agent_name: str) -> str:
    """The answer to what a student writes meanwhile: never silence (contract http.md §3.1)."""
    if owner == Owner.PERSON and agent_name:
        return _("%(name)s recibió tu mensaje y te responde aquí mismo.") % {"name": agent_name}
    return _("Tu mensaje quedó aquí para quien te atienda. Sigues en espera de una persona del equipo.")


def crisis_text() -> str:
    """The lines that help at once (utter_crisis of the bot): no queue may stand before them."""
    return _(
        "Si tú o alguien corre peligro, no esperes la respuesta: llama ya al 123 o pide ayuda a quien tengas "
        "cerca. Si sufres violencia por ser mujer, la línea 155 te orienta a cualquier hora."
    )


def leave_button() -> dict[str, Any]:
    return {"title": _("Volver al asistente"), "payload": LEAVE}


def menu_button() -> dict[str, Any]:
    return {"title": _("Menú principal"), "payload": "/menu"}

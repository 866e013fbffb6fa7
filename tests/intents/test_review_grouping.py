"""Messages that say much the same stand together; those that only look alike do not."""

import pytest

from apps.intents.botproject.sentences import bare
from apps.intents.services.review.grouping import NearGroups

SAME = [
    ("no puedo entrar a la plataforma", "No puedo entrar a la plataforma!!"),
    ("no puedo entrar a la plataforma", "no puedo entrar en la plataforma"),
    ("no puedo entrar a la plataforma", "no puedo entrar a la platforma"),
    ("no puedo entrar a la plataforma", "a la plataforma no puedo entrar"),
    ("quiero descargar mi certificado", "quiero descargar mis certificados"),
    ("cuándo abren las inscripciones", "cuando abren la inscripcion"),
    ("cómo cambio mi contraseña", "como cambio la contraseña?"),
    ("no me deja subir la evidencia 3", "no me deja subir la evidencia 12"),
    ("dónde veo el horario de clases", "donde veo el orario de clases"),
    ("necesito una constancia de estudio", "necesito constancia de estudios"),
]
APART = [
    ("quiero cancelar mi matrícula", "quiero cancelar mi cita"),
    ("cuándo son las inscripciones", "dónde son las inscripciones"),
    ("puedo subir la evidencia", "no puedo subir la evidencia"),
    ("quiero ver mis notas", "quiero ver mis horarios"),
    ("cómo cambio mi contraseña", "cómo cambio mi correo"),
    ("no puedo entrar al curso", "no puedo entrar al curso de inglés"),
    ("notas", "nota"),
    ("hola", "hole"),
    ("gracias por todo", "gracias a todos"),
    ("qué es esto", "que es eso"),
    ("???", "?!"),
    ("certificado de inglés", "certificado de inglesa básica dos"),
]


def are_together(one: str, other: str) -> bool:
    return bare(one) == bare(other) or NearGroups([("g", bare(one))]).nearest(bare(other)) == "g"


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_wordings_of_one_question_are_together(one: str, other: str) -> None:
    assert are_together(one, other)
    assert are_together(other, one)


@pytest.mark.parametrize(("one", "other"), APART)
def test_two_questions_that_look_alike_are_apart(one: str, other: str) -> None:
    assert not are_together(one, other)
    assert not are_together(other, one)


def test_of_several_the_likest_is_taken() -> None:
    groups = NearGroups([(1, "no puedo abrir el archivo adjunto"), (2, "no puedo abrir los archivos")])
    assert groups.nearest("no puedo abrir el archivo") == 2
    assert groups.nearest("donde abro una cuenta de ahorros") is None

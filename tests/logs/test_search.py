"""Turns are found by what was written, whatever the case and the accents; a query is only text."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.logs.erasure import begin, erase_person
from apps.logs.models import ChatTurn
from apps.logs.search import fts5_query, tsquery
from apps.logs.search_index import TABLE, ensure_index, index_is_right
from tests.stats.test_dashboard import turn

pytestmark = pytest.mark.django_db
TEXTS = (
    "¿Dónde está mi CERTIFICADO?",
    "La matrícula de ana@sena.edu.co",
    'Ñandú 50% "hola" AND x',
    "otra cosa",
)


def found(query: str) -> set[str]:
    rows = ChatTurn.objects.filter(user_message__words=query)
    return set(rows.values_list("user_message", flat=True))


@pytest.mark.engines
def test_words_are_found_without_case_accents_and_operators() -> None:
    for text in TEXTS:
        turn(user_message=text)
    certificate, email, bird, _other = ({text} for text in TEXTS)
    for query, wanted in {
        "donde": certificate,
        "CERTIFICADO dónde": certificate,
        "certif": certificate,  # four letters and more: a beginning
        "cer": set(),
        "donde matricula": set(),  # every word
        "sena.edu": email,
        "ANA@sena.edu.co": email,
        "nandu": bird,
        "hola AND x": bird,
        "hola AND y": set(),
        "hola OR otra": set(),
        "NOT hola": set(),
        "NEAR(hola x)": set(),
        '"hola': bird,
        "hola*": bird,
        "user_message:hola": set(),
        "50%": bird,
        "%": set(),
        "_": set(),
        "🙂": set(),
        ".*": set(),
    }.items():
        assert found(query) == wanted, query


@pytest.mark.engines
def test_what_is_changed_or_deleted_is_not_found_any_more() -> None:
    kept, changed = turn(user_message="primera pregunta"), turn(user_message="segunda pregunta")
    turn(user_message="tercera pregunta").delete()
    changed.user_message = "borrado"
    changed.save()
    assert found("pregunta") == {kept.user_message}
    assert found("borrado") == {"borrado"}
    ChatTurn.objects.all().delete()
    assert found("pregunta") == found("borrado") == set()
    assert index_is_right()


def test_no_word_of_a_person_stays_in_the_index_once_it_is_erased() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the other databases keep no deleted words")
    for number in range(60):  # several segments, as on a day with talk
        turn(user_message=f"hola {number}", sender_id=f"web-{number}")
    turn(user_message="soy xilofonista", sender_id="web-7")
    assert "xilofonista" in raw_index()
    erase_person(begin("erase", sender="web-7"), sender="web-7")
    assert "xilofonista" not in raw_index()
    assert found("hola 8") == {"hola 8"}
    assert index_is_right()


def raw_index() -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT block FROM {TABLE}_data")
        return b"".join(bytes(row[0]) for row in cursor.fetchall()).decode("latin-1")


def test_an_index_that_lost_its_triggers_is_repaired() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite's index hangs on triggers")
    turn(user_message="antes")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {TABLE}_insert")
    turn(user_message="durante")
    with pytest.raises(CommandError):
        call_command("rebuild_search", "--check")
    assert ensure_index()
    assert found("durante") == {"durante"}
    assert not ensure_index()
    call_command("rebuild_search")


def test_queries_of_the_engines_quote_all_that_is_typed() -> None:
    text = "Certificado \"x' AND -- ana@sena.edu"
    assert fts5_query(text) == '"certificado" * "x" "and" "ana sena edu"'
    assert tsquery(text) == "(certificado:*) & (x) & (and) & (ana <-> sena <-> edu)"

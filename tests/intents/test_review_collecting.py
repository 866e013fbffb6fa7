"""What was not understood comes into the inbox: once, in groups, and nothing of it is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from apps.chat.engines.embedded import EmbeddedEngine
from apps.intents.knowledge import IntentData
from apps.intents.models import Example, ModelVersion, ReviewGroup, ReviewItem, ReviewMark
from apps.intents.services.intents import create_intent
from apps.intents.services.review import collecting, decisions
from apps.intents.services.review.collecting import collect_for_page, collect_reviews
from apps.intents.services.review.guesses import DOUBT, doubt_below, fill_missing_guesses
from apps.intents.services.review.teaching import Wording
from apps.intents.tasks import collect_review_inbox
from apps.logs.models import ChatTurn, Feedback
from tests.intents.review_inbox import STRANGE, collected, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bot")]
OTHER = "cuándo dan los uniformes de dotación"


def rated(value: str = "down", **values: Any) -> Feedback:
    turn = said(is_fallback=False, confidence=0.99, intent="saludo", **values)
    return Feedback.objects.create(turn=turn, value=value)


def settle() -> None:
    """Ratings of a moment ago count as settled."""
    Feedback.objects.update(updated_at=timezone.now() - timedelta(seconds=30))


@pytest.mark.engines
def test_turns_that_were_not_understood_stand_in_groups_of_like_messages() -> None:
    said(STRANGE, seconds_ago=300)
    said(STRANGE.upper() + "!!", seconds_ago=200)
    said("no me deja subir las evidencias al territorio", seconds_ago=100)
    said(OTHER, seconds_ago=50)
    assert collect_reviews() == 4
    first, second = ReviewGroup.objects.order_by("first_at")
    assert (first.message_count, first.wording_count, first.state) == (3, 2, "open")
    assert first.text == "no me deja subir las evidencias al territorio"
    assert round((first.last_at - first.first_at).total_seconds()) == 200
    assert first.reasons == "fallback"
    assert (second.message_count, second.wording_count, second.text) == (1, 1, OTHER)
    assert len(first.guesses) == 3
    assert first.guesses[0]["confidence"] >= first.guesses[1]["confidence"]


def test_what_a_form_took_for_an_answer_is_not_for_review() -> None:
    said("Ana Rojas", is_form_answer=True)
    rated(is_form_answer=True, text="ana@ejemplo.edu.co")
    settle()
    assert collect_reviews() == 0


@pytest.mark.engines
def test_collecting_again_adds_nothing_and_goes_on_where_it_was() -> None:
    collected(STRANGE)
    assert collect_reviews() == 0
    said(OTHER, seconds_ago=20)
    assert collect_reviews() == 1
    assert ReviewItem.objects.count() == 2


def test_doubts_count_from_the_active_models_threshold(bot: EmbeddedEngine) -> None:
    assert doubt_below() == bot.threshold() + DOUBT
    for step, text in ((-0.01, STRANGE), (0.01, OTHER)):
        said(text, is_fallback=False, intent="saludo", confidence=doubt_below() + step)
    collect_reviews()
    assert [(item.text, item.reason) for item in ReviewItem.objects.all()] == [(STRANGE, "low")]


@pytest.mark.parametrize(
    "values",
    [
        {"error": "engine_timeout"},
        {"error": "empty_answer"},
        {"text": '/intent_x{"a": "b"}'},
        {"text": "  /menu"},
        {"text": "   "},
        {"text": "\x07"},
        {"text": "muy largo " * 51},
        {"is_fallback": False, "confidence": 0.99},
        {"is_fallback": False, "confidence": None, "intent": None},
        {"seconds_ago": 91 * 24 * 3600},
        {"seconds_ago": 3},
    ],
)
def test_nothing_to_learn_stays_out(values: dict[str, Any]) -> None:
    said(**{"text": STRANGE, **values})
    assert collect_reviews() == 0
    assert not ReviewGroup.objects.exists()


@pytest.mark.parametrize("text", ["x" * 500, "😀", "¿?", "<script>alert(1)</script>", "[hola](x", "ﬁ" * 260])
def test_strange_texts_come_in_as_they_are(text: str) -> None:
    said(text)
    collect_reviews()
    assert ReviewGroup.objects.get().text == text


# ratings


@pytest.mark.engines
def test_a_bad_rating_brings_its_turn_in_whenever_it_comes() -> None:
    collect_reviews()
    down = rated(text=OTHER, seconds_ago=30 * 24 * 3600)
    rated("up", text=STRANGE)
    assert collect_reviews() == 0  # not settled yet
    settle()
    assert collect_reviews() == 1
    item = ReviewItem.objects.get()
    assert (item.turn_id, item.reason, item.group.reasons) == (down.turn_id, "thumbs_down", "thumbs_down")
    assert collect_reviews() == 0


@pytest.mark.engines
def test_a_rating_of_what_is_in_the_inbox_becomes_its_reason() -> None:
    turn = said()
    collect_reviews()
    Feedback.objects.create(turn=turn, value="down")
    settle()
    assert collect_reviews() == 0
    assert ReviewItem.objects.get().reason == "thumbs_down"
    assert ReviewGroup.objects.get().reasons == "thumbs_down"


def test_a_rated_button_teaches_nothing() -> None:
    rated(text="/menu")
    settle()
    assert collect_reviews() == 0


# the mark


@pytest.mark.engines
def test_a_turn_that_is_committed_late_is_not_lost() -> None:
    said(OTHER, seconds_ago=20)
    collect_reviews()
    said(STRANGE, seconds_ago=60)
    assert collect_reviews() == 1


def test_more_than_a_batch_in_one_moment_is_taken_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "BATCH", 5)
    for number in range(23):
        said(f"{STRANGE} {number}", seconds_ago=30)
    at = timezone.now() - timedelta(seconds=30)
    ChatTurn.objects.update(timestamp=at)
    assert collect_reviews() == 23
    for number in range(7):
        turn = said(f"{OTHER} {number}", seconds_ago=30)
        turn.timestamp = at
        turn.save()
    assert collect_reviews() == 7
    assert sorted(group.message_count for group in ReviewGroup.objects.all()) == [7, 23]


def test_a_limit_leaves_the_rest_for_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "BATCH", 5)
    for number in range(12):
        said(seconds_ago=1000 - number)
    assert collect_reviews(limit=5) == 5
    assert collect_reviews(limit=5) == 5
    assert collect_reviews() == 2
    assert ReviewGroup.objects.get().message_count == 12


def test_of_two_collectors_one_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    said()
    real = collecting.quick_guesses
    inner: list[int] = []

    def meanwhile(text: str) -> Any:
        if not inner:
            inner.append(0)
            inner.append(collect_reviews())
        return real(text)

    monkeypatch.setattr(collecting, "quick_guesses", meanwhile)
    assert collect_reviews() + sum(inner) >= 1
    assert ReviewItem.objects.count() == 1
    assert ReviewGroup.objects.get().message_count == 1


def test_a_decision_in_the_middle_of_a_collection_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    (group,) = collected(STRANGE)
    said(seconds_ago=30)
    real, done = collecting.quick_guesses, []

    def meanwhile(text: str) -> Any:
        if not done:
            done.append(decisions.discard_group(group=group.pk, by=None))
        return real(text)

    monkeypatch.setattr(collecting, "quick_guesses", meanwhile)
    collect_reviews()
    group.refresh_from_db()
    assert (group.state, group.message_count) == ("discarded", 2)


def test_the_page_collects_not_with_every_click() -> None:
    said()
    assert collect_for_page() == 1
    said(OTHER, seconds_ago=30)
    assert collect_for_page() == 0
    cache.clear()
    assert collect_for_page() == 1


def test_the_worker_collects_every_hour() -> None:
    said()
    collect_review_inbox()
    assert ReviewGroup.objects.count() == 1
    assert set(ReviewMark.objects.values_list("name", flat=True)) == {"turns", "ratings"}


# after a decision


@pytest.mark.engines
def test_what_was_discarded_stays_so_and_is_counted() -> None:
    (group,) = collected(STRANGE)
    decisions.discard_group(group=group.pk, by=None)
    said(STRANGE + "?", seconds_ago=30)
    said("no me dejan subir la evidencia al territorio", seconds_ago=30)  # alike is not the same
    collect_reviews()
    group.refresh_from_db()
    assert (group.state, group.message_count) == ("discarded", 2)
    assert ReviewGroup.objects.filter(state="open").get().message_count == 1


@pytest.mark.engines
def test_what_was_assigned_comes_back_once_a_model_that_has_it_misses_it() -> None:
    create_intent(data=IntentData("evidencias", ("subir evidencia",)))
    (group,) = collected(STRANGE)
    decisions.assign_group(group=group.pk, intent="evidencias", by=None)
    now = timezone.now()
    ModelVersion.objects.create(name="old", engine="embedded", trained_at=now, duration_seconds=60)
    ModelVersion.objects.create(
        name="new", engine="embedded", trained_at=now + timedelta(seconds=90), duration_seconds=60
    )
    said(seconds_ago=40, model_version="old")
    said(seconds_ago=35, model_version="")
    collect_reviews()
    group.refresh_from_db()
    assert (group.state, group.message_count) == ("assigned", 3)
    said(seconds_ago=20, model_version="new")
    collect_reviews()
    group.refresh_from_db()
    assert group.message_count == 3
    assert ReviewGroup.objects.filter(state="open").get().message_count == 1


def test_a_wording_that_became_no_example_comes_back_at_once() -> None:
    create_intent(data=IntentData("evidencias", ("subir evidencia",)))
    said(STRANGE, seconds_ago=100)
    said("no me deja subir las evidencias al territorio", seconds_ago=90)
    collect_reviews()
    group = ReviewGroup.objects.get()
    decisions.assign_group(group=group.pk, intent="evidencias", by=None, wordings=[Wording(STRANGE)])
    said("no me deja subir las evidencias al territorio", seconds_ago=30)
    said(STRANGE, seconds_ago=30)
    collect_reviews()
    group.refresh_from_db()
    assert group.message_count == 3
    assert ReviewGroup.objects.filter(state="open").get().message_count == 1
    assert Example.objects.filter(origin="review").count() == 1


# guesses


def test_rasa_is_asked_by_the_job_alone_and_its_silence_is_borne(on_rasa: Any) -> None:
    on_rasa()
    said("stub:500 no me deja subir", seconds_ago=30)
    collect_reviews()
    assert ReviewGroup.objects.get().guesses == []
    assert fill_missing_guesses() == 0
    said(OTHER, seconds_ago=20)
    collect_review_inbox()
    newest, broken = ReviewGroup.objects.order_by("-last_at")
    assert len(newest.guesses) >= 1
    assert {"intent", "confidence"} == set(newest.guesses[0])
    assert broken.guesses == []


def test_a_collection_costs_the_same_however_many_groups_there_are(
    django_assert_max_num_queries: Any,
) -> None:
    now = timezone.now()
    ReviewGroup.objects.bulk_create(
        ReviewGroup(text=f"g{n}", key=f"pregunta rara numero {n} xyz{n}", first_at=now, last_at=now)
        for n in range(2000)
    )
    said()
    with django_assert_max_num_queries(26):
        collect_reviews()
    assert ReviewItem.objects.count() == 1

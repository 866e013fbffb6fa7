"""A net under the rules: who is not logged in gets no answer to a protected intent, whatever rules say."""

from dataclasses import replace

from apps.chat.engines.embedded.dialogue.events import LISTEN
from apps.chat.engines.embedded.dialogue.policy import Prediction
from apps.chat.engines.embedded.dialogue.tracker import Tracker
from apps.chat.engines.project import BotProject

NEED_AUTH = "utter_need_auth"


def guarded(prediction: Prediction, tracker: Tracker, project: BotProject) -> Prediction:
    """What may come next for somebody without claims.

    A form that takes the message as an answer answers no intent, nor does what follows then. A rule that asks
    for the login itself goes on as it likes.
    """
    intent = project.intents.get(tracker.intent or "")
    if intent is None or not intent.requires_auth:
        return prediction
    done = [event["name"] for event in tracker.since_message()[1:] if event["event"] == "action"]
    if not done and not prediction.takes_answer and prediction.action != NEED_AUTH:
        return replace(prediction, action=NEED_AUTH, is_fallback=False)
    if done == [NEED_AUTH] and prediction.is_fallback:
        return Prediction(tracker.loop_name or LISTEN)
    return prediction

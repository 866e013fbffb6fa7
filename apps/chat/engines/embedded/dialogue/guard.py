"""A net under the rules: who is not logged in gets no answer to a protected intent, whatever rules say."""

from dataclasses import replace

from apps.chat.engines.embedded.dialogue.events import LISTEN
from apps.chat.engines.embedded.dialogue.policy import Prediction
from apps.chat.engines.embedded.dialogue.tracker import Tracker
from apps.chat.engines.embedded.dialogue.turn import Turn
from apps.chat.engines.project import BotProject

NEED_AUTH = "utter_need_auth"


class Guard:
    """Of one message. A form that takes it as an answer answers no intent, nor does what follows then."""

    def __init__(self, project: BotProject, turn: Turn, tracker: Tracker) -> None:
        intent = project.intents.get(turn.said.intent)
        self._is_barred = turn.claims is None and intent is not None and intent.requires_auth
        self._has_told = False

    def check(self, prediction: Prediction, tracker: Tracker) -> Prediction:
        if not self._is_barred:
            return prediction
        if self._has_told:
            return (
                Prediction(tracker.loop_name or LISTEN) if tracker.latest_action == NEED_AUTH else prediction
            )
        if prediction.action == NEED_AUTH or _has_answered(tracker):
            self._is_barred = False
            return prediction
        if prediction.takes_answer and not tracker.is_rejected:
            return prediction
        self._has_told = True
        return replace(prediction, action=NEED_AUTH, is_fallback=False)


def _has_answered(tracker: Tracker) -> bool:
    """Whether a form took the message."""
    return any(event["event"] == "action" for event in tracker.since_message()[1:])

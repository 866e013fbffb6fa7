"""What staff know of the bot, and how it is joined with the files of rasa/ into one project."""

from apps.intents.knowledge.answers import MISSING_ANSWER, is_button, is_safe_address, undated, valid_on
from apps.intents.knowledge.data import TEXTS, IntentData, knowledge_of, mark_example
from apps.intents.knowledge.filling import Filling, filling_of
from apps.intents.knowledge.joining import join
from apps.intents.knowledge.plain_rules import (
    ANSWER_INSIDE,
    NEED_AUTH,
    VERIFIED,
    VERIFY,
    is_plain_rule,
    rules_naming,
)

__all__ = [
    "ANSWER_INSIDE",
    "MISSING_ANSWER",
    "NEED_AUTH",
    "TEXTS",
    "VERIFIED",
    "VERIFY",
    "Filling",
    "IntentData",
    "filling_of",
    "is_button",
    "is_plain_rule",
    "is_safe_address",
    "join",
    "knowledge_of",
    "mark_example",
    "rules_naming",
    "undated",
    "valid_on",
]

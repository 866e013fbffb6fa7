"""What the embedded engine runs of a Rasa project: everything else is reported by name."""

from importlib import import_module

from apps.chat.engines.project import EXPIRED

EMBEDDED_ACTIONS = frozenset({"action_verify_session"})
"""Custom actions that the embedded engine has of its own, where no host has them."""


def own_actions() -> frozenset[str]:
    """Custom actions that run in this process: the engine's and those of rasa/actions."""
    try:
        registry = import_module("rasa.actions.registry")
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("rasa"):
            raise
        return EMBEDDED_ACTIONS
    return EMBEDDED_ACTIONS | frozenset(registry.ACTIONS)


def is_custom(action: str) -> bool:
    """Whether a name under `actions:` is of a project's own code."""
    return action not in EMBEDDED_ACTIONS and not action.startswith("utter_")


EMBEDDED_DEFAULT_ACTIONS = frozenset(
    {
        "action_back",
        "action_deactivate_loop",
        "action_default_ask_affirmation",
        "action_default_ask_rephrase",
        "action_default_fallback",
        "action_listen",
        "action_restart",
        "action_revert_fallback_events",
        "action_session_start",
        "action_two_stage_fallback",
        "action_unlikely_intent",
    }
)
RASA_DEFAULT_ACTIONS = EMBEDDED_DEFAULT_ACTIONS | {"action_extract_slots", "action_send_text"}
"""Actions that need no line under `actions:` in the domain."""

LOOPS = frozenset({"action_two_stage_fallback"})
"""Actions that are active for several turns, as forms are."""

SNIPPET = "..."
"""The action that stands for whatever came before a rule, or comes after it."""

FALLBACK_INTENT = "nlu_fallback"
BUILTIN_INTENTS = frozenset({"back", FALLBACK_INTENT, "restart", "session_start"})
"""Intents that come from no sentence: they need no examples."""

RASA_INTENTS = BUILTIN_INTENTS | {"out_of_scope"}
"""Those that rules may name without the domain naming them; the last one has sentences where it is used."""

PAYLOAD_INTENTS = frozenset({"back", "restart", "session_start"})
"""Those that a button may send without the domain naming them."""

RASA_SLOTS = frozenset({"requested_slot", "session_started_metadata"})
"""Slots that are there without the domain naming them; rules and stories do not look at them then."""

ENGINE_RESPONSES = frozenset(
    {
        EXPIRED,
        "utter_action_failed",
        "utter_ask_rephrase",
        "utter_back",
        "utter_default",
        "utter_need_auth",
        "utter_offer_human",
        "utter_restart",
    }
)
"""Answers that an engine gives without a rule."""

MAPPING_TYPES = frozenset({"from_entity", "from_intent", "from_text", "from_trigger_intent", "custom"})

COMPONENTS = frozenset(
    {
        "CountVectorsFeaturizer",
        "CRFEntityExtractor",
        "DIETClassifier",
        "EntitySynonymMapper",
        "FallbackClassifier",
        "LanguageModelFeaturizer",
        "LexicalSyntacticFeaturizer",
        "LogisticRegressionClassifier",
        "RegexEntityExtractor",
        "RegexFeaturizer",
        "SklearnIntentClassifier",
        "SpacyFeaturizer",
        "SpacyNLP",
        "SpacyTokenizer",
        "WhitespaceTokenizer",
    }
)
"""Pipeline components whose part the embedded engine plays by its own means."""

ONLY_OPTIONS: dict[str, dict[str, bool]] = {
    "WhitespaceTokenizer": {"intent_tokenization_flag": False},
    "RegexEntityExtractor": {
        "case_sensitive": False,
        "use_lookup_tables": True,
        "use_regexes": True,
        "use_word_boundaries": True,
    },
}
"""Options that the embedded engine follows with these values alone."""

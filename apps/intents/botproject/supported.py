"""What the embedded engine runs of a Rasa project: everything else is reported by name."""

from apps.chat.engines.project import EXPIRED

EMBEDDED_ACTIONS = frozenset({"action_close_question", "action_verify_session"})
"""Custom actions that the embedded engine has of its own."""

EMBEDDED_DEFAULT_ACTIONS = frozenset(
    {"action_listen", "action_restart", "action_session_start", "action_default_fallback"}
)
RASA_DEFAULT_ACTIONS = EMBEDDED_DEFAULT_ACTIONS | {
    "action_back",
    "action_deactivate_loop",
    "action_default_ask_affirmation",
    "action_default_ask_rephrase",
    "action_extract_slots",
    "action_revert_fallback_events",
    "action_send_text",
    "action_two_stage_fallback",
    "action_unlikely_intent",
}
"""Actions that need no line under `actions:` in the domain."""

BUILTIN_INTENTS = frozenset({"back", "nlu_fallback", "restart", "session_start"})
"""Intents that come from no sentence: they need no examples."""

PAYLOAD_INTENTS = frozenset({"restart", "session_start"})
"""Those of them that a button may send without the domain naming them."""

ENGINE_RESPONSES = frozenset(
    {EXPIRED, "utter_action_failed", "utter_default", "utter_need_auth", "utter_offer_human", "utter_restart"}
)
"""Answers that an engine gives without a rule."""

MAPPING_TYPES = frozenset({"from_entity", "from_intent", "from_text", "custom"})

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

POLICIES = frozenset({"RulePolicy"})

ONLY_OPTIONS: dict[str, dict[str, str | bool]] = {
    "WhitespaceTokenizer": {"intent_tokenization_flag": False},
    "RegexEntityExtractor": {
        "case_sensitive": False,
        "use_lookup_tables": True,
        "use_regexes": True,
        "use_word_boundaries": True,
    },
    "RulePolicy": {
        "core_fallback_action_name": "action_default_fallback",
        "enable_fallback_prediction": True,
        "restrict_rules": True,
    },
}
"""Options that the embedded engine follows with these values alone."""

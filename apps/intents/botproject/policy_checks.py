"""Checks that rules, stories and policies go together as Rasa wants it."""

from apps.intents.botproject.domain import Domain
from apps.intents.botproject.findings import Findings
from apps.intents.botproject.policies import Core
from apps.intents.botproject.references import is_known_action
from apps.intents.botproject.rules import Rules
from apps.intents.botproject.supported import FALLBACK_INTENT


def check_policies(core: Core, rules: Rules, domain: Domain, found: Findings) -> None:
    """What Rasa would refuse or leave aside for its policies."""
    fallback = core.policies.core_fallback_action
    if core.policies.has_core_fallback and not is_known_action(fallback, domain):
        found.error(
            "RulePolicy", f"«core_fallback_action_name: {fallback}» no existe; corrígela.", core.place
        )
    if not core.follows_rules and (rules.rules or domain.forms):
        found.warning("config", "Añade RulePolicy: sin ella Rasa no sigue reglas ni formularios.", core.place)
    if core.is_default and rules.stories:
        message = (
            "Sin «policies», Rasa aprende además de las historias (TEDPolicy): aquí se siguen las exactas."
        )
        found.unsupported("config", message, core.place)
    if core.restricts_rules:
        for rule, place in rules.rules:
            if sum(step.kind == "intent" for step in rule.steps) > 1:
                message = "Más de un paso «intent:»: Rasa pide «restrict_rules: false» en RulePolicy."
                found.error(rule.name, message, place)


def check_fallback(components: set[str], rules: Rules, found: Findings) -> None:
    """The embedded engine always has a threshold of its own; Rasa only with this component."""
    if not components or "FallbackClassifier" in components:
        return
    for rule, place in rules.rules:
        if any(step.kind == "intent" and step.name == FALLBACK_INTENT for step in rule.steps):
            message = f"Añade FallbackClassifier al pipeline: sin él Rasa nunca da «{FALLBACK_INTENT}»."
            found.warning(rule.name, message, place)

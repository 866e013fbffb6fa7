"""Intents as a small Rasa 3.1 project: a zip with nlu, domain and rules."""

import io
import re
import zipfile
from collections.abc import Iterable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from apps.chat.engines.project import DATES, BotProject, Response, Rule, Step
from apps.intents.botproject.annotations import parse_example
from apps.intents.knowledge import NEED_AUTH, VERIFIED, VERIFY, IntentData, join

ASK_LOGIN = "Para esto necesito que inicies sesión en el portal. Hazlo y vuelve a escribirme."
CONFIG = {
    "recipe": "default.v1",
    "language": "es",
    "pipeline": [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "DIETClassifier", "entity_recognition": False},
        {"name": "RegexEntityExtractor"},
        {"name": "EntitySynonymMapper"},
        {"name": "FallbackClassifier", "threshold": 0.5},
    ],
    "policies": [{"name": "RulePolicy"}],
}
STAMP = (2024, 1, 1, 0, 0, 0)
"""Of every file in the zip: the same intents give the same bytes."""
_PLAIN_KEY = re.compile(r"[a-z][a-z_]*")


def write_rasa(intents: Iterable[IntentData]) -> bytes:
    """Active intents alone: a project has no word for the others, nor for descriptions and tags."""
    active = [one for one in intents if one.is_active]
    rules = join(BotProject(), [one for one in active if one.answers]).rules
    parts = {
        "config.yml": CONFIG,
        "domain.yml": _domain(active),
        "data/nlu.yml": {"version": _text("3.1"), "nlu": [_nlu(one) for one in active]},
        "data/rules.yml": {"version": _text("3.1"), "rules": [_rule(rule) for rule in rules]},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in parts.items():
            archive.writestr(zipfile.ZipInfo(name, STAMP), _yaml(value), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _yaml(value: Any) -> str:
    yaml, out = YAML(pure=True), io.StringIO()
    yaml.width = 2**20
    yaml.allow_unicode = True
    yaml.dump(value, out)
    return out.getvalue()


def _nlu(one: IntentData) -> dict[str, Any]:
    metadata: dict[str, Any] = {"title": _text(one.title)} if one.title else {}
    if one.requires_auth:
        metadata["requires_auth"] = True
    found: dict[str, Any] = {"intent": _text(one.name)}
    if metadata:
        found["metadata"] = metadata
    if one.examples:
        found["examples"] = LiteralScalarString("".join(f"- {text}\n" for text in one.examples))
    return found


def _domain(active: list[IntentData]) -> dict[str, Any]:
    entities = {
        span.entity
        for one in active
        for text in one.examples
        for span in parse_example(text).example.entities
    }
    responses = {one.response_name: [_answer(a) for a in one.answers] for one in active if one.answers}
    found: dict[str, Any] = {
        "version": _text("3.1"),
        "intents": [_text(one.name) for one in active],
        "entities": [_text(name) for name in sorted(entities)],
    }
    if any(one.requires_auth and one.answers for one in active):
        responses.setdefault(NEED_AUTH, [_answer(Response(text=ASK_LOGIN))])
        mapping = {"type": "custom", "action": VERIFY}
        slot = {"type": "bool", "initial_value": False, "influence_conversation": True, "mappings": [mapping]}
        found |= {"slots": {VERIFIED: slot}, "actions": [VERIFY]}
    return {**found, "responses": responses}


def _answer(answer: Response) -> dict[str, Any]:
    conditions = [{"type": "slot", "name": n, "value": v} for n, v in answer.conditions.items()]
    found = {
        "condition": conditions,
        "text": answer.text,
        "buttons": list(answer.buttons),
        "image": answer.image,
        "custom": answer.custom,
        "attachment": answer.attachment,
        "channel": answer.channel,
        "metadata": {name: day for name in DATES if (day := getattr(answer, name))},
    }
    return {key: _value(value) for key, value in found.items() if value not in (None, "", [], {})}


def _rule(rule: Rule) -> dict[str, Any]:
    found: dict[str, Any] = {"rule": _text(rule.name)}
    if rule.conditions:
        found["condition"] = [{"slot_was_set": [{s.name: s.value}]} for s in rule.conditions]
    return {**found, "steps": [_step(step) for step in rule.steps]}


def _step(step: Step) -> dict[str, Any]:
    return {step.kind: _text(str(step.name))}


def _value(value: Any) -> Any:
    """Every text in quotes: `no`, `1.0` and `null` stay texts for whoever reads them."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, dict):
        return {_key(key): _value(item) for key, item in value.items()}
    return value


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) and key not in {"null", "true", "false"} else _text(key)


def _text(value: str) -> DoubleQuotedScalarString:
    return DoubleQuotedScalarString(value)

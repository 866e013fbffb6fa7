"""Intents, answers and rules in the words of Rasa's YAML."""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString, PlainScalarString

from apps.chat.engines.project import DATES, Intent, Response, Rule, Step
from apps.intents.botproject.yamlfiles import Reference

HEADER = "# Hecho por Tutorbot: lo que escribió el equipo y los archivos de rasa/. ¡No lo edites aquí!\n"
"""Its accents are needed: in a text of ASCII alone Rasa takes `\\n` and the like for Python's escapes."""
_PLAIN_KEY = re.compile(r"[a-z][a-z_]*")


def as_yaml(value: Any) -> str:
    """Every text in quotes: `no` and `1.0` stay texts, and no answer can name a variable of Rasa's."""
    yaml, out = YAML(pure=True), io.StringIO()
    yaml.width = 2**20
    yaml.allow_unicode = True
    yaml.dump(_value(value), out)
    return HEADER + out.getvalue()


def nlu_item(intent: Intent, examples: Sequence[str], metadata: Mapping[str, Any]) -> dict[str, Any]:
    """`metadata` is what the files say of the intent beside its title and protection."""
    told = {"title": intent.title, "requires_auth": intent.requires_auth}
    all_told = {
        **{k: v for k, v in metadata.items() if k not in told},
        **{k: v for k, v in told.items() if v},
    }
    found: dict[str, Any] = {"intent": intent.name}
    if all_told:
        found["metadata"] = all_told
    if examples:
        found["examples"] = "".join(f"- {text}\n" for text in examples)
    return found


def answer_item(answer: Response) -> dict[str, Any]:
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
    kept = {key: value for key, value in found.items() if value not in (None, "", [], {})}
    return kept if "text" in kept or "custom" in kept else {"text": "", **kept}  # Rasa wants one of them


def rule_item(rule: Rule) -> dict[str, Any]:
    found: dict[str, Any] = {"rule": rule.name}
    if rule.conditions:
        found["condition"] = [_step(step) for step in rule.conditions]
    if rule.conversation_start:
        found["conversation_start"] = True
    if not rule.wait_for_user_input:
        found["wait_for_user_input"] = False
    return {**found, "steps": [_step(step) for step in rule.steps]}


def _step(step: Step) -> dict[str, Any]:
    if step.kind == "loop":
        return {"active_loop": step.name}
    if step.kind == "slot":
        return {"slot_was_set": [step.name if step.any_value else {step.name: step.value}]}
    entities = {"entities": list(step.entities)} if step.entities else {}
    return {step.kind: str(step.name), **entities}


def _value(value: Any) -> Any:
    if isinstance(value, Reference):
        return PlainScalarString(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, dict):
        return {
            _key(key): _examples(item) if key == "examples" else _value(item) for key, item in value.items()
        }
    return value


def _examples(value: Any) -> Any:
    """A block of lines, as people write them."""
    return LiteralScalarString(value) if isinstance(value, str) else _value(value)


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) and key not in {"null", "true", "false"} else _text(key)


def _text(value: str) -> DoubleQuotedScalarString:
    return DoubleQuotedScalarString(value)

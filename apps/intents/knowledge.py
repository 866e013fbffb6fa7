"""Staff's intents as plain data, and how they are joined with the files of rasa/ into one bot project."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from apps.chat.engines.project import (
    EXPIRED,
    EXPIRED_ANSWER,
    BotProject,
    Example,
    Finding,
    Intent,
    Response,
    Rule,
    Span,
    Step,
)
from apps.intents.botproject.annotations import parse_example
from apps.intents.botproject.findings import Findings
from apps.intents.botproject.sentences import check_sentences
from apps.intents.botproject.supported import BUILTIN_INTENTS

NEED_AUTH = "utter_need_auth"
VERIFIED = "session_verified"
VERIFY = "action_verify_session"
SAFE_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:|/|\{)", re.IGNORECASE)
MISSING_ANSWER = "Todavía no tengo una respuesta para esto. Escribe «menú» para ver en qué te ayudo."


TEXTS = ("title", "description", "tags")


@dataclass(frozen=True, slots=True)
class IntentData:
    """An intent as staff know it: `examples` with entity marks, `answers` as variations of one response."""

    name: str
    examples: tuple[str, ...] = ()
    answers: tuple[Response, ...] = ()
    title: str = ""
    description: str = ""
    requires_auth: bool = False
    is_active: bool = True
    tags: str = ""

    @property
    def response_name(self) -> str:
        return f"utter_{self.name}"


def join(files: BotProject, known: Sequence[IntentData]) -> BotProject:
    """Intents, answers and protection from `known`; forms, slots, rules and actions from the files.

    An intent without a rule of its own gets one: answer, or ask for a login first. An inactive intent
    leaves with the rules that begin with it. What is wrong with the whole is in the findings.
    """
    active = {one.name: one for one in known if one.is_active}
    builtin = {name: intent for name, intent in files.intents.items() if name in BUILTIN_INTENTS}
    intents = {**builtin, **{name: _intent(one) for name, one in active.items()}}
    responses = {**files.responses, **_responses(files, active)}
    rules = (*_kept_rules(files, known, active), *_made_rules(files, active))
    synonyms = {**_annotated_synonyms(intents.values()), **files.synonyms}
    project = replace(files, intents=intents, responses=responses, rules=rules, synonyms=synonyms)
    return replace(project, findings=(*_kept_findings(files, active), *_check(project)))


def rules_naming(files: BotProject, intent: str) -> list[str]:
    """The files' rules that refer to an intent and are more than its plain answer: they hold it."""
    own = {id(rule) for rule in files.rules if is_plain_rule(rule, intent)}
    return [
        rule.name
        for rule in files.rules
        if id(rule) not in own and any(s.kind == "intent" and s.name == intent for s in rule.steps)
    ]


def valid_on(responses: Mapping[str, tuple[Response, ...]], day: date) -> dict[str, tuple[Response, ...]]:
    """What may be said on a day, for an engine that knows no dates: nothing is left without an answer.

    Where no variation is left that speaks in any case, it is said that the answer is being looked over.
    """
    today = day.isoformat()
    instead = tuple(undated(one) for one in responses.get(EXPIRED, ())) or (EXPIRED_ANSWER,)

    def of(variations: tuple[Response, ...]) -> tuple[Response, ...]:
        valid = tuple(undated(one) for one in variations if one.is_valid_on(today))
        was_always_said = any(not one.conditions for one in variations)
        is_always_said = any(not one.conditions for one in valid)
        return valid if valid and (is_always_said or not was_always_said) else (*valid, *instead)

    return {
        name: instead if name == EXPIRED else of(variations) if variations else ()
        for name, variations in responses.items()
    }


def undated(answer: Response) -> Response:
    return replace(answer, valid_from="", valid_until="", review_by="")


def is_button(value: Any) -> bool:
    """Whether the loader would take it: a title, and something to send or an address to open."""
    if not isinstance(value, dict) or not isinstance(value.get("title"), str):
        return False
    return bool(value["title"].strip() and (value.get("payload") or value.get("url")))


def is_safe_address(url: Any) -> bool:
    """Whether a client may open it: no script, no data; a path or a slot's value is the site's own matter."""
    return isinstance(url, str) and bool(SAFE_ADDRESS.match(url.strip()))


def mark_example(example: Example) -> str:
    """A sentence with its entity marks back in: the inverse of `parse_example`."""
    text = example.text
    places: dict[tuple[int, int], list[Span]] = {}
    for span in example.entities:
        places.setdefault((span.start, span.end), []).append(span)
    for (start, end), spans in sorted(places.items(), reverse=True):
        text = f"{text[:start]}[{text[start:end]}]{_mark(spans, text[start:end])}{text[end:]}"
    return text


def _mark(spans: Sequence[Span], surface: str) -> str:
    """`(entity)` or `(entity:value)`; as JSON where brackets or several entities ask for it."""
    one = spans[0]
    is_simple = not set(":)") & set(one.entity) and one.entity == one.entity.strip()
    if len(spans) == 1 and is_simple and one.value and ")" not in one.value:
        return f"({one.entity})" if one.value == surface else f"({one.entity}:{one.value})"
    written = json.dumps([{"entity": s.entity, "value": s.value} for s in spans], ensure_ascii=False)
    closing = r"\u005d"
    return f"[{written[1:-1].replace(']', closing)}]"


def knowledge_of(project: BotProject) -> list[IntentData]:
    """The intents of a loaded project as staff would edit them; the engine's own ones stay out."""
    return [
        IntentData(
            name=intent.name,
            examples=tuple(mark_example(example) for example in intent.examples),
            answers=project.responses.get(f"utter_{intent.name}", ()),
            title=intent.title,
            requires_auth=intent.requires_auth,
        )
        for intent in project.intents.values()
        if intent.name not in BUILTIN_INTENTS
    ]


def _intent(one: IntentData) -> Intent:
    examples = tuple(parse_example(text).example for text in one.examples)
    return Intent(one.name, examples, one.title, one.requires_auth)


def _responses(files: BotProject, active: Mapping[str, IntentData]) -> dict[str, tuple[Response, ...]]:
    given = {
        one.response_name: tuple(replace(answer, review_by="") for answer in one.answers)
        for one in active.values()
        if one.answers
    }
    ruled = {name for name in active if rules_naming(files, name)}
    missing = {
        one.response_name: (Response(text=MISSING_ANSWER),)
        for name, one in active.items()
        if not one.answers and name not in ruled and one.response_name not in files.responses
    }
    return {**missing, **given}


def is_plain_rule(rule: Rule, intent: str) -> bool:
    """Whether a rule says no more than: answer this intent, perhaps only after a login."""
    steps = [(step.kind, step.name) for step in rule.steps]
    if len(steps) != 2 or steps[0] != ("intent", intent) or rule.conversation_start:
        return False
    gates = [(step.kind, step.name, step.value) for step in rule.conditions]
    if steps[1] == ("action", f"utter_{intent}"):
        return gates in ([], [("slot", VERIFIED, True)])
    return steps[1] == ("action", NEED_AUTH) and gates == [("slot", VERIFIED, False)]


def _is_plainly_answered(files: BotProject, intent: str) -> bool:
    """Whether all the files' rules of an intent are plain, so that its protection can be changed here."""
    return not rules_naming(files, intent)


def _kept_rules(
    files: BotProject, known: Sequence[IntentData], active: Mapping[str, IntentData]
) -> list[Rule]:
    plain = {name for name in active if _is_plainly_answered(files, name)}
    gone = set(files.intents) - set(active) - BUILTIN_INTENTS
    gone |= {one.name for one in known if not one.is_active}
    kept = []
    for rule in files.rules:
        first = next((str(step.name) for step in rule.steps if step.kind == "intent"), "")
        named = {str(step.name) for step in rule.steps if step.kind == "intent"}
        if not (named & gone) and not (first in plain and is_plain_rule(rule, first)):
            kept.append(rule)
    return kept


def _made_rules(files: BotProject, active: Mapping[str, IntentData]) -> list[Rule]:
    made = []
    for name, one in active.items():
        if not _is_plainly_answered(files, name):
            continue
        answer = (Step("intent", name), Step("action", one.response_name))
        if not one.requires_auth:
            made.append(Rule(name, answer))
            continue
        ask = (Step("intent", name), Step("action", NEED_AUTH))
        made.append(Rule(f"{name} with a verified session", answer, (Step("slot", VERIFIED, True),)))
        made.append(Rule(f"{name} without login", ask, (Step("slot", VERIFIED, False),)))
    return made


def _annotated_synonyms(intents: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for intent in intents:  # type: ignore[attr-defined]
        for example in intent.examples:
            for span in example.entities:
                surface = example.text[span.start : span.end]
                if span.value != surface:
                    found.setdefault(surface, span.value)
    return found


def _kept_findings(files: BotProject, active: Mapping[str, IntentData]) -> list[Finding]:
    """What the files' check said of other things than intents; those are checked anew."""
    about_intents = set(files.intents) | set(active)
    return [finding for finding in files.findings if finding.name not in about_intents]


def _check(project: BotProject) -> tuple[Finding, ...]:
    """An intent that only its plain answer needs may lack examples: buttons reach it, or nothing does."""
    found = Findings()
    answered = {name for name in project.intents if rules_naming(project, name)}
    for rule in project.rules:
        for step in rule.steps:
            if step.kind == "intent" and step.name not in {*project.intents, *BUILTIN_INTENTS}:
                found.error(rule.name, f"La intención «{step.name}» no existe; créala o corrige la regla.")
    check_sentences(project.intents.values(), answered, {}, found)
    return tuple(found.items)

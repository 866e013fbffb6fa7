"""The whole bot as Rasa's YAML: staff's intents, and of everything else what stands in the files of rasa/."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from apps.chat.engines.project import BotProject, Intent, Response
from apps.intents.botproject.annotations import parse_example
from apps.intents.botproject.source import Source
from apps.intents.botproject.supported import BUILTIN_INTENTS
from apps.intents.botproject.yamlfiles import Block
from apps.intents.exchange.rasa_export import answer_item, as_yaml, nlu_item
from apps.intents.exchange.rasa_gone import forms_filled, slots_filled, without
from apps.intents.exchange.rasa_rules import rules_written
from apps.intents.knowledge import NEED_AUTH, VERIFIED, VERIFY, filling_of, mark_example

ASK_LOGIN = "Para esto necesito que inicies sesión en el portal. Hazlo y vuelve a escribirme."
VERSION = "3.1"
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
"""Of a project whose files say nothing of how to train."""
SECTIONS: dict[str, type] = {
    **dict.fromkeys(("intents", "entities", "actions"), list),
    **dict.fromkeys(("slots", "forms", "responses"), dict),
}
"""Parts of a domain and the kind that each has to be."""
Marked = Mapping[str, Sequence[str]]
"""Intents' examples as staff wrote them: marks say more than spans do (roles, groups)."""


class RasaProject:
    """What an intent's own answer, examples and rule are in `project` is written from there.

    All else is the files' own words: whatever `BotProject` cannot hold (pipelines, policies, forms, stories,
    retrieval intents, roles) is not lost. What names an intent that `project` no longer has is left out.
    """

    def __init__(
        self, project: BotProject, files: BotProject, source: Source, marked: Marked | None = None
    ) -> None:
        self._project, self._files, self._source = project, files, source
        self._marked = marked or {}
        self._gone = files.intents.keys() - project.intents.keys() - BUILTIN_INTENTS
        new = [name for name in project.intents if name not in files.intents]
        self._filling = filling_of(files, gone=self._gone, new=new)

    def config(self) -> dict[str, Any]:
        return dict(self._source.config or CONFIG)

    def domain(self) -> dict[str, Any]:
        merged = self._filled(_merged(self._source.domain))
        named = dict(pair for item in merged.pop("intents", ()) for pair in _named(item))
        own = [named.get(name, name) for name in self._project.intents]
        others = [item for name, item in named.items() if name not in {*self._project.intents, *self._gone}]
        entities = merged.pop("entities", [])
        known = {name for item in entities for name, _ in _named(item)}
        domain = {
            "version": VERSION,
            "intents": own + others,
            "entities": [*entities, *sorted(set(self._annotated()) - known)],
            **{key: value for key, value in merged.items() if key not in {"version", "responses"}},
        }
        return {**domain, **self._verification(merged), "responses": self._responses(merged)}

    def nlu(self) -> list[dict[str, Any]]:
        items = self._source.items("nlu")
        own: dict[str, list[Block]] = {}
        for item in items:
            own.setdefault(str(item.get("intent", "")), []).append(item)
        found: list[dict[str, Any]] = []
        for name, intent in self._project.intents.items():
            if name in own and intent == self._files.intents.get(name):
                found += own[name]
            elif name not in BUILTIN_INTENTS or intent.examples:
                told = own[name][0].get("metadata") if name in own else None
                metadata = told if isinstance(told, dict) else {}
                found.append(nlu_item(intent, self._examples(intent), metadata))
        rest = [item for item in items if not item.get("intent") or "/" in str(item["intent"])]
        return found + rest

    def rules(self) -> list[dict[str, Any]]:
        """The files' rules that the joined project kept or could not read, then those that were made."""
        return rules_written(self._project, self._files, self._source.items("rules"), self._gone)

    def stories(self) -> list[dict[str, Any]]:
        left = (without(item, self._gone) for item in self._source.items("stories"))
        return [item for item in left if item is not None]

    def _filled(self, merged: dict[str, Any]) -> dict[str, Any]:
        fill = {"slots": slots_filled, "forms": forms_filled}
        return {
            key: fill[key](value, self._filling) if key in fill else value for key, value in merged.items()
        }

    def _responses(self, merged: Mapping[str, Any]) -> dict[str, Any]:
        own = {**merged.get("responses", {}), **_merged(self._source.data).get("responses", {})}
        responses = dict(own)
        for name, variations in self._project.responses.items():
            if variations and (name not in own or variations != self._files.responses.get(name)):
                responses[name] = [answer_item(one) for one in variations]
        if self._asks_for_login():
            responses.setdefault(NEED_AUTH, [answer_item(Response(text=ASK_LOGIN))])
        return responses

    def _verification(self, merged: Mapping[str, Any]) -> dict[str, Any]:
        """The slot that made rules look at, and the action that sets it, where the files have none."""
        slots, actions = merged.get("slots", {}), merged.get("actions", [])
        if not self._asks_for_login() or VERIFIED in slots:
            return {}
        mapping = {"type": "custom", "action": VERIFY}
        slot = {"type": "bool", "initial_value": False, "influence_conversation": True, "mappings": [mapping]}
        return {"slots": {**slots, VERIFIED: slot}, "actions": [*actions, VERIFY]}

    def _asks_for_login(self) -> bool:
        return any(step.name == NEED_AUTH for rule in self._project.rules for step in rule.steps)

    def _annotated(self) -> Iterator[str]:
        for intent in self._project.intents.values():
            for example in intent.examples:
                yield from (span.entity for span in example.entities)

    def _examples(self, intent: Intent) -> Sequence[str]:
        texts = self._marked.get(intent.name, ())
        if tuple(parse_example(text).example for text in texts) == intent.examples:
            return texts
        return [mark_example(example) for example in intent.examples]


def whole_yaml(project: RasaProject) -> str:
    """All of it as one text, as Rasa's `POST /model/train` takes it."""
    parts = {**project.config(), **project.domain(), "nlu": project.nlu(), "rules": project.rules()}
    stories = project.stories()
    return as_yaml({**parts, "stories": stories} if stories else parts)


def project_folder(project: RasaProject) -> dict[str, str]:
    """The same as files of a project's folder, path to text. Tokens and addresses (endpoints) stay out."""
    data = {"nlu": project.nlu(), "rules": project.rules(), "stories": project.stories()}
    texts = {"config.yml": project.config(), "domain.yml": project.domain()}
    for section, items in data.items():
        if items or section != "stories":
            texts[f"data/{section}.yml"] = {"version": VERSION, section: items}
    return {name: as_yaml(value) for name, value in texts.items()}


def _merged(files: Iterable[Block]) -> dict[str, Any]:
    """Lists one after the other, each item once; mappings together; of single values the last.

    What is of another kind than Rasa's is left out: the loader has told of it.
    """
    found: dict[str, Any] = {}
    for file in files:
        for key, value in file.items():
            if not isinstance(value, SECTIONS.get(key, object)):
                continue
            there = found.get(key)
            if isinstance(there, list) and isinstance(value, list):
                found[key] = there + [item for item in value if item not in there]
            elif isinstance(there, dict) and isinstance(value, dict):
                found[key] = {**there, **value}
            elif value is not None or there is None:
                found[key] = value
    return {key: value for key, value in found.items() if value is not None}


def _named(item: Any) -> list[tuple[str, Any]]:
    """`- name` or `- name: {options}`, with its name."""
    return [(key, {key: item[key]}) for key in item] if isinstance(item, dict) else [(str(item), item)]

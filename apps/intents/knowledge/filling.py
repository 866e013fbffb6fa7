"""How slots are filled once intents have come and gone: mappings and forms name intents too."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from apps.chat.engines.project import BotProject, Form, Mapping, Slot
from apps.intents.knowledge.plain_rules import plain_kind


@dataclass(frozen=True, slots=True)
class Filling:
    """`gone` intents are named no more; `new` ones are questions wherever the files count questions out."""

    gone: Collection[str] = ()
    new: Sequence[str] = ()
    questions: dict[str, set[str]] = field(default_factory=dict)
    """Per form the intents that the files answer inside it and go on."""

    def named(self, intents: Sequence[str]) -> list[str] | None:
        """What is left of the intents that a mapping is for; None when nothing is: then it fills no more."""
        left = [name for name in intents if name not in self.gone]
        return left if left or not intents else None

    def left_out(self, intents: Sequence[str], forms: Collection[str | None]) -> list[str]:
        """The intents that fill nothing, in a mapping or form that counts for these forms."""
        left = [name for name in intents if name not in self.gone]
        are_questions = any(set(intents) & self.questions.get(form or "", set()) for form in forms)
        return [*left, *(name for name in self.new if are_questions and name not in left)]

    def slots(self, slots: dict[str, Slot]) -> dict[str, Slot]:
        return {
            name: replace(
                slot, mappings=tuple(found for one in slot.mappings if (found := self._mapping(one)))
            )
            for name, slot in slots.items()
        }

    def forms(self, forms: dict[str, Form]) -> dict[str, Form]:
        return {
            name: replace(form, ignored_intents=tuple(self.left_out(form.ignored_intents, [name])))
            for name, form in forms.items()
        }

    def _mapping(self, mapping: Mapping) -> Mapping | None:
        intents = self.named(mapping.intents)
        if intents is None:
            return None
        forms = [condition.get("active_loop") for condition in mapping.conditions]
        not_intents = tuple(self.left_out(mapping.not_intents, forms))
        return replace(mapping, intents=tuple(intents), not_intents=not_intents)


def filling_of(files: BotProject, *, gone: Collection[str], new: Sequence[str]) -> Filling:
    questions: dict[str, set[str]] = {}
    for rule in files.rules:
        intent = str(rule.steps[0].name) if rule.steps else ""
        kind = plain_kind(rule, intent)
        if kind and kind[0]:
            questions.setdefault(kind[0], set()).add(intent)
    return Filling(gone, new, questions)

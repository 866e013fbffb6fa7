"""The form of one intent: examples as lines, answers as variations with rows of buttons."""

from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.accounts.roles import STAFF
from apps.chat.engines.project import Response
from apps.core.admin import ServiceForm
from apps.core.errors import Conflict, NotFound
from apps.intents.answer_forms import AnswerFormSet, LinesField, initial_of, lines_of
from apps.intents.insight import tags_of
from apps.intents.knowledge import IntentData
from apps.intents.models import Intent
from apps.intents.selectors import data_of
from apps.intents.services import intents

FACTS = ("title", "description", "requires_auth", "is_active", "tags", "owner")


class IntentForm(ServiceForm, forms.ModelForm):
    examples = LinesField(
        label=gettext_lazy("Ejemplos"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true", "wrap": "off"}),
    )
    responses = forms.Field(label=gettext_lazy("Respuestas"), required=False, disabled=True)
    """Never shown: it carries the errors and the history's name of `self.answers`."""
    seen = forms.CharField(required=False, widget=forms.HiddenInput())
    """When the shown row was last changed."""

    service_fields = {"intent": "name"}

    class Meta:
        model = Intent
        fields = ("name", *FACTS)
        widgets = {"description": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = IntentData("") if self.instance._state.adding else data_of(self.instance)
        self.initial["examples"] = "\n".join(known.examples)
        self.initial["seen"] = self.instance.updated_at.isoformat() if known.name else ""
        data = self.data if self.is_bound else None
        rows = [initial_of(answer) for answer in known.answers]
        self.answers = AnswerFormSet(data, prefix="responses", initial=rows)
        if "owner" in self.fields:
            for verb in ("add", "change", "delete", "view"):
                setattr(self.fields["owner"].widget, f"can_{verb}_related", False)
            staff = User.objects.filter(rol__in=STAFF, is_active=True)
            self.fields["owner"].queryset = staff  # type: ignore[attr-defined]

    @cached_property
    def changed_data(self) -> list[str]:
        changed = [name for name in super().changed_data if name != "seen"]
        return [*changed, "responses"] if self.answers.has_changed() else changed

    @property
    def typed_lines(self) -> list[str]:
        return lines_of(self["examples"].value() or "")

    @property
    def answers_shown(self) -> int:
        return sum(one.is_written for one in self.answers)

    @property
    def dates_shown(self) -> list[Response]:
        """The dates of the answers that are there."""
        return [one.dates for one in self.answers if one.is_written]

    def clean_tags(self) -> str:
        return ", ".join(tags_of(self.cleaned_data["tags"]))

    def clean(self) -> dict[str, Any] | None:
        if not self.answers.is_valid():
            self.add_error("responses", _("Revisa lo que se indica en las respuestas."))
        return super().clean()

    def written_answers(self) -> list[Response]:
        deleted = self.answers.deleted_forms
        kept = (form for form in self.answers.forms if form not in deleted)
        first_new = self.answers.initial_form_count()
        return [
            form.response
            for place, form in enumerate(kept)
            if form.has_changed() or self.answers.forms.index(form) < first_new
        ]

    def apply(self) -> Intent:
        return self.create() if self.instance._state.adding else self.change()

    def create(self) -> Intent:
        data = self.cleaned_data
        facts = {name: data[name] for name in FACTS if name != "owner"}
        made = IntentData(data["name"], self.typed_examples(), tuple(self.written_answers()), **facts)
        return intents.create_intent(data=made, owner=data["owner"])

    def change(self) -> Intent:
        """Onto the row as it is now: the instance of the form has been filled with what was typed."""
        row = Intent.objects.filter(pk=self.instance.pk).first()
        if row is None:
            raise NotFound(_("Alguien borró esta intención mientras la editabas."))
        if self.cleaned_data["seen"] not in ("", row.updated_at.isoformat()):
            raise Conflict(_("Alguien la cambió mientras la editabas. Copia lo tuyo y vuelve a abrirla."))
        if not self.changed_data:
            return row
        return intents.change_intent(
            intent=row,
            examples=self.typed_examples() if "examples" in self.changed_data else None,
            answers=self.written_answers() if "responses" in self.changed_data else None,
            **{name: self.cleaned_data[name] for name in FACTS if name in self.changed_data},
        )

    def typed_examples(self) -> tuple[str, ...]:
        return tuple(line for line in lines_of(self.cleaned_data["examples"]) if line.strip())

"""The form of a saved conversation: its turns as lines; what is expected follows from them."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.admin import ServiceForm
from apps.core.errors import AppError, Conflict, Invalid, NotFound
from apps.intents.models import SavedConversation
from apps.intents.rehearsals.turns import MAX_SAY, MAX_TURNS, Turn, to_json, turns_of
from apps.intents.services import rehearsals
from apps.intents.services.loading import model_if_any

EXTRA = 3
FACTS = ("name", "description", "is_active")


class TurnForm(forms.Form):
    """One line; an emptied one is taken away."""

    say = forms.CharField(
        label=gettext_lazy("Lo que dice el estudiante"),
        required=False,
        max_length=MAX_SAY,
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )
    verified = forms.BooleanField(label=gettext_lazy("Con sesión iniciada"), required=False)


TurnFormSet = forms.formset_factory(
    TurnForm, extra=EXTRA, max_num=MAX_TURNS, validate_max=True, can_delete=True, can_order=True
)
DraftFormSet = forms.formset_factory(TurnForm, extra=0, max_num=MAX_TURNS, validate_max=True, can_delete=True)


def written(forms_in_order: Sequence[Any], before: Sequence[Turn] = ()) -> list[Turn]:
    """The lines that say something. One that was there and stays as it was keeps what it expects."""
    turns = []
    for place, form in forms_in_order:
        data = form.cleaned_data
        if data.get("say"):
            turn = Turn(data["say"], data["verified"])
            is_kept = place < len(before) and before[place].as_said == turn
            turns.append(before[place] if is_kept else turn)
    return turns


class SavedConversationForm(ServiceForm, forms.ModelForm):
    turns = forms.Field(label=gettext_lazy("Turnos"), required=False, disabled=True)
    """Never shown: it carries the errors and the history's name of `self.lines`."""
    seen = forms.CharField(required=False, widget=forms.HiddenInput())
    """When the shown row was last changed."""
    recorded = 0
    """Turns that took what the bot answers."""

    class Meta:
        model = SavedConversation
        fields = FACTS
        widgets = {"description": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = turns_of(self.instance.turns)
        is_new = self.instance._state.adding
        self.initial["seen"] = "" if is_new else self.instance.updated_at.isoformat()
        rows = [{"say": turn.say, "verified": turn.verified} for turn in self.before]
        self.lines = TurnFormSet(self.data if self.is_bound else None, prefix="turns", initial=rows)

    @cached_property
    def changed_data(self) -> list[str]:
        changed = [name for name in super().changed_data if name != "seen"]
        return [*changed, "turns"] if self.lines.has_changed() else changed

    def clean(self) -> dict[str, Any] | None:
        if not self.lines.is_valid():
            self.add_error("turns", _("Revisa lo que se indica en los turnos."))
        return super().clean()

    def refuse(self, error: AppError) -> None:
        """A service's `turns.3` is told at the turns; its text names the turn."""
        rows = getattr(error, "errors", None) or [{"field": "", "message": str(error.text)}]
        for row in rows:
            name = row["field"].partition(".")[0]
            self.add_error(name if name in self.fields else None, row["message"])

    def written_turns(self) -> list[Turn]:
        kept = [
            (place, form)
            for place, form in enumerate(self.lines.forms)
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        kept.sort(key=lambda one: (one[1].cleaned_data.get("ORDER") or MAX_TURNS * 2, one[0]))
        return written(kept, self.before)

    def apply(self) -> SavedConversation:
        turns = self.written_turns() if "turns" in self.changed_data or not self.before else None
        if turns == []:
            raise Invalid.field("turns", _("Escribe al menos lo que dice el estudiante en un turno."))
        self.recorded = sum(not turn.expects for turn in turns or ())
        model = model_if_any() if self.recorded else None
        if model is None:
            self.recorded = 0
        data = {name: self.cleaned_data[name] for name in FACTS}
        rows = {} if turns is None else {"turns": to_json(turns)}
        if self.instance._state.adding:
            made: dict[str, Any] = {**data, **rows}
            return rehearsals.create_conversation(**made, created_by=self.author, model=model)
        changes = {name: value for name, value in data.items() if name in self.changed_data}
        return self._change({**changes, **rows}, model)

    author: Any = None

    def _change(self, changes: dict[str, Any], model: Any) -> SavedConversation:
        row = SavedConversation.objects.filter(pk=self.instance.pk).first()
        if row is None:
            raise NotFound(_("Alguien borró esta conversación mientras la editabas."))
        if self.cleaned_data["seen"] not in ("", row.updated_at.isoformat()):
            raise Conflict(_("Alguien la cambió mientras la editabas. Copia lo tuyo y vuelve a abrirla."))
        if not changes:
            return row
        return rehearsals.change_conversation(saved=row, model=model, **changes)


class FromLogForm(forms.Form):
    """A real conversation becomes a test once somebody has looked at its lines."""

    sender = forms.CharField(label=gettext_lazy("Remitente"), max_length=128)
    name = forms.CharField(label=gettext_lazy("Nombre de la prueba"), max_length=rehearsals.MAX_NAME)

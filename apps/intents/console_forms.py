"""What is typed into the test console."""

import json
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import AppError, Invalid, NotFound
from apps.intents.models import SavedConversation
from apps.intents.rehearsal_selectors import conversation_by_id, recent_models
from apps.intents.rehearsals.turns import MAX_SAY, MAX_TURNS, Turn, read_turns, to_json, turns_of

VERIFIED = gettext_lazy("Con sesión iniciada")


def model_choices(empty: str) -> list[tuple[str, str]]:
    return [("", empty), *((version.name, version.name) for version in recent_models())]


class SentenceForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Frase"),
        max_length=MAX_SAY,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    verified = forms.BooleanField(label=VERIFIED, required=False)
    compare = forms.ChoiceField(label=gettext_lazy("Comparar con el modelo"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["compare"].choices = model_choices(_("Ninguno"))  # type: ignore[attr-defined]

    @property
    def models(self) -> list[str]:
        """The one that answers, and the one to compare it with."""
        other = self.cleaned_data["compare"]
        return ["", other] if other else [""]


class TalkForm(forms.Form):
    """`history` is what was said so far, as JSON; `press` is the payload of a button of the answer."""

    history = forms.CharField(required=False, widget=forms.HiddenInput())
    saved = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput())
    say = forms.CharField(
        label=gettext_lazy("Lo que dice el estudiante"),
        required=False,
        max_length=MAX_SAY,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    press = forms.CharField(required=False, max_length=MAX_SAY)
    verified = forms.BooleanField(label=VERIFIED, required=False)
    model = forms.ChoiceField(label=gettext_lazy("Modelo"), required=False)
    name = forms.CharField(label=gettext_lazy("Nombre"), required=False, max_length=120)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["model"].choices = model_choices(_("El que responde ahora"))  # type: ignore[attr-defined]

    def said(self) -> list[Turn]:
        """All that is to be said, the newest last. Raises Invalid."""
        data = self.cleaned_data
        said = self._before()
        if "undo" in self.data:
            return said[:-1]
        newest = data["press"] or data["say"]
        if newest:
            said.append(Turn(newest, data["verified"]))
        if len(said) > MAX_TURNS:
            raise Invalid(_("Son demasiados turnos; el máximo es de %d.") % MAX_TURNS)
        return said

    def _before(self) -> list[Turn]:
        history = self.cleaned_data["history"]
        if not history:
            return []
        try:
            rows = json.loads(history)
        except (ValueError, RecursionError):
            raise Invalid(_("La conversación no se puede leer; empieza de nuevo.")) from None
        return [turn.as_said for turn in read_turns(rows)] if rows != [] else []

    def saved_row(self) -> SavedConversation | None:
        """The saved conversation that the page was opened from, if it is still there."""
        try:
            return conversation_by_id(self.data.get("saved") or "")
        except NotFound:
            return None


def talk_data(query: QueryDict) -> dict[str, Any]:
    """The first page: empty, with the address's sentences (`text`), or with a saved conversation's."""
    verified = bool(query.get("verified"))
    turns = [Turn(text[:MAX_SAY], verified) for text in query.getlist("text") if text.strip()]
    data: dict[str, Any] = {"model": query.get("model", "")}
    try:
        saved = conversation_by_id(query.get("saved", ""))
    except AppError:
        saved = None
    if saved is not None:
        turns = [turn.as_said for turn in turns_of(saved.turns)]
        data["saved"] = str(saved.pk)
    if verified:
        data["verified"] = "on"
    return data | {"history": json.dumps(to_json(turns[:MAX_TURNS]))}

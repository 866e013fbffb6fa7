"""The forms of an answer: its variations, each with rows of buttons."""

import json
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.chat.engines.project import DATES, Response, is_day
from apps.core.text import UNSTORABLE
from apps.intents.models import MAX_ANSWER
from apps.intents.stale import said_of_dates

MAX_BUTTONS, MAX_VARIATIONS = 30, 50


def lines_of(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


class LinesField(forms.CharField):
    """Lines as they were typed, but for the browser's line ends."""

    def to_python(self, value: Any) -> str:
        return "\n".join(lines_of(super().to_python(value) or ""))


class ContentField(forms.JSONField):
    """JSON that every database can take; `only` is the type it must have."""

    def __init__(self, *, only: type | None = None, rows: int = 2, **kwargs: Any) -> None:
        self.only = only
        widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "false"})
        super().__init__(required=False, **{"widget": widget, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        content = super().to_python(value)
        written = json.dumps(content, ensure_ascii=False)
        if UNSTORABLE.search(written) or "\\u0000" in written:
            raise forms.ValidationError(_("Hay caracteres que no se pueden guardar; quítalos."))
        if content is not None and self.only and not isinstance(content, self.only):
            raise forms.ValidationError(_("Escribe un objeto JSON, entre llaves."))
        return content


class DayField(forms.DateField):
    """A day as browsers send it, whatever the language."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(required=False, input_formats=["%Y-%m-%d"], widget=widget, **kwargs)


class ButtonForm(forms.Form):
    """One button; what else its source gave it stays in `rest`."""

    title = forms.CharField(label=gettext_lazy("Texto"), max_length=200, required=False)
    payload = forms.CharField(label=gettext_lazy("Envía"), max_length=500, required=False)
    url = forms.CharField(label=gettext_lazy("Dirección"), max_length=2000, required=False)
    rest = ContentField(only=dict, widget=forms.HiddenInput())

    @property
    def button(self) -> dict[str, Any]:
        """Empty for a row that has been emptied."""
        data = getattr(self, "cleaned_data", {})
        written = {name: data[name] for name in ("title", "payload", "url") if data.get(name)}
        return {**(data.get("rest") or {}), **written} if written else {}


ButtonFormSet = forms.formset_factory(ButtonForm, extra=1, max_num=MAX_BUTTONS, validate_max=True)


class AnswerForm(forms.Form):
    """One variation of the answer, with its buttons as a form set of its own."""

    text = LinesField(
        label=gettext_lazy("Texto"),
        required=False,
        max_length=MAX_ANSWER,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    image = forms.CharField(label=gettext_lazy("Imagen (dirección)"), required=False, max_length=500)
    channel = forms.CharField(label=gettext_lazy("Canal"), required=False, max_length=40)
    conditions = ContentField(label=gettext_lazy("Solo si (JSON de datos y valores)"), only=dict)
    custom = ContentField(label=gettext_lazy("Contenido propio (JSON)"), only=dict)
    attachment = ContentField(label=gettext_lazy("Adjunto (JSON)"))
    valid_from = DayField(label=gettext_lazy("Se dice desde"))
    valid_until = DayField(label=gettext_lazy("Se dice hasta"))
    review_by = DayField(label=gettext_lazy("Revisar antes de"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        buttons = [split_button(button) for button in self.initial.get("buttons", ())]
        data = self.data if self.is_bound else None
        self.buttons = ButtonFormSet(data, prefix=f"{self.prefix}-buttons", initial=buttons)

    def has_changed(self) -> bool:
        return super().has_changed() or self.buttons.has_changed()

    def clean(self) -> dict[str, Any] | None:
        if not self.buttons.is_valid():
            self.add_error(None, _("Revisa los botones de esta respuesta."))
        return super().clean()

    @property
    def item(self) -> str:
        """What is shown of it to those who only read, as JSON."""
        names = ("text", "image", "buttons", "custom", "attachment")
        return json.dumps({name: self.initial.get(name) for name in names})

    @property
    def is_written(self) -> bool:
        return any(self[name].value() for name in ("text", "image", "custom", "attachment"))

    @property
    def has_more(self) -> bool:
        names = ("channel", "conditions", "custom", "attachment", *DATES)
        return any(self[name].value() for name in names)

    @property
    def dates(self) -> Response:
        """As they are typed; what is no day is none."""
        typed: dict[str, Any] = {name: str(self[name].value() or "") for name in DATES}
        return Response(**{name: text for name, text in typed.items() if is_day(text)})

    @property
    def said_of_dates(self) -> str:
        return said_of_dates(self.dates, timezone.localdate().isoformat())

    @property
    def response(self) -> Response:
        data = self.cleaned_data
        return Response(
            text=data["text"],
            buttons=tuple(filter(None, (form.button for form in self.buttons))),
            image=data["image"],
            custom=data["custom"] or None,
            attachment=data["attachment"],
            channel=data["channel"],
            conditions=data["conditions"] or {},
            **{name: str(data[name] or "") for name in DATES},
        )


AnswerFormSet = forms.formset_factory(
    AnswerForm, extra=1, max_num=MAX_VARIATIONS, validate_max=True, can_delete=True
)


def split_button(button: dict[str, Any]) -> dict[str, Any]:
    known = {name: button.get(name) or "" for name in ("title", "payload", "url")}
    return {**known, "rest": {name: value for name, value in button.items() if name not in known} or None}


def initial_of(response: Response) -> dict[str, Any]:
    names = ("text", "image", "channel", "buttons", "attachment")
    written = {name: getattr(response, name) for name in names}
    days = {name: date.fromisoformat(day) for name in DATES if (day := getattr(response, name))}
    more = {"conditions": response.conditions or None, "custom": response.custom or None}
    return {**written, **more, **days}

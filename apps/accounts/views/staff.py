"""Staff's own account inside Django admin: password, and verification in two steps.

The site (tutorbot/admin_site.py) guards these pages and hands them its context.
"""

from typing import Any

import django_otp
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from apps.accounts.forms.passwords import SERVICE_FIELDS, OwnPasswordForm
from apps.accounts.forms.refusals import add_refusal, with_status
from apps.accounts.forms.second_factor import CodeForm, DisableForm
from apps.accounts.models import User
from apps.accounts.services import enrolment, passwords, second_factor
from apps.accounts.staff_gate import remember_device
from apps.core.errors import AppError
from apps.core.network import request_address

Context = dict[str, Any]
DRAFT_SESSION_KEY = "second_factor_draft"
STATE = "admin:second-factor"


class PasswordPage(PasswordChangeView):
    """Changes one's own password; other sessions end, this one stays."""

    form_class = OwnPasswordForm  # type: ignore[assignment]  # a form of our own, not Django's subclassed

    def form_valid(self, form: Any) -> HttpResponse:
        data, user = form.cleaned_data, form.user
        try:
            passwords.change_own_password(
                user=user,
                current=data["old_password"],
                new=data["new_password1"],
                address=request_address(self.request),
            )
        except AppError as error:
            add_refusal(form, error, SERVICE_FIELDS)
            return with_status(self.form_invalid(form), error)
        update_session_auth_hash(self.request, user)
        messages.success(self.request, _("Tu contraseña cambió. Cerramos tus otras sesiones."))
        return redirect(self.get_success_url())


@require_http_methods(["GET", "HEAD"])
def state(request: HttpRequest, user: User, context: Context) -> HttpResponse:
    """Whether it is on, and what can be done."""
    return _page(request, "state", context, state=enrolment.state_of(user))


@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, user: User, context: Context) -> HttpResponse:
    """QR code and secret; a first code turns it on and shows the recovery codes."""
    if second_factor.confirmed_device(user) is not None:
        return redirect(STATE)
    draft = enrolment.begin(user=user, draft=request.session.get(DRAFT_SESSION_KEY, ""))
    request.session[DRAFT_SESSION_KEY] = str(draft.device.pk)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            codes = enrolment.confirm(user=user, draft=draft, otp=form.cleaned_data["otp"])
        except AppError as error:
            add_refusal(form, error)
        else:
            del request.session[DRAFT_SESSION_KEY]
            update_session_auth_hash(request, user)
            django_otp.login(request, draft.device)
            remember_device(request, draft.device)
            return _page(request, "codes", context, codes=codes, is_new=True)
    return _page(request, "enrol", context, form=form, draft=draft, is_required=second_factor.is_required())


@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest, user: User, context: Context) -> HttpResponse:
    """New recovery codes, after a code."""
    form = CodeForm(request.POST or None)
    refused: AppError | None = None
    if form.is_valid():
        try:
            codes = enrolment.renew_recovery_codes(user=user, otp=form.cleaned_data["otp"])
            return _page(request, "codes", context, codes=codes)
        except AppError as error:
            add_refusal(form, refused := error)
    return with_status(_page(request, "renew", context, form=form), refused)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def disable(request: HttpRequest, user: User, context: Context) -> HttpResponse:
    """Turns it off, after password and code."""
    form = DisableForm(request.POST or None)
    refused: AppError | None = None
    if form.is_valid():
        data = form.cleaned_data
        address = request_address(request)
        try:
            enrolment.disable(user=user, password=data["password"], otp=data["otp"], address=address)
            messages.success(request, _("Quitamos la verificación en dos pasos de tu cuenta."))
            return redirect(STATE)
        except AppError as error:
            add_refusal(form, refused := error)
    page = _page(request, "disable", context, form=form, is_required=second_factor.is_required())
    return with_status(page, refused)


def _page(request: HttpRequest, name: str, context: Context, **values: Any) -> TemplateResponse:
    title = _("Verificación en dos pasos")
    return TemplateResponse(
        request, f"admin/second_factor/{name}.html", {**context, "title": title, **values}
    )

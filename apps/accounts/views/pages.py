"""Pages that mailed links lead to: a forgotten password, a new one, a confirmed mailbox."""

from typing import Any

from csp.constants import NONE
from csp.decorators import csp_replace
from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from apps.accounts.forms.reset import ConfirmForm, ForgotForm, ResetForm
from apps.accounts.services import confirmation, mails, passwords
from apps.accounts.throttles import spend_mail_quota
from apps.core.errors import AppError, Invalid
from apps.core.network import request_address

GONE = 410


@method_decorator(
    [never_cache, csp_replace({"frame-ancestors": [NONE]}), sensitive_post_parameters()], name="dispatch"
)
class AccountPage(FormView):
    """A form of one step; `done_template` says that it worked."""

    done_template = ""
    gone_template = "accounts/bad_link.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response["Referrer-Policy"] = "same-origin"  # the address has a token; CSRF needs the origin
        return response

    def done(self, **context: Any) -> HttpResponse:
        return self.response_class(self.request, [self.done_template], context)

    def gone(self) -> HttpResponse:
        return self.response_class(self.request, [self.gone_template], {}, status=GONE)

    def refused(self, form: forms.Form, error: AppError) -> HttpResponse:
        """The form again, with what the service said; at the field where the form has it."""
        rows = error.errors if isinstance(error, Invalid) else []
        for row in rows or [{"field": "", "message": str(error.text)}]:
            form.add_error(row["field"] if row["field"] in form.fields else None, row["message"])
        status = 200 if isinstance(error, Invalid) else error.status
        return self.render_to_response(self.get_context_data(form=form), status=status, headers=error.headers)


class ForgotPasswordPage(AccountPage):
    template_name = "accounts/forgot_password.html"
    done_template = "accounts/forgot_password_done.html"
    form_class = ForgotForm

    def form_valid(self, form: Any) -> HttpResponse:
        email = form.cleaned_data["email"]
        try:
            spend_mail_quota(self.request, email)
            mails.request_password_reset(email=email)
        except AppError as error:
            return self.refused(form, error)
        return self.done(email=email)


class LinkPage(AccountPage):
    """A page whose link carries a token: in the address once, then in the form."""

    def get_initial(self) -> dict[str, Any]:
        return {"token": self.request.GET.get("token", "")}

    def check(self, token: str) -> Any:
        """The person of a token. Raises Invalid."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            user = self.check(request.GET.get("token", ""))
        except Invalid:
            return self.gone()
        return self.render_to_response(self.get_context_data(email=user.email))


class ResetPasswordPage(LinkPage):
    template_name = "accounts/reset_password.html"
    done_template = "accounts/reset_password_done.html"
    form_class = ResetForm

    def check(self, token: str) -> Any:
        return passwords.user_of_reset_token(token)

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        try:
            spend_mail_quota(self.request)
            user = passwords.reset_password(token=data["token"], password=data["new_password"])
        except AppError as error:
            return self.gone() if is_about_link(error) else self.refused(form, error)
        return self.done(is_staff=user.is_staff)


class ConfirmEmailPage(LinkPage):
    template_name = "accounts/confirm_email.html"
    done_template = "accounts/confirm_email_done.html"
    form_class = ConfirmForm

    def check(self, token: str) -> Any:
        return confirmation.user_of_confirmation_token(token)

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        address = request_address(self.request)
        try:
            confirmation.confirm_email(token=data["token"], password=data["password"], address=address)
        except AppError as error:
            return self.gone() if is_about_link(error) else self.refused(form, error)
        return self.done()


def is_about_link(error: AppError) -> bool:
    return isinstance(error, Invalid) and error.errors[0]["field"] == "token"

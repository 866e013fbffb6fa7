"""Django admin as staff see it: its index is the dashboard, its login is the API's."""

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.forms.login import StaffLoginForm
from apps.accounts.forms.refusals import with_status
from apps.accounts.services import second_factor
from apps.accounts.staff_gate import has_given_code, pending_step, redirection, staff_user
from apps.accounts.views import staff
from apps.stats.dashboard import dashboard

View = Callable[..., HttpResponse]
SECRETS = frozenset({"otp_totp", "otp_static"})
"""Apps whose tables hold second factors: nobody reads another's; staff have pages of their own."""


class StaffSite(admin.AdminSite):
    index_title = _("Administración")
    site_url = "/chat-embed.html"
    enable_nav_sidebar = True
    login_form = StaffLoginForm  # type: ignore[assignment]  # a form of our own, not Django's subclassed

    @property
    def site_header(self) -> str:  # type: ignore[override]
        return str(settings.ENV.BRAND_NAME)

    @property
    def site_title(self) -> str:  # type: ignore[override]
        return str(settings.ENV.BRAND_NAME)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        user = staff_user(request)
        shown = dashboard(user, request.GET) if user and user.has_perm("stats.view_daystats") else None
        return super().index(request, {"dashboard": shown, **(extra_context or {})})

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Leaves out the pages that django-otp registers: with another's secret one signs in as them."""
        models = model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        shown = [model for model in models if model._meta.app_label not in SECRETS]
        super().register(shown, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff, whose session was opened with the second factor where there is one."""
        user = staff_user(request)
        return user is not None and has_given_code(request, user)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Django's own guard, and after it what staff must see to first (staff_gate.py)."""

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user = staff_user(request)
            step = redirection(request, user) if user is not None else ""
            return redirect(f"admin:{step}") if step else view(request, *args, **kwargs)

        return super().admin_view(update_wrapper(guarded, view), cacheable)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With a step pending, nothing is offered that would only lead back to it."""
        user = staff_user(request)
        is_held = user is not None and bool(pending_step(request, user))
        return {
            **super().each_context(request),
            "is_nav_sidebar_enabled": self.enable_nav_sidebar and not is_held,
            "has_second_factor_page": second_factor.is_offered() and not is_held,
        }

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Its page says 429 when the person is locked."""
        page = super().login(request, extra_context)
        form = (getattr(page, "context_data", None) or {}).get("form")
        return with_status(page, getattr(form, "refusal", None))

    def password_change(  # type: ignore[override]  # a redirect is none of Django's TemplateResponse either
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        request.current_app = self.name
        context = {**self.each_context(request), **(extra_context or {})}
        page: Callable[..., Any] = staff.PasswordPage.as_view(
            success_url=reverse("admin:index"), extra_context=context
        )
        return page(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        pages = {
            "": ("second-factor", staff.state),
            "enrol/": ("second-factor-enrol", staff.enrol),
            "codes/": ("second-factor-codes", staff.recovery_codes),
            "disable/": ("second-factor-disable", staff.disable),
        }
        own = [
            path(f"second-factor/{rest}", self.admin_view(self._own_page(view)), name=name)
            for rest, (name, view) in pages.items()
        ]
        return [*own, *super().get_urls()]

    def _own_page(self, view: View) -> View:
        def page(request: HttpRequest) -> HttpResponse:
            user = staff_user(request)
            if user is None or not second_factor.is_offered():
                raise Http404
            return view(request, user, self.each_context(request))

        return page

"""Django admin as staff see it: its index is the dashboard."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from apps.stats.dashboard import dashboard_cards


class StaffSite(admin.AdminSite):
    index_title = _("Administración")
    enable_nav_sidebar = True

    @property
    def site_header(self) -> str:  # type: ignore[override]
        return str(settings.ENV.BRAND_NAME)

    @property
    def site_title(self) -> str:  # type: ignore[override]
        return str(settings.ENV.BRAND_NAME)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        cards = dashboard_cards() if request.user.has_perm("logs.view_chatturn") else []
        return super().index(request, {"dashboard": cards, **(extra_context or {})})

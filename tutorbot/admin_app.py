"""Django admin as an installed app; apart from apps.py, where it would count as this project's own."""

from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    """Django admin with our site: names, dashboard."""

    default_site = "tutorbot.admin_site.StaffSite"

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "apps.core"

    def ready(self) -> None:
        from apps.core import checks  # noqa: F401 - registers the system checks

        autodiscover_modules("audited", "personal_data", "retained")  # what each app registers

from django.apps import AppConfig
from django.conf import settings

from tutorbot.reporting import start_reporting


class TutorbotConfig(AppConfig):
    name = "tutorbot"

    def ready(self) -> None:
        start_reporting(settings.ENV)

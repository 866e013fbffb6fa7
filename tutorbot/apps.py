from django.apps import AppConfig


class TutorbotConfig(AppConfig):
    name = "tutorbot"

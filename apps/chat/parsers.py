"""Request bodies of the chat that are no JSON: a form with a recording."""

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.errors import TooLarge
from apps.core.parsers import BoundedFormParser


class AudioParser(BoundedFormParser):
    """At most MAX_AUDIO_MB, counted while it arrives."""

    @property
    def max_bytes(self) -> int:
        return int(settings.ENV.MAX_AUDIO_MB) * 1024 * 1024

    def refusal(self) -> TooLarge:
        most = settings.ENV.MAX_AUDIO_MB
        return TooLarge(_("El audio es muy grande: el máximo es de %(most)d MB.") % {"most": most})

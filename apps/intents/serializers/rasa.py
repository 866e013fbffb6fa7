"""What each Rasa runs, on the wire (contract http.md §9)."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class RasaReplicaOutput(serializers.Serializer):
    url = serializers.CharField(help_text=_("Servidor y puerto."))
    ok = serializers.BooleanField()
    error = serializers.CharField(allow_null=True)
    version = serializers.CharField(allow_null=True)
    model = serializers.CharField(allow_null=True)
    is_active_model = serializers.BooleanField()


class RasaStatusOutput(serializers.Serializer):
    ok = serializers.BooleanField()
    message = serializers.CharField()
    engine = serializers.CharField()
    active_model = serializers.CharField(allow_null=True)
    replicas = RasaReplicaOutput(many=True)

"""Shapes of a student's own records on the wire (contract http.md §4)."""

from typing import Any

from rest_framework import serializers

from apps.accounts.models import Certificate, Tutor


class StateOutput(serializers.Serializer[Any]):
    """`estado` is for people, `codigo` for programs."""

    estado = serializers.CharField(source="get_estado_display")
    codigo = serializers.CharField(source="estado")
    nombre = serializers.CharField()
    programa = serializers.CharField()
    ficha = serializers.CharField()
    modalidad = serializers.CharField()
    jornada = serializers.CharField()
    fecha_inicio = serializers.DateField(allow_null=True)
    fecha_fin = serializers.DateField(allow_null=True)
    actualizado = serializers.DateTimeField(source="updated_at")


class TutorOutput(serializers.Serializer[Any]):
    """`contacto` is the ways of reaching the tutor in one line."""

    nombre = serializers.CharField()
    contacto = serializers.SerializerMethodField()
    email = serializers.CharField()
    telefono = serializers.CharField()
    horario = serializers.CharField()

    def get_contacto(self, tutor: Tutor) -> str:
        return " · ".join(part for part in (tutor.email, tutor.telefono) if part)


class CertificateOutput(serializers.Serializer[Any]):
    """`tipo` is for people; a document without a name of its own is called by kind and programme."""

    id = serializers.CharField()
    tipo = serializers.CharField(source="get_tipo_display")
    programa = serializers.CharField()
    nombre = serializers.SerializerMethodField()
    fecha_emision = serializers.DateField()
    url = serializers.CharField()

    def get_nombre(self, certificate: Certificate) -> str:
        return certificate.nombre or str(certificate)


class CertificatesOutput(serializers.Serializer[Any]):
    certificados = CertificateOutput(many=True)

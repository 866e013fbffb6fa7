"""Contrib apps with ObjectId keys; used on MongoDB alone (tutorbot/databases.py)."""

from axes.apps import AppConfig as AxesConfig
from django.contrib.auth.apps import AuthConfig
from django.contrib.contenttypes.apps import ContentTypesConfig
from django_otp.plugins.otp_static.apps import DefaultConfig as StaticCodesConfig
from django_otp.plugins.otp_totp.apps import DefaultConfig as TotpConfig

from tutorbot.admin_app import StaffAdminConfig

OBJECT_ID = "django_mongodb_backend.fields.ObjectIdAutoField"


class MongoAdminConfig(StaffAdminConfig):
    default_auto_field = OBJECT_ID


class MongoAuthConfig(AuthConfig):
    default_auto_field = OBJECT_ID


class MongoContentTypesConfig(ContentTypesConfig):
    default_auto_field = OBJECT_ID


class MongoAxesConfig(AxesConfig):
    default_auto_field = OBJECT_ID


class MongoTotpConfig(TotpConfig):
    default_auto_field = OBJECT_ID


class MongoStaticCodesConfig(StaticCodesConfig):
    default_auto_field = OBJECT_ID

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.db import delete_rows


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "nombre", "rol")


class ChangeUserForm(UserChangeForm):
    class Meta:
        model = User
        fields = ("email", "nombre", "rol", "is_active", "must_change_password")
        field_classes: dict[str, type[forms.Field]] = {}


admin.site.unregister(Group)  # what people may do follows from their role


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    form = ChangeUserForm
    add_form = NewUserForm
    list_display = ("email", "nombre", "rol", "is_active", "last_login")
    list_filter = ("rol", "is_active")
    search_fields = ("email", "nombre")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("email", "nombre", "password")}),
        (_("Acceso"), {"fields": ("rol", "is_active", "must_change_password")}),
        (_("Fechas"), {"fields": ("last_login", "created_at", "updated_at")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "nombre", "rol", "usable_password", "password1", "password2")}),
    )

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        delete_rows(queryset)

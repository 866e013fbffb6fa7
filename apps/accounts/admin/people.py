"""People in Django admin, by the services that the API uses."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from apps.accounts.admin.person_actions import PersonActions
from apps.accounts.admin.person_forms import NewPersonForm, PersonForm, PersonPasswordForm
from apps.accounts.models import TokenFamily, User, UserSettings
from apps.accounts.selectors import search_people
from apps.accounts.services import lockout, people
from apps.core.admin import ReadOnlyAdmin, moment
from apps.core.db import atomic
from apps.core.errors import AppError

admin.site.unregister(Group)  # what people may do follows from their role


class LockedFilter(admin.SimpleListFilter):
    title = gettext_lazy("bloqueo por intentos")
    parameter_name = "locked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("Bloqueadas")), ("no", _("Sin bloqueo"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() == "yes":
            return queryset.filter(email__in=lockout.locked_emails())
        if self.value() == "no":
            return queryset.exclude(email__in=lockout.locked_emails())
        return queryset


class PeopleList(ChangeList):
    """Reads the locks of a page at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: Any = with_locks(list(self.result_list))


def with_locks(users: list[User]) -> list[User]:
    locks = lockout.locked_until([user.email for user in users])
    for user in users:
        vars(user)["locked_until"] = locks.get(user.email)
    return users


def signed_in(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


@admin.register(User)
class UserAdmin(PersonActions, DjangoUserAdmin):
    form = PersonForm
    add_form = NewPersonForm
    add_form_template = "admin/change_form.html"
    list_display = ("email", "nombre", "rol", "is_active", "locked_until", "last_seen")
    list_filter = ("rol", "is_active", "email_verified", "must_change_password", LockedFilter)
    search_fields = ("email", "nombre")
    search_help_text = gettext_lazy("Busca por correo o nombre")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("password_link", "last_login", "locked_until", "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": ("email", "nombre", "password_link")}),
        (
            gettext_lazy("Acceso"),
            {"fields": ("rol", "is_active", "email_verified", "must_change_password", "locked_until")},
        ),
        (gettext_lazy("Fechas"), {"fields": ("last_login", "created_at", "updated_at")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "nombre", "rol", "generate", "password1", "password2")}),)

    class Media:
        css = {"all": ["css/people-admin.css"]}

    @admin.display(description=gettext_lazy("último ingreso"), ordering="last_login")
    def last_seen(self, user: User) -> str:
        return moment(user.last_login)

    @admin.display(description=gettext_lazy("bloqueada hasta"))
    def locked_until(self, user: User) -> str:
        known = vars(user)
        if "locked_until" not in known:  # a page of one person
            with_locks([user])
        return moment(known["locked_until"])

    @admin.display(description=gettext_lazy("contraseña"))
    def password_link(self, user: User) -> str:
        return format_html('<a href="../password/">{}</a>', _("Cambiar la contraseña"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PeopleList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        return search_people(queryset, search_term.strip()), False

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Who only reads is not led to the password."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [(None, {"fields": ("email", "nombre")}), *fieldsets[1:]]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """The service has saved it; a temporary password waits for response_add."""
        obj.temporary = getattr(form, "temporary", None)  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        temporary = vars(obj).pop("temporary", None)
        if temporary is None:
            return super(DjangoUserAdmin, self).response_add(request, obj, post_url_continue)
        return self.show_passwords(request, [(obj, temporary)])

    @method_decorator(sensitive_post_parameters())
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        person = self.get_object(request, unquote(id))
        if person is None:
            raise Http404
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        data = request.POST if request.method == "POST" else None
        form = PersonPasswordForm(data, person=person, by=signed_in(request))
        if form.is_valid():
            return self.password_given(request, form)
        return self.password_page(request, form)

    def password_given(self, request: HttpRequest, form: PersonPasswordForm) -> HttpResponse:
        self.log_change(request, form.instance, _("Cambió la contraseña."))
        if form.instance == request.user:
            update_session_auth_hash(request, form.instance)
        if form.temporary:
            return self.show_passwords(request, [(form.instance, form.temporary)])
        self.message_user(request, _("Contraseña cambiada; sus sesiones terminaron."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[form.instance.pk]))

    def password_page(self, request: HttpRequest, form: PersonPasswordForm) -> TemplateResponse:
        is_own = form.instance == request.user
        fieldsets = [(None, {"fields": list(form.fields)})]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Contraseña de %(person)s") % {"person": form.instance},
            "note": _("Tus otras sesiones terminarán.")
            if is_own
            else _("Sus sesiones terminarán, y deberá cambiar esta contraseña al entrar."),
            "form": form,
            "adminForm": AdminForm(form, fieldsets, {}),  # type: ignore[arg-type]  # any form will do
            "original": form.instance,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/accounts/give_password.html", context)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes with a person needs no permission of its own."""
        keys = [person.pk for person in objs]
        counts = {
            self.opts.verbose_name_plural: len(keys),
            TokenFamily._meta.verbose_name_plural: TokenFamily.objects.filter(user__in=keys).count(),
        }
        return [f"{person} ({person.email})" for person in objs], counts, set(), []

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The log entry and the deletion together, on every engine; a refusal leads back with its reason."""
        try:
            with atomic():
                note = _("Se elimina con sus sesiones y preferencias. No se puede deshacer.")
                return super().delete_view(request, object_id, {"note": note, **(extra_context or {})})
        except AppError as error:
            self.message_user(request, str(error.text), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[object_id]))

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        people.delete_person(user=obj)


@admin.register(UserSettings)
class UserSettingsAdmin(ReadOnlyAdmin):
    """How people want the chat to look; they change it themselves."""

    empty_note = gettext_lazy(
        "Aquí aparecerán el idioma, el tema y el tamaño de letra que cada persona elija en el chat."
    )
    list_display = ("subject", "language", "theme", "font_scale", "high_contrast", "updated_at")
    list_filter = ("language", "theme", "high_contrast")
    search_fields = ("subject",)

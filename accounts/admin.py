"""People and organisations in the administration. Everything goes through the services: same rules, same journal.

Its sign-in is the application's own, so that the second factor holds there too.
"""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group

from accounts import services
from accounts.enums import Role
from accounts.links import LINK_PURPOSES
from accounts.models import Grant, Membership, Organisation, User
from accounts.services.links import STATUS_LABELS, status_of
from core.errors import DomainError
from core.forms import clean_input

admin.site.login = secure_admin_login(admin.site.login)
admin.site.site_header = admin.site.site_title = "DLA Ingénierie · administration"
admin.site.index_title = "Comptes et listes de référence"
admin.site.unregister([Group, SocialApp, SocialToken, SocialAccount])


def _become(obj, saved) -> None:
    """The admin goes on with ``obj``: give it what the service saved."""
    obj.__dict__.update(saved.__dict__)


class ServiceAdmin(admin.ModelAdmin):
    """Nothing is deleted: what was done stays told."""

    list_per_page = 50
    show_full_result_count = False

    def has_delete_permission(self, request, obj=None):
        return False

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.CharField):
            clean_input(field)
        return field

    def for_each(self, request, queryset, action, done: str) -> None:
        """Apply ``action`` to each object of an admin action; a refusal is shown and stops nothing else."""
        count = 0
        for obj in queryset:
            try:
                action(obj)
                count += 1
            except DomainError as error:
                self.message_user(request, f"{obj} : {error.message}", messages.ERROR)
        if count:
            self.message_user(request, f"{done} : {count}.", messages.SUCCESS)


@admin.register(User)
class UserAdmin(ServiceAdmin):
    """Creating an account sends its mail; the person chooses the password."""

    list_display = ("email", "first_name", "last_name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "last_name", "first_name")
    ordering = ("last_name", "first_name", "pk")
    fields = (
        "email", "first_name", "last_name", "fonction", "phone",
        "is_active", "is_staff", "is_superuser", "last_login", "date_joined",
    )  # fmt: skip
    readonly_fields = ("last_login", "date_joined")

    def save_model(self, request, obj, form, change):
        if change:
            values = {name: form.cleaned_data[name] for name in form.changed_data}
            _become(obj, services.change_by_admin(obj, values, actor=request.actor))
        else:
            services.open_account(obj, actor=request.actor)


@admin.register(Organisation)
class OrganisationAdmin(ServiceAdmin):
    """Opening and keeping organisations."""

    list_display = ("name", "kind", "region", "secteur", "is_active")
    list_filter = ("kind", "is_active", "region")
    search_fields = ("name", "structure_porteuse")
    ordering = ("name", "pk")
    filter_horizontal = ("departements",)
    list_select_related = ("region", "secteur")

    def save_model(self, request, obj, form, change):
        data = form.cleaned_data
        if change:
            values = {n: data[n] for n in form.changed_data if n != "departements"}
            many = {"departements": data["departements"]} if "departements" in form.changed_data else None
            saved = services.update_organisation(
                obj, values, actor=request.actor, expected_version=None, many_to_many=many
            )
            _become(obj, saved)
        else:
            services.create_organisation(obj, actor=request.actor, departements=data["departements"])


@admin.register(Membership)
class MembershipAdmin(ServiceAdmin):
    """Members. Ending a membership, never deleting it."""

    list_display = ("user", "organisation", "role", "started_at", "ended_at")
    list_filter = ("role", "organisation__kind", ("ended_at", admin.EmptyFieldListFilter))
    search_fields = ("user__email", "user__last_name", "organisation__name")
    autocomplete_fields = ("user", "organisation")
    list_select_related = ("user", "organisation")
    ordering = ("organisation__name", "user__last_name", "pk")
    actions = ("end",)

    def get_fields(self, request, obj=None):
        return ("user", "organisation", "role", "started_at", "ended_at") if obj else ("user", "organisation", "role")

    def get_readonly_fields(self, request, obj=None):
        return ("user", "organisation", "started_at", "ended_at") if obj else ()

    def save_model(self, request, obj, form, change):
        role = form.cleaned_data["role"]
        if change:
            saved = services.change_role(obj, role, actor=request.actor, expected_role=form.initial["role"])
        else:
            saved = services.add_member(obj.user, obj.organisation, role, actor=request.actor)
        _become(obj, saved)

    @admin.action(description="Mettre fin à l’appartenance")
    def end(self, request, queryset):
        self.for_each(
            request, queryset, lambda m: services.end_membership(m, actor=request.actor), "Appartenances terminées"
        )


class InvitationForm(forms.ModelForm):
    """Inviting the first responsable of a new organisation."""

    role = forms.ChoiceField(label="rôle", choices=Role.choices, initial=Role.RESPONSABLE)

    class Meta:
        model = Grant
        fields = ("organisation", "recipient_email")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].required = True


@admin.register(Grant)
class GrantAdmin(ServiceAdmin):
    """Personal links, to look at; one invites into an organisation from here. The others are sent and revoked from the
    page of their object."""

    list_display = ("object_label", "recipient_name", "organisation", "sent_at", "opened_count", "expires_at", "state")
    list_filter = ("purpose", ("revoked_at", admin.EmptyFieldListFilter), ("used_at", admin.EmptyFieldListFilter))
    search_fields = ("object_label", "recipient_name", "recipient_email")
    list_select_related = ("organisation",)
    autocomplete_fields = ("organisation",)
    ordering = ("-sent_at", "pk")
    actions = ("resend", "revoke")

    @admin.display(description="état")
    def state(self, obj: Grant) -> str:
        return STATUS_LABELS[status_of(obj)]

    @admin.display(description="usage")
    def purpose_label(self, obj: Grant) -> str:
        purpose = LINK_PURPOSES.get(obj.purpose)
        return purpose.label if purpose else obj.purpose

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, **kwargs, **({} if obj else {"form": InvitationForm}))

    def add_view(self, request, form_url="", extra_context=None):
        return super().add_view(request, form_url, {"title": "Inviter dans une organisation", **(extra_context or {})})

    def get_fields(self, request, obj=None):
        if obj is None:
            return ("organisation", "recipient_email", "role")
        return ("purpose_label", "state", *(f.name for f in Grant._meta.fields if f.name not in ("id", "purpose")))

    def has_change_permission(self, request, obj=None):
        return obj is None and super().has_change_permission(request, obj)

    def save_model(self, request, obj, form, change):
        role = form.cleaned_data["role"]
        _become(obj, services.invite(obj.organisation, obj.recipient_email, role, actor=request.actor))

    @admin.action(description="Renvoyer le lien")
    def resend(self, request, queryset):
        self.for_each(request, queryset, lambda g: services.resend_link(g, actor=request.actor), "Liens renvoyés")

    @admin.action(description="Révoquer le lien")
    def revoke(self, request, queryset):
        self.for_each(request, queryset, lambda g: services.revoke_link(g, actor=request.actor), "Liens révoqués")


@admin.register(SocialAccount)
class ExternalAccountAdmin(admin.ModelAdmin):
    """Links to the OpenID Connect provider: made by signing in, undone here; the settings say which provider."""

    list_display = ("user", "date_joined", "last_login")
    search_fields = ("user__email", "user__last_name")
    ordering = ("-date_joined", "pk")
    fields = ("user", "date_joined", "last_login")
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

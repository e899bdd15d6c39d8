"""My organisations, and the page of each."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions, services
from accounts.enums import Role
from accounts.forms import OrganisationForm
from accounts.models import Grant, Membership, Organisation
from accounts.services.invitations import INVITATION
from accounts.services.links import EXPIRE, status_of
from accounts.services.sent_links import not_sent
from core import journal
from core.actor import Actor
from core.errors import NotAllowed
from core.formats import format_date, format_recent
from core.phones import format_phone
from core.redirects import path_of_ours
from core.sorting import french
from core.views.editing import VersionedUpdateView


def visible(actor: Actor, pk: int) -> Organisation:
    """The organisation the actor belongs to, or 404."""
    return get_object_or_404(Organisation.objects.visible_to(actor).select_related("region", "secteur"), pk=pk)


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """The organisations I belong to; one click to act for another."""
    active = request.actor.organisation_id
    memberships = (
        Membership.objects.active()
        .filter(user=request.user)
        .select_related("organisation")
        .order_by(french("organisation__name"), "pk")
    )
    rows = [
        {
            "name": m.organisation.name,
            "kind": m.organisation.get_kind_display(),
            "role": m.get_role_display(),
            "since": format_date(m.started_at),
            "url": reverse("accounts:organisation", args=[m.organisation_id]),
            "switch_url": reverse("accounts:switch", args=[m.organisation_id]),
            "here": m.organisation_id == active,
        }
        for m in memberships
    ]
    return render(request, "accounts/organisations.html", {"rows": rows})


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Act for another of my organisations: every list follows."""
    membership = get_object_or_404(Membership.objects.active(), user=request.user, organisation__pk=pk)
    actor = services.switch_organisation(request.user, membership)
    messages.success(request, f"Vous agissez maintenant pour {actor.organisation}.")
    return redirect(path_of_ours(request.POST.get("retour", ""), reverse("portal:accueil")))


switch.for_whoever = True  # accounts.middleware.SamePersonMiddleware


def _member_rows(organisation: Organisation, actor: Actor, manages: bool) -> list[dict]:
    members = (
        Membership.objects.running_in(organisation)
        .select_related("user")
        .order_by(french("user__last_name"), french("user__first_name"), "pk")
    )
    return [
        {
            "pk": m.pk,
            "name": str(m.user),
            "email": m.user.email,
            "fonction": m.user.fonction,
            "phone": format_phone(m.user.phone),
            "role": m.role,
            "role_label": m.get_role_display(),
            "active": m.user.is_active,
            "last_login": format_recent(m.user.last_login) or "jamais",
            "me": m.user_id == actor.user_id,
            "role_url": reverse("accounts:member_role", args=[organisation.pk, m.pk]) if manages else "",
            "handover_url": reverse("accounts:member_handover", args=[organisation.pk, m.pk]) if manages else "",
        }
        for m in members
    ]


def _invitation_rows(organisation: Organisation) -> list[dict]:
    pending = list(
        Grant.objects.of(organisation, INVITATION)
        .filter(used_at=None, revoked_at=None)
        .select_related("issued_by")
        .order_by("-sent_at", "pk")
    )
    failed = not_sent(pending)
    return [
        {
            "not_sent": i.pk in failed,
            "email": i.recipient_email,
            "role": Role(i.payload["role"]).label,
            "by": str(i.issued_by or ""),
            "sent": format_date(i.sent_at),
            "expires": format_date(i.expires_at),
            "expired": status_of(i) == EXPIRE,
            "asked": format_date(i.renewal_asked_at),
            "version": i.version,
            "resend_url": reverse("accounts:lien_renvoyer", args=[i.pk]),
            "revoke_url": reverse("accounts:lien_revoquer", args=[i.pk]),
        }
        for i in pending
    ]


@require_safe
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Coordinates and members; invitations for its responsables."""
    found = visible(request.actor, pk)
    refusal = permissions.manage_refusal(request.actor, found)
    manages = not refusal
    context = {
        "organisation": found,
        "departements": ", ".join(str(d) for d in found.departements.order_by("code")),
        "manages": manages,
        "refusal": refusal,
        "here": found.pk == request.actor.organisation_id,
        "members": _member_rows(found, request.actor, manages),
        "roles": Role.choices,
        "invitations": _invitation_rows(found) if manages else [],
    }
    return render(request, "accounts/organisation.html", context)


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What happened in the organisation: invitations, roles, handovers. For its responsables."""
    found = visible(request.actor, pk)
    refusal = permissions.manage_refusal(request.actor, found)
    if refusal:
        raise NotAllowed(refusal)
    lines = journal.describe(journal.entries_for(found)[:100])
    return render(request, "accounts/organisation_journal.html", {"organisation": found, "lines": lines})


class OrganisationUpdate(VersionedUpdateView):
    """The coordinates, kept by the responsables."""

    form_class = OrganisationForm
    template_name = "accounts/organisation_form.html"
    success_message = "Les coordonnées sont enregistrées."
    page_title = "Coordonnées"

    def get_object(self) -> Organisation:
        return visible(self.actor, self.kwargs["pk"])

    def refusal(self, obj: Organisation) -> str:
        return permissions.manage_refusal(self.actor, obj)

    def save(self, form: OrganisationForm, expected_version: int) -> Organisation:
        return services.update_organisation(
            self.object, form.values(), actor=self.actor, expected_version=expected_version
        )

    def get_success_url(self) -> str:
        return reverse("accounts:organisation", args=[self.object.pk])

"""What a responsable does with the members of an organisation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import handover as handing
from accounts import permissions, services
from accounts.forms import HandoverForm, InvitationForm
from accounts.models import Grant, Membership, Organisation
from accounts.services.members import LAST_RESPONSABLE, is_last_responsable
from accounts.views.organisations import visible
from core.errors import NotAllowed
from core.formats import plural
from core.views.editing import CreateView


def _managed(request: HttpRequest, pk: int) -> Organisation:
    found = visible(request.actor, pk)
    refusal = permissions.manage_refusal(request.actor, found)
    if refusal:
        raise NotAllowed(refusal)
    return found


class Invite(CreateView):
    """Invite somebody; the link is valid 14 days."""

    form_class = InvitationForm
    template_name = "accounts/invite.html"
    error_field = "email"

    def get_object(self) -> Organisation:
        return _managed(self.request, self.kwargs["pk"])

    def save(self, form: InvitationForm) -> Grant:
        return services.invite(self.object, form.cleaned_data["email"], form.cleaned_data["role"], actor=self.actor)

    def get_success_message(self) -> str:
        return f"L’invitation part à {self.created.recipient_email}."

    def get_success_url(self) -> str:
        return reverse("accounts:organisation", args=[self.object.pk])

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(organisation=self.object, **context)


def _member(organisation: Organisation, membership_pk: int) -> Membership:
    return get_object_or_404(
        Membership.objects.running_in(organisation).select_related("user", "organisation"), pk=membership_pk
    )


@require_POST
def role(request: HttpRequest, pk: int, membership_pk: int) -> HttpResponse:
    """Change the role of a member."""
    organisation = _managed(request, pk)
    membership = services.change_role(
        _member(organisation, membership_pk),
        request.POST.get("role", ""),
        actor=request.actor,
        expected_role=request.POST.get("expected_role", ""),
    )
    messages.success(request, f"{membership.user} est maintenant « {membership.get_role_display()} ».")
    return redirect("accounts:organisation", pk)


def _leave(
    request: HttpRequest, membership: Membership, *, receiver: Membership | None, end: bool, reason: str
) -> None:
    if receiver is None:
        services.end_membership(membership, actor=request.actor, reason=reason)
    else:
        moved = services.hand_over(membership, receiver, actor=request.actor, end=end, reason=reason)
        total = sum(line.count for line in moved)
        messages.success(request, f"{plural(total, 'dossier')} confiés par {membership.user} à {receiver.user}.")
    if end:
        messages.success(request, f"{membership.user} n’est plus membre de {membership.organisation}.")


@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest, pk: int, membership_pk: int) -> HttpResponse:
    """Hand everything a member holds to a colleague, and end the membership if wished."""
    organisation = _managed(request, pk)
    membership = _member(organisation, membership_pk)
    held = handing.held_by(membership)
    form = HandoverForm(
        request.POST if request.method == "POST" else None,
        receivers=handing.possible_receivers(membership),
        needs_receiver=bool(held),
        initial={"end": True},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            if data["receiver"] is None and not data["end"]:
                form.add_error("end", "Rien n’est à confier : cochez la case pour mettre fin à l’appartenance.")
            else:
                _leave(request, membership, **data)
                leaver_is_me = data["end"] and membership.user_id == request.user.pk
                return redirect("accounts:organisations") if leaver_is_me else redirect("accounts:organisation", pk)
    context = {
        "organisation": organisation,
        "membership": membership,
        "held": held,
        "form": form,
        "last_responsable": LAST_RESPONSABLE if is_last_responsable(membership) else "",
    }
    return render(request, "accounts/handover.html", context, status=status)

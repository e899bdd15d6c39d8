"""The people of a prestataire: who belongs, who asks to, who is invited."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from accounts.models import Grant
from accounts.services.links import EXPIRE, status_of
from accounts.services.sent_links import not_sent
from core.errors import InvalidInput
from core.formats import format_date
from core.views.editing import CreateView
from partners.portfolio.invitations.forms import ColleagueForm
from partners.portfolio.invitations.purposes import COLLEGUE, REFERENT
from partners.portfolio.invitations.services import invite_colleague
from partners.portfolio.prestataire.enums import EtatMembre, RoleMembre
from partners.portfolio.prestataire.models import Membre
from partners.portfolio.prestataire.services import answer_request, end, set_role
from partners.portfolio.prestataire.views import EspaceMixin, EspaceView


class Equipe(EspaceMixin, CreateView):
    """Who belongs to the prestataire, who asks to, who is invited; the référent invites a colleague."""

    template_name = "portfolio/espace/equipe.html"
    form_class = ColleagueForm
    success_message = "L’invitation est partie ; elle est valable 14 jours."

    def save(self, form: ColleagueForm) -> Grant:
        return invite_colleague(self.prestataire, form.cleaned_data["email"], actor=self.actor)

    def get_success_url(self) -> str:
        return reverse("portfolio:equipe", args=[self.prestataire.pk])

    def get_context(self, **context: Any) -> dict[str, Any]:
        rows = list(
            Membre.objects.filter(prestataire=self.prestataire, state__in=(EtatMembre.ACTIF, EtatMembre.DEMANDE))
            .select_related("user")
            .order_by("-role", "since", "pk")
        )
        told = [
            {
                "pk": m.pk,
                "name": str(m.user),
                "email": m.user.email,
                "role": m.get_role_display(),
                "referent": m.is_referent,
                "me": m.user_id == self.actor.user_id,
                "since": format_date(m.since),
                "waits": m.state == EtatMembre.DEMANDE,
            }
            for m in rows
        ]
        invitations = list(
            Grant.objects.of(self.prestataire).filter(purpose__in=(COLLEGUE, REFERENT), used_at=None, revoked_at=None)
        )
        failed = not_sent(invitations)
        return super().get_context(
            prestataire=self.prestataire,
            leads=self.membre.is_referent,
            members=[row for row in told if not row["waits"]],
            waiting=[row for row in told if row["waits"]],
            invited=[
                {
                    "email": i.recipient_email,
                    "until": format_date(i.expires_at),
                    "expired": status_of(i) == EXPIRE,
                    "not_sent": i.pk in failed,
                    "version": i.version,
                    # What the staff sent is sent again by the staff.
                    "resend_url": reverse("accounts:lien_renvoyer", args=[i.pk]) if i.purpose == COLLEGUE else "",
                }
                for i in invitations
            ],
            **context,
        )


@method_decorator(require_POST, name="dispatch")
class MembreAction(EspaceView):
    """Accept or refuse who asks, make somebody référent or consultant, end a belonging."""

    def post(self, request: HttpRequest, pk: int, membre_pk: int) -> HttpResponse:
        membre = get_object_or_404(
            Membre.objects.filter(prestataire=self.prestataire).select_related("user", "prestataire"), pk=membre_pk
        )
        what = request.POST.get("action", "")
        if what in ("accepter", "refuser"):
            answer_request(membre, what == "accepter", actor=self.actor)
            said = "rejoint" if what == "accepter" else "ne rejoint pas"
            messages.success(request, f"{membre.user} {said} {self.prestataire} : un courrier le lui dit.")
        elif what in RoleMembre.values:
            set_role(membre, what, actor=self.actor)
            messages.success(request, f"{membre.user} est maintenant {RoleMembre(what).label}.")
        elif what == "partir":
            end(membre, actor=self.actor)
            messages.success(request, f"{membre.user} n’appartient plus à {self.prestataire}.")
            if membre.user_id == self.actor.user_id:
                return redirect("portfolio:espace")
        else:
            raise InvalidInput("Cette action n’existe pas : rechargez la page.")
        return redirect("portfolio:equipe", pk)

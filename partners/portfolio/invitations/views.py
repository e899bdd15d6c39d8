"""Entering the portfolio: inviting (DLA, C2RA), the page behind the link, asking by oneself."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Grant, User
from accounts.services import Acceptance, NewPerson
from accounts.services.links import EXPIRE, OUVERT, REPONDU, REVOQUE, status_of
from accounts.services.sent_links import not_sent
from accounts.views.invitation import AcceptView
from core import listing
from core.formats import format_date
from core.views.editing import CreateView
from partners.portfolio.invitations import services
from partners.portfolio.invitations.forms import DemandeForm, InvitationForm
from partners.portfolio.invitations.purposes import PORTEFEUILLE, REFERENT
from partners.portfolio.invitations.services import accept, prestataire_of
from partners.portfolio.prestataire import permissions
from partners.portfolio.prestataire.models import Prestataire

_STATES = {
    OUVERT: ("en attente", "tag-accent"), REPONDU: ("acceptée", "tag-ok"),
    EXPIRE: ("expirée", "tag-warn"), REVOQUE: ("révoquée", "tag-neutral"),
}  # fmt: skip


def _asked(request: HttpRequest) -> dict[str, str]:
    """What an import proposes to write to who should join a prestataire already there."""
    siret = "".join(c for c in request.GET.get("siret", "") if c.isdigit())[:14]
    told = {"email": request.GET.get("email", "")[:254]}
    if siret:
        told["message"] = (
            f"Votre structure (SIRET {siret}) est déjà inscrite au portefeuille. Une fois votre compte ouvert, "
            "saisissez ce SIRET et demandez à la rejoindre : son référent vous répondra."
        )
    return told


def _rows(sent: Collection[Grant]) -> list[dict[str, Any]]:
    named = Prestataire.objects.in_bulk([g.object_id for g in sent if g.purpose == REFERENT])
    failed = not_sent(sent)
    return [
        {
            "not_sent": g.pk in failed,
            "email": g.recipient_email,
            "prestataire": str(named.get(g.object_id, "")) if g.purpose == REFERENT else "",
            "label": _STATES[status][0],
            "tag": _STATES[status][1],
            "sent": format_date(g.sent_at),
            "until": format_date(g.expires_at),
            "version": g.version,
            "open": status in (OUVERT, EXPIRE),
            "resend_url": reverse("accounts:lien_renvoyer", args=[g.pk]),
            "revoke_url": reverse("accounts:lien_revoquer", args=[g.pk]),
        }
        for g, status in ((g, status_of(g)) for g in sent)
    ]


class Invitations(CreateView):
    """The invitations of my organisation, and one more."""

    template_name = "portfolio/invitations/invitations.html"
    form_class = InvitationForm
    success_message = "L’invitation est partie ; elle est valable 14 jours."

    def refusal(self, obj: None) -> str:
        return permissions.why_not_invite(self.actor) or ""

    def get_initial(self) -> dict[str, str]:
        return _asked(self.request)

    def save(self, form: InvitationForm) -> Grant:
        return services.invite(**form.values(), actor=self.actor)

    def get_success_url(self) -> str:
        return reverse("portfolio:invitations")

    def get_context(self, **context: Any) -> dict[str, Any]:
        sent = Grant.objects.filter(purpose__in=(PORTEFEUILLE, REFERENT), organisation=self.actor.organisation_id)
        page = listing.paginate(sent.order_by("-sent_at", "pk"), self.request)
        return super().get_context(
            rows=_rows(list(page.object_list)), page=page, counter=page.paginator.counter("invitation"), **context
        )


# --- The link -------------------------------------------------------------------------------------------------------


class Rejoindre(AcceptView):
    """Entering the portfolio by a link."""

    template_name = "portfolio/invitations/rejoindre.html"

    def words(self) -> dict[str, Any]:
        prestataire, message = prestataire_of(self.link), self.grant.payload.get("message", "")
        return {"prestataire": str(prestataire or ""), "message": message}

    def accept(self, person: User | NewPerson) -> Acceptance:
        return accept(self.link, person)

    def welcome(self, done: Acceptance, *, new: bool) -> HttpResponse:
        if done.joined is not None:
            messages.success(self.request, f"Vous faites maintenant partie de {done.joined}.")
            return redirect("portfolio:espace_prestataire", done.joined.pk)
        if prestataire_of(self.link) is not None:
            # Its people have held it since the staff invited.
            messages.success(
                self.request, "Votre demande est transmise au référent : vous recevrez sa réponse par courrier."
            )
            return redirect("portfolio:espace")
        messages.success(self.request, "Bienvenue. Dites d’abord qui vous êtes : votre SIRET suffit pour commencer.")
        return redirect("portfolio:nouveau")


@rate_limit(action="acces_demande")
def _ask(request: HttpRequest, form: DemandeForm) -> HttpResponse:
    services.ask_access(form.cleaned_data["email"], actor=request.actor)
    return render(request, "portfolio/invitations/demande.html", {"form": None, "sent_to": form.cleaned_data["email"]})


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def demande(request: HttpRequest) -> HttpResponseBase:
    """Ask for a space by oneself: the same answer whatever the address."""
    form = DemandeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _ask(request, form)
    return render(
        request, "portfolio/invitations/demande.html", {"form": form, "sent_to": ""}, status=422 if form.errors else 200
    )

"""The fiches taken over from the former portfolio: who is still to be invited, who asks to hold one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Grant
from accounts.permissions import is_c2ra_of
from core import clock, listing
from core.errors import InvalidInput, NotAllowed
from core.exports import export_response
from core.formats import format_date
from core.identifiers import format_siret
from core.jobs import enqueue
from core.text import whole_number
from core.views.once import sent_once
from partners.portfolio.fiche.models.reprise import Reprise
from partners.portfolio.fiche.services.versions import verify
from partners.portfolio.fiche.views.base import WritingView, rubrique_or_404
from partners.portfolio.invitations.purposes import REFERENT
from partners.portfolio.prestataire.models import Membre, Prestataire
from partners.portfolio.prestataire.permissions import why_not_host, why_not_invite
from partners.portfolio.prestataire.services import answer_request
from partners.portfolio.reprise import permissions, services
from partners.portfolio.reprise.forms import AdresseForm
from partners.portfolio.reprise.tasks import INVITE_JOB

ETATS = [
    ("a_inviter", "À inviter"), ("invitee", "Invités, pas encore venus"), ("tenue", "Tenues par leur référent"),
]  # fmt: skip


def _reads(request: HttpRequest) -> None:
    organisation = request.actor.organisation
    if organisation is None or not (organisation.is_dla or organisation.is_c2ra):
        raise NotAllowed("Les fiches de l’ancien portefeuille sont reprises par les DLA et les C2RA.")


def _standing(reprise: Any) -> tuple[str, str]:
    """Where a fiche taken over stands, in words, and the tone of its label."""
    if reprise.held:
        return "tenue par son référent", "tag-ok"
    if reprise.prestataire.efface_le:
        return "effacée", "tag-neutral"
    if not reprise.invited:
        return "à inviter", "tag-warn"
    if reprise.accepted_at:
        return "plus tenue", "tag-neutral"
    if reprise.invited_until > clock.now():
        return f"invité le {format_date(reprise.invited_at)}", "tag-accent"
    return f"invitation expirée le {format_date(reprise.invited_until)}", "tag-warn"


def _filtered(request: HttpRequest, found: Any) -> tuple[Any, str, str]:
    query, etat = request.GET.get("q", "")[:200], request.GET.get("etat", "")
    if query:
        found = found.filter(prestataire__in=Prestataire.objects.search(query))
    wanted = {
        "a_inviter": {"held": False, "invited": False, "prestataire__efface_le": None},
        "invitee": {"held": False, "invited": True},
        "tenue": {"held": True},
    }.get(etat)
    return (found.filter(**wanted) if wanted else found), query, etat


@require_GET
def reprises(request: HttpRequest) -> HttpResponse:
    """What my organisation took over (for a C2RA, what its région holds of it): search, state, export."""
    _reads(request)
    actor = request.actor
    mine = Reprise.objects.visible_to(actor)
    found, query, etat = _filtered(request, mine.with_progress())
    found = found.select_related("prestataire", "organisation")
    if "export" in request.GET:
        head = ("Prestataire", "SIRET", "Courriel du référent", "Reprise par", "Reprise le", "État")
        rows = (
            [r.prestataire.name, r.prestataire.siret, r.email, str(r.organisation), r.at.date(), _standing(r)[0]]
            for r in found.iterator(chunk_size=500)
        )
        return export_response("fiches-reprises", head, rows, request.GET["export"])
    page = listing.paginate(found.order_by("-at", "-pk"), request)
    rows = [
        {
            "name": str(r.prestataire),
            "siret": format_siret(r.prestataire.siret),
            "email": r.email,
            "by": str(r.organisation),
            "at": format_date(r.at),
            "state": _standing(r)[0],
            "tag": _standing(r)[1],
            "url": reverse("portfolio:reprise", args=[r.prestataire_id]),
        }
        for r in page.object_list
    ]
    context = {
        "rows": rows,
        "page": page,
        "counter": page.paginator.counter("fiche"),
        "etats": listing.options([("", "Tous les états"), *ETATS], etat),
        "q": query,
        "filtered": bool(query or etat),
        "writes": why_not_invite(actor) is None,
        "to_invite": mine.filter(organisation=actor.organisation_id).to_invite().count(),
        "waiting": _unheld_requests(actor),
    }
    return listing.render_list(
        request, "portfolio/reprise/reprises.html", "portfolio/reprise/reprises_resultats.html", context
    )


def _unheld_requests(actor: Any) -> list[dict[str, str]]:
    """Who asks to join a prestataire that nobody holds, where the actor answers."""
    people = Membre.objects.active().filter(prestataire=OuterRef("prestataire"))
    asked = Membre.objects.waiting().filter(~Exists(people)).select_related("user", "prestataire__region")
    asked = asked.filter(prestataire__region=actor.organisation.region_id).order_by("since", "pk")[:50]
    return [
        {"who": str(m.user), "name": str(m.prestataire), "url": reverse("portfolio:reprise", args=[m.prestataire_id])}
        for m in asked
        if why_not_host(actor, m.prestataire) is None
    ]


@require_POST
@sent_once
def reprises_inviter(request: HttpRequest) -> HttpResponse:
    """Invite, in the background, every référent of my organisation's list who was not invited yet."""
    _reads(request)
    refusal = why_not_invite(request.actor)
    if refusal:
        raise NotAllowed(refusal)
    waiting = Reprise.objects.filter(organisation=request.actor.organisation_id).to_invite()
    if not waiting.exists():
        raise InvalidInput("Il n’y a plus personne à inviter : chaque référent a reçu son invitation.")
    job = enqueue(INVITE_JOB, {"organisation": request.actor.organisation_id}, actor=request.actor)
    return redirect("core:job_detail", job.pk)


class ReprisePage(View):
    """One fiche that nobody held when it came: whom to invite, and who asks to hold it."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.actor = request.actor
        self.prestataire = get_object_or_404(Prestataire.objects.select_related("region"), pk=kwargs["pk"])
        found = Reprise.objects.visible_to(self.actor).with_progress().filter(prestataire=self.prestataire)
        self.reprise = found.select_related("organisation").first()
        keeps = is_c2ra_of(self.actor, self.prestataire.region)
        held = Membre.objects.active().filter(prestataire=self.prestataire).exists()
        if self.reprise is None and (held or not keeps):
            raise Http404

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show()

    def show(self, *, form: AdresseForm | None = None, status: int = 200) -> HttpResponse:
        reprise = self.reprise
        context: dict[str, Any] = {
            "prestataire": self.prestataire,
            "siret": format_siret(self.prestataire.siret),
            "reprise": reprise,
            "may_host": why_not_host(self.actor, self.prestataire) is None,
            "waiting": [
                {"pk": m.pk, "name": str(m.user), "email": m.user.email, "since": format_date(m.since)}
                for m in Membre.objects.waiting().filter(prestataire=self.prestataire).select_related("user")
            ],
        }
        if reprise is not None:
            refusal = permissions.why_not_reprise(self.actor, reprise)
            context |= {
                "state": _standing(reprise)[0],
                "tag": _standing(reprise)[1],
                "at": format_date(reprise.at),
                "held": reprise.held,
                "refusal": refusal or "",
                "acts": refusal is None and not reprise.held and not self.prestataire.efface_le,
                "sent": reprise.invited,
                "mine": self._mine(),
                "form": form or AdresseForm(initial={"email": reprise.email}),
            }
        return render(self.request, "portfolio/reprise/reprise.html", context, status=status)

    def _mine(self) -> dict[str, Any] | None:
        """What my organisation may do with the invitation that it sent and that waits."""
        mine = Grant.objects.of(self.prestataire, REFERENT).filter(organisation=self.actor.organisation_id)
        sent = mine.filter(used_at=None, revoked_at=None).first()
        if sent is None:
            return None
        return {
            "version": sent.version,
            "resend_url": reverse("accounts:lien_renvoyer", args=[sent.pk]),
            "revoke_url": reverse("accounts:lien_revoquer", args=[sent.pk]),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        what = request.POST.get("action", "")
        if what in ("accepter", "refuser"):
            return self._answer(what == "accepter")
        if self.reprise is None or what not in ("inviter", "adresse"):
            raise InvalidInput("Cette action n’existe pas : rechargez la page.")
        if what == "inviter":
            services.invite_referent(self.reprise, actor=self.actor)
            messages.success(request, f"L’invitation est partie à {self.reprise.email} ; elle est valable 14 jours.")
            return redirect("portfolio:reprise", pk)
        form = AdresseForm(request.POST)
        if not form.is_valid():
            return self.show(form=form, status=422)
        try:
            services.change_address(self.reprise, form.cleaned_data["email"], actor=self.actor)
        except InvalidInput as error:
            form.add_error("email", error.message)
            return self.show(form=form, status=422)
        messages.success(request, "L’adresse est corrigée.")
        return redirect("portfolio:reprise", pk)

    def _answer(self, accept: bool) -> HttpResponse:
        pk = whole_number(self.request.POST.get("membre", ""))
        membre = get_object_or_404(
            Membre.objects.filter(prestataire=self.prestataire).select_related("user", "prestataire__region"), pk=pk
        )
        answer_request(membre, accept, actor=self.actor)
        said = "tient maintenant la fiche" if accept else "n’est pas accueilli"
        messages.success(self.request, f"{membre.user} {said} : un courrier le lui dit.")
        if accept and self.reprise is None:
            return redirect("portfolio:reprises")
        return redirect("portfolio:reprise", self.prestataire.pk)


@method_decorator(require_POST, name="dispatch")
class Verifier(WritingView):
    """« J’ai vérifié cette rubrique »: the former fiche said right."""

    def post(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        rubrique = rubrique_or_404(code)
        verify(self.fiche, code, actor=self.actor)
        messages.success(request, f"La rubrique « {rubrique.titre} » est vérifiée.")
        return redirect("portfolio:espace_prestataire", pk)

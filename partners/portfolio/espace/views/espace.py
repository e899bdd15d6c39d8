"""« Espace prestataire »: my fiche and where it stands, what is missing, how to enter."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from accounts.entreprises import FromDirectoryMixin
from accounts.models import Grant
from core import clock
from core.errors import ConditionsNotMet, DomainError, InvalidInput
from core.formats import format_date, format_datetime
from core.forms import OUT_OF_DATE
from core.identifiers import format_siret
from core.lifecycle import available_actions
from core.views import kept
from core.views.actions import ActionMixin
from core.views.once import sent_once
from partners.portfolio.espace.forms import PrestataireForm
from partners.portfolio.espace.registry import waiting
from partners.portfolio.fiche.ancres import address, told
from partners.portfolio.fiche.enums import ECRITURE
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.models.remarque import Remarque
from partners.portfolio.fiche.rubriques import BY_CODE
from partners.portfolio.fiche.services import remarques
from partners.portfolio.fiche.services.inscription import SiretKnown, create_prestataire, find_by_siret
from partners.portfolio.fiche.services.verification import to_verify
from partners.portfolio.fiche.services.versions import start_version, submit, withdraw
from partners.portfolio.fiche.views.base import fiche_under_way, ring
from partners.portfolio.invitations.purposes import PORTEFEUILLE
from partners.portfolio.prestataire import permissions
from partners.portfolio.prestataire.models import Membre
from partners.portfolio.prestataire.services import ask_to_join
from partners.portfolio.prestataire.views import EspaceView
from partners.portfolio.publication.actualisation import confirm_unchanged, confirmable_from
from partners.portfolio.publication.presenters import publication_rows, publications_of
from partners.portfolio.vitrine import selection

#: What moves the version under way; what begins another one, and what is then said.
_MOVES = {"soumettre": submit, "reprendre": withdraw}
_BEGINNINGS = {
    "version": (start_version, "Une nouvelle version est ouverte : la version publiée reste visible."),
    "confirmer": (confirm_unchanged, "Merci : la fiche est envoyée au C2RA, telle quelle."),
}


@require_GET
def espace(request: HttpRequest) -> HttpResponse:
    """My prestataire; a choice when there are several; otherwise how to enter."""
    found = permissions.belongings(request.actor)
    if len(found) == 1:
        return redirect("portfolio:espace_prestataire", found[0].prestataire_id)
    asked = Membre.objects.waiting().filter(user=request.actor.user_id).select_related("prestataire")
    return render(
        request,
        "portfolio/espace/espace_choix.html",
        {"found": [m.prestataire for m in found], "waiting": [str(m.prestataire) for m in asked]},
    )


class Nouveau(FromDirectoryMixin, View):
    """Create my prestataire, or ask to join the one that has this SIRET."""

    form_class = PrestataireForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {}

    def show(self, form: PrestataireForm, *, status: int = 200, known: Any = None) -> HttpResponse:
        context = {"form": form, "known": known, **self.directory_context()}
        return render(self.request, "portfolio/espace/nouveau.html", context, status=status)

    def get(self, request: HttpRequest) -> HttpResponse:
        form = PrestataireForm(initial=self._known())
        kept.put_back(request, form)
        return self.show(form)

    def _known(self) -> dict[str, Any]:
        """The région is that of the organisation that invited."""
        grants = Grant.objects.filter(purpose=PORTEFEUILLE, recipient_email__iexact=self.request.user.email)
        found = grants.filter(organisation__region__isnull=False).select_related("organisation").first()
        return {"region": found.organisation.region_id} if found else {}

    @method_decorator(sent_once)
    def post(self, request: HttpRequest) -> HttpResponse:
        filled = self.fill()
        if filled is not None:
            return self.show(filled)
        form = PrestataireForm(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        data = form.cleaned_data
        there = find_by_siret(data["siret"])
        if there is not None and request.POST.get("rejoindre") == "1":
            ask_to_join(there, actor=request.actor)
            messages.success(
                request, "Votre demande est transmise au référent : vous recevrez sa réponse par courrier."
            )
            return redirect("portfolio:espace")
        try:
            prestataire = create_prestataire(
                actor=request.actor, siret=data["siret"], name=data["name"], region=data["region"], kind=data["kind"]
            )
        except SiretKnown as error:
            form.add_error("siret", error.message)
            return self.show(form, status=409, known=error.prestataire)
        except InvalidInput as error:
            form.add_error(None, error.message)
            return self.show(form, status=422)
        messages.success(request, f"{prestataire} est inscrit. Remplissez maintenant votre fiche, à votre rythme.")
        return redirect("portfolio:espace_prestataire", prestataire.pk)


class Espace(EspaceView):
    """The home of a prestataire."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show()

    def show(
        self, *, refused: DomainError | None = None, typed: tuple[int, str] | None = None, status: int = 200
    ) -> HttpResponse:
        """``typed``: what was written of a remark (its key, the text) and was not saved."""
        fiche = fiche_under_way(self.prestataire)
        publications = publications_of(self.prestataire.pk)
        published = next((p for p in publications if p.fiche_id), None)
        confirmable = confirmable_from(self.prestataire) if fiche is None else None
        lines = waiting(self.prestataire, self.actor)
        context: dict[str, Any] = {
            "waits": [line for line in lines if line.waits],
            "answered": [line for line in lines if not line.waits],
            "fiche": fiche,
            "siret": format_siret(self.prestataire.siret),
            "publications": publication_rows(publications),
            "published_url": reverse("portfolio:fiche", args=[published.fiche_id]) if published else "",
            "versions": self._versions(),
            "refused": refused,
            "to_do": [],
            "public": selection.standing(self.prestataire),
            "public_since": format_date(self.prestataire.public_retire_le),
            "confirmable": format_date(confirmable),
            "can_confirm": confirmable is not None and confirmable <= clock.today(),
        }
        if fiche is not None:
            context |= {
                "etat": fiche.get_state_display(),
                "tag": fiche.state_tag,
                "hint": fiche.state_hint,
                "written": fiche.is_written,
                "ring": ring(fiche),
                "actions": [a for a in available_actions(fiche, self.actor) if a.action.name in _MOVES],
                "remarks": self._remarks(fiche, typed),
                "to_verify": self._to_verify() if fiche.is_written else [],
                "submitted": format_datetime(fiche.submitted_at),
            }
        if isinstance(refused, ConditionsNotMet) and fiche is not None:
            context["to_do"] = [
                *context["ring"]["missing"],
                *({**row, "label": row["titre"], "rubrique": "à vérifier"} for row in context["to_verify"]),
                *(
                    {"url": f"#demande-{row['pk']}", "label": row["about"], "rubrique": "demande du C2RA à traiter"}
                    for row in context["remarks"]
                    if not row["settled"]
                ),
            ]
        return self.page("portfolio/espace/espace.html", context, status=status)

    def _versions(self) -> list[dict[str, Any]]:
        rows = (
            FicheVersion.objects.filter(prestataire=self.prestataire)
            .exclude(state__in=ECRITURE)
            .order_by("-numero")
            .only("numero", "state", "decided_at", "submitted_at", "decision_reason")[:10]
        )
        return [
            {
                "url": reverse("portfolio:fiche", args=[v.pk]),
                "numero": v.numero,
                "etat": v.get_state_display(),
                "tag": v.state_tag,
                "date": format_date(v.decided_at or v.submitted_at),
                "reason": v.decision_reason,
            }
            for v in rows
        ]

    def _to_verify(self) -> list[dict[str, str]]:
        """The rubrics of the former fiche that nobody has checked yet."""
        return [
            {"titre": r.titre, "url": reverse("portfolio:rubrique", args=[self.prestataire.pk, r.code])}
            for r in to_verify(self.prestataire.pk)
        ]

    def _remarks(self, fiche: FicheVersion, typed: tuple[int, str] | None) -> list[dict[str, Any]]:
        """What the C2RA asked at the last return, with what was answered; while the fiche is being written."""
        if not fiche.is_written:
            return []
        return [
            {
                "pk": r.pk,
                "texte": r.texte,
                "rubrique": BY_CODE[r.rubrique].titre,
                "about": told(r),
                "url": address(r, self.prestataire.pk),
                "settled": format_datetime(r.traitee_le),
                "by": r.traitee_par,
                "reponse": typed[1] if typed is not None and typed[0] == r.pk else r.reponse,
            }
            for r in fiche.remarques.asked()
        ]


class RemarqueTraiter(Espace):
    """Answer a remark of the C2RA or say it is done; or, after all, that it is not."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, remarque_pk: int) -> HttpResponse:
        remarque = get_object_or_404(
            Remarque.objects.select_related("fiche__prestataire__region"),
            pk=remarque_pk,
            fiche__prestataire=self.prestataire,
        )
        reponse = request.POST.get("reponse", "")
        try:
            if request.POST.get("action") == "rouvrir":
                remarques.reopen(remarque, actor=self.actor)
                messages.success(request, "La demande est de nouveau à traiter.")
            else:
                remarques.settle(remarque, reponse, actor=self.actor)
                messages.success(request, "La demande est traitée ; le C2RA lira votre réponse avec la fiche.")
        except InvalidInput as error:
            return self.show(refused=error, typed=(remarque.pk, reponse), status=error.status)
        return redirect(reverse("portfolio:espace_prestataire", args=[pk]) + "#demandes")


@method_decorator(require_POST, name="dispatch")
class ActionFiche(ActionMixin, Espace):
    """Send the fiche, take it back, begin the next version, say that all is still right."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        begin, said = _BEGINNINGS.get(request.POST.get("action", ""), (None, ""))
        if begin is None:
            return super().post(request, pk)
        try:
            begin(self.prestataire, actor=self.actor)
        except (ConditionsNotMet, InvalidInput) as error:
            return self.refused(error, "")
        messages.success(request, said)
        return redirect("portfolio:espace_prestataire", pk)

    def perform(self, action: str, **shown: Any) -> FicheVersion:
        fiche = fiche_under_way(self.prestataire)
        if fiche is None or action not in _MOVES:
            raise InvalidInput(OUT_OF_DATE)
        return _MOVES[action](fiche, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(refused=error, status=error.status)

    def get_action_url(self, action: str, obj: FicheVersion) -> str:
        return reverse("portfolio:espace_prestataire", args=[obj.prestataire_id])

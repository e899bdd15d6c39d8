"""« Espace prestataire »: my fiche and where it stands, what is missing, how to enter."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from core.errors import ConditionsNotMet, DomainError, InvalidInput
from core.formats import format_date, format_datetime
from core.forms import OUT_OF_DATE
from core.identifiers import format_siret
from core.lifecycle import available_actions
from core.views import kept
from core.views.actions import ActionMixin
from core.views.once import sent_once
from partners.portfolio.espace.forms import PrestataireForm
from partners.portfolio.fiche.enums import ECRITURE, EtatFiche
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.rubriques import BY_CODE
from partners.portfolio.fiche.services.inscription import SiretKnown, create_prestataire, find_by_siret
from partners.portfolio.fiche.services.verification import to_verify
from partners.portfolio.fiche.services.versions import confirm_unchanged, open_remarks, start_version, submit, withdraw
from partners.portfolio.fiche.views.base import fiche_under_way, ring
from partners.portfolio.prestataire import permissions
from partners.portfolio.prestataire.models import Membre
from partners.portfolio.prestataire.services import ask_to_join
from partners.portfolio.prestataire.views import EspaceView
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
    waiting = Membre.objects.waiting().filter(user=request.actor.user_id).select_related("prestataire")
    return render(
        request,
        "portfolio/espace/espace_choix.html",
        {"found": [m.prestataire for m in found], "waiting": [str(m.prestataire) for m in waiting]},
    )


class Nouveau(View):
    """Create my prestataire, or ask to join the one that has this SIRET."""

    def show(self, form: PrestataireForm, *, status: int = 200, known: Any = None) -> HttpResponse:
        context = {"form": form, "known": known}
        return render(self.request, "portfolio/espace/nouveau.html", context, status=status)

    def get(self, request: HttpRequest) -> HttpResponse:
        form = PrestataireForm()
        kept.put_back(request, form)
        return self.show(form)

    @method_decorator(sent_once)
    def post(self, request: HttpRequest) -> HttpResponse:
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

    def show(self, *, refused: DomainError | None = None, status: int = 200) -> HttpResponse:
        fiche = fiche_under_way(self.prestataire)
        publications = publications_of(self.prestataire.pk)
        published = next((p for p in publications if p.fiche_id), None)
        context: dict[str, Any] = {
            "fiche": fiche,
            "siret": format_siret(self.prestataire.siret),
            "publications": publication_rows(publications),
            "published_url": reverse("portfolio:fiche", args=[published.fiche_id]) if published else "",
            "versions": self._versions(),
            "refused": refused,
            "public": selection.standing(self.prestataire),
            "public_since": format_date(self.prestataire.public_retire_le),
            "can_confirm": fiche is None and published is not None,
        }
        if fiche is not None:
            context |= {
                "etat": fiche.get_state_display(),
                "tag": fiche.state_tag,
                "hint": fiche.state_hint,
                "written": fiche.is_written,
                "ring": ring(fiche),
                "actions": [a for a in available_actions(fiche, self.actor) if a.action.name in _MOVES],
                "remarks": self._remarks(fiche),
                "to_verify": self._to_verify() if fiche.is_written else [],
                "submitted": format_datetime(fiche.submitted_at),
            }
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

    def _remarks(self, fiche: FicheVersion) -> list[dict[str, str]]:
        if fiche.state != EtatFiche.A_COMPLETER:
            return []
        return [
            {
                "texte": r.texte,
                "rubrique": BY_CODE[r.rubrique].titre,
                "url": reverse("portfolio:rubrique", args=[self.prestataire.pk, r.rubrique])
                + (f"#champ-{r.champ}" if r.champ else ""),
            }
            for r in open_remarks(fiche)
        ]


@method_decorator(require_POST, name="dispatch")
class ActionFiche(ActionMixin, Espace):
    """Send the fiche, take it back, begin the next version, say that all is still right."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        begin, said = _BEGINNINGS.get(request.POST.get("action", ""), (None, ""))
        if begin is None:
            return super().post(request, pk)
        try:
            begin(self.prestataire, actor=self.actor)
        except ConditionsNotMet as error:
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

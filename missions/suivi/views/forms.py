"""What is typed in the fiche, once for the team and for the prestataire."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from core import clock
from core.views.actions import posted_version
from missions.conventions.enums import EtatConvention
from missions.conventions.models import Convention
from missions.suivi import presenters, services
from missions.suivi.enums import Besoin
from missions.suivi.forms import BesoinForm, ConsultantForm, EtatForm, PrevuForm
from missions.suivi.models import EtapeSuivi, FicheSuivi

SALLE = "suivi"


class OfFiche:
    """``self.fiche`` of the mission of the page; 404 before it is made."""

    salle = SALLE
    convention: Convention
    kwargs: dict[str, Any]
    actor: Any

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.fiche = get_object_or_404(FicheSuivi, convention=self.convention)
        self.fiche.convention = self.convention

    def refusal(self, obj: Any) -> str:
        if self.convention.state != EtatConvention.SIGNEE:
            return "La convention est close : sa fiche de suivi ne change plus."
        return ""


class OfEtape(OfFiche):
    """``self.etape`` of this very fiche."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.etape = get_object_or_404(EtapeSuivi.objects.select_related("etape"), fiche=self.fiche, pk=kwargs["etape"])
        self.etape.fiche = self.fiche

    def get_object(self) -> EtapeSuivi:
        return self.etape

    def refusal(self, obj: Any) -> str:
        if refusal := super().refusal(obj):
            return refusal
        return "Cette étape est rendue : reprenez-la, avec un motif, pour la corriger." if self.etape.rendue_le else ""


class Consultant(OfFiche):
    """Who leads the mission."""

    form_class = ConsultantForm
    page_title = "Consultant qui conduit la mission"

    def get_object(self) -> FicheSuivi:
        return self.fiche

    def save(self, form: ConsultantForm, expected_version: int) -> FicheSuivi:
        return services.nommer(self.fiche, form.values(), actor=self.actor, expected_version=expected_version)


class BesoinActuel(OfFiche):
    """Is the need still the one of the diagnostic? « Non » leads to asking for a change."""

    form_class = BesoinForm
    page_title = "Le besoin est-il toujours celui du diagnostic ?"

    def get_object(self) -> FicheSuivi:
        return self.fiche

    def get_context(self, **context: Any) -> dict[str, Any]:
        shown = super().get_context(**context)
        found = presenters.diagnostics_dits(self.convention)
        shown["help_text"] = (
            f"{found or 'Aucun diagnostic n’est enregistré.'} Vérifiez au démarrage, avec la structure."
        )
        return shown

    def save(self, form: BesoinForm, expected_version: int) -> FicheSuivi:
        return services.verifier_besoin(self.fiche, form.values(), actor=self.actor, expected_version=expected_version)

    def get_success_message(self) -> str:
        if self.object.besoin_actuel == Besoin.NON:
            return "C’est noté. La mission ne change pas d’elle-même : demandez une modification."
        return "C’est noté : la mission continue."


class Prevu(OfEtape):
    """The planned part of one row."""

    form_class = PrevuForm
    success_message = "Les prévisions de l’étape sont enregistrées."

    def get_page_title(self) -> str:
        return f"Prévisions : {self.etape.titre}"

    def get_context(self, **context: Any) -> dict[str, Any]:
        shown = super().get_context(**context)
        if self.fiche.prevue_le is not None:
            shown["help_text"] = services.BY_MODIFICATION
        return shown

    def save(self, form: PrevuForm, expected_version: int) -> EtapeSuivi:
        return services.prevoir(self.etape, form.values(), actor=self.actor, expected_version=expected_version)


class Etat(OfEtape):
    """What was done in a stage: kept as one goes, then returned."""

    form_class = EtatForm

    def get_page_title(self) -> str:
        return f"Réalisation : {self.etape.titre}"

    @property
    def returns(self) -> bool:
        return "rendre" in self.request.POST

    def get_context(self, **context: Any) -> dict[str, Any]:
        row = presenters.told(self.etape, clock.today())
        return super().get_context(**{"etape": row, **context})

    def save(self, form: EtatForm, expected_version: int) -> EtapeSuivi:
        return services.ecrire(
            self.etape, form.values(), actor=self.actor, expected_version=expected_version, rendre=self.returns
        )

    def get_success_message(self) -> str:
        if self.returns:
            return "L’étape est rendue : le chargé de mission la reçoit."
        return "C’est enregistré. L’étape n’est pas encore rendue."


class Reprendre(OfEtape):
    """Open a returned stage again, with a reason."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        services.reprendre(
            self.etape,
            actor=self.actor,
            reason=request.POST.get("reason", ""),
            expected_version=posted_version(request),
        )
        messages.success(request, "L’étape est reprise : corrigez-la, puis rendez-la de nouveau.")
        return redirect(self.get_success_url())


class Previsions(OfFiche):
    """Return the planned part."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        services.rendre_previsions(self.fiche, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, "Les prévisions sont rendues : leurs dates valent désormais.")
        return redirect(self.get_success_url())

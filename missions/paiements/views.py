"""The payments of a mission: what is due, asked for, paid, late; for the team and for the prestataire."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from core import clock
from core.errors import StaleState
from core.formats import format_date, format_money_plain
from core.uploads.checks import readable_size
from missions.mission.views.base import (
    EspaceMission,
    EspaceMissionCreate,
    EspaceMissionEdit,
    MissionCreate,
    MissionEdit,
    MissionView,
)
from missions.paiements import forms, services
from missions.paiements.echeancier import Echeance, comptes_of, echeances_of
from missions.paiements.models import Paiement
from missions.productions.views.base import UnderMission

SALLE = "paiements"
money = format_money_plain


class _Page:
    salle = SALLE
    espace = "missions"

    def route(self, name: str, *more: Any) -> str:
        return self.address(f"{self.espace}:{name}", *more)

    def find(self) -> Echeance:
        """The amount due that the address names; or ``Http404``."""
        try:
            return services.find(self.convention, self.kwargs["cle"])
        except StaleState as error:
            raise Http404 from error


class _Liste(_Page):
    template = ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = echeances_of(self.convention)
        comptes = comptes_of(rows)
        files = services.factures_of([row.paiement for row in rows if row.paiement is not None])
        today = clock.today()
        return self.page(
            self.template,
            {
                "rows": [self._row(row, files, today) for row in rows],
                "comptes": [
                    ("Prix TTC", money(comptes.prix)),
                    ("Demandé", money(comptes.demande)),
                    ("Payé", money(comptes.paye)),
                    ("Reste à payer", money(comptes.reste)),
                ],
                "late": sum(row.en_retard(today) for row in rows),
            },
        )

    def _row(self, row: Echeance, files: dict[int, Any], today: Any) -> dict[str, Any]:
        paid = row.paiement
        return {
            "libelle": row.libelle,
            "montant": money(row.montant),
            "initial": money(row.prevu_initial) if row.prevu_initial else "",
            "date": format_date(row.date) if row.date else "",
            "late": row.en_retard(today),
            "nothing": not row.montant,
            "demande": f"{money(paid.montant_demande)} demandés le {format_date(paid.demande_le)} par "
            f"{paid.demande_par}{f', facture {paid.facture}' if paid.facture else ''}"
            if row.demande
            else "",
            "paye": f"{money(paid.montant_paye)} payés le {format_date(paid.paye_le)}" if row.paye else "",
            "files": [
                {
                    "name": piece.original_name,
                    "details": f"{piece.extension.upper()}, {readable_size(piece.size)}",
                    "url": reverse("core:piece", args=[piece.pk]),
                }
                for piece in (files.get(paid.pk, []) if paid is not None else [])
            ],
            "demande_url": ""
            if row.demande or row.paye or not row.montant
            else self.route("paiement_demander", row.cle),
            "modifier_url": self.route("paiement_modifier", row.cle) if row.demande and not row.paye else "",
            "payer_url": self.address("missions:paiement_payer", row.cle)
            if self.espace == "missions" and row.montant
            else "",
            "payer_label": "Corriger le paiement" if row.paye else "Noter le paiement",
        }


class Liste(_Liste, MissionView):
    """For the team."""

    template = "missions/paiements/liste.html"


class EspaceListe(_Liste, EspaceMission):
    """For the prestataire."""

    espace = "mission"
    template = "missions/paiements/espace_liste.html"


class _Demander(_Page):
    """Ask for a payment, with the invoice."""

    form_class = forms.DemandeForm
    submit_label = "Demander le paiement"
    success_message = "La demande de paiement est enregistrée."
    facture_due = False

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.echeance = self.find()

    def get_page_title(self) -> str:
        return f"Demander : {self.echeance.libelle}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "facture_due": self.facture_due}

    def get_initial(self) -> dict[str, Any]:
        return {"demande_le": clock.today(), "montant_demande": self.echeance.montant}

    def save(self, form: forms.DemandeForm) -> Paiement:
        values = form.values()
        fichier = values.pop("fichier", None)
        return services.demander(self.convention, self.echeance.cle, values, actor=self.actor, facture=fichier or None)


class Demander(_Demander, MissionCreate):
    """The team records a request that it received otherwise."""

    help_text = "Ce que le prestataire vous a demandé autrement que dans son espace."
    submit_label = "Enregistrer la demande"


class EspaceDemander(_Demander, EspaceMissionCreate):
    """The prestataire asks."""

    espace = "mission"
    facture_due = True


class _Modifier(_Page):
    """Correct what was asked for."""

    form_class = forms.DemandeEditForm
    success_message = "La demande est corrigée."

    def get_object(self) -> Paiement:
        echeance = self.find()
        if not echeance.demande or echeance.paye:
            raise Http404
        echeance.paiement.convention = self.convention
        return echeance.paiement

    def get_page_title(self) -> str:
        return f"Corriger la demande : {self.object}"

    def save(self, form: Any, expected_version: int) -> Paiement:
        return services.corriger_demande(
            self.object, form.values(), actor=self.actor, expected_version=expected_version
        )


class Modifier(_Modifier, UnderMission, MissionEdit):
    """By the team."""

    template_name = "missions/paiements/demande.html"


class EspaceModifier(_Modifier, EspaceMissionEdit):
    """By the prestataire."""

    espace = "mission"
    template_name = "missions/paiements/espace_demande.html"


class Payer(_Page, MissionEdit):
    """Record what was paid, asked for or not; or correct it."""

    form_class = forms.PaiementForm
    success_message = "Le paiement est noté."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.echeance = self.find()

    def get_object(self) -> Paiement:
        known = self.echeance.paiement
        return known or Paiement(convention=self.convention, prevu=self.echeance.prevu, avenant=self.echeance.avenant)

    def get_page_title(self) -> str:
        return f"{'Corriger' if self.echeance.paye else 'Noter'} le paiement : {self.echeance.libelle}"

    def get_proposals(self) -> dict[str, Any]:
        if self.echeance.paye:
            return {}  # what was noted is emptied on purpose
        asked = self.object.montant_demande
        return {"montant_paye": asked or self.echeance.montant}

    def save(self, form: Any, expected_version: int) -> Paiement:
        return services.payer(
            self.convention,
            self.echeance.cle,
            form.values(),
            actor=self.actor,
            expected_version=expected_version,
        )

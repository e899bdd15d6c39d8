"""The requests of a mission, for the team and for the prestataire: the same pages under two addresses."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.errors import DomainError
from core.lifecycle import available_actions
from core.views.actions import ActionMixin
from missions.conventions.models import Convention
from missions.conventions.prefill import beneficiaires
from missions.mission.views.base import (
    EspaceMission,
    EspaceMissionCreate,
    EspaceMissionEdit,
    MissionCreate,
    MissionEdit,
    MissionView,
)
from missions.modifications import presenters, services
from missions.modifications.enums import EtatDemande, Quoi
from missions.modifications.forms import AccordSaisiForm, DemandeEditForm, DemandeForm, StructuresForm
from missions.modifications.lifecycle import ACCORD, DESACCORD
from missions.modifications.models import AccordStructure, DemandeModification
from missions.modifications.permissions import why_not_answer, why_not_ask, why_not_touch
from missions.suivi.services import etapes_of

SALLE = "modifications"


class _Room:
    """``space``: which of the two addresses."""

    salle = SALLE
    space = ""
    convention: Convention
    kwargs: dict[str, Any]
    actor: Any

    @property
    def team(self) -> bool:
        return self.space == "missions"

    def demande_address(self, demande: DemandeModification) -> str:
        return self.address(f"{self.space}:modification", demande.pk)


class _OfDemande(_Room):
    """``self.demande`` of this very mission."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        rows = DemandeModification.objects.select_related("etape", "avenant")
        self.demande = get_object_or_404(rows, convention=self.convention, pk=kwargs["demande"])
        self.demande.convention = self.convention

    def get_success_url(self) -> str:
        return self.demande_address(self.demande)


class _Liste(_Room):
    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = [
            {**presenters.line(row), "url": self.demande_address(row)} for row in services.demandes_of(self.convention)
        ]
        asks = not why_not_ask(self.actor, self.convention)
        return self.page(
            self.template,
            {"demandes": rows, "asks": asks, "demander_url": self.address(f"{self.space}:modification_demander")},
        )


class _Demander(_Room):
    form_class = DemandeForm
    page_title = "Demander une modification"
    submit_label = "Demander"
    success_message = "La demande est enregistrée : rien ne change avant l’accord du DLA et de la structure."
    help_text = (
        "La problématique traitée et la date de fin de mission ne changent pas sans contact préalable avec le chargé "
        "de mission, par téléphone ou en rendez-vous. Tout autre changement de date, de contenu ou de restitution se "
        "négocie aussi. Accepté par le DLA et par la structure, il s’écrit dans un avenant."
    )

    def refusal(self, obj: Any) -> str:
        return why_not_ask(self.actor, self.convention)

    def get_initial(self) -> dict[str, Any]:
        quoi = self.request.GET.get("quoi", "")
        return {"quoi": quoi} if quoi in Quoi.values else {}

    def get_form_kwargs(self) -> dict[str, Any]:
        waiting = [row for row in etapes_of(self.convention) if row.rendue_le is None]
        return {**super().get_form_kwargs(), "etapes": waiting, "team": self.team}

    def save(self, form: DemandeForm) -> DemandeModification:
        values = form.values()
        pour = values.pop("pour", "")
        return services.demander(self.convention, values, actor=self.actor, pour=pour)

    def get_success_url(self) -> str:
        return self.demande_address(self.created) if self.created else super().get_success_url()


class _Corriger(_OfDemande):
    form_class = DemandeEditForm
    page_title = "Corriger la demande"
    success_message = "La demande est corrigée."

    def get_object(self) -> DemandeModification:
        return self.demande

    def refusal(self, obj: Any) -> str:
        return why_not_touch(self.actor, self.demande) or self.demande.why_frozen

    def get_form_kwargs(self) -> dict[str, Any]:
        waiting = [row for row in etapes_of(self.convention) if row.rendue_le is None]
        return {**super().get_form_kwargs(), "etapes": waiting, "team": self.team}

    def save(self, form: DemandeEditForm, expected_version: int) -> DemandeModification:
        return services.corriger(self.demande, form.values(), actor=self.actor, expected_version=expected_version)


class _Detail(_OfDemande):
    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show()

    def show(self, *, status: int = 200, refused: DomainError | None = None, reason: str = "") -> HttpResponse:
        demande = self.demande
        accords = list(demande.accords.select_related("structure__structure"))
        for row in accords:
            row.demande = demande
        decides = self.team and not why_not_answer(self.actor, self.convention)
        hidden = {ACCORD, DESACCORD} | (set() if self.team else {"accepter", "refuser"})
        touches = not why_not_touch(self.actor, demande)
        if not self.team and not touches:
            hidden.add("retirer")
        return self.page(
            self.template,
            {
                "demande": demande,
                "d": presenters.line(demande),
                "rows": presenters.rows_of(demande),
                "accords": [
                    {
                        **presenters.accord(row),
                        "url": self.address("missions:modification_accord", demande.pk, row.pk) if self.team else "",
                    }
                    for row in accords
                ],
                "decides": decides,
                "answers": decides and demande.state == EtatDemande.A_LA_STRUCTURE,
                "chooses": decides and demande.state == EtatDemande.DEMANDEE,
                "corrects": touches and not demande.why_frozen,
                "corriger_url": self.address(f"{self.space}:modification_corriger", demande.pk),
                "liste_url": self.address(f"{self.space}:modifications"),
                "action_url": self.address(f"{self.space}:modification_action", demande.pk),
                "lien": services.LIEN,
                "object": demande,
                "actions": [x for x in available_actions(demande, self.actor) if x.action.name not in hidden],
                "refused": refused,
                "reason": reason,
            },
            status=status,
        )


class _Cycle(ActionMixin):
    def perform(self, action: str, **shown: Any) -> DemandeModification:
        return services.perform_action(self.demande, action, actor=self.actor, **shown)

    def refused(self, error: DomainError, reason: str) -> HttpResponse:
        return self.show(status=error.status, refused=error, reason=reason)

    def get_action_url(self, action: str, obj: DemandeModification) -> str:
        return self.demande_address(obj)


# --- The team -------------------------------------------------------------------------------------------------------


class Liste(_Liste, MissionView):
    """The requests of a mission."""

    space = "missions"
    template = "missions/modifications/liste.html"


class Demander(_Demander, MissionCreate):
    """Ask for a change, for oneself or for who asked."""

    space = "missions"


class Corriger(_Corriger, MissionEdit):
    """Correct a request that nobody decided."""

    space = "missions"


class Detail(_Detail, MissionView):
    """A request: what, who decides, what each said."""

    space = "missions"
    template = "missions/modifications/demande.html"


@method_decorator(require_POST, name="dispatch")
class Cycle(_Cycle, Detail):
    """One action of its life."""


class Structures(_OfDemande, MissionCreate):
    """Which structures give their agreement."""

    space = "missions"
    form_class = StructuresForm
    page_title = "Structures dont l’accord est demandé"
    submit_label = "Enregistrer"
    success_message = "C’est enregistré."
    help_text = (
        "La modification se décide avec elles : celles que le changement concerne, ou qui représentent le groupe."
    )

    def refusal(self, obj: Any) -> str:
        if self.demande.state != EtatDemande.DEMANDEE:
            return "Les structures à interroger se choisissent avant la décision du DLA."
        return why_not_answer(self.actor, self.convention)

    def get_initial(self) -> dict[str, Any]:
        return {"structures": list(self.demande.accords.values_list("structure", flat=True))}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "structures": beneficiaires(self.ingenierie)}

    def save(self, form: StructuresForm) -> DemandeModification:
        return services.choisir_structures(self.demande, list(form.cleaned_data["structures"]), actor=self.actor)


class Accord(_OfDemande, MissionEdit):
    """What a structure said, typed with the real date."""

    space = "missions"
    form_class = AccordSaisiForm
    success_message = "La réponse de la structure est enregistrée."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        rows = AccordStructure.objects.select_related("structure__structure")
        self.accord = get_object_or_404(rows, demande=self.demande, pk=kwargs["accord"])
        self.accord.demande = self.demande

    def get_object(self) -> AccordStructure:
        return self.accord

    def get_page_title(self) -> str:
        return f"Réponse de {self.accord}"

    def refusal(self, obj: Any) -> str:
        return why_not_answer(self.actor, self.convention) or services.why_no_answer(self.accord)

    def save(self, form: AccordSaisiForm, expected_version: int) -> AccordStructure:
        return services.repondre(self.accord, form.values(), actor=self.actor, expected_version=expected_version)


# --- The prestataire ------------------------------------------------------------------------------------------------


class EspaceListe(_Liste, EspaceMission):
    """The requests of its mission."""

    space = "mission"
    template = "missions/modifications/espace_liste.html"


class EspaceDemander(_Demander, EspaceMissionCreate):
    """Ask for a change."""

    space = "mission"


class EspaceCorriger(_Corriger, EspaceMissionEdit):
    """Correct its request."""

    space = "mission"


class EspaceDetail(_Detail, EspaceMission):
    """A request, and where it stands."""

    space = "mission"
    template = "missions/modifications/espace_demande.html"


@method_decorator(require_POST, name="dispatch")
class EspaceCycle(_Cycle, EspaceDetail):
    """Take it back."""

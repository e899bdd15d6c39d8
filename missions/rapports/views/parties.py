"""Writing the report: a section, a stage, a result, a recommendation; taking a recommendation up for a structure."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from core.views.actions import posted_version
from missions.conventions.prefill import beneficiaires
from missions.mission.views.base import (
    EspaceMission,
    EspaceMissionCreate,
    EspaceMissionEdit,
    MissionCreate,
    MissionEdit,
    MissionView,
)
from missions.rapports import forms, presenters, services
from missions.rapports.completude import TITRES
from missions.rapports.enums import SortePreconisation
from missions.rapports.models import EtapeRapport, Preconisation, RapportFinal, ResultatRapport
from missions.rapports.views.base import RapportMixin, WriteMixin

TITLES = {"attentes": "Attentes particulières", **TITRES}


class _Section(WriteMixin):
    """One section of the report."""

    success_message = "C’est enregistré."

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if kwargs["section"] not in forms.FORMS:
            raise Http404
        self.anchor = kwargs["section"]

    @property
    def form_class(self) -> type:
        return forms.FORMS[self.kwargs["section"]]

    def get_object(self) -> RapportFinal:
        return self.begun()

    def get_page_title(self) -> str:
        return TITLES[self.kwargs["section"]]

    def save(self, form: Any, expected_version: int) -> RapportFinal:
        return services.write(self.object, form.values(), actor=self.actor, expected_version=expected_version)


class Section(_Section, MissionEdit):
    """By the team, for the prestataire."""


class EspaceSection(_Section, EspaceMissionEdit):
    """By the prestataire."""

    espace = "mission"


class _Etape(WriteMixin):
    """A stage; what the fiche de suivi and the convention say of it is proposed where nothing is written."""

    anchor = "deroulement"
    form_class = forms.EtapeForm
    success_message = "L’étape est enregistrée."

    def get_object(self) -> EtapeRapport:
        return self.find(EtapeRapport, "etape")

    def get_page_title(self) -> str:
        return self.object.etape.titre

    def get_proposals(self) -> dict[str, Any]:
        return presenters.proposals(self.object.etape)

    def save(self, form: Any, expected_version: int) -> Any:
        return services.write_ligne(self.object, form.values(), actor=self.actor, expected_version=expected_version)


class Etape(_Etape, MissionEdit):
    """By the team."""


class EspaceEtape(_Etape, EspaceMissionEdit):
    """By the prestataire."""

    espace = "mission"


class _Resultat(WriteMixin):
    """What was reached, beside what was expected."""

    anchor = "resultats"
    form_class = forms.ResultatForm
    page_title = "Un résultat"
    success_message = "Le résultat est enregistré."

    def get_object(self) -> ResultatRapport:
        return self.find(ResultatRapport, "resultat")

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(**{"help_text": f"Attendu au cahier des charges : {self.object.attendu}", **context})

    def save(self, form: Any, expected_version: int) -> Any:
        return services.write_ligne(self.object, form.values(), actor=self.actor, expected_version=expected_version)


class Resultat(_Resultat, MissionEdit):
    """By the team."""


class EspaceResultat(_Resultat, EspaceMissionEdit):
    """By the prestataire."""

    espace = "mission"


class _Preconiser(WriteMixin):
    """Add a recommendation."""

    anchor = "observations"
    form_class = forms.PreconisationForm
    page_title = "Ajouter une préconisation"
    success_message = "La préconisation est ajoutée."

    def save(self, form: Any) -> Preconisation:
        return services.add_preconisation(self.begun(), form.values(), actor=self.actor)


class Preconiser(_Preconiser, MissionCreate):
    """By the team."""


class EspacePreconiser(_Preconiser, EspaceMissionCreate):
    """By the prestataire."""

    espace = "mission"


class _Preconisation(WriteMixin):
    """Change a recommendation."""

    anchor = "observations"
    form_class = forms.PreconisationEditForm
    page_title = "Une préconisation"
    success_message = "La préconisation est enregistrée."

    def get_object(self) -> Preconisation:
        return self.find(Preconisation, "preconisation")

    def save(self, form: Any, expected_version: int) -> Preconisation:
        return services.update_preconisation(
            self.object, form.values(), actor=self.actor, expected_version=expected_version
        )


class ModifierPreconisation(_Preconisation, MissionEdit):
    """By the team."""


class EspaceModifierPreconisation(_Preconisation, EspaceMissionEdit):
    """By the prestataire."""

    espace = "mission"


class _Retirer(WriteMixin):
    anchor = "observations"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = self.find(Preconisation, "preconisation")
        services.remove_preconisation(row, actor=self.actor, expected_version=posted_version(request))
        messages.success(request, "La préconisation est retirée.")
        return redirect(self.get_success_url())


@method_decorator(require_POST, name="dispatch")
class RetirerPreconisation(_Retirer, MissionView):
    """By the team."""


@method_decorator(require_POST, name="dispatch")
class EspaceRetirerPreconisation(_Retirer, EspaceMission):
    """By the prestataire."""

    espace = "mission"


class Reprendre(RapportMixin, MissionCreate):
    """Make of a recommendation a need of a structure, or a row of its plan d'accompagnement."""

    anchor = "observations"
    form_class = forms.RepriseForm
    page_title = "Reprendre une préconisation"
    submit_label = "Reprendre"

    def get_object(self) -> Preconisation:
        found = Preconisation.objects.filter(rapport=self.rapport, pk=self.kwargs["preconisation"]).first()
        if found is None:
            raise Http404
        found.rapport = self.rapport
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "structures": beneficiaires(self.ingenierie)}

    def get_initial(self) -> dict[str, Any]:
        structures = beneficiaires(self.ingenierie)
        return {
            "structure": structures[0].pk if len(structures) == 1 else None,
            "sorte": SortePreconisation.LIGNE,
            "type_prestation": self.ingenierie.themes.first(),
        }

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(**{"help_text": self.object.texte, **context})

    def save(self, form: forms.RepriseForm) -> Any:
        values = form.cleaned_data
        return services.take_up(
            self.object,
            values["structure"],
            values["sorte"],
            type_prestation=values["type_prestation"],
            actor=self.actor,
        )

    def done(self) -> HttpResponse:
        suite = self.created
        if suite.ligne_id:
            told = "une ligne de son plan d’accompagnement"
        else:
            told = "un besoin de son diagnostic"
        messages.success(self.request, f"{suite.structure.structure} : la préconisation est devenue {told}.")
        return redirect(self.get_success_url())

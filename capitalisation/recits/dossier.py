"""What one dossier knows, read for a récit: each thing once, when a rubrique asks for it.

A number of queries that grows with the missions of the ingénierie (one, rarely more), never with its structures, its
partners, its séances or its answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse

from accounts.letterhead import c2ra_of
from accounts.models import Organisation
from capitalisation.transfert.models import PlanTransfert
from engagement.budget.summary import BudgetLu, budget_of
from engagement.objectifs.summary import ObjectifsLus, objectifs_of
from engagement.partenaires.models import PartenaireProjet
from engagement.presentation.models import ActionStructures
from engagement.rendezvous.enums import EtatRendezvous
from evaluation.questionnaires.depouillement import Depouillement, depouille
from evaluation.questionnaires.enums import EtatQuestionnaire
from evaluation.questionnaires.models import Questionnaire
from evaluation.questionnaires.permissions import why_not_read_yet
from evaluation.synthese.enums import EtatSynthese
from evaluation.synthese.models import Synthese
from missions.conventions.models import Convention, EtapeConvention
from missions.conventions.services.avenants import Termes, termes_of
from missions.rapports.enums import EtatRapport
from missions.rapports.models import EtapeRapport, RapportFinal, ResultatRapport
from missions.seances.models import Seance
from mobilisation.projet.models import ProjetIntervention
from projects.enums import EtatMobilisation
from projects.identification.models import Ciblage, Problematique
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import draft_of
from projects.plans.models import LigneIngenierie
from projects.structures_ciblees.models import StructureCiblee

_LEFT = (EtatMobilisation.DECLINEE, EtatMobilisation.RETIREE)
#: So many texts of each kind of respondent are quoted for a question.
CITES = 2


class Dossier:
    """One ingénierie, read part by part."""

    def __init__(self, ingenierie: Ingenierie) -> None:
        self.i = ingenierie
        self.pk = ingenierie.pk

    def url(self, route: str, *args: Any) -> str:
        """The page of this dossier where a thing is written."""
        return reverse(route, args=[self.pk, *args])

    # --- Identifier, Engager, Confirmer ---

    @cached_property
    def problematique(self) -> Problematique:
        return draft_of(Problematique, self.i)

    @cached_property
    def ciblage(self) -> Ciblage:
        return draft_of(Ciblage, self.i)

    @cached_property
    def secteurs(self) -> list[str]:
        return [str(one) for one in self.i.secteurs.all()]

    @cached_property
    def departements(self) -> list[Any]:
        return list(self.i.departements.all())

    @cached_property
    def themes(self) -> list[Any]:
        return list(self.i.themes.all())

    @cached_property
    def carriers(self) -> list[Organisation]:
        """The pilot, then the organisations associated with it."""
        return [self.i.pilote, *(one for one in self.i.associes.all() if one.pk != self.i.pilote_id)]

    @cached_property
    def c2ra(self) -> Organisation | None:
        return c2ra_of(self.i.pilote.region_id)

    @cached_property
    def partenaires(self) -> list[PartenaireProjet]:
        return list(PartenaireProjet.objects.filter(ingenierie=self.pk).select_related("partenaire"))

    @cached_property
    def objectifs(self) -> ObjectifsLus:
        return objectifs_of(self.pk)

    @cached_property
    def structures(self) -> list[StructureCiblee]:
        """Those that joined; before any has, those that have not left."""
        rows = (
            StructureCiblee.objects.filter(ingenierie=self.pk)
            .exclude(state__in=_LEFT)
            .select_related("structure__secteur", "structure__departement__region")
            .order_by("structure__search_text", "pk")
        )
        found = list(rows)
        return [row for row in found if row.state == EtatMobilisation.CONFIRMEE] or found

    @cached_property
    def action(self) -> ActionStructures:
        return draft_of(ActionStructures, self.i)

    @cached_property
    def details(self) -> list[Any]:
        """What the contents are in detail, as « Engager » chose them."""
        if not self.action.pk:
            return []
        return list(self.action.details.select_related("type_prestation"))

    @cached_property
    def projet(self) -> ProjetIntervention:
        return draft_of(ProjetIntervention, self.i)

    @cached_property
    def budget(self) -> BudgetLu:
        return budget_of(self.pk)

    @cached_property
    def lignes(self) -> list[LigneIngenierie]:
        """The rows of the plans d'accompagnement that this ingénierie carries out."""
        rows = LigneIngenierie.objects.filter(ingenierie=self.pk).select_related("ligne__plan__structure")
        return list(rows.order_by("ligne__plan__structure__search_text", "pk"))

    # --- Finaliser ---

    @cached_property
    def missions(self) -> list[Convention]:
        rows = Convention.objects.signed().standing().filter(ingenierie=self.pk)
        return list(rows.select_related("choix__prestataire").order_by("debut", "pk"))

    @cached_property
    def termes(self) -> dict[int, Termes]:
        """The end and the price of each mission, its avenants included."""
        return {mission.pk: termes_of(mission) for mission in self.missions}

    @cached_property
    def etapes(self) -> list[EtapeConvention]:
        rows = EtapeConvention.objects.filter(convention__in=self.missions).select_related("convention")
        return list(rows.order_by("convention__debut", "convention", "ordre", "pk"))

    @cached_property
    def racontees(self) -> dict[int, EtapeRapport]:
        """What the final reports tell of each stage of a convention (its pk)."""
        rows = EtapeRapport.objects.filter(rapport__convention__in=self.missions, etape__etape__isnull=False)
        rows = rows.exclude(rapport__state=EtatRapport.REDACTION).select_related("etape", "rapport")
        return {row.etape.etape_id: row for row in rows}

    @cached_property
    def rapports(self) -> list[RapportFinal]:
        """The final reports that were handed over."""
        rows = RapportFinal.objects.filter(convention__in=self.missions).exclude(state=EtatRapport.REDACTION)
        return list(rows.order_by("pk"))

    @cached_property
    def atteints(self) -> list[ResultatRapport]:
        """What these reports say of each result that was expected."""
        return list(ResultatRapport.objects.filter(rapport__in=self.rapports).order_by("rapport", "ordre", "pk"))

    @cached_property
    def seances(self) -> list[dict[str, Any]]:
        """The séances that were held, the first first: their days, whether they were for one structure."""
        rows = Seance.objects.filter(convention__in=self.missions, state=EtatRendezvous.TENUE)
        return list(
            rows.order_by("debut", "pk").values("debut", "jours", "structure", "groupe", "titre", "nature")
        )  # fmt: skip

    @cached_property
    def jours_tenus(self) -> Decimal:
        return sum((row["jours"] for row in self.seances), Decimal(0))

    @cached_property
    def synthese(self) -> Synthese | None:
        """The synthesis of the evaluation, once it was shared or fixed."""
        return Synthese.objects.filter(ingenierie=self.pk).exclude(state=EtatSynthese.BROUILLON).first()

    @cached_property
    def transfert(self) -> PlanTransfert | None:
        return PlanTransfert.objects.filter(ingenierie=self.pk).first()

    @cached_property
    def resultats(self) -> tuple[Questionnaire, Depouillement] | None:
        """The question of the results, once its answers are closed and open to the team."""
        rows = Questionnaire.objects.filter(
            ingenierie=self.pk,
            code="question_resultats",
            state__in=(EtatQuestionnaire.CLOS, EtatQuestionnaire.TERMINE),
            mois=None,
        ).select_related("ingenierie", "convention__version_cahier", "convention__choix", "suivi_grille")
        found = rows.order_by("created_at", "pk").first()
        if found is None or why_not_read_yet(found):
            return None
        return found, depouille(found, textes=CITES)


def lines(*texts: str | None) -> str:
    """Paragraphs, each once, those that say nothing left out."""
    return "\n\n".join(dict.fromkeys(text.strip() for text in texts if text and text.strip()))


def bullets(items: Iterable[object]) -> str:
    """A list as it is typed: « - … » a line."""
    return "\n".join(f"- {text}" for item in items if (text := " ".join(str(item).split())))


def enumerated(text: str | None) -> list[str]:
    """A typed text as points: its lines, without their dashes."""
    return [" ".join(line.strip().lstrip("-–—•*").split()) for line in (text or "").split("\n") if line.strip()]

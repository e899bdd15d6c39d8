"""The tab « Projet d'intervention » and the editing of its sections."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core.formats import plural
from core.sorting import french
from engagement.budget.jours import jours_of
from engagement.budget.models import LigneCharge
from engagement.objectifs.summary import evaluation_known
from engagement.partenaires.summary import partenaires_of
from mobilisation.groupes.models import Groupe
from mobilisation.projet import services
from mobilisation.projet.forms import AccrocheForm, CadreEvaluationForm, InterventionForm, ObjectifsForm
from mobilisation.projet.models import CadreEvaluation, ProjetIntervention
from mobilisation.projet.periode import periode_of
from mobilisation.reponses.enums import Sort
from mobilisation.reponses.models import CommentaireStructure
from mobilisation.reponses.presenters import comments, own_objectives
from mobilisation.scenarios.models import Scenario
from mobilisation.views import TAB, Edit
from projects.dossier.views.base import IngenierieView
from projects.enums import EtatMobilisation
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import draft_of


def group_rows(ingenierie: Ingenierie) -> list[dict]:
    """The groups with how many structures are in them, confirmed or not: one query."""
    counted = Groupe.objects.filter(ingenierie=ingenierie).annotate(
        total=Count("membres"),
        confirmees=Count("membres", filter=Q(membres__structure_ciblee__state=EtatMobilisation.CONFIRMEE)),
    )
    return [
        {
            "groupe": g,
            "structures": plural(g.total, "structure"),
            "confirmees": plural(g.confirmees, "confirmée", "confirmées"),
            "ok": g.confirmees > 0,
        }
        for g in counted.order_by(french("nom"), "pk")
    ]


def ecart_jours(projet: ProjetIntervention) -> str:
    """What the budget pays, when it is not what the projet plans; empty else."""
    if not projet.jours:
        return ""
    paid = jours_of(LigneCharge.objects.filter(ingenierie=projet.ingenierie_id, scenario__retenu=True))
    if not paid.total or paid.total == projet.jours:
        return ""
    return f"Le budget paie {paid.phrase} ; le projet en prévoit {projet.jours_dits}. Accordez-les, ou dites pourquoi."


def partner_intervenants(ingenierie: Ingenierie) -> list[str]:
    """Names of the partners of the project who take part in the « système intervenant »."""
    return [p.nom for family in partenaires_of(ingenierie.pk) for p in family.partenaires if p.systeme_intervenant]


class Projet(IngenierieView):
    """What the structures aim at, in which groups, by whom and how the intervention is held, how it is evaluated."""

    tab = TAB

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        i = self.ingenierie
        projet = draft_of(ProjetIntervention, i)
        return self.page(
            "mobilisation/projet/projet.html",
            {
                "projet": projet,
                "jours": projet.jours_dits,
                "periode": periode_of(i),
                "propres": own_objectives(i.pk),
                "comments": comments(i.pk),
                "ecart_jours": ecart_jours(projet),
                "cadre": draft_of(CadreEvaluation, i),
                "scenarios": list(Scenario.objects.filter(ingenierie=i).prefetch_related("seances")),
                "groupes": group_rows(i),
                "intervenants": partner_intervenants(i),
                "results_url": reverse("engagement:objectifs", args=[i.pk]),
            },
        )


class ObjectifsEdit(Edit):
    """Objectives of the structures, and their comments."""

    form_class = ObjectifsForm
    page_title = "Ce que visent les structures"
    anchor = "t-objectifs"
    success_message = "Les objectifs des structures sont enregistrés."

    def get_object(self):
        return draft_of(ProjetIntervention, self.ingenierie)

    def get_proposals(self):
        """What the structures answered already: their own objectives, their remarks and what became of each."""
        rows = CommentaireStructure.objects.filter(structure_ciblee__ingenierie=self.ingenierie.pk)
        rows = rows.select_related("structure_ciblee__structure")
        return {
            "objectifs_individuels": "\n".join(f"{name} : {text}" for name, text in own_objectives(self.ingenierie.pk)),
            "commentaires": "\n".join(f"{c.structure_ciblee.structure} : {c.texte}" for c in rows),
            "suites": "\n".join(
                f"{c.get_sort_display().capitalize()} : {c.texte} ({c.pourquoi})"
                for c in rows
                if c.sort != Sort.A_EXAMINER
            ),
        }

    def save(self, form, expected_version):
        return services.update_projet(
            self.ingenierie, actor=self.actor, expected_version=expected_version, values=form.values()
        )


class InterventionEdit(ObjectifsEdit):
    """Système intervenant, days, times of the pilot."""

    form_class = InterventionForm
    page_title = "L’intervention"
    anchor = "t-intervention"
    success_message = "L’intervention est enregistrée."

    def get_proposals(self):
        """The dates of the scenario kept."""
        kept = Scenario.objects.filter(ingenierie=self.ingenierie.pk, retenu=True).first()
        return {"date_debut": kept.date_debut, "date_fin": kept.date_fin} if kept else {}


class AccrocheEdit(Edit):
    """The accroche of the action."""

    form_class = AccrocheForm
    page_title = "Accroche de l’action"
    anchor = "t-intervention"
    success_message = "L’accroche est enregistrée."

    def get_object(self):
        return self.ingenierie

    def refusal(self, obj) -> str:
        return permissions.why_not_pilot(self.actor, self.ingenierie) or ""

    def save(self, form, expected_version):
        return services.update_accroche(
            self.ingenierie,
            actor=self.actor,
            expected_version=expected_version,
            accroche=form.cleaned_data["accroche"],
        )


class CadreEdit(Edit):
    """The framework of the evaluation."""

    form_class = CadreEvaluationForm
    page_title = "Cadre de l’évaluation"
    help_text = (
        "Pour qu’il soit adopté : l’objet, un registre au moins, les outils, et la participation d’un acteur au moins."
    )
    anchor = "t-evaluation"
    success_message = "Le cadre de l’évaluation est enregistré."

    def get_object(self):
        return draft_of(CadreEvaluation, self.ingenierie)

    def get_proposals(self):
        """What the objectives say already: object, reasons, and how each expected result will be measured."""
        return evaluation_known(self.ingenierie.pk)

    def save(self, form, expected_version):
        return services.update_cadre_evaluation(
            self.ingenierie, actor=self.actor, expected_version=expected_version, values=form.values()
        )

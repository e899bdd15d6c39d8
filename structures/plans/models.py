"""The plan d'accompagnement of a structure (002, « Exemple d'un plan d'accompagnement : DLA 37 »)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.annuaires.rights import kept_for
from accounts.models import Organisation
from core import clock
from core.actor import Actor
from core.formats import format_date
from core.lifecycle import state_field
from core.models import FrozenContent, VersionedModel
from core.text import shortened
from structures.annuaire.models import Structure
from structures.diagnostics.enums import ReponseStructure
from structures.diagnostics.models import Besoin, Diagnostic, Reponse
from structures.kept import Kept
from structures.plans.enums import LIGNES_OUVERTES, EtatLigne, EtatPlan, NatureMoyen


class PlanAccompagnement(Kept):
    """What is to be done for a structure, after a diagnostic or before one: rows, and missions préconisées.

    ``numero`` is the last :class:`ActualisationPlan` (0: the plan has not been settled yet).
    """

    state = state_field(EtatPlan, EtatPlan.EN_COURS)
    diagnostic = models.ForeignKey(
        Diagnostic,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="plans",
        verbose_name="diagnostic dont il part",
    )
    modalites_suivi = models.TextField("modalités de suivi et d’actualisation", blank=True)
    numero = models.PositiveSmallIntegerField("dernière actualisation", default=0, editable=False)

    class Meta:
        verbose_name = "plan d’accompagnement"
        verbose_name_plural = "plans d’accompagnement"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["structure", "-created_at"], name="plan_structure_idx"),
            models.Index(fields=["organisation", "-created_at"], name="plan_organisation_idx"),
        ]

    def __str__(self) -> str:
        return f"plan d’accompagnement du {format_date(self.created_at)}"

    @property
    def is_validated(self) -> bool:
        """Has the structure validated the plan as it was actualised last?"""
        return ReponsePlan.objects.filter(
            actualisation__plan=self.pk, actualisation__numero=self.numero, reponse=ReponseStructure.VALIDE
        ).exists()


class LigneQuerySet(models.QuerySet):
    """Rows of plans, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those of the plans that ``actor`` reads."""
        return self.filter(kept_for(actor))

    def ouvertes(self):
        """Those that still ask for something."""
        return self.filter(etat__in=LIGNES_OUVERTES)

    def search(self, query: str):
        """By the structure of the plan."""
        return self.filter(plan__structure__in=Structure.objects.search(query).values("pk"))

    def with_list_related_data(self):
        """What a row of the list of terms shows."""
        return self.select_related("plan__structure", "plan__suivi_par", "organisation")


class LignePlan(VersionedModel):
    """One row: difficulté, cause supposée, action envisagée, échéance, moyens à mobiliser, what is expected of it.

    ``echeance`` is the last day of the term, ``echeance_texte`` how it is told when a day would say too much
    (« octobre - novembre »). ``organisation`` repeats the plan's.
    """

    plan = models.ForeignKey(PlanAccompagnement, on_delete=models.CASCADE, related_name="lignes", editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    position = models.PositiveIntegerField("ordre", default=0, editable=False)
    besoin = models.ForeignKey(
        Besoin,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="lignes",
        verbose_name="besoin auquel elle répond",
    )
    difficulte = models.TextField("difficulté rencontrée", max_length=2000)
    cause = models.TextField("cause supposée", blank=True, max_length=2000)
    action = models.TextField("action envisagée", blank=True, max_length=4000)
    echeance = models.DateField("échéance", null=True, blank=True)
    echeance_texte = models.CharField("échéance en toutes lettres", max_length=80, blank=True)
    nature_moyen = models.CharField("moyens à mobiliser", max_length=16, choices=NatureMoyen.choices, blank=True)
    moyens = models.TextField("précisions sur les moyens", blank=True, max_length=2000)
    resultats_attendus = models.TextField("résultats attendus", blank=True, max_length=2000)
    etat = models.CharField("état", max_length=12, choices=EtatLigne.choices, default=EtatLigne.A_FAIRE, editable=False)
    etat_depuis = models.DateTimeField("dans cet état depuis", default=clock.now, editable=False)

    objects = LigneQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne du plan d’accompagnement"
        verbose_name_plural = "lignes du plan d’accompagnement"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(difficulte=""),
                name="ligne_plan_difficulte_written",
                violation_error_message="Décrivez la difficulté rencontrée.",
            ),
            models.CheckConstraint(
                condition=Q(etat__in=EtatLigne.values),
                name="ligne_plan_etat_known",
                violation_error_message="Cet état n’existe pas.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "echeance", "id"],
                name="ligne_plan_echeance_idx",
                condition=Q(etat__in=["a_faire", "en_cours"]),
            ),
            models.Index(fields=["plan", "position", "id"], name="ligne_plan_order_idx"),
        ]

    def __str__(self) -> str:
        return shortened(self.difficulte)

    @property
    def is_open(self) -> bool:
        """À faire or en cours."""
        return self.etat in LIGNES_OUVERTES


class SuiviLigne(models.Model):
    """A note of follow-up on a row, with the state it was put in."""

    ligne = models.ForeignKey(LignePlan, on_delete=models.CASCADE, related_name="suivis")
    date = models.DateTimeField("le", default=clock.now)
    par = models.CharField("par", max_length=200)
    etat = models.CharField("état", max_length=12, choices=EtatLigne.choices)
    note = models.TextField("note de suivi", blank=True, max_length=4000)

    class Meta:
        verbose_name = "suivi d’une ligne"
        verbose_name_plural = "suivis d’une ligne"
        ordering = ["-date", "-pk"]
        indexes = [models.Index(fields=["ligne", "-date"], name="suivi_ligne_idx")]

    def __str__(self) -> str:
        return self.get_etat_display()


class MissionPreconisee(VersionedModel):
    """A mission the plan recommends to entrust to a prestataire (002, « missions d'appui préconisées »).

    ``objectifs_operationnels`` has one objective a line.
    """

    plan = models.ForeignKey(PlanAccompagnement, on_delete=models.CASCADE, related_name="missions", editable=False)
    ligne = models.ForeignKey(
        LignePlan,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="missions",
        verbose_name="ligne du plan",
    )
    position = models.PositiveIntegerField("ordre", default=0, editable=False)
    contexte = models.TextField("pourquoi cette mission", blank=True, max_length=2000)
    objectif_general = models.TextField("objectif général", max_length=1000)
    objectifs_operationnels = models.TextField("objectifs opérationnels", blank=True, max_length=4000)

    class Meta:
        verbose_name = "mission d’appui préconisée"
        verbose_name_plural = "missions d’appui préconisées"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(objectif_general=""),
                name="mission_objectif_written",
                violation_error_message="Écrivez l’objectif général de la mission.",
            )
        ]

    def __str__(self) -> str:
        return shortened(self.objectif_general)

    @property
    def liste_objectifs(self) -> list[str]:
        """The operational objectives, one by one."""
        return [line.strip(" -•·\t") for line in self.objectifs_operationnels.splitlines() if line.strip(" -•·\t")]


class ActualisationPlan(FrozenContent):
    """The plan as it stood on one day: « le plan d'accompagnement est évolutif ». Never changes afterwards."""

    frozen_refusal = "Une actualisation du plan ne se modifie ni ne s’efface."

    plan = models.ForeignKey(PlanAccompagnement, on_delete=models.PROTECT, related_name="actualisations")
    motif = models.TextField("ce qui a conduit à actualiser", blank=True, max_length=2000)

    class Meta:
        verbose_name = "actualisation du plan d’accompagnement"
        verbose_name_plural = "actualisations du plan d’accompagnement"
        ordering = ["plan", "-numero"]
        constraints = [models.UniqueConstraint(fields=["plan", "numero"], name="plan_actualisation_once")]

    def __str__(self) -> str:
        return f"actualisation n° {self.numero}"


class ReponsePlan(Reponse):
    """What the structure answered to the plan as it was on one day."""

    actualisation = models.ForeignKey(ActualisationPlan, on_delete=models.CASCADE, related_name="reponses")
    commentaire = models.TextField("ce qu’elle en dit", blank=True, max_length=4000)

    journal_redacted = frozenset({"nom", "commentaire"})

    class Meta(Reponse.Meta):
        verbose_name = "réponse de la structure sur son plan"
        verbose_name_plural = "réponses de la structure sur son plan"
        constraints = [
            models.CheckConstraint(
                condition=~Q(nom=""),
                name="reponse_plan_named",
                violation_error_message="Dites qui a répondu pour la structure.",
            )
        ]

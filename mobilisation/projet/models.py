"""What « Confirmer » writes before the cahier des charges: groups, scenarios, projet d'intervention, evaluation
framework (000, démarche 3/4; fiches pratiques 4 and 6).

The rows of an ingénierie that has written nothing yet do not exist: ``projects.services.ingenierie.draft_of`` gives an
empty one, version 0.
"""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from core.formats import plural
from core.models import VersionedModel
from mobilisation.enums import Registre
from projects.models import Ingenierie, StructureCiblee


def validate_half_days(value: Decimal) -> None:
    """Days are counted by halves."""
    if value is not None and (value * 2) % 1:
        raise ValidationError("Comptez par demi-journées : 4 ou 4,5.", code="half_days")


class ProjetIntervention(VersionedModel):
    """The projet d'intervention: what the structures aim at, who intervenes, how long.

    ``jours`` is counted in days of intervention beside the structures, halves being demi-journées. The conditions
    (rhythm, period, place…) are those of the :class:`Scenario` that is kept.
    """

    ingenierie = models.OneToOneField(
        Ingenierie, on_delete=models.CASCADE, related_name="projet_intervention", editable=False
    )
    objectifs_collectifs = models.TextField("objectifs collectifs des structures", blank=True)
    objectifs_individuels = models.TextField("objectifs individuels des structures", blank=True)
    commentaires = models.TextField("commentaires des structures sur la démarche", blank=True)
    suites = models.TextField("ce qui en a été retenu avec les partenaires", blank=True)
    temps_pilote = models.TextField("temps d’intervention du pilote", blank=True)
    systeme_intervenant = models.TextField("système intervenant", blank=True)
    jours = models.DecimalField(
        "nombre de jours d’intervention",
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.5"), "Indiquez au moins une demi-journée."), validate_half_days],
    )

    class Meta:
        verbose_name = "projet d’intervention"
        verbose_name_plural = "projets d’intervention"
        constraints = [
            models.CheckConstraint(
                condition=Q(jours__isnull=True) | Q(jours__gt=0),
                name="projet_jours_positive",
                violation_error_message="Le nombre de jours est supérieur à zéro.",
            )
        ]

    def __str__(self) -> str:
        return "projet d’intervention"

    @property
    def demi_journees(self) -> str:
        """« 9 demi-journées », or empty."""
        return plural(int(self.jours * 2), "demi-journée") if self.jours else ""

    @property
    def is_written(self) -> bool:
        """Objectives of the structures and système intervenant are there."""
        return bool(self.objectifs_collectifs.strip() and self.systeme_intervenant.strip())


class CadreEvaluation(VersionedModel):
    """The framework of the evaluation, confirmed before the intervention (fiche pratique 6)."""

    ingenierie = models.OneToOneField(
        Ingenierie, on_delete=models.CASCADE, related_name="cadre_evaluation", editable=False
    )
    objet = models.TextField("objet de l’évaluation", blank=True)
    objectifs = models.TextField("objectifs de l’évaluation", blank=True)
    registres = models.JSONField("registres de l’évaluation", default=list, blank=True)
    outils = models.TextField("outils et indicateurs", blank=True)
    participation_structures = models.TextField("participation des structures", blank=True)
    participation_partenaires = models.TextField("participation des partenaires", blank=True)
    participation_intervenants = models.TextField("participation des intervenants", blank=True)

    class Meta:
        verbose_name = "cadre de l’évaluation"
        verbose_name_plural = "cadres de l’évaluation"

    def __str__(self) -> str:
        return "cadre de l’évaluation"

    @property
    def registres_labels(self) -> list[str]:
        labels = dict(Registre.choices)
        return [labels[code] for code in self.registres if code in labels]

    @property
    def missing(self) -> list[str]:
        """What is still to be written before the framework is adopted."""
        participation = self.participation_structures + self.participation_partenaires + self.participation_intervenants
        told = (
            ("l’objet", self.objet.strip()),
            ("les registres", self.registres),
            ("les outils et indicateurs", self.outils.strip()),
            ("la participation des acteurs", participation.strip()),
        )
        return [label for label, value in told if not value]


class Scenario(VersionedModel):
    """One way to hold the intervention: several are considered, at most one is kept."""

    ingenierie = models.ForeignKey(Ingenierie, on_delete=models.CASCADE, related_name="scenarios", editable=False)
    nom = models.CharField("nom du scénario", max_length=120)
    rythme = models.TextField("rythme", blank=True, max_length=2000)
    duree = models.TextField("durée", blank=True, max_length=2000)
    periode = models.TextField("période", blank=True, max_length=2000)
    lieu = models.TextField("lieu", blank=True, max_length=2000)
    logistique = models.TextField("logistique", blank=True, max_length=2000)
    avantages = models.TextField("avantages et limites", blank=True, max_length=4000)
    retenu = models.BooleanField("retenu", default=False, editable=False)

    class Meta:
        verbose_name = "scénario"
        ordering = ["-retenu", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie"],
                condition=Q(retenu=True),
                name="scenario_one_kept",
                violation_error_message="Un seul scénario est retenu.",
            ),
            models.CheckConstraint(
                condition=~Q(nom=""), name="scenario_named", violation_error_message="Donnez un nom au scénario."
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def lines(self) -> list[tuple[str, str]]:
        """(label, text) of what is filled."""
        names = ("rythme", "duree", "periode", "lieu", "logistique", "avantages")
        told = [(self._meta.get_field(n).verbose_name, getattr(self, n)) for n in names]
        return [(label[:1].upper() + label[1:], text) for label, text in told if text.strip()]


class Groupe(VersionedModel):
    """A group of structures that will work together, and what to watch in it (fiche pratique 4)."""

    ingenierie = models.ForeignKey(Ingenierie, on_delete=models.CASCADE, related_name="groupes", editable=False)
    nom = models.CharField("nom du groupe", max_length=120)
    profil = models.TextField("profil du groupe", blank=True, max_length=4000)
    participants = models.PositiveSmallIntegerField("nombre de participants prévu", null=True, blank=True)
    vigilance_attentes = models.TextField("niveau des attentes", blank=True, max_length=2000)
    vigilance_concurrence = models.TextField("risque de concurrence", blank=True, max_length=2000)
    vigilance_similitude = models.TextField("similitude des structures", blank=True, max_length=2000)
    vigilance_competences = models.TextField("compétences au sein des structures", blank=True, max_length=2000)
    structures = models.ManyToManyField(
        StructureCiblee, through="mobilisation.MembreGroupe", related_name="groupes", blank=True
    )

    class Meta:
        verbose_name = "groupe"
        ordering = ["nom", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "nom"],
                name="groupe_nom_unique",
                violation_error_message="Un groupe de cette ingénierie porte déjà ce nom.",
            ),
            models.CheckConstraint(
                condition=~Q(nom=""), name="groupe_named", violation_error_message="Donnez un nom au groupe."
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def vigilances(self) -> list[tuple[str, str]]:
        """(label, text) of the vigilance points that are filled."""
        names = ("vigilance_attentes", "vigilance_concurrence", "vigilance_similitude", "vigilance_competences")
        told = [(self._meta.get_field(n).verbose_name, getattr(self, n)) for n in names]
        return [(label[:1].upper() + label[1:], text) for label, text in told if text.strip()]


class MembreGroupe(models.Model):
    """A targeted structure in a group; a structure is in one group at most."""

    groupe = models.ForeignKey(Groupe, on_delete=models.CASCADE, related_name="membres")
    structure_ciblee = models.ForeignKey(StructureCiblee, on_delete=models.CASCADE, related_name="membres_groupe")

    class Meta:
        verbose_name = "membre d’un groupe"
        verbose_name_plural = "membres d’un groupe"
        constraints = [
            models.UniqueConstraint(
                fields=["structure_ciblee"],
                name="membre_one_group",
                violation_error_message="Cette structure est déjà dans un groupe.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.structure_ciblee_id} → {self.groupe_id}"

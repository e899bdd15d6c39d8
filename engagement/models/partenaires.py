"""The network of partners of an ingénierie (000, fiche pratique 3)."""

from __future__ import annotations

from django.db import models

from core import clock
from core.models import VersionedModel
from engagement.enums import Verdict
from partners.directory.enums import Famille
from partners.directory.models import Partenaire


class PartenaireProjet(VersionedModel):
    """A partner of the directory in one ingénierie: what it thinks of it, expects from it and brings to it.

    The family is the one the partner plays here; it comes from the directory and may differ from it.
    """

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="partenaires_projet", editable=False
    )
    partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, related_name="projets", verbose_name="partenaire", editable=False
    )
    famille = models.CharField("famille", max_length=24, choices=Famille.choices)
    roles = models.CharField("rôle dans l’ingénierie", max_length=300, blank=True)

    problematique_partagee = models.CharField(
        "problématique partagée", max_length=8, choices=Verdict.choices, default=Verdict.A_VOIR
    )
    problematique_texte = models.TextField("ce qu’il sait de la problématique et de son histoire", blank=True)
    complementaire = models.CharField(
        "démarche complémentaire à l’existant", max_length=8, choices=Verdict.choices, default=Verdict.A_VOIR
    )
    complementaire_texte = models.TextField("ce qui existe déjà", blank=True)
    interet = models.CharField(
        "structures susceptibles d’être intéressées", max_length=8, choices=Verdict.choices, default=Verdict.A_VOIR
    )
    interet_texte = models.TextField("conditions de cet intérêt", blank=True)

    attentes = models.TextField("attentes", blank=True)
    motivations = models.TextField("motivations propres", blank=True)
    contradictions = models.TextField("contradictions avec d’autres attentes", blank=True)
    prise_en_compte = models.TextField("prise en compte dans l’ingénierie", blank=True)

    contribution_technique = models.TextField("contribution technique", blank=True)
    contribution_financiere = models.TextField("contribution financière", blank=True)
    systeme_intervenant = models.BooleanField("prend part au « système intervenant »", default=False)
    comite_pilotage = models.BooleanField("membre du comité de pilotage", default=False)
    groupe_travail = models.BooleanField("membre du groupe de travail", default=False)
    evaluation = models.BooleanField("associé à l’évaluation", default=False)
    capitalisation = models.BooleanField("associé à la capitalisation", default=False)
    transfert = models.BooleanField("associé au transfert", default=False)
    added_at = models.DateTimeField("associé le", default=clock.now, editable=False)

    class Meta:
        verbose_name = "partenaire de l’ingénierie"
        verbose_name_plural = "partenaires de l’ingénierie"
        ordering = ["partenaire__search_text", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "partenaire"],
                name="partenaire_projet_once",
                violation_error_message="Ce partenaire est déjà associé à l’ingénierie.",
            )
        ]

    def __str__(self) -> str:
        return str(self.partenaire)

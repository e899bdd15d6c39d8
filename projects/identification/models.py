"""What « Identifier » writes: problématique, ciblage, rôle du DLA (000, démarche 1/4), examens de l'existant."""

from __future__ import annotations

from django.db import models

from core.models import VersionedModel
from projects.cycle.models import Written
from projects.enums import Legitimite, Origine, ReponseExistant


class Problematique(VersionedModel):
    """The problématique raised: context, stakes, needs, where it comes from, how it was validated."""

    ingenierie = models.OneToOneField("projects.Ingenierie", on_delete=models.CASCADE, related_name="problematique")
    contexte = models.TextField("contexte", blank=True)
    enjeux = models.TextField("enjeux", blank=True)
    besoins = models.TextField("besoins repérés", blank=True)
    origines = models.JSONField("origines de l’identification des besoins", default=list, blank=True)
    origines_precisions = models.TextField("précisions sur les origines", blank=True)
    validation = models.TextField("méthode de validation de la problématique", blank=True)

    class Meta:
        verbose_name = "problématique"

    def __str__(self) -> str:
        return "problématique"

    @property
    def is_written(self) -> bool:
        """Context, needs and at least one origin are there."""
        return bool(self.contexte.strip() and self.besoins.strip() and self.origines)

    @property
    def origines_labels(self) -> list[str]:
        labels = dict(Origine.choices)
        return [labels[code] for code in self.origines if code in labels]


class Ciblage(VersionedModel):
    """The target profile, by the five major criteria of fiche pratique 4."""

    ingenierie = models.OneToOneField("projects.Ingenierie", on_delete=models.CASCADE, related_name="ciblage")
    territoire = models.TextField("territoire", blank=True)
    exclusif = models.BooleanField(
        "structures exclusivement du territoire d’intervention du DLA", null=True, blank=True
    )
    secteur = models.TextField("secteur d’activité, branche, filière", blank=True)
    projet = models.TextField("projet et dynamique des structures", blank=True)
    poids = models.TextField("poids économique et social, taille", blank=True)
    competences = models.TextField("compétences au sein des structures", blank=True)
    savoir_faire = models.TextField("savoir-faire requis pour l’ingénierie", blank=True)

    class Meta:
        verbose_name = "ciblage"

    def __str__(self) -> str:
        return "ciblage des structures"

    @property
    def is_written(self) -> bool:
        """Territory and sector at least are described."""
        return bool(self.territoire.strip() and self.secteur.strip())


class RoleDLA(VersionedModel):
    """Why and how the DLA carries the démarche."""

    ingenierie = models.OneToOneField("projects.Ingenierie", on_delete=models.CASCADE, related_name="role_dla")
    legitimite = models.JSONField("légitimité", default=list, blank=True)
    acces = models.TextField("capacité d’accès aux acteurs accompagnables", blank=True)
    idee = models.TextField("idée du projet, de l’action", blank=True)
    contenu = models.TextField("contenu de la démarche", blank=True)
    modalites = models.TextField("modalités de la démarche", blank=True)
    coherence = models.TextField("cohérence de la démarche", blank=True)

    class Meta:
        verbose_name = "rôle du DLA"

    def __str__(self) -> str:
        return "rôle du DLA"

    @property
    def is_written(self) -> bool:
        """Legitimacy, idea and coherence are stated."""
        return bool(self.legitimite and self.idee.strip() and self.coherence.strip())

    @property
    def legitimite_labels(self) -> list[str]:
        labels = dict(Legitimite.choices)
        return [labels[code] for code in self.legitimite if code in labels]


class ExamenExistant(Written):
    """One answer to « complémentaire à l'existant ? », with what was consulted; a later one follows, none is changed.

    ``consultes`` holds, for each neighbour read, ``{"cle", "titre", "score", "raisons"}`` as they were shown.
    """

    ingenierie = models.ForeignKey("projects.Ingenierie", on_delete=models.CASCADE, related_name="examens_existant")
    reponse = models.CharField("réponse", max_length=20, choices=ReponseExistant.choices)
    commentaire = models.TextField("ce qui le fait dire")
    consultes = models.JSONField("ce qui a été consulté", default=list, blank=True)

    class Meta:
        verbose_name = "examen de l’existant"
        verbose_name_plural = "examens de l’existant"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.get_reponse_display()

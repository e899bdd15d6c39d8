"""The diagnostic partagé of a structure, what was shared of it and what the structure answered (002, « La place de
l'ingénierie dans le plan d'accompagnement »; fiche pratique 4)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core import clock
from core.formats import format_date
from structures.diagnostics.lifecycle import DIAGNOSTIC
from structures.enums import ModeReponse, ReponseStructure
from structures.models.kept import Kept


@DIAGNOSTIC.attach
class Diagnostic(Kept):
    """The present text, by rubric; its needs are :class:`~structures.models.besoin.Besoin`.

    ``date`` is the day the diagnostic was made. ``numero_partage`` counts how many times it was shared (0: never): the
    last :class:`VersionDiagnostic` has this number.
    """

    state = DIAGNOSTIC.state_field()
    date = models.DateField("date du diagnostic", default=clock.today)
    contexte = models.TextField("activité concernée et environnement", blank=True)
    forces = models.TextField("points forts", blank=True)
    faiblesses = models.TextField("points faibles", blank=True)
    perspectives = models.TextField("perspectives de consolidation", blank=True)
    problemes = models.TextField("problématiques à traiter", blank=True)
    numero_partage = models.PositiveSmallIntegerField("nombre de partages", default=0, editable=False)

    class Meta:
        verbose_name = "diagnostic partagé"
        verbose_name_plural = "diagnostics partagés"
        ordering = ["-date", "-pk"]
        indexes = [
            models.Index(fields=["structure", "-date", "-id"], name="diagnostic_structure_idx"),
            models.Index(fields=["organisation", "-date", "-id"], name="diagnostic_organisation_idx"),
        ]

    def __str__(self) -> str:
        return f"diagnostic du {format_date(self.date)}"

    @property
    def is_validated(self) -> bool:
        """Has the structure validated what was shared last?"""
        return ReponseDiagnostic.objects.filter(
            partage__diagnostic=self.pk, partage__numero=self.numero_partage, reponse=ReponseStructure.VALIDE
        ).exists()


class VersionDiagnostic(models.Model):
    """What was shared with the structure, as it was: ``contenu`` holds the rubrics and the needs in words."""

    diagnostic = models.ForeignKey(Diagnostic, on_delete=models.CASCADE, related_name="versions")
    numero = models.PositiveSmallIntegerField("partage n°")
    contenu = models.JSONField("contenu", default=dict)
    partage_le = models.DateTimeField("partagé le", default=clock.now)
    partage_par = models.CharField("partagé par", max_length=200)

    class Meta:
        verbose_name = "version partagée du diagnostic"
        verbose_name_plural = "versions partagées du diagnostic"
        ordering = ["diagnostic", "-numero"]
        constraints = [models.UniqueConstraint(fields=["diagnostic", "numero"], name="diagnostic_version_once")]

    def __str__(self) -> str:
        return f"partage n° {self.numero}"


class ReponseDiagnostic(models.Model):
    """What the structure answered to what was shared: validated, or changes asked for, rubric by rubric.

    ``commentaires`` maps a rubric to a comment. ``nom`` and ``fonction`` are those of who answered for the structure.
    """

    partage = models.ForeignKey(VersionDiagnostic, on_delete=models.CASCADE, related_name="reponses")
    reponse = models.CharField("réponse de la structure", max_length=12, choices=ReponseStructure.choices)
    commentaires = models.JSONField("commentaires par rubrique", default=dict, blank=True)
    nom = models.CharField("nom de la personne", max_length=120)
    fonction = models.CharField("sa fonction", max_length=120, blank=True)
    mode = models.CharField("réponse recueillie", max_length=12, choices=ModeReponse.choices)
    date = models.DateField("date de la réponse", default=clock.today)
    recue_le = models.DateTimeField("enregistrée le", default=clock.now, editable=False)
    recueillie_par = models.CharField("enregistrée par", max_length=200, editable=False)

    journal_redacted = frozenset({"nom", "commentaires"})

    class Meta:
        verbose_name = "réponse de la structure"
        verbose_name_plural = "réponses de la structure"
        ordering = ["-recue_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(nom=""),
                name="reponse_diagnostic_named",
                violation_error_message="Dites qui a répondu pour la structure.",
            )
        ]

    def __str__(self) -> str:
        return self.get_reponse_display()

"""The editorial committee of a région, or the national one; what it reads; the avis of its members."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from capitalisation.bibliotheque.enums import Echelle
from capitalisation.bibliotheque.models import Ressource
from capitalisation.comite.enums import Decision, Portee, Qualite
from core import clock
from core.models import VersionedModel
from referentiels.models import Region


class ComiteEditorial(VersionedModel):
    """Several actors who read what is proposed: one a région, and a national one (no région).

    ``quorum``: how many avis before a decision; ``delai_jours``: how long its members have.
    """

    region = models.OneToOneField(
        Region, on_delete=models.PROTECT, null=True, related_name="comite_editorial", editable=False
    )
    quorum = models.PositiveSmallIntegerField("avis avant une décision", default=3)
    delai_jours = models.PositiveSmallIntegerField("jours pour donner son avis", default=21)

    class Meta:
        verbose_name = "comité éditorial"
        verbose_name_plural = "comités éditoriaux"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                models.functions.Coalesce("region", 0),
                name="comite_editorial_once",
                violation_error_message="Ce comité éditorial existe déjà.",
            ),
            models.CheckConstraint(
                condition=Q(quorum__gte=2),
                name="comite_editorial_several",
                violation_error_message="Un comité a plusieurs acteurs : deux avis au moins.",
            ),
        ]

    def __str__(self) -> str:
        return f"comité éditorial ({self.region})" if self.region_id else "comité éditorial national"


class MembreComite(VersionedModel):
    """Somebody of the committee, by account (``user``) or by link (``email``); ``qualite`` says as what."""

    comite = models.ForeignKey(ComiteEditorial, on_delete=models.CASCADE, related_name="membres", editable=False)
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="compte"
    )
    nom = models.CharField("prénom et nom", max_length=120)
    email = models.EmailField("adresse électronique")
    qualite = models.CharField("siège comme", max_length=120)
    depuis = models.DateTimeField("depuis", default=clock.now, editable=False)
    parti_le = models.DateTimeField("parti le", null=True, editable=False)

    journal_redacted = frozenset({"nom", "email"})

    class Meta:
        verbose_name = "membre du comité éditorial"
        verbose_name_plural = "membres du comité éditorial"
        ordering = ["qualite", "pk"]

    def __str__(self) -> str:
        return self.qualite


class Examen(VersionedModel):
    """One reading of one resource by a committee, until its decision."""

    ressource = models.ForeignKey(Ressource, on_delete=models.CASCADE, related_name="examens", editable=False)
    comite = models.ForeignKey(ComiteEditorial, on_delete=models.PROTECT, related_name="examens", editable=False)
    portee = models.CharField("portée demandée", max_length=16, choices=Echelle.choices, editable=False)
    ouvert_le = models.DateTimeField("ouvert le", default=clock.now, editable=False)
    echeance = models.DateField("avis attendus pour le", editable=False)
    clos_le = models.DateTimeField("clos le", null=True, editable=False)
    decision = models.CharField("décision", max_length=12, choices=Decision.choices, blank=True, editable=False)
    motif = models.TextField("motif", blank=True, editable=False)
    decide_par = models.CharField("décidé par", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "examen d’une ressource"
        verbose_name_plural = "examens d’une ressource"
        ordering = ["-ouvert_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ressource"],
                condition=Q(clos_le__isnull=True),
                name="examen_open_once",
                violation_error_message="Cette ressource est déjà à l’examen.",
            ),
            models.CheckConstraint(
                condition=Q(clos_le__isnull=True) | ~Q(decision=""),
                name="examen_closed_decided",
                violation_error_message="Un examen clos dit sa décision.",
            ),
        ]

    def __str__(self) -> str:
        return f"examen de « {self.ressource} »"


class AvisEditorial(VersionedModel):
    """What a member thinks of the quality of a resource, and of its reach."""

    examen = models.ForeignKey(Examen, on_delete=models.CASCADE, related_name="avis", editable=False)
    membre = models.ForeignKey(MembreComite, on_delete=models.PROTECT, related_name="avis", editable=False)
    qualite = models.CharField("qualité", max_length=12, choices=Qualite.choices)
    portee = models.CharField("portée", max_length=16, choices=Portee.choices)
    texte = models.TextField("pourquoi", blank=True, max_length=2000)
    rendu_le = models.DateTimeField("rendu le", default=clock.now, editable=False)

    class Meta:
        verbose_name = "avis éditorial"
        verbose_name_plural = "avis éditoriaux"
        ordering = ["rendu_le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["examen", "membre"],
                name="avis_editorial_once",
                violation_error_message="Ce membre a déjà donné son avis.",
            )
        ]

    def __str__(self) -> str:
        return self.get_qualite_display()

"""The fiche de suivi of a mission (002, « Outil de suivi »): planned at the start, told at the end of each stage."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from core import clock
from core.models import VersionedModel
from missions.conventions.models import Convention, EtapeConvention
from missions.suivi.enums import Besoin

#: The heading of the last row of the fiche, as 002 writes it.
FIN_DE_MISSION = "Fin de mission / Rapport final"


class FicheSuivi(VersionedModel):
    """One per signed convention. ``prevue_le``: the planned part was returned; from then on its dates change only by
    an accepted modification. ``…_par`` says who typed, ``…_equipe`` that the team did it for the prestataire."""

    convention = models.OneToOneField(
        Convention, on_delete=models.PROTECT, related_name="fiche_suivi", verbose_name="convention", editable=False
    )
    consultant = models.CharField("consultant (nom et fonction)", max_length=160, blank=True)
    envoyee_le = models.DateTimeField("envoyée le", null=True, editable=False)
    prevue_le = models.DateTimeField("prévisions rendues le", null=True, editable=False)
    prevue_par = models.CharField("prévisions rendues par", max_length=200, blank=True, editable=False)
    prevue_equipe = models.BooleanField("saisies par l’équipe", default=False, editable=False)
    besoin_actuel = models.CharField(
        "le besoin est-il toujours celui du diagnostic ?", max_length=3, choices=Besoin.choices, blank=True
    )
    besoin_commentaire = models.TextField("ce qui a changé", blank=True, max_length=2000)
    besoin_le = models.DateField("vérifié le", null=True, blank=True)
    besoin_par = models.CharField("vérifié par", max_length=200, blank=True, editable=False)

    #: Who leads the mission stays out of the journal, which is never erased.
    journal_redacted = frozenset({"consultant"})

    class Meta:
        verbose_name = "fiche de suivi"
        verbose_name_plural = "fiches de suivi"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(besoin_actuel=Besoin.NON) | ~Q(besoin_commentaire=""),
                name="fiche_suivi_besoin_told",
                violation_error_message="Le besoin n’est plus celui du diagnostic : dites ce qui a changé.",
            )
        ]

    def __str__(self) -> str:
        return f"fiche de suivi de la {self.convention}"

    def clean(self):
        if self.besoin_le is not None and self.besoin_le > clock.today():
            raise ValidationError({"besoin_le": "Cette date est dans le futur."})


class EtapeSuivi(VersionedModel):
    """One row of the fiche: a stage of the convention, or the last row (``derniere``). A stage is not a day."""

    fiche = models.ForeignKey(FicheSuivi, on_delete=models.PROTECT, related_name="etapes", editable=False)
    etape = models.ForeignKey(
        EtapeConvention, on_delete=models.PROTECT, null=True, related_name="suivis", editable=False
    )
    ordre = models.PositiveSmallIntegerField("rang", default=1, editable=False)
    intitule = models.CharField("intitulé", max_length=200, editable=False)
    objectif = models.TextField("objectif", blank=True, editable=False)
    derniere = models.BooleanField("fin de mission", default=False, editable=False)
    prevu_debut = models.DateField("à partir du", null=True, blank=True)
    prevu_fin = models.DateField("au plus tard le", null=True, blank=True)
    personnes_prevues = models.TextField(
        "personnes à rencontrer", blank=True, max_length=2000, help_text="Leurs fonctions suffisent."
    )
    fait_le = models.DateField("réalisée le", null=True, blank=True)
    personnes_rencontrees = models.TextField(
        "personnes rencontrées", blank=True, max_length=2000, help_text="Leurs fonctions suffisent."
    )
    production_remise = models.TextField("production remise, si prévue", blank=True, max_length=2000)
    commentaire = models.TextField("commentaires", blank=True, max_length=4000)
    modifiee = models.BooleanField("quelque chose a changé par rapport à la commande initiale", default=False)
    rendue_le = models.DateTimeField("rendue le", null=True, editable=False)
    rendue_par = models.CharField("rendue par", max_length=200, blank=True, editable=False)
    rendue_equipe = models.BooleanField("saisie par l’équipe", default=False, editable=False)
    relancee_le = models.DateTimeField("prestataire relancé le", null=True, editable=False)
    signalee_le = models.DateTimeField("retard signalé le", null=True, editable=False)

    #: Who was met may be named there: not in the journal, which is never erased.
    journal_redacted = frozenset({"personnes_prevues", "personnes_rencontrees"})

    class Meta:
        verbose_name = "étape de la fiche de suivi"
        verbose_name_plural = "étapes de la fiche de suivi"
        ordering = ["fiche", "ordre", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiche"], condition=Q(derniere=True), name="etape_suivi_one_last",
                violation_error_message="La fiche de suivi a déjà sa dernière ligne.",
            ),
            models.CheckConstraint(
                condition=Q(prevu_debut__isnull=True) | Q(prevu_fin__isnull=True) | Q(prevu_fin__gte=F("prevu_debut")),
                name="etape_suivi_dates_in_order",
                violation_error_message="La fin prévue de l’étape précède son début : vérifiez les deux dates.",
            ),
            models.CheckConstraint(
                condition=Q(rendue_le__isnull=True) | Q(fait_le__isnull=False),
                name="etape_suivi_returned_when_done",
                violation_error_message="Une étape se rend une fois réalisée : dites quel jour.",
            ),
            models.CheckConstraint(
                condition=Q(rendue_le__isnull=True) | Q(modifiee=False) | ~Q(commentaire=""),
                name="etape_suivi_change_is_told",
                violation_error_message="Quelque chose a changé : le commentaire est alors obligatoire.",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.titre

    @property
    def titre(self) -> str:
        """« Étape 1 : Intitulé », or the heading of the last row."""
        return self.intitule if self.derniere else f"Étape {self.ordre} : {self.intitule}"

    def clean(self):
        if self.fait_le is not None and self.fait_le > clock.today():
            raise ValidationError({"fait_le": "Cette date est dans le futur."})

"""The consent of each structure, and of each person of it, to what names them outside the dossier."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from capitalisation.consentements.enums import EtatConsentement, Moyen
from core import clock
from core.models import VersionedModel
from core.sorting import french
from projects.structures_ciblees.models import StructureCiblee

#: What a structure is asked, and a person; kept in the row with the answer.
TEXTE_STRUCTURE = (
    "La structure accepte d’être nommée, avec ce qu’elle a fait dans l’ingénierie et les chiffres qui la décrivent, "
    "dans les fiches expériences, monographies et autres récits qui en sont tirés, que d’autres DLA ou le public "
    "peuvent lire."
)
TEXTE_PERSONNE = (
    "La personne accepte d’être nommée, avec sa fonction et ce qu’elle a dit de l’ingénierie, dans les fiches "
    "expériences, monographies et autres récits qui en sont tirés, que d’autres DLA ou le public peuvent lire."
)


class Consentement(VersionedModel):
    """One consent: that of the structure itself (``personne`` is empty), or that of somebody of it.

    ``le`` is the day of the answer, ``dit_par`` who gave it, ``texte`` what was asked then. It is given by the personal
    link of the row or typed, and taken back at any time by either; the journal keeps each.
    """

    structure = models.ForeignKey(
        StructureCiblee, on_delete=models.CASCADE, related_name="consentements", verbose_name="structure"
    )
    personne = models.CharField("prénom et nom", max_length=120, blank=True)
    fonction = models.CharField("fonction", max_length=120, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    etat = models.CharField(
        "consentement", max_length=12, choices=EtatConsentement.choices, default=EtatConsentement.A_DEMANDER,
        editable=False,
    )  # fmt: skip
    le = models.DateField("le", null=True, editable=False)
    moyen = models.CharField("par quel moyen", max_length=10, choices=Moyen.choices, blank=True, editable=False)
    dit_par = models.CharField("donné par", max_length=200, blank=True, editable=False)
    note = models.CharField("note", max_length=500, blank=True, editable=False)
    texte = models.TextField("ce qui était demandé", blank=True, editable=False)
    created_at = models.DateTimeField("ajouté le", default=clock.now, editable=False)

    journal_redacted = frozenset({"personne", "email", "dit_par"})

    class Meta:
        verbose_name = "consentement"
        verbose_name_plural = "consentements"
        ordering = [french("structure__structure__name"), french("personne"), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure"],
                condition=Q(personne=""),
                name="consentement_structure_once",
                violation_error_message="Le consentement de cette structure est déjà dans la liste.",
            ),
            models.UniqueConstraint(
                "structure",
                Lower("personne"),
                condition=~Q(personne=""),
                name="consentement_personne_once",
                violation_error_message="Cette personne est déjà dans la liste.",
            ),
            models.CheckConstraint(
                condition=~Q(etat__in=["accorde", "refuse", "retire"]) | Q(le__isnull=False),
                name="consentement_answered_has_date",
                violation_error_message="Une réponse a sa date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.personne}, {self.structure}" if self.personne else str(self.structure)

    @property
    def est_accorde(self) -> bool:
        """May what names it be diffused?"""
        return self.etat == EtatConsentement.ACCORDE

    @property
    def demande(self) -> str:
        """What is asked."""
        return TEXTE_PERSONNE if self.personne else TEXTE_STRUCTURE

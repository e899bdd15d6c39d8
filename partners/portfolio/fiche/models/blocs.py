"""The repeating blocks of a fiche: references, intervenants, documents."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from core import clock
from core.models import Attachment, VersionedModel
from partners.portfolio.fiche.enums import NaturePiece
from partners.portfolio.fiche.models.fiche import FicheVersion
from referentiels.models import Secteur, ThemeAccompagnement


class Reference(VersionedModel):
    """An experience the prestataire puts forward: year, for whom, on what, how long (days), with a DLA or not."""

    fiche = models.ForeignKey(
        FicheVersion, on_delete=models.CASCADE, related_name="references", verbose_name="fiche", editable=False
    )
    annee = models.PositiveSmallIntegerField("année", validators=[MinValueValidator(1980), MaxValueValidator(2200)])
    client = models.CharField("client (qui a demandé)", max_length=160)
    structure = models.CharField("structure accompagnée", max_length=200, blank=True)
    objet = models.TextField("objet de l’accompagnement", max_length=1000)
    theme = models.ForeignKey(
        ThemeAccompagnement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="references_prestataires",
        verbose_name="thème",
    )
    jours = models.DecimalField(
        "nombre de jours",
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.5"))],
    )
    dla = models.BooleanField("dans le cadre d’un DLA", default=False)
    collectif = models.BooleanField("accompagnement collectif", default=False)

    class Meta:
        verbose_name = "référence"
        ordering = ["-annee", "pk"]

    def __str__(self) -> str:
        return f"{self.annee} · {self.client}"


#: In the place of the name of somebody who was erased from a version that was sent or published.
REMOVED = "Personne retirée"


class Intervenant(VersionedModel):
    """Somebody who intervenes for the prestataire."""

    fiche = models.ForeignKey(
        FicheVersion, on_delete=models.CASCADE, related_name="intervenants", verbose_name="fiche", editable=False
    )
    nom = models.CharField("prénom et nom", max_length=120)
    fonction = models.CharField("fonction", max_length=120, blank=True)
    expertises = models.TextField("expertises", max_length=2000, blank=True)
    secteurs = models.ManyToManyField(
        Secteur, blank=True, related_name="intervenants_prestataires", verbose_name="secteurs d’activité"
    )
    public = models.BooleanField("accepte d’être nommé sur la fiche publique", default=False)

    #: Of a person: the journal, never erased, keeps that they changed, never their values.
    journal_redacted = frozenset({"nom", "fonction", "expertises"})

    class Meta:
        verbose_name = "intervenant"
        ordering = ["pk"]

    def __str__(self) -> str:
        # What the journal keeps of a person: never the name.
        return f"intervenant {self.pk}"


class Piece(models.Model):
    """A document of a fiche, and until when it is valid. The file is an attachment of the prestataire: the next version
    of the fiche shows the same one until somebody replaces it."""

    fiche = models.ForeignKey(
        FicheVersion, on_delete=models.CASCADE, related_name="pieces", verbose_name="fiche", editable=False
    )
    nature = models.CharField("nature", max_length=12, choices=NaturePiece.choices)
    intervenant = models.ForeignKey(
        Intervenant,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="pieces",
        verbose_name="intervenant",
        editable=False,
    )
    fichier = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, related_name="+", verbose_name="fichier", editable=False
    )
    expire_le = models.DateField("valable jusqu’au", null=True, blank=True)
    added_at = models.DateTimeField("déposée le", default=clock.now, editable=False)

    class Meta:
        verbose_name = "document de la fiche"
        verbose_name_plural = "documents de fiches"
        ordering = ["nature", "added_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(nature="assurance") | Q(expire_le__isnull=False),
                name="piece_assurance_expires",
                violation_error_message="Une attestation d’assurance a une date de fin de validité.",
            ),
            models.CheckConstraint(
                condition=Q(intervenant__isnull=True) | Q(nature="cv"),
                name="piece_of_intervenant_is_cv",
                violation_error_message="Le document d’un intervenant est son CV.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()}"

    def expired(self, on=None) -> bool:
        """Is it past its date on that day (today by default)?"""
        return self.expire_le is not None and self.expire_le < (on or clock.today())

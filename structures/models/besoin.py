"""The needs that a diagnostic brings out: what the radar of needs counts."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from core import clock
from core.actor import Actor
from core.models import VersionedModel
from referentiels.models import DetailPrestation, TypePrestation
from structures.enums import Priorite
from structures.models.diagnostic import Diagnostic
from structures.models.kept import kept_for
from structures.models.structure import Structure


class BesoinQuerySet(models.QuerySet):
    """Needs, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those of the diagnostics that ``actor`` reads."""
        return self.filter(kept_for(actor))

    def recenses(self):
        """Those the radar counts: the diagnostic has been shared with the structure at least once with them."""
        return self.filter(recense=True)


class Besoin(VersionedModel):
    """One need of a structure: theme (type de prestation Enée), how pressing, who said it.

    ``structure``, ``organisation`` and ``date`` repeat the diagnostic's, and ``recense`` says that it was shared, so
    that 200,000 needs are counted without reading diagnostics; sector, département and jobs are the structure's, one
    join away. A need shared once stays counted while the diagnostic is being reworked.
    """

    diagnostic = models.ForeignKey(Diagnostic, on_delete=models.CASCADE, related_name="besoins", editable=False)
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="besoins", editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    date = models.DateField("date du diagnostic", editable=False)
    recense = models.BooleanField("recensé", default=False, editable=False)

    type_prestation = models.ForeignKey(
        TypePrestation, on_delete=models.PROTECT, related_name="besoins", verbose_name="thème (type de prestation Enée)"
    )
    detail = models.ForeignKey(
        DetailPrestation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="besoins",
        verbose_name="détail du thème",
    )
    priorite = models.PositiveSmallIntegerField("priorité", choices=Priorite.choices, default=Priorite.MOYENNE)
    exprime = models.BooleanField("exprimé par la structure", default=False)
    identifie = models.BooleanField("identifié par le DLA", default=False)
    texte = models.TextField("besoin d’accompagnement", max_length=2000)
    created_at = models.DateTimeField("inscrit le", default=clock.now, editable=False)

    objects = BesoinQuerySet.as_manager()

    class Meta:
        verbose_name = "besoin d’accompagnement"
        verbose_name_plural = "besoins d’accompagnement"
        ordering = ["priorite", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(exprime=True) | Q(identifie=True),
                name="besoin_said_by_somebody",
                violation_error_message="Dites si le besoin est exprimé par la structure, identifié par le DLA, ou les "
                "deux.",
            ),
            models.CheckConstraint(
                condition=~Q(texte=""), name="besoin_written", violation_error_message="Décrivez le besoin."
            ),
            models.CheckConstraint(
                condition=Q(priorite__in=Priorite.values),
                name="besoin_priorite_known",
                violation_error_message="Choisissez une priorité : haute, moyenne ou basse.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "date", "type_prestation", "structure"],
                name="besoin_organisation_idx",
                condition=Q(recense=True),
            ),
            models.Index(
                fields=["date", "type_prestation", "structure"], name="besoin_radar_idx", condition=Q(recense=True)
            ),
            models.Index(fields=["structure", "-date"], name="besoin_structure_idx"),
        ]

    def __str__(self) -> str:
        return self.texte if len(self.texte) <= 80 else f"{self.texte[:79].rstrip()}…"

    def clean(self):
        if self.detail_id and self.type_prestation_id and self.detail.type_prestation_id != self.type_prestation_id:
            raise ValidationError(
                {"detail": f"Le détail « {self.detail} » n’est pas du thème « {self.type_prestation} »."}
            )

    @property
    def origine(self) -> str:
        """« exprimé par la structure et identifié par le DLA »."""
        said = [
            text
            for held, text in ((self.exprime, "exprimé par la structure"), (self.identifie, "identifié par le DLA"))
            if held
        ]
        return " et ".join(said)

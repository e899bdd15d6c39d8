"""A structure targeted by an ingénierie."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core import clock
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from projects.enums import EtatMobilisation
from structures.annuaire.models import Structure


class StructureCiblee(LifecycleModel):
    """A structure of the directory in one ingénierie, from repérée to confirmée.

    ``seule``: the one structure of an ingénierie individuelle, there since it opened; it neither moves nor leaves.
    """

    ingenierie = models.ForeignKey("projects.Ingenierie", on_delete=models.CASCADE, related_name="structures_ciblees")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="ciblages")
    state = state_field(EtatMobilisation, EtatMobilisation.REPEREE)
    origine = models.CharField("comment elle a été repérée", max_length=200, blank=True)
    note = models.TextField("note", blank=True)
    seule = models.BooleanField("seule bénéficiaire", default=False, editable=False)
    added_at = models.DateTimeField("repérée le", default=clock.now, editable=False)

    objects = LifecycleQuerySet.as_manager()

    class Meta:
        verbose_name = "structure ciblée"
        verbose_name_plural = "structures ciblées"
        ordering = ["structure__search_text", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "structure"],
                name="structure_ciblee_once",
                violation_error_message="Cette structure est déjà dans l’ingénierie.",
            ),
            models.UniqueConstraint(
                fields=["ingenierie"],
                condition=Q(seule=True),
                name="structure_ciblee_seule",
                violation_error_message="Une ingénierie individuelle accompagne une seule structure.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.structure)

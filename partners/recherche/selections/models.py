"""A selection of the portfolio that a partner reads by its personal link (002, theme 1)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from core import clock
from core.actor import Actor
from core.models import VersionedModel
from partners.portfolio.prestataire.models import Prestataire


class SelectionPartageeQuerySet(models.QuerySet):
    """Selections, always those of somebody."""

    def visible_to(self, actor: Actor):
        """Those of the organisation the person acts for."""
        if actor.is_system:
            return self
        return self.filter(organisation=actor.organisation_id) if actor.organisation_id else self.none()


class SelectionPartagee(VersionedModel):
    """Some prestataires of the portfolio, chosen by an organisation for partners that ask: each partner reads, by its
    link, the public part of their fiches as it is on that day."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="selections", verbose_name="partagée par", editable=False
    )
    titre = models.CharField("titre de la sélection", max_length=200)
    message = models.TextField("mot d’accompagnement", blank=True, max_length=2000)
    prestataires = models.ManyToManyField(Prestataire, related_name="+", verbose_name="prestataires")
    created_at = models.DateTimeField("faite le", default=clock.now, editable=False)
    created_by = models.CharField("faite par", max_length=200, editable=False)

    objects = SelectionPartageeQuerySet.as_manager()

    class Meta:
        verbose_name = "sélection partagée"
        verbose_name_plural = "sélections partagées"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(titre=""),
                name="selection_titled",
                violation_error_message="Donnez un titre à la sélection.",
            )
        ]

    def __str__(self) -> str:
        return self.titre

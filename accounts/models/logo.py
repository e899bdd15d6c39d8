"""The pictures of an organisation's papers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models.organisation import Organisation
from core import clock


class LogoQuerySet(models.QuerySet):
    """Logos."""

    def own(self, organisation: Organisation) -> LogoQuerySet:
        """The organisation's own: none or one."""
        return self.filter(organisation=organisation, financeur=False)

    def funders(self, organisation: Organisation) -> LogoQuerySet:
        """Those of the funders, kept by the C2RA of a région, in the order they are printed."""
        return self.filter(organisation=organisation, financeur=True).order_by("pk")


class Logo(models.Model):
    """A logo printed at the head of documents: the organisation's, or a funder's for the whole région of a C2RA.

    ``image`` is a PNG that the application drew itself from what was sent (:mod:`accounts.services.logos`).
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="logos", verbose_name="organisation"
    )
    financeur = models.BooleanField("logo d’un financeur", default=False)
    alt = models.CharField("texte lu à la place de l’image", max_length=150)
    image = models.BinaryField("image PNG")
    added_at = models.DateTimeField("ajouté le", default=clock.now, editable=False)

    objects = LogoQuerySet.as_manager()

    class Meta:
        verbose_name = "logo"
        ordering = ["organisation", "financeur", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(financeur=False),
                name="logo_one_of_its_own",
                violation_error_message="L’organisation a déjà un logo : retirez-le d’abord.",
            )
        ]

    def __str__(self) -> str:
        return self.alt

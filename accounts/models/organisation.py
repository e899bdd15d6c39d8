"""DLA, C2RA, CNAR, AVISE."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.enums import OrganisationKind
from core.models import VersionedModel
from core.sorting import french
from referentiels.models import Departement, Region, Secteur


class OrganisationQuerySet(models.QuerySet):
    """Organisations."""

    def visible_to(self, actor):
        """Those whose page (members, invitations) the actor may open: the organisations she belongs to."""
        if actor.kind != "user" or actor.user_id is None:
            return self.none()
        return self.filter(
            memberships__user_id=actor.user_id, memberships__ended_at__isnull=True, is_active=True
        ).distinct()


class Organisation(VersionedModel):
    """An organisation of the dispositif, of one kind.

    A DLA covers départements and has a structure porteuse; a C2RA covers a région; a CNAR a sector. What a C2RA says of
    the funders (``mention_financeurs``) is printed on the documents of its whole région.
    """

    kind = models.CharField("type", max_length=8, choices=OrganisationKind.choices)
    name = models.CharField("nom", max_length=160)
    structure_porteuse = models.CharField("structure porteuse", max_length=200, blank=True)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name="région"
    )
    departements = models.ManyToManyField(
        Departement, blank=True, related_name="organisations", verbose_name="départements couverts"
    )
    secteur = models.ForeignKey(
        Secteur, on_delete=models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name="secteur"
    )
    address = models.TextField("adresse postale", blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    mention_financeurs = models.TextField("mention des financeurs", max_length=500, blank=True)
    is_active = models.BooleanField("active", default=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisation"
        ordering = [french("name"), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                name="organisation_name_unique",
                violation_error_message="Une organisation porte déjà ce nom.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["dla", "c2ra"]) | Q(region__isnull=False),
                name="organisation_territorial_has_region",
                violation_error_message="Un DLA ou un C2RA a une région.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="cnar") | Q(secteur__isnull=False),
                name="organisation_cnar_has_secteur",
                violation_error_message="Un CNAR a un secteur.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_dla(self) -> bool:
        return self.kind == OrganisationKind.DLA

    @property
    def is_c2ra(self) -> bool:
        return self.kind == OrganisationKind.C2RA

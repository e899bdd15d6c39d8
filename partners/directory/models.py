"""The directory of partner organisations: kept by a DLA or a C2RA, read in the whole région."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.annuaires.models import SheetModel, SheetQuerySet
from accounts.annuaires.rights import kept_for
from accounts.models import Organisation
from core import clock
from core.actor import Actor
from core.models import Contact
from core.models.contacts import says_whom
from partners.directory.enums import Famille
from referentiels.models import Departement, Region, Secteur


class PartenaireQuerySet(SheetQuerySet):
    """Partners, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those ``actor`` may read: the whole région of a DLA or C2RA, everything for the AVISE.

        Sheets merged into others are left out: their pages lead to those that are kept. Same answer as
        ``PARTENAIRES.can_view``.
        """
        return self.present().filter(kept_for(actor, region=True))

    def with_list_related_data(self):
        """What a row of the list shows."""
        return self.select_related("organisation", "departement", "region", "secteur")


class Partenaire(SheetModel):
    """A partner organisation. Its territory is a département, a région, or neither (national, not said)."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="partenaires", verbose_name="annuaire de", editable=False
    )
    famille = models.CharField("famille", max_length=24, choices=Famille.choices)
    departement = models.ForeignKey(
        Departement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="partenaires",
        verbose_name="département",
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="partenaires", verbose_name="région"
    )
    secteur = models.ForeignKey(
        Secteur,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="partenaires",
        verbose_name="secteur d’activité",
    )
    website = models.URLField("site internet", blank=True)
    is_active = models.BooleanField("actif", default=True, editable=False)
    created_at = models.DateTimeField("inscrit le", default=clock.now, editable=False)

    objects = PartenaireQuerySet.as_manager()

    class Meta(SheetModel.Meta):
        verbose_name = "partenaire"
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("name"),
                condition=Q(merged_into__isnull=True),
                name="partenaire_name_unique",
                violation_error_message="Un partenaire de votre annuaire porte déjà ce nom.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="partenaire_named", violation_error_message="Un partenaire a un nom."
            ),
            models.CheckConstraint(
                condition=Q(departement__isnull=True) | Q(region__isnull=True),
                name="partenaire_one_territory",
                violation_error_message="Choisissez un département ou une région, pas les deux.",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "search_text", "id"], name="partenaire_directory_idx")]

    def clean(self):
        if self.departement_id and self.region_id:
            raise ValidationError({"region": "Choisissez un département ou une région, pas les deux."})

    @property
    def territoire(self) -> str:
        """« Loiret (45) », « Centre-Val de Loire », or empty."""
        return str(self.departement or self.region or "")

    def searched(self) -> tuple[str, ...]:
        return self.name, self.sigle, self.territoire


class ContactPartenaire(Contact):
    """Somebody else to reach at a partner than the main contact of its sheet."""

    partenaire = models.ForeignKey(Partenaire, on_delete=models.CASCADE, related_name="contacts", editable=False)

    class Meta(Contact.Meta):
        verbose_name = "contact d’un partenaire"
        verbose_name_plural = "contacts d’un partenaire"
        constraints = [says_whom("contact_partenaire_says_whom")]

    def __str__(self) -> str:
        return f"contact de {self.partenaire}"

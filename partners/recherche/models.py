"""What the search of the portfolio reads: one entry per publication, and what people keep of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core import clock
from core.actor import Actor
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.models import Publication
from partners.recherche.selections.models import SelectionPartagee
from referentiels.models import Region

__all__ = ["Entree", "Favori", "Horodatage", "SelectionPartagee"]


class Entree(models.Model):
    """One published fiche as it is searched: rewritten in the transaction that changes its publication.

    ``stamp`` grows with each change in a région, in the order of the commits (:class:`Horodatage`): a process that has
    read up to a stamp asks for what came after. ``shown`` is false once the fiche is out of the searches; the line
    stays, so that every process hears of it.
    """

    publication = models.OneToOneField(
        Publication, on_delete=models.CASCADE, primary_key=True, related_name="entree", verbose_name="publication"
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name="région")
    stamp = models.BigIntegerField("rang du changement dans la région")
    shown = models.BooleanField("montrée", default=True)
    #: What the list shows and filters (see partners.recherche.entrees.describe).
    data = models.JSONField("contenu", default=dict)
    #: Normalised texts by the place they come from, to say where the words searched were found.
    texts = models.JSONField("textes", default=dict)
    search_text = models.TextField("texte de recherche", blank=True)

    class Meta:
        verbose_name = "entrée de recherche"
        verbose_name_plural = "entrées de recherche"
        ordering = ["region", "stamp", "publication"]
        indexes = [models.Index(fields=["region", "stamp"], name="entree_stamp_idx")]

    def __str__(self) -> str:
        return f"entrée {self.publication_id}"


class Horodatage(models.Model):
    """The last stamp given in a région: its row is locked until the commit, so that stamps appear in order there."""

    region = models.OneToOneField(
        Region, on_delete=models.PROTECT, primary_key=True, related_name="+", verbose_name="région"
    )
    value = models.BigIntegerField("dernier rang", default=0)

    class Meta:
        verbose_name = "dernier changement de la recherche dans une région"
        verbose_name_plural = "derniers changements de la recherche"

    def __str__(self) -> str:
        return f"région {self.region_id} : {self.value}"


class FavoriQuerySet(models.QuerySet):
    """Favourites, always those of somebody."""

    def of(self, actor: Actor):
        """Those that the person keeps for the organisation she acts for."""
        if actor.user_id is None or actor.organisation_id is None:
            return self.none()
        return self.filter(user=actor.user_id, organisation=actor.organisation_id)


class Favori(models.Model):
    """A prestataire that a person wants to find again, in one of her organisations."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="+")
    prestataire = models.ForeignKey(Prestataire, on_delete=models.CASCADE, related_name="favoris")
    at = models.DateTimeField("le", default=clock.now)

    objects = FavoriQuerySet.as_manager()

    class Meta:
        verbose_name = "favori"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "prestataire"],
                name="favori_once",
                violation_error_message="Ce prestataire est déjà dans vos favoris.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.prestataire}"

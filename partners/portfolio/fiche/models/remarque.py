"""What a C2RA asks to complete before publishing, and what the prestataire answers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from core import clock
from partners.portfolio.fiche.models.blocs import Intervenant, Piece, Reference
from partners.portfolio.fiche.models.fiche import FicheVersion


class RemarqueQuerySet(models.QuerySet):
    """Remarks."""

    def asked(self):
        """Those of the last return: what the prestataire is asked."""
        return self.filter(tour=F("fiche__tours")).select_related("reference", "intervenant", "piece__fichier")

    def pending(self):
        """Those asked that nobody has answered nor said done."""
        return self.asked().filter(traitee_le=None)


class Remarque(models.Model):
    """One thing asked: of a rubric, of a field or a kind of document (``champ``), of one reference, person or document.

    What it is about may be taken off the fiche: the remark stays, on the ``champ`` it was in.
    """

    fiche = models.ForeignKey(FicheVersion, on_delete=models.CASCADE, related_name="remarques", verbose_name="fiche")
    rubrique = models.CharField("rubrique", max_length=20)
    champ = models.CharField("champ", max_length=40, blank=True)
    reference = models.ForeignKey(
        Reference, on_delete=models.SET_NULL, null=True, related_name="remarques", verbose_name="référence"
    )
    intervenant = models.ForeignKey(
        Intervenant, on_delete=models.SET_NULL, null=True, related_name="remarques", verbose_name="intervenant"
    )
    piece = models.ForeignKey(
        Piece, on_delete=models.SET_NULL, null=True, related_name="remarques", verbose_name="document"
    )
    texte = models.TextField("remarque", max_length=2000)
    at = models.DateTimeField("le", default=clock.now)
    by_label = models.CharField("par", max_length=200)
    #: Of the returns of this version, which one: earlier remarks stay readable, those of the last return are asked.
    tour = models.PositiveSmallIntegerField("envoi", default=1)
    reponse = models.TextField("réponse", max_length=2000, blank=True)
    traitee_le = models.DateTimeField("traitée le", null=True, editable=False)
    traitee_par = models.CharField("traitée par", max_length=200, blank=True, editable=False)

    objects = RemarqueQuerySet.as_manager()

    class Meta:
        verbose_name = "remarque"
        ordering = ["tour", "rubrique", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reponse="") | Q(traitee_le__isnull=False),
                name="remarque_answered_is_dated",
                violation_error_message="Une remarque à laquelle on a répondu porte la date de la réponse.",
            )
        ]

    def __str__(self) -> str:
        return self.texte[:80]

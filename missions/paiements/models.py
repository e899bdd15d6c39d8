"""What the prestataire asks for and what it is paid, beside what the convention planned."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from core import clock
from core.actor import Actor
from core.fields import MoneyField
from core.models import VersionedModel
from missions.conventions.models import Avenant, Convention, PaiementPrevu
from projects.ingenierie.models import Ingenierie

_POSITIVE = MinValueValidator(Decimal("0.01"), "Un montant est supérieur à zéro.")


class PaiementQuerySet(models.QuerySet):
    """Payments, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that ``actor`` may read whole, and of the missions of its prestataire."""
        team = Q(convention__ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))
        return self.filter(team | Q(convention__in=Convention.objects.for_prestataire(actor).values("pk")))

    def waiting(self):
        """Asked for, not paid."""
        return self.filter(demande_le__isnull=False, paye_le__isnull=True)


class Paiement(VersionedModel):
    """One payment, in euros TTC: of a row of the schedule (``prevu``), or of what an ``avenant`` added to the price.

    Asked for by the prestataire with its invoice (an attachment) or recorded by the team; paid on a real day.
    """

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="versements", editable=False)
    prevu = models.OneToOneField(
        PaiementPrevu, on_delete=models.PROTECT, null=True, related_name="paiement", editable=False
    )
    avenant = models.OneToOneField(
        Avenant, on_delete=models.PROTECT, null=True, related_name="paiement", editable=False
    )
    demande_le = models.DateField("demandé le", null=True, blank=True)
    demande_par = models.CharField("demandé par", max_length=200, blank=True, editable=False)
    montant_demande = MoneyField("montant demandé (€ TTC)", null=True, blank=True, validators=[_POSITIVE])
    facture = models.CharField("numéro de la facture", max_length=60, blank=True)
    paye_le = models.DateField("payé le", null=True, blank=True)
    montant_paye = MoneyField("montant payé (€ TTC)", null=True, blank=True, validators=[_POSITIVE])

    objects = PaiementQuerySet.as_manager()

    class Meta:
        verbose_name = "paiement"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(prevu__isnull=False, avenant__isnull=True) | Q(prevu__isnull=True, avenant__isnull=False),
                name="paiement_of_one_thing",
                violation_error_message="Un paiement est celui d’une échéance, ou d’un avenant.",
            ),
            models.CheckConstraint(
                condition=Q(demande_le__isnull=True, montant_demande__isnull=True)
                | Q(demande_le__isnull=False, montant_demande__isnull=False),
                name="paiement_demande_whole",
                violation_error_message="Une demande de paiement a sa date et son montant.",
            ),
            models.CheckConstraint(
                condition=Q(paye_le__isnull=True, montant_paye__isnull=True)
                | Q(paye_le__isnull=False, montant_paye__isnull=False),
                name="paiement_paye_whole",
                violation_error_message="Un paiement fait a sa date et son montant.",
            ),
            models.CheckConstraint(
                condition=Q(demande_le__isnull=True) | Q(paye_le__isnull=True) | Q(paye_le__gte=F("demande_le")),
                name="paiement_after_demande",
                violation_error_message="Le paiement précède sa demande : vérifiez les deux dates.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.prevu) if self.prevu_id else f"complément de prix, {self.avenant}"

    def clean(self):
        for name in ("demande_le", "paye_le"):
            day = getattr(self, name)
            if day is not None and day > clock.today():
                raise ValidationError({name: "Cette date est dans le futur."})

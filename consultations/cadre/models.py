"""What frames every consultation, whatever the ingénierie: the standing clauses of an organisation, the guide of a
région « à l'usage des prestataires » (002)."""

from __future__ import annotations

import datetime as dt

from django.db import models

from accounts.models import Organisation
from core import clock
from core.models import Attachment, FrozenModel, FrozenQuerySet, VersionedModel
from referentiels.models import Region

#: The category of the file of a guide.
PIECE_GUIDE = "guide"


class ClausesPermanentes(VersionedModel):
    """What an organisation writes in every cahier des charges: proposed in each new one, changed there at will."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="clauses_permanentes", editable=False
    )
    texte = models.TextField("clauses permanentes", blank=True, max_length=20_000)

    class Meta:
        verbose_name = "clauses permanentes"
        verbose_name_plural = "clauses permanentes"

    def __str__(self) -> str:
        return "clauses permanentes"


class GuideQuerySet(FrozenQuerySet):
    """Versions of the guides: read only, but for new ones."""

    def in_force(self, region_id: int | None, day: dt.date) -> GuidePrestataires | None:
        """The version that held that day in the région, ``None`` when it had none."""
        if region_id is None:
            return None
        return self.filter(region=region_id, depuis__lte=day).order_by("-depuis", "-numero").first()


class GuidePrestataires(FrozenModel):
    """One version of the guide of a région, kept by its C2RA: given with each cahier diffused while it is in force.

    Its file is the attachment of category :data:`PIECE_GUIDE`. ``nouveau`` says what changed since the one before.
    """

    frozen_refusal = "Une version du guide ne se modifie ni ne s’efface : déposez-en une nouvelle."

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="guides")
    numero = models.PositiveSmallIntegerField("version", editable=False)
    titre = models.CharField("titre", max_length=200)
    depuis = models.DateField("en vigueur à partir du", default=clock.today)
    nouveau = models.TextField("ce qui change", blank=True, max_length=2000)
    le = models.DateTimeField("déposé le", default=clock.now, editable=False)
    par = models.CharField("déposé par", max_length=200, editable=False)

    objects = GuideQuerySet.as_manager()

    class Meta:
        verbose_name = "guide à l’usage des prestataires"
        verbose_name_plural = "guides à l’usage des prestataires"
        ordering = ["region", "-depuis", "-numero"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "numero"],
                name="guide_version_once",
                violation_error_message="Cette version du guide vient d’être déposée : rechargez la page.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.titre}, version {self.numero}"

    @property
    def fichier(self) -> Attachment | None:
        """The file, ``None`` while it is being kept."""
        return Attachment.objects.of(self._meta.label_lower, [self.pk]).filter(category=PIECE_GUIDE).first()

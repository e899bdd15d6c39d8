"""A structure targeted by an ingénierie."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from core import clock
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from projects.enums import EtatMobilisation, MoyenEchange, SensEchange
from structures.annuaire.models import Structure

FUTURE = "Cette date est dans le futur : un échange se note une fois qu’il a eu lieu."


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
    # The first exchange and the first answer, told again by ``services.retell`` whenever exchanges change.
    contactee_le = models.DateField("contactée le", null=True, editable=False)
    contactee_par = models.CharField("contactée par", max_length=200, blank=True, editable=False)
    reponse_le = models.DateField("première réponse le", null=True, editable=False)

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


class Echange(models.Model):
    """Something said between the ingénierie and one of its structures: when, by whom, how.

    ``le`` and ``par`` are those of the exchange itself; who typed it and when are ``saisi_par`` and ``saisi_le``.
    ``etat`` is the state the answer led to (« a décliné »), empty when it led to none. What was said stays whatever
    becomes of the structure afterwards.
    """

    #: For the journal; an exchange is not changed, so it keeps no version.
    version: int | None = None

    ciblee = models.ForeignKey(StructureCiblee, on_delete=models.CASCADE, related_name="echanges", editable=False)
    sens = models.CharField("quoi", max_length=8, choices=SensEchange.choices, default=SensEchange.ENVOI)
    le = models.DateField("date", default=clock.today)
    par = models.CharField("par qui", max_length=200)
    moyen = models.CharField("comment", max_length=10, choices=MoyenEchange.choices, blank=True)
    note = models.CharField("ce qui a été dit", max_length=500, blank=True)
    etat = models.CharField("suite donnée", max_length=12, choices=EtatMobilisation.choices, blank=True, editable=False)
    saisi_le = models.DateTimeField("saisi le", default=clock.now, editable=False)
    saisi_par = models.CharField("saisi par", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "échange"
        ordering = ["le", "pk"]

    def __str__(self) -> str:
        return f"échange avec {self.ciblee}"

    def clean(self):
        if self.le and self.le > clock.today():
            raise ValidationError({"le": FUTURE})

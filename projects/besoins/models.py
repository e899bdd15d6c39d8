"""Pooling of needs between DLA: a C2RA proposes, the DLA answer, an ingénierie opens (the C2RA « mutualise les besoins
identifiés par les DLA »)."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from core import clock
from core.actor import Actor
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from core.models import VersionedModel
from core.sorting import french
from projects.enums import EtatMutualisation, ReponseDLA
from referentiels.models import Secteur, TypePrestation
from structures.annuaire.models import Structure


class MutualisationQuerySet(LifecycleQuerySet):
    """Proposals, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those of the région for its C2RA and its DLA, all for the AVISE."""
        organisation = actor.organisation
        if actor.is_system or (organisation is not None and organisation.kind == OrganisationKind.AVISE):
            return self
        if organisation is None or not (organisation.is_c2ra or organisation.is_dla):
            return self.none()
        return self.filter(organisation__region=organisation.region_id)


class Mutualisation(LifecycleModel):
    """A proposal of a C2RA to the DLA of its région: answer together a need that their structures share.

    ``seuil``: how many DLA must accept before the ingénierie may open.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="mutualisations", verbose_name="C2RA", editable=False
    )
    state = state_field(EtatMutualisation, EtatMutualisation.PROPOSEE)
    titre = models.CharField("titre", max_length=200)
    message = models.TextField("pourquoi mutualiser", max_length=4000)
    theme = models.ForeignKey(
        TypePrestation, on_delete=models.PROTECT, related_name="+", verbose_name="thème (type de prestation Enée)"
    )
    secteur = models.ForeignKey(
        Secteur, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="secteur d’activité"
    )
    reponse_avant = models.DateField("réponse attendue avant le")
    seuil = models.PositiveSmallIntegerField(
        "nombre de DLA qui doivent accepter", default=2, validators=[MinValueValidator(2)]
    )
    ingenierie = models.OneToOneField(
        "projects.Ingenierie",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="mutualisation",
        editable=False,
        verbose_name="ingénierie ouverte",
    )
    created_at = models.DateTimeField("proposée le", default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name="proposée par",
    )
    created_by_label = models.CharField("proposée par", max_length=200, editable=False)

    objects = MutualisationQuerySet.as_manager()

    class Meta:
        verbose_name = "mutualisation des besoins"
        verbose_name_plural = "mutualisations des besoins"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seuil__gte=2),
                name="mutualisation_seuil_at_least_two",
                violation_error_message="Mutualiser, c’est à deux DLA au moins.",
            )
        ]
        indexes = [models.Index(fields=["organisation", "-created_at", "-id"], name="mutualisation_list_idx")]

    def __str__(self) -> str:
        return self.titre


class ReponseMutualisation(VersionedModel):
    """What one DLA answers: it was asked (``sollicite``), or it joins by itself; ``structures`` are those it brings."""

    mutualisation = models.ForeignKey(Mutualisation, on_delete=models.CASCADE, related_name="reponses", editable=False)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="reponses_mutualisation",
        editable=False,
        verbose_name="DLA",
    )
    sollicite = models.BooleanField("sollicité par le C2RA", default=True, editable=False)
    reponse = models.CharField("réponse", max_length=12, choices=ReponseDLA.choices, default=ReponseDLA.EN_ATTENTE)
    commentaire = models.TextField("commentaire", blank=True, max_length=2000)
    structures = models.ManyToManyField(Structure, blank=True, related_name="+", verbose_name="structures apportées")
    repondu_le = models.DateTimeField("répondu le", null=True, editable=False)
    repondu_par = models.CharField("répondu par", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "réponse d’un DLA"
        verbose_name_plural = "réponses des DLA"
        ordering = [french("organisation__name"), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["mutualisation", "organisation"],
                name="reponse_mutualisation_once",
                violation_error_message="Ce DLA est déjà dans cette mutualisation.",
            ),
            models.CheckConstraint(
                condition=~Q(reponse="decline") | ~Q(commentaire=""),
                name="reponse_mutualisation_decline_says_why",
                violation_error_message="Dites pourquoi vous déclinez.",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "reponse"], name="reponse_mutualisation_wait_idx")]

    def __str__(self) -> str:
        return f"{self.organisation} : {self.get_reponse_display()}"

    @property
    def takes_part(self) -> bool:
        """It accepted, or joined."""
        return self.reponse in (ReponseDLA.ACCEPTE, ReponseDLA.REJOINT)

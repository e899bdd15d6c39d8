"""The diagnostic partagé of a structure, what was shared of it and what the structure answered (002, « La place de
l'ingénierie dans le plan d'accompagnement »; fiche pratique 4)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from accounts.annuaires.rights import kept_for
from accounts.models import Organisation
from core import clock
from core.actor import Actor
from core.formats import format_date
from core.lifecycle import state_field
from core.models import FrozenContent, VersionedModel
from core.text import shortened
from referentiels.models import DetailPrestation, TypePrestation
from structures.annuaire.models import Structure
from structures.diagnostics.enums import EtatDiagnostic, ModeReponse, Priorite, ReponseStructure
from structures.kept import Kept


class Diagnostic(Kept):
    """The present text, by rubric; its needs are :class:`Besoin`.

    ``date`` is the day the diagnostic was made. ``numero_partage`` counts how many times it was shared (0: never): the
    last :class:`VersionDiagnostic` has this number.
    """

    state = state_field(EtatDiagnostic, EtatDiagnostic.BROUILLON)
    date = models.DateField("date du diagnostic", default=clock.today)
    contexte = models.TextField("activité concernée et environnement", blank=True)
    forces = models.TextField("points forts", blank=True)
    faiblesses = models.TextField("points faibles", blank=True)
    perspectives = models.TextField("perspectives de consolidation", blank=True)
    problemes = models.TextField("problématiques à traiter", blank=True)
    numero_partage = models.PositiveSmallIntegerField("nombre de partages", default=0, editable=False)

    class Meta:
        verbose_name = "diagnostic partagé"
        verbose_name_plural = "diagnostics partagés"
        ordering = ["-date", "-pk"]
        indexes = [
            models.Index(fields=["structure", "-date", "-id"], name="diagnostic_structure_idx"),
            models.Index(fields=["organisation", "-date", "-id"], name="diagnostic_organisation_idx"),
        ]

    def __str__(self) -> str:
        return f"diagnostic du {format_date(self.date)}"

    @property
    def is_validated(self) -> bool:
        """Has the structure validated what was shared last?"""
        return ReponseDiagnostic.objects.filter(
            partage__diagnostic=self.pk, partage__numero=self.numero_partage, reponse=ReponseStructure.VALIDE
        ).exists()


class VersionDiagnostic(FrozenContent):
    """What was shared with the structure, as it was: ``contenu`` holds the rubrics and the needs in words."""

    frozen_refusal = "Ce qui a été partagé avec la structure ne se modifie ni ne s’efface."

    diagnostic = models.ForeignKey(Diagnostic, on_delete=models.PROTECT, related_name="versions")

    class Meta:
        verbose_name = "version partagée du diagnostic"
        verbose_name_plural = "versions partagées du diagnostic"
        ordering = ["diagnostic", "-numero"]
        constraints = [models.UniqueConstraint(fields=["diagnostic", "numero"], name="diagnostic_version_once")]

    def __str__(self) -> str:
        return f"partage n° {self.numero}"


class Reponse(models.Model):
    """What the structure answered to what it was given to read: validated, or changes asked for.

    ``nom`` and ``fonction`` are those of who answered for the structure.
    """

    reponse = models.CharField("réponse de la structure", max_length=12, choices=ReponseStructure.choices)
    nom = models.CharField("nom de la personne", max_length=120)
    fonction = models.CharField("sa fonction", max_length=120, blank=True)
    mode = models.CharField("réponse recueillie", max_length=12, choices=ModeReponse.choices)
    date = models.DateField("date de la réponse", default=clock.today)
    recue_le = models.DateTimeField("enregistrée le", default=clock.now, editable=False)
    recueillie_par = models.CharField("enregistrée par", max_length=200, editable=False)

    class Meta:
        abstract = True
        ordering = ["-recue_le", "-pk"]

    def __str__(self) -> str:
        return self.get_reponse_display()


class ReponseDiagnostic(Reponse):
    """What the structure answered to a diagnostic that was shared; ``commentaires`` maps a rubric to a comment."""

    partage = models.ForeignKey(VersionDiagnostic, on_delete=models.CASCADE, related_name="reponses")
    commentaires = models.JSONField("commentaires par rubrique", default=dict, blank=True)

    journal_redacted = frozenset({"nom", "commentaires"})

    class Meta(Reponse.Meta):
        verbose_name = "réponse de la structure"
        verbose_name_plural = "réponses de la structure"
        constraints = [
            models.CheckConstraint(
                condition=~Q(nom=""),
                name="reponse_diagnostic_named",
                violation_error_message="Dites qui a répondu pour la structure.",
            )
        ]


class BesoinQuerySet(models.QuerySet):
    """Needs, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those of the diagnostics that ``actor`` reads."""
        return self.filter(kept_for(actor))

    def recenses(self):
        """Those the radar counts: the diagnostic has been shared with the structure at least once with them."""
        return self.filter(recense=True)


class Besoin(VersionedModel):
    """One need of a structure: theme (type de prestation Enée), how pressing, who said it.

    ``structure``, ``organisation`` and ``date`` repeat the diagnostic's, and ``recense`` says that it was shared, so
    that 200,000 needs are counted without reading diagnostics; sector, département and jobs are the structure's, one
    join away. A need shared once stays counted while the diagnostic is being reworked.
    """

    diagnostic = models.ForeignKey(Diagnostic, on_delete=models.CASCADE, related_name="besoins", editable=False)
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="besoins", editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    date = models.DateField("date du diagnostic", editable=False)
    recense = models.BooleanField("recensé", default=False, editable=False)

    type_prestation = models.ForeignKey(
        TypePrestation, on_delete=models.PROTECT, related_name="besoins", verbose_name="thème (type de prestation Enée)"
    )
    detail = models.ForeignKey(
        DetailPrestation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="besoins",
        verbose_name="détail du thème",
    )
    priorite = models.PositiveSmallIntegerField("priorité", choices=Priorite.choices, default=Priorite.MOYENNE)
    exprime = models.BooleanField("exprimé par la structure", default=False)
    identifie = models.BooleanField("identifié par le DLA", default=False)
    texte = models.TextField("besoin d’accompagnement", max_length=2000)
    created_at = models.DateTimeField("inscrit le", default=clock.now, editable=False)

    objects = BesoinQuerySet.as_manager()

    class Meta:
        verbose_name = "besoin d’accompagnement"
        verbose_name_plural = "besoins d’accompagnement"
        ordering = ["priorite", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(exprime=True) | Q(identifie=True),
                name="besoin_said_by_somebody",
                violation_error_message="Dites si le besoin est exprimé par la structure, identifié par le DLA, ou les "
                "deux.",
            ),
            models.CheckConstraint(
                condition=~Q(texte=""), name="besoin_written", violation_error_message="Décrivez le besoin."
            ),
            models.CheckConstraint(
                condition=Q(priorite__in=Priorite.values),
                name="besoin_priorite_known",
                violation_error_message="Choisissez une priorité : haute, moyenne ou basse.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "date", "type_prestation", "structure"],
                name="besoin_organisation_idx",
                condition=Q(recense=True),
            ),
            models.Index(
                fields=["date", "type_prestation", "structure"], name="besoin_radar_idx", condition=Q(recense=True)
            ),
            models.Index(fields=["structure", "-date"], name="besoin_structure_idx"),
        ]

    def __str__(self) -> str:
        return shortened(self.texte)

    def clean(self):
        if self.detail_id and self.type_prestation_id and self.detail.type_prestation_id != self.type_prestation_id:
            raise ValidationError(
                {"detail": f"Le détail « {self.detail} » n’est pas du thème « {self.type_prestation} »."}
            )

    @property
    def origine(self) -> str:
        """« exprimé par la structure et identifié par le DLA »."""
        said = [
            text
            for held, text in ((self.exprime, "exprimé par la structure"), (self.identifie, "identifié par le DLA"))
            if held
        ]
        return " et ".join(said)

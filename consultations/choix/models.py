"""The prestataire chosen for an ingénierie: who, when, why, by whom (002, « Le choix des projets d'ingénierie »); what
each candidate was told; the retained project, written together until the structures validate it (001 E)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from consultations.appel.models import Appel, Invitation
from consultations.choix.enums import AvisSurProjet, ChoisiPar, Cote, ModeAvis, ModeChoix
from consultations.consultes.models import Inscription
from consultations.propositions.models import PropositionOuverte
from core import clock
from core.models import FrozenContent, FrozenModel, VersionedModel
from partners.portfolio.prestataire.models import Prestataire
from partners.portfolio.publication.models import Periode
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee


class ChoixPrestataire(Inscription):
    """One prestataire retained for one ingénierie (which may retain several: 000, « choisir le ou les prestataires »).

    ``periode`` is the publication of the fiche that allowed it on the day of the decision: never looked at again, since
    a fiche that grows old afterwards does not undo a choice.
    """

    ingenierie = models.ForeignKey(
        Ingenierie,
        on_delete=models.CASCADE,
        related_name="choix_prestataires",
        verbose_name="ingénierie",
        editable=False,
    )
    prestataire = models.ForeignKey(
        Prestataire, on_delete=models.PROTECT, related_name="choix", verbose_name="prestataire", editable=False
    )
    periode = models.ForeignKey(
        Periode, on_delete=models.PROTECT, related_name="choix", verbose_name="fiche publiée", editable=False
    )
    appel = models.ForeignKey(
        Appel, on_delete=models.PROTECT, null=True, related_name="choix", verbose_name="appel", editable=False
    )
    proposition = models.ForeignKey(
        PropositionOuverte,
        on_delete=models.PROTECT,
        null=True,
        related_name="choix",
        verbose_name="proposition retenue",
        editable=False,
    )
    projet = models.ForeignKey(
        "VersionProjet",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="version validée du projet",
        editable=False,
    )
    projet_valide_at = models.DateTimeField("projet validé le", null=True, editable=False)
    date = models.DateField("jour de la décision")
    mode = models.CharField("façon de choisir", max_length=24, choices=ModeChoix.choices)
    justification = models.TextField(
        "pourquoi sans mise en concurrence, ou moins de deux consultés", blank=True, max_length=4000
    )
    motifs = models.TextField("motifs du choix", max_length=4000)
    choisi_par = models.CharField("choisi", max_length=12, choices=ChoisiPar.choices)
    decideurs = models.CharField("qui a décidé", max_length=300)

    class Meta:
        verbose_name = "choix d’un prestataire"
        verbose_name_plural = "choix de prestataires"
        ordering = ["date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "prestataire"],
                condition=Q(retire_at__isnull=True),
                name="choix_once",
                violation_error_message="Ce prestataire est déjà retenu pour cette ingénierie.",
            ),
            models.CheckConstraint(
                condition=~Q(mode="sans_concurrence") | ~Q(justification=""),
                name="choix_without_call_is_justified",
                violation_error_message="Sans mise en concurrence, dites pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prestataire}, retenu le {self.date}"


class Restitution(FrozenModel):
    """What one candidate was told of its own proposition: the very text it received (002: « restitutions aux
    prestataires sur la base de cet outil »)."""

    frozen_refusal = "Une restitution envoyée ne se modifie ni ne s’efface."

    choix = models.ForeignKey(ChoixPrestataire, on_delete=models.PROTECT, related_name="restitutions")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="restitutions")
    retenu = models.BooleanField("retenu")
    texte = models.TextField("texte")
    sha256 = models.CharField("empreinte SHA-256 du texte", max_length=64)
    at = models.DateTimeField("envoyée le", default=clock.now)
    by_label = models.CharField("envoyée par", max_length=200)

    class Meta:
        verbose_name = "restitution"
        ordering = ["choix", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["choix", "invitation"],
                name="restitution_once",
                violation_error_message="La restitution de ce candidat est déjà envoyée.",
            )
        ]

    def __str__(self) -> str:
        return f"restitution à {self.invitation.prestataire}"


class ProcesVerbal(FrozenContent):
    """The procès-verbal of the decision: what was decided, on what, and who received what, as it stood then.

    Its PDF is the kept document of type ``proces_verbal`` about it, made from this content alone.
    """

    frozen_refusal = "Un procès-verbal ne se modifie ni ne s’efface."

    choix = models.OneToOneField(ChoixPrestataire, on_delete=models.PROTECT, related_name="proces_verbal")

    class Meta:
        verbose_name = "procès-verbal du choix"
        verbose_name_plural = "procès-verbaux du choix"
        ordering = ["choix", "pk"]

    def __str__(self) -> str:
        return f"procès-verbal du {self.choix.date:%d/%m/%Y}"


class VersionProjet(FrozenContent):
    """One version of the retained project: the same content as a proposition (``consultations.propositions.contenu``),
    in ``data``. The first is the proposition itself."""

    frozen_refusal = "Une version du projet ne se modifie ni ne s’efface : écrivez-en une autre."

    choix = models.ForeignKey(ChoixPrestataire, on_delete=models.PROTECT, related_name="versions_projet")
    cote = models.CharField("écrite par", max_length=12, choices=Cote.choices)
    mot = models.TextField("ce qui change", blank=True, max_length=2000)

    class Meta:
        verbose_name = "version du projet retenu"
        verbose_name_plural = "versions du projet retenu"
        ordering = ["choix", "numero"]
        constraints = [
            models.UniqueConstraint(
                fields=["choix", "numero"],
                name="version_projet_once",
                violation_error_message="Cette version du projet existe déjà.",
            )
        ]

    def __str__(self) -> str:
        return f"version {self.numero} du projet"


class Commentaire(VersionedModel):
    """What somebody says of a section of a version of the project."""

    version_projet = models.ForeignKey(
        VersionProjet, on_delete=models.PROTECT, related_name="commentaires", editable=False
    )
    rubrique = models.CharField("rubrique", max_length=20)
    texte = models.TextField("commentaire", max_length=4000)
    cote = models.CharField("de", max_length=12, choices=Cote.choices, editable=False)
    de = models.CharField("au titre de", max_length=200, editable=False)
    at = models.DateTimeField("le", default=clock.now, editable=False)

    class Meta:
        verbose_name = "commentaire sur le projet"
        verbose_name_plural = "commentaires sur le projet"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"commentaire de {self.de}"


class AvisProjet(VersionedModel):
    """What a structure (or the structures together, without ``structure_ciblee``) says of the project: validated, or to
    be worked on again. By its link, or told to the DLA with its date."""

    choix = models.ForeignKey(ChoixPrestataire, on_delete=models.CASCADE, related_name="avis_projet", editable=False)
    structure_ciblee = models.ForeignKey(
        StructureCiblee, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="structure", editable=False
    )
    version_projet = models.ForeignKey(
        VersionProjet, on_delete=models.PROTECT, null=True, related_name="avis", editable=False
    )
    sens = models.CharField("avis", max_length=16, choices=AvisSurProjet.choices, blank=True)
    date = models.DateField("donné le", null=True)
    mode = models.CharField("comment", max_length=12, choices=ModeAvis.choices, blank=True)
    qui = models.CharField("par qui", max_length=200, blank=True)
    commentaire = models.TextField("commentaire", blank=True, max_length=4000)
    saisi_at = models.DateTimeField("saisi le", null=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    journal_redacted = frozenset({"qui"})

    class Meta:
        verbose_name = "avis d’une structure sur le projet"
        verbose_name_plural = "avis des structures sur le projet"
        ordering = ["choix", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["choix", "structure_ciblee"],
                name="avis_projet_once",
                violation_error_message="Cette structure est déjà sollicitée sur ce projet.",
            ),
            models.UniqueConstraint(
                fields=["choix"],
                condition=Q(structure_ciblee__isnull=True),
                name="avis_projet_together_once",
                violation_error_message="L’avis des structures ensemble est déjà inscrit.",
            ),
        ]

    def __str__(self) -> str:
        return f"avis de {self.structure_ciblee}" if self.structure_ciblee_id else "avis des structures ensemble"

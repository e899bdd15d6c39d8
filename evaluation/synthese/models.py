"""The synthesis of the evaluation of an ingénierie, what it said each time it was shared or fixed, who received it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from core import clock
from core.actor import Actor
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from core.models import FrozenContent, FrozenModel, FrozenQuerySet, VersionedModel
from core.sorting import french
from engagement.partenaires.models import PartenaireProjet
from evaluation.synthese.enums import EtatSynthese, Lecture, Moyen, SorteDestinataire
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee

_TEXT = 8000


class SyntheseQuerySet(LifecycleQuerySet):
    """Syntheses, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that ``actor`` may read whole."""
        return self.filter(ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))

    def shown_to_region(self, actor: Actor):
        """Those fixed that their pilot lets the region read, of the ingénieries that ``actor`` sees in a list."""
        return self.filter(
            state=EtatSynthese.ARRETEE,
            montre_region=True,
            ingenierie__in=Ingenierie.objects.listed_for(actor).values("pk"),
        )


class Synthese(LifecycleModel):
    """What is written of the evaluation of one ingénierie: how it was gathered (the four points of « Évaluer »), then
    the four registers. The facts beside the texts are read from the dossier (:mod:`evaluation.synthese.registry`), the
    démarche is its fiche de présentation: both are kept with the text when it is shared or fixed
    (:class:`VersionSynthese`). ``versions`` counts these.
    """

    ingenierie = models.OneToOneField(
        Ingenierie, on_delete=models.CASCADE, related_name="synthese", verbose_name="ingénierie", editable=False
    )
    state = state_field(EtatSynthese, EtatSynthese.BROUILLON)
    state_since = models.DateTimeField("dans cet état depuis", default=clock.now, editable=False)
    created_at = models.DateTimeField("commencée le", default=clock.now, editable=False)
    arretee_at = models.DateTimeField("arrêtée le", null=True, editable=False)
    numero = models.PositiveSmallIntegerField("versions gardées", default=0, editable=False)
    echeance = models.DateField("à arrêter pour le", null=True, blank=True)

    rappel = models.TextField(
        "ce qui a été repris comme base : problématique, objectifs, moyens, résultats", blank=True, max_length=_TEXT
    )
    derniers_elements = models.TextField(
        "derniers éléments demandés aux structures, aux partenaires, aux intervenants", blank=True, max_length=_TEXT
    )
    sources = models.TextField("sources réunies : comptes rendus, entretiens, documents", blank=True, max_length=_TEXT)
    methode_collecte = models.TextField("méthode de collecte, à garder", blank=True, max_length=_TEXT)

    coherence = models.TextField("les moyens étaient-ils adaptés aux objectifs ?", blank=True, max_length=_TEXT)
    complementarite = models.TextField("les moyens étaient-ils complémentaires ?", blank=True, max_length=_TEXT)
    pertinence = models.TextField("les objectifs répondaient-ils à la problématique ?", blank=True, max_length=_TEXT)
    efficacite = models.TextField("les résultats répondent-ils aux objectifs ?", blank=True, max_length=_TEXT)
    efficience = models.TextField("les résultats sont-ils à la hauteur des moyens ?", blank=True, max_length=_TEXT)
    enseignements = models.TextField("ce que l’on en retient : réussites, difficultés, conseils", blank=True,
                                     max_length=_TEXT)  # fmt: skip

    montre_region = models.BooleanField("visible des DLA de la région", default=False, editable=False)

    objects = SyntheseQuerySet.as_manager()

    #: The region reads the journal, and what is written of an evaluation only when the pilot shows it.
    journal_redacted = frozenset(
        {
            "rappel", "derniers_elements", "sources", "methode_collecte", "coherence", "complementarite", "pertinence",
            "efficacite", "efficience", "enseignements",
        }
    )  # fmt: skip

    class Meta:
        verbose_name = "synthèse de l’évaluation"
        verbose_name_plural = "synthèses de l’évaluation"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=EtatSynthese.ARRETEE) | Q(arretee_at__isnull=False),
                name="synthese_arretee_has_date",
                violation_error_message="Une synthèse arrêtée a sa date.",
            )
        ]

    def __str__(self) -> str:
        return "synthèse de l’évaluation"

    @property
    def is_fixed(self) -> bool:
        """Does it hold for good?"""
        return self.state == EtatSynthese.ARRETEE


class VersionSyntheseQuerySet(FrozenQuerySet):
    """Versions kept: read only."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that ``actor`` may read whole."""
        return self.filter(synthese__ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))


class VersionSynthese(FrozenContent):
    """What the synthesis said when it was shared or fixed: its texts, the facts, the fiche de présentation of that day.

    Its PDF are the kept documents ``synthese`` and ``synthese_sans_couts`` about it, made from this content alone.
    """

    frozen_refusal = "Une version gardée de la synthèse ne se modifie ni ne s’efface : rouvrez la synthèse."

    synthese = models.ForeignKey(Synthese, on_delete=models.PROTECT, related_name="versions")
    arretee = models.BooleanField("version arrêtée", default=False)

    objects = VersionSyntheseQuerySet.as_manager()

    class Meta:
        verbose_name = "version de la synthèse"
        verbose_name_plural = "versions de la synthèse"
        ordering = ["-numero", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["synthese", "numero"],
                name="version_synthese_once",
                violation_error_message="Cette version est déjà gardée.",
            )
        ]

    def __str__(self) -> str:
        return f"version {self.numero} de la synthèse"

    @property
    def nommee(self) -> str:
        """« version 2, arrêtée »."""
        return f"version {self.numero}, {'arrêtée' if self.arretee else 'partagée pour réactions'}"


class DestinataireSynthese(VersionedModel):
    """Somebody who receives the synthesis: what that person may read, which version was last sent, what came back."""

    synthese = models.ForeignKey(Synthese, on_delete=models.CASCADE, related_name="destinataires", editable=False)
    sorte = models.CharField("qui", max_length=12, choices=SorteDestinataire.choices)
    structure = models.ForeignKey(
        StructureCiblee, on_delete=models.SET_NULL, null=True, related_name="syntheses_recues", editable=False
    )
    partenaire = models.ForeignKey(
        PartenaireProjet, on_delete=models.SET_NULL, null=True, related_name="syntheses_recues", editable=False
    )
    organisme = models.CharField("organisme", max_length=200)
    nom = models.CharField("prénom et nom", max_length=120, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    lecture = models.CharField("ce qui est lu", max_length=12, choices=Lecture.choices, default=Lecture.SANS_COUTS)
    version_recue = models.ForeignKey(
        VersionSynthese, on_delete=models.PROTECT, null=True, related_name="destinataires", editable=False
    )
    pdf_joint = models.BooleanField("joindre le PDF au courrier", default=False)
    reaction = models.TextField("réaction", blank=True, max_length=4000)
    reaction_le = models.DateField("réaction du", null=True, blank=True)
    par_lien = models.BooleanField("reçue par lien", default=False, editable=False)

    journal_redacted = frozenset({"nom", "email", "reaction"})

    class Meta:
        verbose_name = "destinataire de la synthèse"
        verbose_name_plural = "destinataires de la synthèse"
        ordering = ["sorte", french("organisme"), french("nom"), "pk"]
        constraints = [
            models.UniqueConstraint(
                "synthese",
                Lower("email"),
                condition=~Q(email=""),
                name="destinataire_synthese_once",
                violation_error_message="Cette adresse est déjà parmi les destinataires.",
            )
        ]

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.nom, self.organisme)))


class EnvoiSynthese(FrozenModel):
    """One sending, kept: which version, to whom, by which way, when."""

    frozen_refusal = "Un envoi de la synthèse ne se modifie ni ne s’efface."

    destinataire = models.ForeignKey(DestinataireSynthese, on_delete=models.PROTECT, related_name="envois")
    version = models.ForeignKey(VersionSynthese, on_delete=models.PROTECT, related_name="envois")
    lecture = models.CharField("ce qui est lu", max_length=12, choices=Lecture.choices)
    moyen = models.CharField("par quel moyen", max_length=10, choices=Moyen.choices)
    le = models.DateField("le", default=clock.today)
    par = models.CharField("par", max_length=200)
    saisi_le = models.DateTimeField("enregistré le", default=clock.now)

    class Meta:
        verbose_name = "envoi de la synthèse"
        verbose_name_plural = "envois de la synthèse"
        ordering = ["-le", "-pk"]

    def __str__(self) -> str:
        return f"envoi de la version {self.version.numero}"

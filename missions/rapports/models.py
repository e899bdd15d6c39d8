"""The final report of a mission (002, « Contenu du rapport final de mission »), what was accepted of it, and what its
recommendations became."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from core import clock
from core.actor import Actor
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from core.models import FrozenContent, FrozenQuerySet, VersionedModel
from core.text import shortened
from missions.conventions.models import Convention
from missions.rapports.enums import EtatRapport
from missions.suivi.models import EtapeSuivi
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee
from structures.diagnostics.models import Besoin
from structures.plans.models import LignePlan


def readable_by(actor: Actor, path: str = "convention") -> Q:
    """The team that reads the dossier, and the people of the prestataire of the mission."""
    return Q(**{f"{path}__ingenierie__in": Ingenierie.objects.visible_to(actor).values("pk")}) | Q(
        **{f"{path}__in": Convention.objects.for_prestataire(actor).values("pk")}
    )


class RapportQuerySet(LifecycleQuerySet):
    """Reports, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that ``actor`` may read whole, and of the missions of its prestataire."""
        return self.filter(readable_by(actor))


class RapportFinal(LifecycleModel):
    """One per mission. Its six parts are those of 002: the first is the cahier's, the second its stages, the fourth one
    row an expected result. ``a_completer`` says what is missing when the DLA asked for more.

    A report written elsewhere is a file attached to it (:data:`missions.rapports.services.FICHIER`).
    """

    convention = models.OneToOneField(
        Convention, on_delete=models.PROTECT, related_name="rapport", editable=False, verbose_name="convention"
    )
    state = state_field(EtatRapport, EtatRapport.REDACTION)
    state_since = models.DateTimeField("dans cet état depuis", default=clock.now, editable=False)
    numero = models.PositiveSmallIntegerField("acceptations", default=0, editable=False)
    remis_le = models.DateTimeField("remis le", null=True, editable=False)
    remis_par = models.CharField("remis par", max_length=200, blank=True, editable=False)
    a_completer = models.TextField("ce qui est à compléter", blank=True, editable=False)
    accepte_le = models.DateTimeField("accepté le", null=True, editable=False)

    attentes = models.TextField("attentes particulières", blank=True)
    attentes_le = models.DateField("convenues le", null=True, blank=True)
    deroulement = models.TextField("vue d’ensemble du déroulement", blank=True)
    productions = models.TextField("ce que l’on peut dire de plus des productions", blank=True)
    autres_resultats = models.TextField("autres résultats", blank=True)
    effets = models.TextField("effets induits", blank=True)
    observations = models.TextField("observations", blank=True)

    objects = RapportQuerySet.as_manager()

    class Meta:
        verbose_name = "rapport final"
        verbose_name_plural = "rapports finaux"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"rapport final de la {self.convention}"

    def clean(self):
        if self.attentes_le is not None and self.attentes_le > clock.today():
            raise ValidationError({"attentes_le": "Cette date est dans le futur."})


class EtapeRapport(VersionedModel):
    """A stage of the mission as the report tells it, beside its row of the fiche de suivi."""

    rapport = models.ForeignKey(RapportFinal, on_delete=models.CASCADE, related_name="etapes", editable=False)
    etape = models.ForeignKey(EtapeSuivi, on_delete=models.PROTECT, related_name="rapports", editable=False)
    contenu = models.TextField("contenu", blank=True)
    methodes = models.TextField("méthodes", blank=True)
    difficultes = models.TextField("difficultés", blank=True)

    class Meta:
        verbose_name = "étape du rapport final"
        verbose_name_plural = "étapes du rapport final"
        ordering = ["etape__ordre", "pk"]
        constraints = [models.UniqueConstraint(fields=["rapport", "etape"], name="etape_rapport_once")]

    def __str__(self) -> str:
        return self.etape.titre


class ResultatRapport(VersionedModel):
    """What was reached, beside one result that the cahier des charges expected (``attendu``, word for word)."""

    rapport = models.ForeignKey(RapportFinal, on_delete=models.CASCADE, related_name="resultats", editable=False)
    ordre = models.PositiveSmallIntegerField("rang", default=1, editable=False)
    attendu = models.TextField("résultat attendu", editable=False)
    atteint = models.TextField("résultat atteint", blank=True)

    class Meta:
        verbose_name = "résultat du rapport final"
        verbose_name_plural = "résultats du rapport final"
        ordering = ["ordre", "pk"]

    def __str__(self) -> str:
        return shortened(self.attendu)


class Preconisation(VersionedModel):
    """One recommendation of the report; :class:`SuitePreconisation` says what it became for which structure."""

    rapport = models.ForeignKey(RapportFinal, on_delete=models.PROTECT, related_name="preconisations", editable=False)
    ordre = models.PositiveSmallIntegerField("rang", default=1, editable=False)
    texte = models.TextField("préconisation", max_length=2000)

    class Meta:
        verbose_name = "préconisation"
        ordering = ["ordre", "pk"]

    def __str__(self) -> str:
        return shortened(self.texte)


class SuitePreconisation(models.Model):
    """What a recommendation became for one structure: a need of its diagnostic, or a row of its plan.

    ``quoi`` keeps the words when that need or that row is removed later.
    """

    preconisation = models.ForeignKey(Preconisation, on_delete=models.PROTECT, related_name="suites")
    structure = models.ForeignKey(StructureCiblee, on_delete=models.CASCADE, related_name="suites_preconisations")
    besoin = models.ForeignKey(Besoin, on_delete=models.SET_NULL, null=True, related_name="preconisations")
    ligne = models.ForeignKey(LignePlan, on_delete=models.SET_NULL, null=True, related_name="preconisations")
    quoi = models.CharField("ce qu’elle est devenue", max_length=10)
    le = models.DateTimeField("le", default=clock.now)
    par = models.CharField("par", max_length=200)

    class Meta:
        verbose_name = "suite d’une préconisation"
        verbose_name_plural = "suites de préconisations"
        ordering = ["le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["preconisation", "structure", "quoi"],
                name="suite_preconisation_once",
                violation_error_message="Cette préconisation est déjà reprise pour cette structure.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.preconisation}, reprise"


class VersionRapportQuerySet(FrozenQuerySet):
    """Accepted reports: read only."""

    def visible_to(self, actor: Actor):
        """Those of the reports that ``actor`` reads."""
        return self.filter(readable_by(actor, "rapport__convention"))


class VersionRapport(FrozenContent):
    """The report as it was accepted; its PDF is the kept, sealed document ``rapport_final`` about it."""

    frozen_refusal = "Un rapport accepté ne se modifie ni ne s’efface : rouvrez-le, il sera accepté de nouveau."

    rapport = models.ForeignKey(RapportFinal, on_delete=models.PROTECT, related_name="versions")

    objects = VersionRapportQuerySet.as_manager()

    class Meta:
        verbose_name = "rapport accepté"
        verbose_name_plural = "rapports acceptés"
        ordering = ["-numero", "-pk"]
        constraints = [models.UniqueConstraint(fields=["rapport", "numero"], name="version_rapport_once")]

    def __str__(self) -> str:
        return f"{self.rapport}, accepté"

"""What the prestataire hands over: productions, who received them; the short notes that partners receive."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from core import clock
from core.actor import Actor
from core.models import VersionedModel
from engagement.partenaires.models import PartenaireProjet
from missions.conventions.models import Convention
from missions.suivi.models import EtapeSuivi
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee


class ProductionQuerySet(models.QuerySet):
    """Productions, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that ``actor`` may read whole, and of the missions of its prestataire."""
        team = Q(convention__ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))
        return self.filter(team | Q(convention__in=Convention.objects.for_prestataire(actor).values("pk")))

    def received_by(self, structure: StructureCiblee):
        """Those that ``structure`` receives: handed over to all, or to it alone."""
        return self.filter(Q(structure__isnull=True) | Q(structure=structure.pk))


class Production(VersionedModel):
    """Something handed over during the mission: files (its attachments), an address, or both; after a stage or not; to
    all the structures, or to ``structure`` alone (what was done for it is not for the others to read).

    What a structure acknowledged, or what an accepted report lists, does not change any more.
    """

    convention = models.ForeignKey(Convention, on_delete=models.CASCADE, related_name="productions", editable=False)
    etape = models.ForeignKey(
        EtapeSuivi, on_delete=models.PROTECT, null=True, blank=True, related_name="productions",
        verbose_name="remise à l’étape",
    )  # fmt: skip
    structure = models.ForeignKey(
        StructureCiblee, on_delete=models.PROTECT, null=True, blank=True, related_name="productions",
        verbose_name="pour une seule structure",
    )  # fmt: skip
    titre = models.CharField("titre", max_length=200)
    description = models.TextField("description sommaire", blank=True, max_length=2000)
    url = models.URLField("adresse, si elle est en ligne", blank=True, max_length=500)
    remise_le = models.DateField("remise le", default=clock.today)
    remise_par = models.CharField("remise par", max_length=200, editable=False)

    objects = ProductionQuerySet.as_manager()

    class Meta:
        verbose_name = "production"
        ordering = ["remise_le", "pk"]

    def __str__(self) -> str:
        return self.titre

    def clean(self):
        if self.remise_le and self.remise_le > clock.today():
            raise ValidationError({"remise_le": "Cette date est dans le futur."})


class Reception(models.Model):
    """A structure has received a production: when, said by whom."""

    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="receptions")
    structure = models.ForeignKey(StructureCiblee, on_delete=models.CASCADE, related_name="receptions")
    le = models.DateTimeField("reçue le", default=clock.now)
    par = models.CharField("reçue par", max_length=120)

    #: Who says so for a structure stays out of the journal, which is never erased.
    journal_redacted = frozenset({"par"})

    class Meta:
        verbose_name = "réception d’une production"
        verbose_name_plural = "réceptions de productions"
        ordering = ["le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["production", "structure"],
                name="reception_once",
                violation_error_message="La structure a déjà dit avoir reçu cette production.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.production}, reçue"


class NotePartenaires(VersionedModel):
    """A few lines sent to partners, after a stage or when something deserves it; what was sent does not change."""

    convention = models.ForeignKey(
        Convention, on_delete=models.PROTECT, related_name="notes_partenaires", editable=False
    )
    etape = models.ForeignKey(
        EtapeSuivi, on_delete=models.PROTECT, null=True, blank=True, related_name="notes_partenaires",
        verbose_name="après l’étape",
    )  # fmt: skip
    titre = models.CharField("objet", max_length=200)
    texte = models.TextField("la note", max_length=4000)
    envoyee_le = models.DateTimeField("envoyée le", default=clock.now, editable=False)
    envoyee_par = models.CharField("envoyée par", max_length=200, editable=False)

    class Meta:
        verbose_name = "note aux partenaires"
        verbose_name_plural = "notes aux partenaires"
        ordering = ["-envoyee_le", "-pk"]

    def __str__(self) -> str:
        return self.titre


class DestinataireNote(models.Model):
    """A partner to whom a note was sent, at which address."""

    note = models.ForeignKey(NotePartenaires, on_delete=models.PROTECT, related_name="destinataires")
    partenaire = models.ForeignKey(
        PartenaireProjet, on_delete=models.SET_NULL, null=True, related_name="notes_recues", verbose_name="partenaire"
    )
    organisme = models.CharField("partenaire", max_length=200)
    nom = models.CharField("nom", max_length=120, blank=True)
    email = models.EmailField("adresse électronique")

    journal_redacted = frozenset({"nom", "email"})

    class Meta:
        verbose_name = "destinataire d’une note"
        verbose_name_plural = "destinataires d’une note"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["note", "email"], name="destinataire_note_once")]

    def __str__(self) -> str:
        return self.organisme

    @property
    def cle(self) -> str:
        """The key of its mail."""
        return f"note-partenaires-{self.pk}"

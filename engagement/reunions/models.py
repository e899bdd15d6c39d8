"""The meetings of an ingénierie: comité de pilotage, groupe de travail… with who comes and what is decided."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.models import VersionedModel
from core.sorting import french
from engagement.rendezvous.enums import Presence
from engagement.rendezvous.models import ParticipantModel, RendezvousModel, one_mail_each, told_constraints
from engagement.reunions.enums import NatureReunion, SourceParticipant
from partners.directory.models import ContactPartenaire
from structures.annuaire.models import ContactStructure


class Reunion(RendezvousModel):
    """One meeting of one ingénierie."""

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="reunions", editable=False
    )
    nature = models.CharField("type de réunion", max_length=16, choices=NatureReunion.choices)
    objet = models.CharField("objet", max_length=200)
    ordre_du_jour = models.TextField("ordre du jour", blank=True)

    class Meta:
        verbose_name = "réunion"
        ordering = ["debut", "pk"]
        constraints = told_constraints("reunion", "réunion")
        indexes = [models.Index(fields=["ingenierie", "debut"], name="reunion_dates_idx")]


class ParticipantReunion(ParticipantModel):
    """Somebody expected at a meeting."""

    reunion = models.ForeignKey(Reunion, on_delete=models.CASCADE, related_name="participants", editable=False)
    source = models.CharField("au titre de", max_length=12, choices=SourceParticipant.choices, editable=False)
    partenaire = models.ForeignKey(
        "engagement.PartenaireProjet",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="participations",
        editable=False,
    )
    #: Which of the contacts of the partner; none when it is the main one.
    contact = models.ForeignKey(
        ContactPartenaire, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    structure = models.ForeignKey(
        "projects.StructureCiblee",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="participations",
        editable=False,
    )
    #: Which of the contacts of the structure; none when it is the main one.
    contact_structure = models.ForeignKey(
        ContactStructure, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    membre = models.ForeignKey(
        "accounts.Membership", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    presence = models.CharField("présence", max_length=10, choices=Presence.choices, blank=True, default="")
    represente_par = models.CharField("représenté par", max_length=160, blank=True)

    journal_redacted = frozenset({"personne", "fonction", "email", "represente_par"})

    class Meta:
        verbose_name = "participant"
        ordering = [french("organisme"), french("personne"), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(partenaire__isnull=True, structure__isnull=True)
                | Q(partenaire__isnull=True, membre__isnull=True)
                | Q(structure__isnull=True, membre__isnull=True),
                name="participant_reunion_one_origin",
                violation_error_message="Un participant vient d’un seul endroit du dossier.",
            ),
            one_mail_each("reunion"),
        ]

    @property
    def rendezvous(self) -> Reunion:
        return self.reunion


class DecisionReunion(VersionedModel):
    """Something decided at a meeting, who does it and by when. ``qui`` is a function or an organism."""

    reunion = models.ForeignKey(Reunion, on_delete=models.CASCADE, related_name="decisions", editable=False)
    texte = models.CharField("décision", max_length=1000)
    qui = models.CharField("qui s’en charge", max_length=200, blank=True)
    echeance = models.DateField("pour le", null=True, blank=True)
    faite_le = models.DateField("faite le", null=True, blank=True, editable=False)
    position = models.PositiveIntegerField("rang", default=0, editable=False)

    class Meta:
        verbose_name = "décision"
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(texte=""),
                name="decision_reunion_says_what",
                violation_error_message="Écrivez ce qui est décidé.",
            )
        ]

    def __str__(self) -> str:
        return self.texte if len(self.texte) <= 80 else self.texte[:79].rsplit(" ", 1)[0] + " […]"

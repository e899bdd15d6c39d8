"""The meetings of an ingénierie: comité de pilotage, groupe de travail… with who comes and what is decided."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from core import clock
from core.formats import format_date
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from core.models import VersionedModel
from core.sorting import french
from engagement.reunions.enums import EtatReunion, NatureReunion, Presence, SourceParticipant
from partners.directory.models import ContactPartenaire
from referentiels.fuseaux import Fuseau
from referentiels.local_time import hours_text
from structures.annuaire.models import ContactStructure


class Reunion(LifecycleModel):
    """One meeting of one ingénierie. Date and hours are those of the territory (``fuseau``).

    ``debut`` repeats them as an instant, for sorts and reminders. ``uid`` and ``sequence`` are those of the calendars
    of the people convened: the first never changes, the second grows with each thing they must be told.
    """

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="reunions", editable=False
    )
    nature = models.CharField("type de réunion", max_length=16, choices=NatureReunion.choices)
    objet = models.CharField("objet", max_length=200)
    date = models.DateField("date")
    heure_debut = models.TimeField("de")
    heure_fin = models.TimeField("à")
    fuseau = models.CharField("heure de", max_length=24, choices=Fuseau.choices, default=Fuseau.PARIS)
    debut = models.DateTimeField("début", editable=False)
    lieu = models.CharField("lieu", max_length=300, blank=True)
    visio = models.URLField("lien de la visioconférence", max_length=500, blank=True)
    ordre_du_jour = models.TextField("ordre du jour", blank=True)
    compte_rendu = models.TextField("compte rendu", blank=True)
    state = state_field(EtatReunion, EtatReunion.PREVUE)
    motif_annulation = models.TextField("motif de l’annulation", blank=True, editable=False)
    convoquee_le = models.DateTimeField("convoquée le", null=True, blank=True, editable=False)
    uid = models.UUIDField("identifiant d’agenda", default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField("numéro d’agenda", default=0, editable=False)
    created_at = models.DateTimeField("prévue le", default=clock.now, editable=False)

    objects = LifecycleQuerySet.as_manager()

    class Meta:
        verbose_name = "réunion"
        ordering = ["debut", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(heure_fin__gt=F("heure_debut")),
                name="reunion_ends_after_it_begins",
                violation_error_message="La réunion finit après avoir commencé : corrigez les heures.",
            ),
            models.CheckConstraint(
                condition=~Q(state=EtatReunion.ANNULEE) | ~Q(motif_annulation=""),
                name="reunion_cancelled_says_why",
                violation_error_message="Indiquez pourquoi la réunion est annulée.",
            ),
        ]
        indexes = [models.Index(fields=["ingenierie", "debut"], name="reunion_dates_idx")]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} du {format_date(self.date)}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.fuseau)

    @property
    def fin(self) -> dt.datetime:
        """When it ends, as an instant."""
        return dt.datetime.combine(self.date, self.heure_fin, tzinfo=self.zone)

    @property
    def heures(self) -> str:
        """« de 14 h à 16 h 30 », with the territory when it is not Paris."""
        return hours_text(self.heure_debut, self.heure_fin, self.fuseau)

    @property
    def quand(self) -> str:
        """« jeudi 3 décembre 2026, de 14 h à 16 h 30 »."""
        return f"{format_date(self.date, weekday=True)}, {self.heures}"

    @property
    def is_to_come(self) -> bool:
        return self.state in (EtatReunion.PREVUE, EtatReunion.CONVOQUEE)

    def save(self, *args, **kwargs):
        self.debut = dt.datetime.combine(self.date, self.heure_debut, tzinfo=self.zone)
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "debut"}
        super().save(*args, **kwargs)


class ParticipantQuerySet(models.QuerySet):
    """Participants of meetings."""

    def expected(self):
        """Those not taken off the list."""
        return self.filter(retire_le__isnull=True)

    def reachable(self):
        """Those who can be written to."""
        return self.exclude(email="")


class ParticipantReunion(VersionedModel):
    """Somebody expected at a meeting, as the dossier knew them when they were put on the list.

    ``organisme`` is whom they come for. A row taken off the list stays, for the mail that says so. ``sequence`` is the
    last one that was owed to their calendar (nothing yet when ``None``).
    """

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
    organisme = models.CharField("organisme", max_length=200)
    personne = models.CharField("personne", max_length=160, blank=True)
    fonction = models.CharField("fonction", max_length=160, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    presence = models.CharField("présence", max_length=10, choices=Presence.choices, blank=True, default="")
    represente_par = models.CharField("représenté par", max_length=160, blank=True)
    sequence = models.PositiveIntegerField("numéro d’agenda", null=True, blank=True, editable=False)
    convoque_le = models.DateTimeField("convoqué le", null=True, blank=True, editable=False)
    retire_le = models.DateTimeField("retiré le", null=True, blank=True, editable=False)

    journal_redacted = frozenset({"personne", "fonction", "email", "represente_par"})

    objects = ParticipantQuerySet.as_manager()

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
            models.UniqueConstraint(
                "reunion",
                Lower("email"),
                condition=~Q(email="") & Q(retire_le__isnull=True),
                name="participant_reunion_one_mail_each",
                violation_error_message="Cette adresse est déjà celle d’un participant : un seul courrier chacun.",
            ),
        ]

    def __str__(self) -> str:
        return self.organisme

    @property
    def nom(self) -> str:
        """« Camille Exemple, directrice », or the organism alone when nobody is named."""
        return ", ".join(filter(None, (self.personne, self.fonction)))


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

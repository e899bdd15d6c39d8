"""What a meeting and a séance have in common, as abstract models: when, where, who is expected."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from core import clock
from core.formats import format_date
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from core.models import VersionedModel
from engagement.rendezvous.enums import EtatRendezvous
from referentiels.fuseaux import Fuseau
from referentiels.local_time import hours_text


class RendezvousModel(LifecycleModel):
    """Date and hours are those of the territory (``fuseau``).

    ``debut`` repeats them as an instant, for sorts and reminders. ``uid`` and ``sequence`` are those of the calendars
    of the people convened: the first never changes, the second grows with each thing they must be told. The model that
    holds it has an ``ingenierie``, a field or a property.
    """

    date = models.DateField("date")
    heure_debut = models.TimeField("de")
    heure_fin = models.TimeField("à")
    fuseau = models.CharField("heure de", max_length=24, choices=Fuseau.choices, default=Fuseau.PARIS)
    debut = models.DateTimeField("début", editable=False)
    lieu = models.CharField("lieu", max_length=300, blank=True)
    visio = models.URLField("lien de la visioconférence", max_length=500, blank=True)
    compte_rendu = models.TextField("compte rendu", blank=True)
    state = state_field(EtatRendezvous, EtatRendezvous.PREVUE)
    motif_annulation = models.TextField("motif de l’annulation", blank=True, editable=False)
    convoquee_le = models.DateTimeField("convoquée le", null=True, blank=True, editable=False)
    uid = models.UUIDField("identifiant d’agenda", default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField("numéro d’agenda", default=0, editable=False)
    created_at = models.DateTimeField("prévue le", default=clock.now, editable=False)

    objects = LifecycleQuerySet.as_manager()

    class Meta:
        abstract = True

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
    def ou(self) -> str:
        """The place, or that it is held from afar; empty while nothing is known."""
        return self.lieu or ("Visioconférence" if self.visio else "")

    @property
    def is_to_come(self) -> bool:
        return self.state in (EtatRendezvous.PREVUE, EtatRendezvous.CONVOQUEE)

    def save(self, *args, **kwargs):
        self.debut = dt.datetime.combine(self.date, self.heure_debut, tzinfo=self.zone)
        fields = kwargs.get("update_fields")
        if fields is not None:
            kwargs["update_fields"] = {*fields, "debut"}
        super().save(*args, **kwargs)


def told_constraints(code: str, nom: str) -> list[models.BaseConstraint]:
    """The constraints of a rendez-vous: its hours are in order, a cancelled one says why."""
    return [
        models.CheckConstraint(
            condition=Q(heure_fin__gt=F("heure_debut")),
            name=f"{code}_ends_after_it_begins",
            violation_error_message=f"La {nom} finit après avoir commencé : corrigez les heures.",
        ),
        models.CheckConstraint(
            condition=~Q(state=EtatRendezvous.ANNULEE) | ~Q(motif_annulation=""),
            name=f"{code}_cancelled_says_why",
            violation_error_message=f"Indiquez pourquoi la {nom} est annulée.",
        ),
    ]


class ParticipantQuerySet(models.QuerySet):
    """Participants of meetings, of séances."""

    def expected(self):
        """Those not taken off the list."""
        return self.filter(retire_le__isnull=True)

    def reachable(self):
        """Those who can be written to."""
        return self.exclude(email="")


class ParticipantModel(VersionedModel):
    """Somebody expected, as the dossier knew them when they were put on the list.

    ``organisme`` is whom they come for. A row taken off the list stays, for the mail that says so. ``sequence`` is the
    last one that was owed to their calendar (nothing yet when ``None``).
    """

    organisme = models.CharField("organisme", max_length=200)
    personne = models.CharField("personne", max_length=160, blank=True)
    fonction = models.CharField("fonction", max_length=160, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    sequence = models.PositiveIntegerField("numéro d’agenda", null=True, blank=True, editable=False)
    convoque_le = models.DateTimeField("convoqué le", null=True, blank=True, editable=False)
    retire_le = models.DateTimeField("retiré le", null=True, blank=True, editable=False)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.organisme

    @property
    def nom(self) -> str:
        """« Camille Exemple, directrice », or nothing when nobody is named."""
        return ", ".join(filter(None, (self.personne, self.fonction)))

    @property
    def rendezvous(self) -> Any:
        """What the person is expected at: the room says by which field."""
        raise TypeError(f"{type(self).__name__}.rendezvous manque.")


def one_mail_each(code: str) -> models.UniqueConstraint:
    """One address, one participant of one rendez-vous (the field ``code`` leads to it)."""
    return models.UniqueConstraint(
        code,
        Lower("email"),
        condition=~Q(email="") & Q(retire_le__isnull=True),
        name=f"participant_{code}_one_mail_each",
        violation_error_message="Cette adresse est déjà celle d’un participant : un seul courrier chacun.",
    )

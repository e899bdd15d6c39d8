"""Scenarios: how the intervention may be held (000, démarche 3/4)."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from core.formats import NBSP, format_date
from core.models import VersionedModel
from projects.ingenierie.models import Ingenierie


def periode_dite(debut: dt.date | None, fin: dt.date | None) -> str:
    """A period in words; empty without any date."""
    start, end = format_date(debut), format_date(fin)
    if start and end:
        return f"du {start} au {end}"
    return f"à partir du {start}" if start else (f"jusqu’au {end}" if end else "")


class Scenario(VersionedModel):
    """One way to hold the intervention: several are considered, at most one is kept.

    ``avantages`` is the debate between them: it is read in the dossier and never goes out. ``propose``: its conditions
    are told to the structures by their personal link, which asks whether they would be available.
    """

    ingenierie = models.ForeignKey(Ingenierie, on_delete=models.CASCADE, related_name="scenarios", editable=False)
    nom = models.CharField("nom du scénario", max_length=120)
    rythme = models.TextField("rythme", blank=True, max_length=2000)
    duree = models.TextField("durée", blank=True, max_length=2000)
    periode = models.TextField("période", blank=True, max_length=2000)
    date_debut = models.DateField("premier jour envisagé", null=True, blank=True)
    date_fin = models.DateField("dernier jour envisagé", null=True, blank=True)
    lieu = models.TextField("lieu", blank=True, max_length=2000)
    logistique = models.TextField("logistique", blank=True, max_length=2000)
    avantages = models.TextField("avantages et limites", blank=True, max_length=4000)
    propose = models.BooleanField("proposé aux structures", default=False)
    retenu = models.BooleanField("retenu", default=False, editable=False)

    class Meta:
        verbose_name = "scénario"
        ordering = ["-retenu", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie"],
                condition=Q(retenu=True),
                name="scenario_one_kept",
                violation_error_message="Un seul scénario est retenu.",
            ),
            models.CheckConstraint(
                condition=~Q(nom=""), name="scenario_named", violation_error_message="Donnez un nom au scénario."
            ),
            models.CheckConstraint(
                condition=Q(date_debut__isnull=True) | Q(date_fin__isnull=True) | Q(date_fin__gte=F("date_debut")),
                name="scenario_dates_in_order",
                violation_error_message="Le dernier jour précède le premier : vérifiez les deux dates.",
            ),
        ]

    def __str__(self) -> str:
        return self.nom

    def _told(self, *names: str) -> list[tuple[str, str]]:
        told = [(self._meta.get_field(n).verbose_name, getattr(self, n)) for n in names]
        return [(label[:1].upper() + label[1:], text) for label, text in told if text.strip()]

    @property
    def conditions(self) -> list[tuple[str, str]]:
        """(label, text) of the conditions that are filled: what a document may tell of the scenario."""
        return self._told("rythme", "duree", "periode") + self.dates + self._told("lieu", "logistique")

    @property
    def dates(self) -> list[tuple[str, str]]:
        """(label, text) of its first and last day and of its sessions, when they are told."""
        told = [("Dates", dates)] if (dates := periode_dite(self.date_debut, self.date_fin)) else []
        sessions = [str(row) for row in self.seances.all()] if self.pk else []
        return [*told, ("Séances", "\n".join(sessions))] if sessions else told

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The conditions, then what was said for and against it: for the pages of the dossier alone."""
        return self.conditions + self._told("avantages")


class DateScenario(models.Model):
    """One session that a scenario foresees: its day, its hours when they are known, where and about what."""

    #: For the journal; a date is removed and added again, so it keeps no version.
    version: int | None = None

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="seances", editable=False)
    date = models.DateField("jour")
    heure_debut = models.TimeField("de", null=True, blank=True)
    heure_fin = models.TimeField("à", null=True, blank=True)
    objet = models.CharField("séance", max_length=200, blank=True)
    lieu = models.CharField("lieu", max_length=200, blank=True)

    class Meta:
        verbose_name = "séance d’un scénario"
        verbose_name_plural = "séances d’un scénario"
        ordering = ["date", "heure_debut", "pk"]

    def __str__(self) -> str:
        hours = [f"{hour.hour}{NBSP}h{NBSP}{hour:%M}" for hour in (self.heure_debut, self.heure_fin) if hour]
        told = f"de {hours[0]} à {hours[1]}" if len(hours) == 2 else f"à {hours[0]}" if hours else ""
        when = ", ".join(filter(None, [format_date(self.date), told]))
        return " · ".join(filter(None, [when, self.objet, self.lieu]))

    def clean(self):
        if self.heure_fin and not self.heure_debut:
            raise ValidationError({"heure_debut": "Dites aussi à quelle heure la séance commence."})
        if self.heure_debut and self.heure_fin and self.heure_fin <= self.heure_debut:
            raise ValidationError({"heure_fin": "La séance finit avant de commencer : vérifiez les deux heures."})

"""Sessions of the comité d'appui of a DLA (000, démarche 2/4): several ingénieries, an avis for each."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import Organisation
from core import clock
from core.actor import Actor
from core.formats import format_date
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from core.models import VersionedModel
from core.sorting import french
from engagement.comite.enums import EtatSeance
from projects.enums import SensAvis
from referentiels.fuseaux import Fuseau
from referentiels.local_time import hours_text

_SAYS_WHY = Q(sens="favorable") | ~Q(commentaires="")


class SeanceQuerySet(LifecycleQuerySet):
    """Sessions, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those of the DLA ``actor`` acts for."""
        if actor.is_system:
            return self
        return self.filter(organisation_id=actor.organisation_id) if actor.organisation_id else self.none()


class SeanceComite(LifecycleModel):
    """One session: when, where, what is said to the members, and its synthesis.

    ``debut`` is an instant, told as ``heure_fin`` is in the time of the territory (``fuseau``).
    ``presents`` lists organisations and functions, never people's names: it goes to each :class:`AvisComite`. ``uid``
    and ``sequence`` are those of the calendars of the members convened, as those of a meeting are.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="seances_comite", verbose_name="DLA", editable=False
    )
    debut = models.DateTimeField("date et heure")
    heure_fin = models.TimeField("jusqu’à", null=True, blank=True)
    fuseau = models.CharField("heure de", max_length=24, choices=Fuseau.choices, default=Fuseau.PARIS)
    lieu = models.CharField("lieu ou visioconférence", max_length=300)
    message = models.TextField("message aux membres", blank=True, max_length=4000)
    state = state_field(EtatSeance, EtatSeance.PREPARATION)
    state_since = models.DateTimeField("dans cet état depuis", default=clock.now, editable=False)
    convocations = models.PositiveSmallIntegerField("convocations envoyées", default=0, editable=False)
    uid = models.UUIDField("identifiant d’agenda", default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField("numéro d’agenda", default=0, editable=False)
    presents = models.TextField("organismes présents", blank=True, max_length=4000)
    synthese = models.TextField("synthèse", blank=True, max_length=10_000)
    created_at = models.DateTimeField("ouverte le", default=clock.now, editable=False)

    objects = SeanceQuerySet.as_manager()

    class Meta:
        verbose_name = "séance du comité d’appui"
        verbose_name_plural = "séances du comité d’appui"
        ordering = ["-debut", "-pk"]
        indexes = [models.Index(fields=["organisation", "-debut", "-id"], name="seance_comite_recent_idx")]

    def __str__(self) -> str:
        return f"séance du comité d’appui du {format_date(self.jour)}"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.fuseau)

    @property
    def jour(self) -> dt.date:
        """The day, where it is held."""
        return self.debut.astimezone(self.zone).date()

    @property
    def fin(self) -> dt.datetime | None:
        """When it ends, as an instant; ``None`` when that is not known."""
        return dt.datetime.combine(self.jour, self.heure_fin, tzinfo=self.zone) if self.heure_fin else None

    @property
    def quand(self) -> str:
        """« jeudi 3 décembre 2026, de 14 h à 16 h 30 »."""
        begin = self.debut.astimezone(self.zone).time()
        return f"{format_date(self.jour, weekday=True)}, {hours_text(begin, self.heure_fin, self.fuseau)}"


class MembreComite(VersionedModel):
    """Somebody invited to one session: what it takes to write to her. Named by her organisation everywhere else."""

    seance = models.ForeignKey(SeanceComite, on_delete=models.CASCADE, related_name="membres", editable=False)
    nom = models.CharField("nom", max_length=120)
    organisme = models.CharField("organisme", max_length=200)
    fonction = models.CharField("fonction", max_length=120, blank=True)
    email = models.EmailField("adresse électronique", blank=True)

    journal_redacted = frozenset({"nom", "email"})

    class Meta:
        verbose_name = "membre du comité d’appui"
        verbose_name_plural = "membres du comité d’appui"
        ordering = [french("organisme"), french("nom"), "pk"]
        constraints = [
            models.UniqueConstraint(
                "seance",
                Lower("email"),
                condition=~Q(email=""),
                name="membre_comite_once",
                violation_error_message="Une personne de cette séance a déjà cette adresse.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisme} ({self.fonction})" if self.fonction else self.organisme


class PointComite(VersionedModel):
    """An ingénierie on the agenda of a session.

    The avis of the comité is the :class:`AvisComite` of the ingénierie; what it was is written here when the session is
    closed, for a later session may give another.
    """

    seance = models.ForeignKey(SeanceComite, on_delete=models.CASCADE, related_name="points", editable=False)
    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="points_comite", editable=False
    )
    position = models.PositiveSmallIntegerField("ordre", default=0, editable=False)
    sens = models.CharField("avis", max_length=12, choices=SensAvis.choices, blank=True, editable=False)
    commentaires = models.TextField("commentaires du comité", blank=True, editable=False)

    class Meta:
        verbose_name = "point de l’ordre du jour"
        verbose_name_plural = "points de l’ordre du jour"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["seance", "ingenierie"],
                name="point_comite_once",
                violation_error_message="Cette ingénierie est déjà à l’ordre du jour.",
            )
        ]

    def __str__(self) -> str:
        return str(self.ingenierie)


class AvisMembre(VersionedModel):
    """The opinion of one member on one ingénierie, by link or told to the chargé de mission."""

    point = models.ForeignKey(PointComite, on_delete=models.CASCADE, related_name="avis_membres", editable=False)
    membre = models.ForeignKey(MembreComite, on_delete=models.CASCADE, related_name="avis", editable=False)
    sens = models.CharField("avis", max_length=12, choices=SensAvis.choices)
    commentaires = models.TextField("commentaires", blank=True, max_length=4000)
    given_at = models.DateTimeField("donné le", default=clock.now, editable=False)
    par_lien = models.BooleanField("donné par lien", default=False, editable=False)

    class Meta:
        verbose_name = "avis d’un membre"
        verbose_name_plural = "avis des membres"
        ordering = ["point", french("membre__organisme"), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["point", "membre"],
                name="avis_membre_once",
                violation_error_message="Ce membre a déjà donné son avis sur cette ingénierie.",
            ),
            models.CheckConstraint(
                condition=_SAYS_WHY,
                name="avis_membre_not_favorable_says_why",
                violation_error_message="Dites les réserves ou les raisons.",
            ),
        ]

    def __str__(self) -> str:
        return f"avis de {self.membre}"

"""The séances of a mission (000, démarche 4/4; 001): per group, for one structure, or for all."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from core.sorting import french
from engagement.rendezvous.enums import Presence
from engagement.rendezvous.models import ParticipantModel, RendezvousModel, one_mail_each, told_constraints
from missions.conventions.models import Convention
from missions.seances.enums import NatureSeance, SourceSeance
from missions.suivi.models import EtapeSuivi
from mobilisation.groupes.models import Groupe
from mobilisation.projet.models import validate_half_days
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee

HALF, DAY = Decimal("0.5"), Decimal("1.0")
#: Up to so many hours, a séance takes half a day; beyond, a day.
HALF_DAY_HOURS = dt.timedelta(hours=4)


def jours_of(debut: dt.time, fin: dt.time) -> Decimal:
    """The days that these hours make: half a day up to four hours, else a day."""
    day = dt.date(2000, 1, 1)
    return HALF if dt.datetime.combine(day, fin) - dt.datetime.combine(day, debut) <= HALF_DAY_HOURS else DAY


class Seance(RendezvousModel):
    """One séance of a mission. ``groupe`` or ``structure`` say for whom; neither: for all the structures.

    ``jours`` are those of the mission that it takes, by halves. ``pilote_present``: was the pilot there (not known:
    ``None``).
    """

    convention = models.ForeignKey(Convention, on_delete=models.PROTECT, related_name="seances", editable=False)
    groupe = models.ForeignKey(
        Groupe, on_delete=models.SET_NULL, null=True, blank=True, related_name="seances", verbose_name="groupe"
    )
    structure = models.ForeignKey(
        StructureCiblee,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="seances",
        verbose_name="une seule structure",
    )
    etape = models.ForeignKey(
        EtapeSuivi,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="seances",
        verbose_name="étape de la mission",
    )
    nature = models.CharField("type de séance", max_length=16, choices=NatureSeance.choices)
    titre = models.CharField("titre", max_length=200)
    jours = models.DecimalField(
        "jours de la mission",
        max_digits=3,
        decimal_places=1,
        blank=True,
        validators=[
            MinValueValidator(Decimal(0), "Un nombre de jours n’est pas négatif."),
            MaxValueValidator(Decimal(10), "Une séance dure dix jours au plus."),
            validate_half_days,
        ],
    )
    programme = models.TextField("programme", blank=True, max_length=4000)
    intervenants = models.TextField("intervenants", blank=True, max_length=1000)
    pilote_present = models.BooleanField("le pilote était présent", null=True, editable=False)

    #: Who intervenes is named there: not in the journal, which is never erased.
    journal_redacted = frozenset({"intervenants"})

    class Meta:
        verbose_name = "séance"
        ordering = ["debut", "pk"]
        constraints = [
            *told_constraints("seance", "séance"),
            models.CheckConstraint(
                condition=Q(groupe__isnull=True) | Q(structure__isnull=True),
                name="seance_for_a_group_or_a_structure",
                violation_error_message="Choisissez un groupe ou une structure, pas les deux.",
            ),
            models.CheckConstraint(
                condition=Q(jours__gte=0),
                name="seance_jours_not_negative",
                violation_error_message="Un nombre de jours n’est pas négatif.",
            ),
        ]
        indexes = [models.Index(fields=["convention", "debut"], name="seance_dates_idx")]

    def clean(self):
        ingenierie = self.convention.ingenierie_id
        for name in ("groupe", "structure"):
            of = getattr(self, name)
            if of is not None and of.ingenierie_id != ingenierie:
                raise ValidationError({name: "Choisissez dans cette ingénierie."})
        if self.etape is not None and self.etape.fiche.convention_id != self.convention_id:
            raise ValidationError({"etape": "Choisissez une étape de cette mission."})

    @property
    def ingenierie(self) -> Ingenierie:
        return self.convention.ingenierie

    @property
    def pour_qui(self) -> str:
        """« le groupe « Nord » », the structure, or « toutes les structures »."""
        if self.groupe_id:
            return f"le groupe « {self.groupe} »"
        if self.structure_id:
            return str(self.structure)
        return "la structure" if self.ingenierie.is_individuelle else "toutes les structures"


class ParticipantSeance(ParticipantModel):
    """Somebody expected at a séance; ``cle`` is the key of the candidate that the row was, empty when typed by hand."""

    seance = models.ForeignKey(Seance, on_delete=models.CASCADE, related_name="participants", editable=False)
    source = models.CharField("au titre de", max_length=12, choices=SourceSeance.choices)
    structure = models.ForeignKey(
        StructureCiblee,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="participations_seances",
        verbose_name="structure",
    )
    cle = models.CharField("clé", max_length=40, blank=True, editable=False)
    presence = models.CharField("présence", max_length=10, choices=Presence.choices, blank=True, default="")

    journal_redacted = frozenset({"personne", "fonction", "email"})

    class Meta:
        verbose_name = "participant à une séance"
        verbose_name_plural = "participants à une séance"
        ordering = ["source", french("organisme"), french("personne"), "pk"]
        constraints = [
            one_mail_each("seance"),
            models.CheckConstraint(
                condition=Q(structure__isnull=True) | Q(source=SourceSeance.STRUCTURE),
                name="participant_seance_structure_is_told",
                violation_error_message="Seul qui vient d’une structure en nomme une.",
            ),
        ]

    @property
    def rendezvous(self) -> Seance:
        return self.seance

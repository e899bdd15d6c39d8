"""An ingénierie: who carries it, what it is about, where it stands."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from core import clock
from core.actor import Actor
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from projects.enums import OPEN_STATES, TYPE_COURT, Cycle, Etat, TypeIngenierie
from referentiels.models import Departement, Secteur, TypePrestation


def scope_of(actor: Actor) -> str | None:
    """The key of the ingénieries ``actor`` may read whole: ``o12`` organisation, ``r5`` région, ``s3`` secteur,
    ``*`` everything, ``None`` nothing (see :class:`IngenierieScope`)."""
    if actor.is_system:
        return "*"
    organisation = actor.organisation
    if organisation is None:
        return None
    return {
        OrganisationKind.DLA: f"o{organisation.pk}",
        OrganisationKind.C2RA: f"r{organisation.region_id}",
        OrganisationKind.CNAR: f"s{organisation.secteur_id}",
        OrganisationKind.AVISE: "*",
    }[organisation.kind]


def listing_scope_of(actor: Actor) -> str | None:
    """The key of the ingénieries whose summary ``actor`` may see: a DLA's own region, else what it reads whole."""
    organisation = actor.organisation
    if organisation is not None and organisation.is_dla:
        return f"r{organisation.region_id}"
    return scope_of(actor)


class IngenierieQuerySet(LifecycleQuerySet):
    """Ingénieries, always asked for somebody."""

    def _in_scope(self, key: str | None):
        if key is None:
            return self.none()
        if key == "*":
            return self
        return self.filter(scopes__key=key)

    def visible_to(self, actor: Actor):
        """Those ``actor`` may read whole."""
        return self._in_scope(scope_of(actor))

    def listed_for(self, actor: Actor):
        """Those whose summary ``actor`` may see (title, type, theme, sector, territory, step, pilot, dates)."""
        return self._in_scope(listing_scope_of(actor))

    def recent_first(self, actor: Actor, *, listing: bool = False):
        """Order by last activity, newest first, in the way the index of the actor's scope serves."""
        key = listing_scope_of(actor) if listing else scope_of(actor)
        if key in (None, "*"):
            return self.order_by("-last_activity_at", "-pk")
        return self.order_by("-scopes__last_activity_at", "-scopes__ingenierie_id")

    def open(self):
        return self.filter(state__in=OPEN_STATES)


class Ingenierie(LifecycleModel):
    """An ingénierie, collective or individuelle (``cycle``), and its dossier."""

    titre = models.CharField("titre", max_length=200)
    accroche = models.CharField("accroche", max_length=200, blank=True)
    cycle = models.CharField("forme", max_length=40, choices=Cycle.choices, default=Cycle.COLLECTIVE, editable=False)
    methodologie = models.ForeignKey(
        "projects.Methodologie", on_delete=models.PROTECT, related_name="ingenieries", editable=False
    )
    state = state_field(Etat, Etat.IDENTIFIER)
    left_state = models.CharField("étape quittée", max_length=20, blank=True, editable=False)
    state_since = models.DateTimeField("dans cet état depuis", default=clock.now, editable=False)

    pilote = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="ingenieries_pilotees", verbose_name="organisation pilote"
    )
    associes = models.ManyToManyField(
        Organisation, blank=True, related_name="ingenieries_associees", verbose_name="organisations associées"
    )
    referent = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ingenieries_referentes",
        verbose_name="DLA référent",
    )
    charge_mission = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="ingenieries",
        verbose_name="chargé de mission",
    )

    type_ingenierie = models.CharField("type d’ingénierie", max_length=24, choices=TypeIngenierie.choices, blank=True)
    type_motif = models.TextField("pourquoi ce type", blank=True)
    departements = models.ManyToManyField(
        Departement, blank=True, related_name="ingenieries", verbose_name="départements concernés"
    )
    secteurs = models.ManyToManyField(
        Secteur, blank=True, related_name="ingenieries", verbose_name="secteurs d’activité"
    )
    themes = models.ManyToManyField(
        TypePrestation, blank=True, related_name="ingenieries", verbose_name="thèmes (types de prestation Enée)"
    )
    date_debut = models.DateField("date de début", null=True, blank=True)
    date_fin = models.DateField("date de fin prévue", null=True, blank=True)
    structures_annoncees = models.PositiveIntegerField(
        "nombre de structures annoncé",
        null=True,
        blank=True,
        validators=[
            MinValueValidator(1, "Annoncez au moins une structure, ou laissez vide."),
            MaxValueValidator(9999, "Annoncez 9 999 structures au plus."),
        ],
    )

    # What lists show of other tables, counted again when it changes (``projects.ingenierie.services.touch``).
    actions_total = models.PositiveIntegerField("actions", default=0, editable=False)
    actions_reglees = models.PositiveIntegerField("actions réglées", default=0, editable=False)
    structures_reperees = models.PositiveIntegerField("structures repérées", default=0, editable=False)
    structures_contactees = models.PositiveIntegerField("structures contactées", default=0, editable=False)
    structures_repondu = models.PositiveIntegerField("structures qui ont répondu", default=0, editable=False)
    structures_declinees = models.PositiveIntegerField("structures qui ont décliné", default=0, editable=False)
    structures_confirmees = models.PositiveIntegerField("structures confirmées", default=0, editable=False)
    structures_retenues = models.PositiveIntegerField("structures retenues", default=0, editable=False)
    secteur_ids = models.JSONField("secteurs", default=list, editable=False)
    theme_ids = models.JSONField("thèmes", default=list, editable=False)
    departement_ids = models.JSONField("départements", default=list, editable=False)
    search_text = models.TextField("texte de recherche", blank=True, editable=False)
    created_at = models.DateTimeField("créée le", default=clock.now, editable=False)
    last_activity_at = models.DateTimeField("dernière activité", default=clock.now, editable=False, db_index=True)

    objects = IngenierieQuerySet.as_manager()

    class Meta:
        verbose_name = "ingénierie"
        ordering = ["-last_activity_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(date_fin__isnull=True) | Q(date_debut__isnull=True) | Q(date_fin__gte=F("date_debut")),
                name="ingenierie_dates_in_order",
                violation_error_message="La date de fin précède la date de début.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_individuelle(self) -> bool:
        """It accompanies one structure, by the individual cycle."""
        return self.cycle == Cycle.INDIVIDUELLE

    @property
    def type_court(self) -> str:
        """Short wording of the type, or « Type à choisir »; an ingénierie individuelle has no other type."""
        if self.is_individuelle:
            return Cycle.INDIVIDUELLE.label
        return TYPE_COURT.get(self.type_ingenierie, "Type à choisir")


class IngenierieScope(models.Model):
    """Who may see an ingénierie, as one indexed key per row: the same list costs the same at 1,000 and at 100,000.

    Rebuilt by :func:`projects.ingenierie.services.refresh_scopes`; ``last_activity_at`` and ``step`` (its state)
    repeat the ingénierie's, for the sort and the counts.
    """

    ingenierie = models.ForeignKey(Ingenierie, on_delete=models.CASCADE, related_name="scopes")
    key = models.CharField("portée", max_length=24)
    last_activity_at = models.DateTimeField("dernière activité")
    step = models.CharField("étape", max_length=20, choices=Etat.choices)

    class Meta:
        verbose_name = "portée"
        constraints = [models.UniqueConstraint(fields=["key", "ingenierie"], name="scope_unique")]
        indexes = [
            models.Index(fields=["key", "-last_activity_at", "-ingenierie"], name="scope_recent_idx"),
            models.Index(fields=["key", "step"], name="scope_step_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.ingenierie_id}"

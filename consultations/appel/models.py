"""The call to prestataires of an ingénierie: who is invited, to which version, what was asked and answered.

Sources: 002 theme 2 and « L’appel à compétence simplifié : l’exemple du DLA 28 »; 000, démarche 3/4.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from consultations.appel.enums import EN_COURS, EtatAppel, ModeAppel, MotifDeclin
from consultations.cahier.models import VersionDiffusee, deadline_text
from consultations.consultes.models import PrestataireConsulte
from core import clock
from core.actor import Actor
from core.fields import MoneyField
from core.formats import format_date
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from core.models import FrozenModel, VersionedModel
from partners.portfolio.prestataire.models import Membre, Prestataire
from projects.ingenierie.models import Ingenierie
from referentiels.fuseaux import Fuseau


class AppelQuerySet(LifecycleQuerySet):
    """Calls, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that ``actor`` may read whole: the team, never a prestataire."""
        return self.filter(ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))

    def for_prestataire(self, actor: Actor):
        """Those to which a prestataire of the person was invited, once the invitation left."""
        return self.filter(pk__in=Invitation.objects.for_actor(actor).values("appel"))

    def running(self):
        """Those that still run."""
        return self.filter(state__in=EN_COURS)


class Appel(LifecycleModel):
    """One call. ``version`` is the diffused version invited to answer (simplified: none until one is pre-selected).

    ``date_limite`` is an instant, told in the time zone ``fuseau``: that of the propositions, or of the answers to the
    four questions in the simplified mode. What follows ``duree`` is the sheet of the simplified mode, which never
    names the structure. ``ce_que_sait``: what a prestataire associated earlier learnt, told to every candidate.
    """

    ingenierie = models.ForeignKey(
        Ingenierie, on_delete=models.CASCADE, related_name="appels", verbose_name="ingénierie", editable=False
    )
    version_diffusee = models.ForeignKey(
        VersionDiffusee,
        on_delete=models.PROTECT,
        related_name="appels",
        verbose_name="version du cahier des charges",
        null=True,
        editable=False,
    )
    mode = models.CharField("mode", max_length=20, choices=ModeAppel.choices, default=ModeAppel.COMPLETE)
    justification = models.TextField("pourquoi sans mise en concurrence", blank=True, max_length=4000)
    date_limite = models.DateTimeField("date limite de réponse", null=True, blank=True)
    fuseau = models.CharField("heure de", max_length=24, choices=Fuseau.choices, default=Fuseau.PARIS)
    motif_nombre = models.TextField(
        "pourquoi plus ou moins de prestataires que la règle de la région", blank=True, max_length=2000
    )
    ce_que_sait = models.TextField("ce qu’un prestataire associé plus tôt a appris", blank=True, max_length=8000)

    secteur = models.CharField("secteur d’activité", max_length=200, blank=True)
    taille = models.CharField("taille de la structure", max_length=200, blank=True)
    problematique = models.TextField("problématique rencontrée", blank=True, max_length=1000)
    theme = models.CharField("thème", max_length=200, blank=True)
    objectif = models.TextField("objectif principal", blank=True, max_length=1000)
    duree = models.CharField("durée", max_length=120, blank=True)
    echeance = models.CharField("échéance", max_length=120, blank=True)
    rencontre_du = models.DateField("1ère rencontre, entre le", null=True, blank=True)
    rencontre_au = models.DateField("et le", null=True, blank=True)

    state = state_field(EtatAppel, EtatAppel.PREPARATION)
    created_at = models.DateTimeField("préparé le", default=clock.now, editable=False)
    ouvert_at = models.DateTimeField("ouvert le", null=True, editable=False)
    fin_at = models.DateTimeField("terminé le", null=True, editable=False)
    motif_fin = models.TextField("pourquoi il s’est arrêté", blank=True, editable=False)
    #: Set when a simplified call went back to the complete mode, and why.
    retour_complet_at = models.DateTimeField("revenu au mode complet le", null=True, editable=False)
    motif_retour = models.TextField("pourquoi le mode complet", blank=True, editable=False)

    objects = AppelQuerySet.as_manager()

    class Meta:
        verbose_name = "appel aux prestataires"
        verbose_name_plural = "appels aux prestataires"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie"],
                condition=Q(state__in=EN_COURS),
                name="appel_one_running",
                violation_error_message="Un appel est déjà en cours pour cette ingénierie.",
            ),
            models.CheckConstraint(
                condition=~Q(mode=ModeAppel.SANS_CONCURRENCE) | ~Q(justification=""),
                name="appel_without_competition_justified",
                violation_error_message="Sans mise en concurrence, dites pourquoi.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[EtatAppel.PREPARATION, EtatAppel.ANNULE]) | Q(date_limite__isnull=False),
                name="appel_open_has_deadline",
                violation_error_message="Un appel ouvert a une date limite.",
            ),
        ]

    def __str__(self) -> str:
        return f"appel du {format_date(timezone_day(self))}"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the deadline."""
        return ZoneInfo(self.fuseau)

    @property
    def date_limite_texte(self) -> str:
        """« vendredi 15 janvier 2027 à 17 h 00, heure de Paris », or empty."""
        return deadline_text(self)

    @property
    def is_simplifie(self) -> bool:
        return self.mode == ModeAppel.SIMPLIFIEE

    @property
    def is_closed(self) -> bool:
        """Has the deadline passed?"""
        return self.closed_at(clock.now())

    def closed_at(self, instant: dt.datetime) -> bool:
        """Has the deadline passed at this instant? The pre-selected one writes its proposition without a deadline."""
        if self.state == EtatAppel.PRERETENU:
            return False
        return self.date_limite is not None and self.date_limite <= instant

    @property
    def is_sealed(self) -> bool:
        """Do propositions stay closed until the deadline? Only where several compete: after a pre-selection, or
        without competition, one alone writes, with the DLA."""
        return self.mode == ModeAppel.COMPLETE

    @property
    def is_running(self) -> bool:
        return self.state in EN_COURS


def timezone_day(appel: Appel):
    """The day it was prepared, where its answers are due."""
    return appel.created_at.astimezone(appel.zone).date()


class InvitationQuerySet(models.QuerySet):
    """Invitations, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that ``actor`` may read whole: the team, never a prestataire."""
        return self.filter(appel__ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))

    def for_actor(self, actor: Actor):
        """Those of the prestataires the person belongs to today, once they left."""
        if actor.kind != "user" or actor.user_id is None:
            return self.none()
        mine = Membre.objects.active().filter(user=actor.user_id).values("prestataire")
        return self.filter(prestataire__in=mine, envoyee_at__isnull=False)


class Invitation(VersionedModel):
    """One prestataire invited to one call: when, what it says of itself, its answers to the four questions of the
    simplified mode (002, DLA 28). ``consulte`` counts it among those consulted."""

    appel = models.ForeignKey(Appel, on_delete=models.CASCADE, related_name="invitations", editable=False)
    prestataire = models.ForeignKey(
        Prestataire, on_delete=models.PROTECT, related_name="invitations_appel", editable=False
    )
    consulte = models.ForeignKey(
        PrestataireConsulte, on_delete=models.PROTECT, null=True, related_name="invitations", editable=False
    )
    by_label = models.CharField("invité par", max_length=200, editable=False)
    created_at = models.DateTimeField("inscrit le", default=clock.now, editable=False)
    envoyee_at = models.DateTimeField("invité le", null=True, editable=False)
    #: How many times the invitation was sent.
    envois = models.PositiveSmallIntegerField("envois", default=0, editable=False)
    lue_at = models.DateTimeField("lu le", null=True, editable=False)
    #: Says that it will answer (or not any more).
    intention = models.BooleanField("compte répondre", null=True, editable=False)
    decline_at = models.DateTimeField("ne se positionne pas, depuis le", null=True, editable=False)
    motif_declin = models.CharField("raison", max_length=12, choices=MotifDeclin.choices, blank=True)
    de_nouveau_le = models.DateField("de nouveau sollicitable à partir du", null=True, blank=True)
    mot = models.TextField("un mot", blank=True, max_length=1000)

    positionne = models.BooleanField("positionnement possible", null=True)
    rencontre_possible = models.BooleanField("1ère rencontre possible entre les dates proposées", null=True)
    rencontre_des = models.DateField("1ère rencontre possible à partir du", null=True, blank=True)
    coherence = models.TextField(
        "cohérence de l’offre avec vos compétences et expériences", blank=True, max_length=4000
    )
    prix_demi_journee = MoneyField(
        "prix moyen d’une demi-journée, frais de mission compris (€)",
        null=True,
        blank=True,
        validators=[MinValueValidator(0, "Un prix n’est pas négatif.")],
    )
    repondu_at = models.DateTimeField("répondu le", null=True, editable=False)
    pre_retenu_at = models.DateTimeField("pré-retenu le", null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation d’un prestataire"
        verbose_name_plural = "invitations de prestataires"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appel", "prestataire"],
                name="invitation_once",
                violation_error_message="Ce prestataire est déjà invité.",
            ),
            models.UniqueConstraint(
                fields=["appel"],
                condition=Q(pre_retenu_at__isnull=False),
                name="invitation_one_preselected",
                violation_error_message="Un prestataire est déjà pré-retenu.",
            ),
            models.CheckConstraint(
                condition=Q(decline_at__isnull=True) | ~Q(motif_declin=""),
                name="invitation_decline_has_reason",
                violation_error_message="Dites pourquoi vous ne vous positionnez pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation de {self.prestataire}"

    def why_not_propose(self, arrived: dt.datetime | None = None) -> str:
        """Why no proposition may be written, deposited or taken back now, or ``""``.

        Complete mode: the call is open, before its deadline, and the prestataire did not decline. Simplified mode: it
        was pre-selected. ``arrived`` is the instant at which what is sent reached the server, compared with the
        deadline instead of the present one. The deadline is told with the time it is (or was) here.
        """
        appel = self.appel
        if self.envoyee_at is None or appel.state not in (EtatAppel.OUVERT, EtatAppel.PRERETENU):
            return f"Cette consultation ne reçoit pas de proposition : {appel.get_state_display()}."
        if appel.is_simplifie and self.pre_retenu_at is None:
            return "Aucun projet n’est demandé avant la pré-sélection : répondez aux quatre questions."
        if self.decline_at is not None:
            return "Vous avez dit que vous ne vous positionniez pas : revenez d’abord sur cette réponse."
        if appel.closed_at(arrived or clock.now()):
            here = (arrived or clock.now()).astimezone(appel.zone)
            told = "Votre envoi est arrivé ici à" if arrived else "Ici, il est"
            return (
                f"La date limite est passée ({appel.date_limite_texte}). "
                f"{told} {here:%H} h {here:%M} min {here:%S} s, le {format_date(here.date())}."
            )
        return ""


class RemiseVersion(FrozenModel):
    """Which diffused version was given to which invited prestataire, and when."""

    frozen_refusal = "Ce qui a été remis à un prestataire ne s’efface pas."

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="remises")
    version = models.ForeignKey(VersionDiffusee, on_delete=models.PROTECT, related_name="remises")
    at = models.DateTimeField("remise le", default=clock.now)

    class Meta:
        verbose_name = "version remise"
        verbose_name_plural = "versions remises"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["invitation", "version"],
                name="remise_once",
                violation_error_message="Cette version est déjà remise à ce prestataire.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} remise"


class Prolongation(FrozenModel):
    """The deadline was moved, for all, with a reason."""

    frozen_refusal = "Une prolongation annoncée à tous ne s’efface pas."

    appel = models.ForeignKey(Appel, on_delete=models.PROTECT, related_name="prolongations")
    de = models.DateTimeField("date limite précédente")
    a = models.DateTimeField("nouvelle date limite")
    motif = models.TextField("motif", max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField("par", max_length=200)
    at = models.DateTimeField("le", default=clock.now)

    class Meta:
        verbose_name = "prolongation"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"prolongation du {format_date(self.at)}"


class Question(VersionedModel):
    """A question of an invited prestataire, answered to all. ``invitation`` is its author, never shown to the others;
    ``None`` for a precision that the pilot gives of its own accord."""

    #: Who asked is known by the room alone.
    journal_redacted = frozenset({"invitation"})

    appel = models.ForeignKey(Appel, on_delete=models.CASCADE, related_name="questions", editable=False)
    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, null=True, related_name="questions", editable=False
    )
    texte = models.TextField("question", max_length=4000)
    at = models.DateTimeField("posée le", default=clock.now, editable=False)
    reponse = models.TextField("réponse, publiée à tous", blank=True, max_length=8000)
    repondu_at = models.DateTimeField("répondue le", null=True, editable=False)
    repondu_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = "question d’un candidat"
        verbose_name_plural = "questions des candidats"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.texte[:60]


class Rencontre(VersionedModel):
    """The « rencontre des candidats avec les structures »: one date, the same for all; what was said is shared."""

    appel = models.OneToOneField(Appel, on_delete=models.CASCADE, related_name="rencontre", editable=False)
    date = models.DateField("jour")
    heure_debut = models.TimeField("de", null=True, blank=True)
    heure_fin = models.TimeField("à", null=True, blank=True)
    lieu = models.CharField("lieu", max_length=300)
    precisions = models.TextField("précisions", blank=True, max_length=2000)
    compte_rendu = models.TextField("compte rendu, partagé avec tous", blank=True, max_length=20000)
    partage_at = models.DateTimeField("partagé le", null=True, editable=False)

    class Meta:
        verbose_name = "rencontre des candidats avec les structures"
        verbose_name_plural = "rencontres des candidats avec les structures"

    def __str__(self) -> str:
        return f"rencontre des candidats du {format_date(self.date)}"

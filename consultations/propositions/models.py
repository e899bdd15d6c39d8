"""The propositions of the prestataires to a call: the draft, what was deposited, its opening (002 theme 2; S1).

From the first keystroke to the opening, what a prestataire writes lies encrypted (:mod:`.coffre`): a row says who and
when, never what.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from consultations.appel.models import Appel, Invitation
from consultations.propositions import coffre
from consultations.propositions.contenu import empreinte, vide
from core import clock
from core.actor import Actor
from core.models import FrozenModel, FrozenQuerySet, VersionedModel
from projects.ingenierie.models import Ingenierie


class PropositionQuerySet(models.QuerySet):
    """Propositions, for their authors only: no team reads these rows."""

    def for_actor(self, actor: Actor):
        """Those of the prestataires the person belongs to today."""
        return self.filter(invitation__in=Invitation.objects.for_actor(actor).values("pk"))

    def received(self):
        """Those whose last deposit stands."""
        last = Depot.objects.filter(proposition=OuterRef("pk")).order_by("-numero")
        return self.annotate(
            dernier=Subquery(last.values("pk")[:1]), dernier_retrait=Subquery(last.values("retrait__pk")[:1])
        ).filter(dernier__isnull=False, dernier_retrait__isnull=True)


class Proposition(VersionedModel):
    """What one invited prestataire writes. Its only text is encrypted; the journal tells which parts were written,
    never with what."""

    invitation = models.OneToOneField(
        Invitation, on_delete=models.PROTECT, related_name="proposition", editable=False, verbose_name="invitation"
    )
    brouillon_scelle = models.TextField("brouillon, chiffré", blank=True, editable=False)
    created_at = models.DateTimeField("commencée le", default=clock.now, editable=False)
    updated_at = models.DateTimeField("modifiée le", default=clock.now, editable=False)

    journal_redacted = frozenset({"brouillon_scelle"})

    objects = PropositionQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition"
        ordering = ["pk"]

    def __str__(self) -> str:
        # What the journal keeps of it: neither whose it is, nor for which call.
        return f"proposition {self.pk}"

    @property
    def brouillon(self) -> dict[str, Any]:
        """The draft, read. Raises ``CoffreFerme``."""
        return vide() | (coffre.read(self.brouillon_scelle) if self.brouillon_scelle else {})

    @property
    def depot_courant(self) -> Depot | None:
        """What counts today: the last deposit, unless it was withdrawn (an earlier one never comes back)."""
        last = self.depots.select_related("retrait").order_by("-numero").first()
        return last if last is not None and not last.is_withdrawn else None


class PieceScellee(models.Model):
    """A file of a proposition: its bytes lie encrypted in the storage, its name encrypted here. ``retiree_at`` once it
    is off the draft while a deposit still holds it."""

    proposition = models.ForeignKey(Proposition, on_delete=models.PROTECT, related_name="pieces")
    nom_scelle = models.TextField("nom, type et empreinte, chiffrés")
    storage_key = models.CharField("emplacement", max_length=120, unique=True)
    taille = models.PositiveBigIntegerField("taille en octets")
    created_at = models.DateTimeField("déposée le", default=clock.now)
    retiree_at = models.DateTimeField("retirée du brouillon le", null=True)

    class Meta:
        verbose_name = "pièce scellée"
        verbose_name_plural = "pièces scellées"
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"pièce scellée {self.pk}"

    @property
    def fiche(self) -> dict[str, str]:
        """``nom``, ``mime`` and ``sha256`` of the clear file. Raises ``CoffreFerme``."""
        return coffre.read(self.nom_scelle)


class Depot(FrozenModel):
    """One deposit: the instant the server received it, its receipt, the SHA-256 of its canonical content. What it holds
    is beside (:class:`ContenuScelle`), so that it can be encrypted anew without touching what proves."""

    frozen_refusal = "Un dépôt ne se modifie ni ne s’efface : déposez-en un autre, ou retirez-le."

    proposition = models.ForeignKey(Proposition, on_delete=models.PROTECT, related_name="depots")
    numero = models.PositiveSmallIntegerField("numéro")
    at = models.DateTimeField("reçu le", default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField("déposé par", max_length=200)
    sha256 = models.CharField("empreinte SHA-256 du contenu", max_length=64)
    recu = models.CharField("récépissé", max_length=40, unique=True)
    pieces = models.ManyToManyField(PieceScellee, related_name="depots", verbose_name="pièces")

    class Meta:
        verbose_name = "dépôt"
        ordering = ["proposition", "numero"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposition", "numero"],
                name="depot_once",
                violation_error_message="Ce dépôt est déjà reçu.",
            )
        ]

    def __str__(self) -> str:
        return f"dépôt {self.recu}"

    @property
    def is_withdrawn(self) -> bool:
        return hasattr(self, "retrait")

    @property
    def contenu_scelle(self) -> str:
        return self.scelle.jeton

    @property
    def contenu(self) -> dict[str, Any]:
        """What was received. Raises ``CoffreFerme``."""
        return coffre.read(self.scelle.jeton)


class ContenuScelle(models.Model):
    """The encrypted content of a deposit: only the rotation of keys ever writes it again, and the SHA-256 of the
    deposit tells whether it is still the same."""

    depot = models.OneToOneField(Depot, on_delete=models.PROTECT, related_name="scelle", primary_key=True)
    jeton = models.TextField("contenu, chiffré")

    class Meta:
        verbose_name = "contenu scellé"
        verbose_name_plural = "contenus scellés"

    def __str__(self) -> str:
        return f"contenu du {self.depot}"


class RetraitDepot(FrozenModel):
    """A deposit was taken back by its author before the deadline."""

    frozen_refusal = "Un retrait ne s’efface pas : déposez de nouveau."

    depot = models.OneToOneField(Depot, on_delete=models.PROTECT, related_name="retrait")
    at = models.DateTimeField("retiré le", default=clock.now)
    by_label = models.CharField("retiré par", max_length=200)

    class Meta:
        verbose_name = "retrait d’un dépôt"
        verbose_name_plural = "retraits de dépôts"

    def __str__(self) -> str:
        return f"retrait du {self.depot}"


class OuvertureQuerySet(FrozenQuerySet):
    """Openings."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that ``actor`` may read whole: the team."""
        return self.filter(appel__ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))


class Ouverture(FrozenModel):
    """The opening of the propositions of a call, in one act after its deadline. ``releve``: receipt, instant and
    SHA-256 of each that was received, in the order of arrival."""

    frozen_refusal = "Une ouverture ne se refait ni ne s’efface."

    appel = models.OneToOneField(Appel, on_delete=models.PROTECT, related_name="ouverture")
    at = models.DateTimeField("ouvertes le", default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_label = models.CharField("ouvertes par", max_length=200)
    temoin = models.CharField("témoin", max_length=200, blank=True)
    temoin_qualite = models.CharField("qualité du témoin", max_length=200, blank=True)
    releve = models.JSONField("relevé", default=list)

    objects = OuvertureQuerySet.as_manager()

    class Meta:
        verbose_name = "ouverture des propositions"
        verbose_name_plural = "ouvertures des propositions"

    def __str__(self) -> str:
        return "ouverture des propositions"


class PropositionOuverteQuerySet(FrozenQuerySet):
    """Opened propositions, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that the organisation of ``actor`` pilots or is associated to: who else reads the
        dossier (C2RA, CNAR, AVISE) reads how many there were and the outcome, and no prestataire reads another's.
        """
        if actor.is_system:
            return self
        own = actor.organisation_id
        if own is None:
            return self.none()
        party = Q(pilote=own) | Q(referent=own) | Q(associes=own)
        return self.filter(appel__ingenierie__in=Ingenierie.objects.visible_to(actor).filter(party).values("pk"))

    def current(self):
        """Without those that their author replaced (where nothing is sealed, each deposit is read as it comes)."""
        newer = Depot.objects.filter(proposition=OuterRef("depot__proposition"), numero__gt=OuterRef("depot__numero"))
        return self.filter(~models.Exists(newer), depot__retrait__isnull=True)


class PropositionOuverte(FrozenModel):
    """A proposition that the team reads: the content of its deposit, in clear; its files are attached to this row."""

    frozen_refusal = "Une proposition reçue ne se modifie ni ne s’efface."

    depot = models.OneToOneField(Depot, on_delete=models.PROTECT, related_name="ouverte")
    appel = models.ForeignKey(Appel, on_delete=models.PROTECT, related_name="propositions_ouvertes")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="propositions_ouvertes")
    numero = models.PositiveSmallIntegerField("numéro, par ordre d’arrivée")
    contenu = models.JSONField("contenu")
    at = models.DateTimeField("lisible depuis le", default=clock.now)

    objects = PropositionOuverteQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition ouverte"
        verbose_name_plural = "propositions ouvertes"
        ordering = ["appel", "numero"]
        constraints = [
            models.UniqueConstraint(
                fields=["appel", "numero"],
                name="proposition_ouverte_numero",
                violation_error_message="Ce numéro est déjà donné.",
            )
        ]

    def __str__(self) -> str:
        return f"proposition {self.numero} ({self.contenu.get('prestataire', '')})"

    @property
    def empreinte(self) -> str:
        """The SHA-256 of the content as it lies here today: that of the receipt, unless something changed it."""
        return empreinte(self.contenu)

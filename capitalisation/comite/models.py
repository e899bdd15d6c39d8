"""The editorial committee of a région, or the national one; what it reads; the avis of its members."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Lower

from accounts.enums import OrganisationKind
from accounts.models import Membership, User
from capitalisation.bibliotheque.enums import Echelle
from capitalisation.bibliotheque.models import Ressource
from capitalisation.comite.enums import Decision, Portee, Qualite
from core import clock
from core.actor import Actor
from core.formats import format_date
from core.models import VersionedModel
from referentiels.models import Region


class ComiteEditorial(VersionedModel):
    """Several actors who read what is proposed: one a région, and a national one (no région).

    ``quorum``: how many avis before a decision; ``delai_jours``: how long its members have.
    """

    region = models.OneToOneField(
        Region, on_delete=models.PROTECT, null=True, related_name="comite_editorial", editable=False
    )
    quorum = models.PositiveSmallIntegerField("avis avant une décision", default=3)
    delai_jours = models.PositiveSmallIntegerField("jours pour donner son avis", default=21)

    class Meta:
        verbose_name = "comité éditorial"
        verbose_name_plural = "comités éditoriaux"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                Coalesce("region", 0),
                name="comite_editorial_once",
                violation_error_message="Ce comité éditorial existe déjà.",
            ),
            models.CheckConstraint(
                condition=Q(quorum__gte=2),
                name="comite_editorial_several",
                violation_error_message="Un comité a plusieurs acteurs : deux avis au moins.",
            ),
        ]

    def __str__(self) -> str:
        return f"comité éditorial ({self.region})" if self.region_id else "comité éditorial national"

    @property
    def decideur(self) -> str:
        """Whose decision it is, once the avis are there."""
        return f"le C2RA ({self.region})" if self.region_id else "l’Avise"


class MembreQuerySet(models.QuerySet):
    """Seats in the committees."""

    def actifs(self):
        """Those that are not left."""
        return self.filter(parti_le=None)

    def pour(self, ressource: Ressource):
        """Those whose avis is expected on this resource: nobody judges what her own organisation deposited."""
        theirs = Membership.objects.active().filter(organisation=ressource.contributeur_id)
        return self.actifs().exclude(user__in=theirs.values("user"))

    def par_compte(self, actor: Actor):
        """Those that ``actor`` holds now."""
        return self.actifs().filter(user=actor.user_id) if actor.kind == "user" else self.none()


class MembreComite(VersionedModel):
    """Somebody of the committee, by account (``user``) or by link (``email``); ``qualite`` says as what."""

    comite = models.ForeignKey(ComiteEditorial, on_delete=models.CASCADE, related_name="membres", editable=False)
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="compte"
    )
    nom = models.CharField("prénom et nom", max_length=120)
    email = models.EmailField("adresse électronique")
    qualite = models.CharField("siège comme", max_length=120)
    depuis = models.DateTimeField("depuis", default=clock.now, editable=False)
    parti_le = models.DateTimeField("parti le", null=True, editable=False)

    objects = MembreQuerySet.as_manager()

    journal_redacted = frozenset({"nom", "email"})

    class Meta:
        verbose_name = "membre du comité éditorial"
        verbose_name_plural = "membres du comité éditorial"
        ordering = ["qualite", "pk"]
        constraints = [
            models.UniqueConstraint(
                "comite",
                Lower("email"),
                condition=Q(parti_le__isnull=True),
                name="membre_editorial_once",
                violation_error_message="Cette personne siège déjà au comité.",
            )
        ]

    def __str__(self) -> str:
        return self.qualite

    @property
    def par_lien(self) -> bool:
        """Gives its avis by a personal link, without an account?"""
        return self.user_id is None

    @property
    def qui(self) -> str:
        """For who decides: « Noa Essai (réseau associatif) »."""
        return f"{self.nom} ({self.qualite})" if self.nom else self.qualite


class ExamenQuerySet(models.QuerySet):
    """Examinations, always asked for somebody."""

    def ouverts(self):
        """Those that are not decided yet."""
        return self.filter(clos_le=None)

    def juges_par(self, actor: Actor):
        """The open ones on which the avis of ``actor`` is expected: where she sits, less what her own organisation
        deposited."""
        theirs = Membership.objects.active().filter(user=actor.user_id).values("organisation")
        seats = MembreComite.objects.par_compte(actor)
        return self.ouverts().filter(comite__in=seats.values("comite")).exclude(ressource__contributeur__in=theirs)

    def visible_to(self, actor: Actor):
        """Those of the committees where ``actor`` sits, and of the one whose decisions are hers."""
        if actor.is_system:
            return self.all()
        if actor.kind != "user":
            return self.none()
        found = Q(comite__in=MembreComite.objects.par_compte(actor).values("comite"))
        organisation = actor.organisation
        if organisation is not None and organisation.kind == OrganisationKind.C2RA and organisation.region_id:
            found |= Q(comite__region=organisation.region_id)
        if organisation is not None and organisation.kind == OrganisationKind.AVISE:
            found |= Q(comite__region=None)
        return self.filter(found)


class Examen(VersionedModel):
    """One reading of one resource by a committee, until its decision."""

    ressource = models.ForeignKey(Ressource, on_delete=models.CASCADE, related_name="examens", editable=False)
    comite = models.ForeignKey(ComiteEditorial, on_delete=models.PROTECT, related_name="examens", editable=False)
    portee = models.CharField("portée demandée", max_length=16, choices=Echelle.choices, editable=False)
    ouvert_le = models.DateTimeField("ouvert le", default=clock.now, editable=False)
    echeance = models.DateField("avis attendus pour le", editable=False)
    clos_le = models.DateTimeField("clos le", null=True, editable=False)
    decision = models.CharField("décision", max_length=12, choices=Decision.choices, blank=True, editable=False)
    motif = models.TextField("motif", blank=True, editable=False)
    decide_par = models.CharField("décidé par", max_length=200, blank=True, editable=False)

    objects = ExamenQuerySet.as_manager()

    class Meta:
        verbose_name = "examen d’une ressource"
        verbose_name_plural = "examens d’une ressource"
        ordering = ["-ouvert_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ressource"],
                condition=Q(clos_le__isnull=True),
                name="examen_open_once",
                violation_error_message="Cette ressource est déjà à l’examen.",
            ),
            models.CheckConstraint(
                condition=Q(clos_le__isnull=True) | ~Q(decision=""),
                name="examen_closed_decided",
                violation_error_message="Un examen clos dit sa décision.",
            ),
        ]

    def __str__(self) -> str:
        return f"examen de « {self.ressource} »"

    @property
    def pourquoi_clos(self) -> str:
        """Why no avis is expected any more, or ``""``."""
        if self.clos_le is None:
            return ""
        jour = format_date(self.clos_le)
        if self.decision == Decision.REPRISE:
            return f"L’auteur a repris la ressource le {jour} pour la modifier : il n’y a plus d’avis à donner."
        if self.decision == Decision.ARCHIVEE:
            return f"La ressource a été archivée le {jour} : il n’y a plus d’avis à donner."
        return f"La décision a été prise le {jour} : les avis ne changent plus."


class AvisEditorial(VersionedModel):
    """What a member thinks of the quality of a resource, and of its reach."""

    examen = models.ForeignKey(Examen, on_delete=models.CASCADE, related_name="avis", editable=False)
    membre = models.ForeignKey(MembreComite, on_delete=models.PROTECT, related_name="avis", editable=False)
    qualite = models.CharField("qualité", max_length=12, choices=Qualite.choices)
    portee = models.CharField("portée", max_length=16, choices=Portee.choices)
    texte = models.TextField("pourquoi", blank=True, max_length=2000)
    rendu_le = models.DateTimeField("rendu le", default=clock.now, editable=False)

    #: The author reads the journal of her resource, not who thought what of it.
    journal_redacted = frozenset({"qualite", "portee", "texte"})

    class Meta:
        verbose_name = "avis éditorial"
        verbose_name_plural = "avis éditoriaux"
        ordering = ["rendu_le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["examen", "membre"],
                name="avis_editorial_once",
                violation_error_message="Ce membre a déjà donné son avis.",
            ),
            models.CheckConstraint(
                condition=Q(qualite="favorable") | ~Q(texte=""),
                name="avis_editorial_says_why",
                violation_error_message="Dites vos réserves, ou pourquoi l’avis est défavorable.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_qualite_display()

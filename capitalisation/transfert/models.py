"""The plan of capitalisation and transfer of an ingénierie, and its rows: what, to whom, by whom, how, when."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q

from capitalisation.transfert.enums import Destinataire, EtatPlan, Forme, Nature, Responsable, Suite, Ton
from core import clock
from core.actor import Actor
from core.lifecycle import LifecycleModel, LifecycleQuerySet, state_field
from core.models import VersionedModel
from projects.ingenierie.models import Ingenierie

_TEXT = 8000


class PlanTransfertQuerySet(LifecycleQuerySet):
    """Plans, always asked for somebody."""

    def visible_to(self, actor: Actor):
        """Those of the ingénieries that ``actor`` may read whole."""
        return self.filter(ingenierie__in=Ingenierie.objects.visible_to(actor).values("pk"))


class PlanTransfert(LifecycleModel):
    """What is kept of an ingénierie, and what becomes of it.

    The three natures of 000 each have their text; ``suite`` is the decision: something is transferred (then the two
    questions are answered and rows say how), or nothing is (then ``motif_rien`` says why). The avis of the comité
    d'appui is optional (001): its date and its words.
    """

    ingenierie = models.OneToOneField(
        Ingenierie, on_delete=models.CASCADE, related_name="plan_transfert", verbose_name="ingénierie", editable=False
    )
    state = state_field(EtatPlan, EtatPlan.BROUILLON)
    state_since = models.DateTimeField("dans cet état depuis", default=clock.now, editable=False)
    created_at = models.DateTimeField("commencé le", default=clock.now, editable=False)
    decide_at = models.DateTimeField("décidé le", null=True, editable=False)
    echeance = models.DateField("à décider pour le", null=True, blank=True)

    methode = models.TextField("la méthode, les procédés utilisés", blank=True, max_length=_TEXT)
    informations = models.TextField("des informations sur le secteur, le territoire", blank=True, max_length=_TEXT)
    contenu = models.TextField("le contenu abordé avec les structures", blank=True, max_length=_TEXT)

    suite = models.CharField("décision", max_length=12, choices=Suite.choices, blank=True)
    transferables = models.TextField("quelles informations sont transférables ?", blank=True, max_length=_TEXT)
    objectifs = models.TextField(
        "quels sont les objectifs de ces transferts d’information ?", blank=True, max_length=_TEXT
    )
    motif_rien = models.TextField("pourquoi rien n’est à transférer", blank=True, max_length=_TEXT)

    avis_le = models.DateField("avis du comité d’appui, le", null=True, blank=True)
    avis = models.TextField("ce que le comité d’appui en dit", blank=True, max_length=_TEXT)
    avis_suite = models.TextField("ce qui en est repris", blank=True, max_length=_TEXT)

    objects = PlanTransfertQuerySet.as_manager()

    class Meta:
        verbose_name = "plan de transfert"
        verbose_name_plural = "plans de transfert"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=EtatPlan.BROUILLON) | (Q(decide_at__isnull=False) & ~Q(suite="")),
                name="plan_transfert_decide_says_what",
                violation_error_message="Un plan décidé dit sa décision et sa date.",
            ),
            models.CheckConstraint(
                condition=Q(state=EtatPlan.BROUILLON) | ~Q(suite=Suite.RIEN) | ~Q(motif_rien=""),
                name="plan_transfert_rien_says_why",
                violation_error_message="Dites pourquoi rien n’est à transférer.",
            ),
            models.CheckConstraint(
                condition=Q(avis="") | Q(avis_le__isnull=False),
                name="plan_transfert_avis_has_date",
                violation_error_message="L’avis du comité d’appui a sa date.",
            ),
        ]

    def __str__(self) -> str:
        return "plan de capitalisation et de transfert"

    @property
    def is_decided(self) -> bool:
        """Was the decision taken?"""
        return self.state != EtatPlan.BROUILLON


class LigneTransfert(VersionedModel):
    """One row: what goes to whom, by whom, in which form and tone, for when; done on a day, or given up with a reason.

    ``qui`` and ``responsable_qui`` name organisations: those that the dossier knows are proposed.
    """

    plan = models.ForeignKey(PlanTransfert, on_delete=models.CASCADE, related_name="lignes", editable=False)
    quoi = models.CharField("ce qui est transféré", max_length=300)
    nature = models.CharField("nature", max_length=14, choices=Nature.choices)
    destinataire = models.CharField("destinataires", max_length=14, choices=Destinataire.choices)
    qui = models.TextField("lesquels", blank=True, max_length=2000)
    responsable = models.CharField("responsable", max_length=14, choices=Responsable.choices)
    responsable_qui = models.CharField("qui, précisément", max_length=200, blank=True)
    forme = models.CharField("forme", max_length=14, choices=Forme.choices)
    forme_precision = models.CharField("précision sur la forme", max_length=200, blank=True)
    ton = models.CharField("ton", max_length=14, choices=Ton.choices)
    ton_precision = models.CharField("précision sur le ton", max_length=200, blank=True)
    prevu_le = models.DateField("à faire pour le", null=True, blank=True)
    fait_le = models.DateField("fait le", null=True, blank=True)
    sans_suite = models.CharField("abandonné, parce que", max_length=500, blank=True)

    class Meta:
        verbose_name = "ligne du plan de transfert"
        verbose_name_plural = "lignes du plan de transfert"
        ordering = [models.F("prevu_le").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fait_le__isnull=True) | Q(sans_suite=""),
                name="ligne_transfert_done_or_given_up",
                violation_error_message="Un transfert est fait ou abandonné, pas les deux.",
            ),
            models.CheckConstraint(
                condition=~Q(forme=Forme.AUTRE) | ~Q(forme_precision=""),
                name="ligne_transfert_other_form_said",
                violation_error_message="Dites de quelle autre forme il s’agit.",
            ),
            models.CheckConstraint(
                condition=~Q(ton=Ton.AUTRE) | ~Q(ton_precision=""),
                name="ligne_transfert_other_tone_said",
                violation_error_message="Dites de quel autre ton il s’agit.",
            ),
        ]

    def __str__(self) -> str:
        return self.quoi

    @property
    def is_settled(self) -> bool:
        """Done, or given up?"""
        return self.fait_le is not None or bool(self.sans_suite)

    @property
    def forme_dite(self) -> str:
        return _said(self.get_forme_display(), self.forme_precision, self.forme == Forme.AUTRE)

    @property
    def ton_dit(self) -> str:
        return _said(self.get_ton_display(), self.ton_precision, self.ton == Ton.AUTRE)

    def is_late(self, today: dt.date) -> bool:
        """Was it to be done by a day that is past?"""
        return not self.is_settled and self.prevu_le is not None and self.prevu_le < today


def _said(label: str, more: str, other: bool) -> str:
    if other:
        return more
    return f"{label} ({more})" if more else label

"""What a prestataire-partenaire is asked before the call, and what it answers (001, II.B.2)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core import clock
from core.actor import Actor
from core.models import VersionedModel
from engagement.partenaires.models import PartenaireProjet
from mobilisation.prestataires.enums import Moment
from partners.portfolio.prestataire.models import Membre


class DemandePrestataireQuerySet(models.QuerySet):
    """What is asked of prestataires-partenaires."""

    def answered(self):
        """Those that have their answer."""
        return self.filter(repondu_at__isnull=False)

    def waiting(self):
        """Those that have none yet."""
        return self.filter(repondu_at__isnull=True)

    def for_actor(self, actor: Actor):
        """Those put to a prestataire to which the person belongs today."""
        if actor.kind != "user" or actor.user_id is None:
            return self.none()
        own = Membre.objects.active().filter(user=actor.user_id).values("prestataire")
        return self.filter(partenaire_projet__prestataire__in=own)


class DemandePrestataire(VersionedModel):
    """One question put to one prestataire-partenaire, what it was given to read, and its answer, which does not change
    afterwards: all of it is told to every candidate of a call (``services.savoirs_of``)."""

    partenaire_projet = models.ForeignKey(
        PartenaireProjet, on_delete=models.PROTECT, related_name="demandes", verbose_name="partenaire", editable=False
    )
    moment = models.CharField("à quelle étape", max_length=12, choices=Moment.choices)
    question = models.TextField("ce qui lui est demandé", max_length=4000)
    donne_a_lire = models.TextField("ce qui lui est donné à lire", blank=True, max_length=8000)
    attendue_le = models.DateField("réponse attendue le", null=True, blank=True)
    posee_at = models.DateTimeField("posée le", default=clock.now, editable=False)
    posee_par = models.CharField("posée par", max_length=200, editable=False)
    reponse = models.TextField("sa réponse", blank=True, max_length=8000, editable=False)
    repondu_at = models.DateTimeField("répondu le", null=True, blank=True, editable=False)
    repondu_par = models.CharField("réponse de", max_length=200, blank=True, editable=False)

    objects = DemandePrestataireQuerySet.as_manager()

    class Meta:
        verbose_name = "demande à un prestataire-partenaire"
        verbose_name_plural = "demandes aux prestataires-partenaires"
        ordering = ["posee_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(repondu_at__isnull=True) | ~Q(reponse=""),
                name="demande_prestataire_answer_written",
                violation_error_message="Écrivez votre réponse.",
            ),
            models.CheckConstraint(
                condition=~Q(question=""),
                name="demande_prestataire_question_written",
                violation_error_message="Dites ce que vous demandez.",
            ),
        ]

    def __str__(self) -> str:
        return f"demande à {self.partenaire_projet} ({self.get_moment_display()})"

    @property
    def prestataire(self):
        return self.partenaire_projet.prestataire

    @property
    def ingenierie(self):
        return self.partenaire_projet.ingenierie

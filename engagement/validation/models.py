"""Who validates the démarche: comités d'appui, structure porteuse and its funders (000, démarche 2/4)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from core import clock
from core.models import VersionedModel
from core.sorting import french
from projects.enums import SensAvis

#: Opinions that the pilot answers in writing before going on.
A_REPONDRE = (SensAvis.DEFAVORABLE, SensAvis.AJOURNE)


class AvisComite(VersionedModel):
    """The opinion of the comité d'appui of one DLA: one row per DLA, the journal keeps the earlier ones.

    ``membres`` lists functions or organisations, never people's names. ``seance`` is the session that gave it, when it
    was prepared here. ``reponse`` is what the pilot answered to it in writing: an opinion that :attr:`attend_reponse`
    holds the gate until then. Another opinion takes the answer away; the journal keeps both.
    """

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="avis_comites", editable=False
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="DLA", editable=False
    )
    seance = models.ForeignKey(
        "engagement.SeanceComite",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="avis",
        verbose_name="séance",
        editable=False,
    )
    date = models.DateField("date du comité d’appui")
    membres = models.TextField("membres présents", blank=True)
    sens = models.CharField("avis", max_length=12, choices=SensAvis.choices)
    commentaires = models.TextField("commentaires du comité", blank=True)
    reponse = models.TextField("réponse du pilote", blank=True, max_length=4000)
    reponse_le = models.DateTimeField("répondu le", null=True, blank=True, editable=False)
    reponse_par = models.CharField("répondu par", max_length=200, blank=True, editable=False)
    recorded_at = models.DateTimeField("enregistré le", default=clock.now, editable=False)
    recorded_by = models.CharField("enregistré par", max_length=200, editable=False)

    class Meta:
        verbose_name = "avis du comité d’appui"
        verbose_name_plural = "avis des comités d’appui"
        ordering = [french("organisation__name"), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "organisation"],
                name="avis_comite_once_per_dla",
                violation_error_message="L’avis de ce comité d’appui est déjà enregistré.",
            ),
            models.CheckConstraint(
                condition=Q(sens="favorable") | ~Q(commentaires=""),
                name="avis_comite_not_favorable_says_why",
                violation_error_message="Notez les réserves ou les raisons du comité d’appui.",
            ),
        ]

    def __str__(self) -> str:
        return f"avis du comité d’appui ({self.organisation})"

    @property
    def attend_reponse(self) -> bool:
        """Is it unfavourable or adjourned, and not answered yet?"""
        return self.sens in A_REPONDRE and not self.reponse


class ValidationPorteur(VersionedModel):
    """The agreement of the structure that carries one DLA, and the confirmation by its funders: one row per DLA."""

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="validations_porteurs", editable=False
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="DLA porté", editable=False
    )
    validee = models.BooleanField("la structure porteuse a validé la démarche", default=False)
    date = models.DateField("date de la validation", null=True, blank=True)
    commentaires = models.TextField("commentaires de la structure porteuse", blank=True)
    financeurs_date = models.DateField("date de la confirmation par les financeurs", null=True, blank=True)
    financeurs_texte = models.TextField("confirmation par les financeurs de la structure porteuse", blank=True)

    class Meta:
        verbose_name = "validation par la structure porteuse"
        verbose_name_plural = "validations par les structures porteuses"
        ordering = ["organisation__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "organisation"],
                name="validation_porteur_once_per_dla",
                violation_error_message="La validation de cette structure porteuse est déjà enregistrée.",
            ),
            models.CheckConstraint(
                condition=Q(validee=False) | Q(date__isnull=False),
                name="validation_porteur_has_date",
                violation_error_message="Indiquez la date de la validation.",
            ),
        ]

    def __str__(self) -> str:
        return f"validation par la structure porteuse ({self.organisation})"

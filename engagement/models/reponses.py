"""What a partner answers by its personal link: proposed to the dossier, never written over what a person noted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core import clock
from core.models import VersionedModel
from engagement.enums import Verdict


class ReponsePartenaireQuerySet(models.QuerySet):
    """Answers of partners."""

    def received(self):
        """Those that were sent; a draft is its author's alone."""
        return self.filter(sent_at__isnull=False)

    def to_treat(self):
        """Those that nobody has taken up or set aside yet."""
        return self.received().filter(treated_at__isnull=True)


class ReponsePartenaire(VersionedModel):
    """The questionnaire of fiche pratique 3, filled by one person of a partner.

    A draft until ``sent_at``; then taken up field by field, or set aside, once (``treated_at``). A new link after an
    answer opens another row, begun with what was answered.
    """

    partenaire_projet = models.ForeignKey(
        "engagement.PartenaireProjet", on_delete=models.CASCADE, related_name="reponses", editable=False
    )
    grant = models.ForeignKey("accounts.Grant", on_delete=models.PROTECT, related_name="+", editable=False)
    repondant = models.CharField("réponse de", max_length=120, editable=False)

    problematique_partagee = models.CharField(
        "partagez-vous ce constat ?", max_length=8, choices=Verdict.choices, blank=True
    )
    problematique_texte = models.TextField("ce que vous savez de cette question et de son histoire", blank=True)
    complementaire = models.CharField(
        "cette action complète-t-elle ce qui existe ?", max_length=8, choices=Verdict.choices, blank=True
    )
    complementaire_texte = models.TextField("ce qui existe déjà", blank=True)
    interet = models.CharField(
        "les structures peuvent-elles être intéressées ?", max_length=8, choices=Verdict.choices, blank=True
    )
    interet_texte = models.TextField("à quelles conditions", blank=True)
    attentes = models.TextField("ce que vous en attendez", blank=True)
    motivations = models.TextField("vos motivations propres", blank=True)
    contribution_technique = models.TextField("ce que vous pourriez apporter", blank=True)
    contribution_financiere = models.TextField("une contribution financière", blank=True)

    created_at = models.DateTimeField("commencée le", default=clock.now, editable=False)
    sent_at = models.DateTimeField("reçue le", null=True, blank=True, editable=False)
    treated_at = models.DateTimeField("traitée le", null=True, blank=True, editable=False)
    treated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    taken_up = models.JSONField("repris", default=list, editable=False)

    #: Kept out of the journal, which is never erased.
    journal_redacted = frozenset({"repondant"})

    objects = ReponsePartenaireQuerySet.as_manager()

    class Meta:
        verbose_name = "réponse d’un partenaire"
        verbose_name_plural = "réponses des partenaires"
        ordering = ["-created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["grant"],
                condition=Q(sent_at__isnull=True),
                name="reponse_partenaire_one_draft",
                violation_error_message="Une réponse est déjà commencée par ce lien.",
            ),
            models.CheckConstraint(
                condition=Q(treated_at__isnull=True) | Q(sent_at__isnull=False),
                name="reponse_partenaire_treated_once_sent",
                violation_error_message="Seule une réponse envoyée se traite.",
            ),
        ]

    def __str__(self) -> str:
        return f"réponse de {self.partenaire_projet}"


#: What is answered, in the order of the questionnaire: the same names as in ``PartenaireProjet``.
ANSWERED = (
    "problematique_partagee",
    "problematique_texte",
    "complementaire",
    "complementaire_texte",
    "interet",
    "interet_texte",
    "attentes",
    "motivations",
    "contribution_technique",
    "contribution_financiere",
)
#: The three checks: each must be answered, be it by « à voir ».
VERDICTS = ("problematique_partagee", "complementaire", "interet")

"""The partners of an ingénierie, and what they answer by their personal link."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from core import clock
from core.models import VersionedModel
from engagement.partenaires.enums import Genre, Presence, Verdict
from partners.directory.enums import Famille
from partners.directory.models import Partenaire
from partners.portfolio.prestataire.models import Prestataire


class PartenaireProjet(VersionedModel):
    """A partner of the directory in one ingénierie: what it thinks of it, expects from it and brings to it.

    The family is the one the partner plays here; it comes from the directory and may differ from it. ``prestataire``:
    the one of the portfolio that the partner is (001, « prestataire-partenaire »).
    """

    ingenierie = models.ForeignKey(
        "projects.Ingenierie", on_delete=models.CASCADE, related_name="partenaires_projet", editable=False
    )
    partenaire = models.ForeignKey(
        Partenaire, on_delete=models.PROTECT, related_name="projets", verbose_name="partenaire", editable=False
    )
    famille = models.CharField("famille", max_length=24, choices=Famille.choices)
    roles = models.CharField("rôle dans l’ingénierie", max_length=300, blank=True)
    presence = models.CharField("permanent ou ponctuel", max_length=12, choices=Presence.choices, blank=True)
    genre = models.CharField("sorte de partenaire", max_length=12, choices=Genre.choices, blank=True)
    prestataire = models.ForeignKey(
        Prestataire,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="partenariats",
        verbose_name="prestataire du portefeuille",
        editable=False,
    )

    problematique_partagee = models.CharField(
        "problématique partagée", max_length=8, choices=Verdict.choices, default=Verdict.A_VOIR
    )
    problematique_texte = models.TextField("ce qu’il sait de la problématique et de son histoire", blank=True)
    complementaire = models.CharField(
        "démarche complémentaire à l’existant", max_length=8, choices=Verdict.choices, default=Verdict.A_VOIR
    )
    complementaire_texte = models.TextField("ce qui existe déjà", blank=True)
    interet = models.CharField(
        "structures susceptibles d’être intéressées", max_length=8, choices=Verdict.choices, default=Verdict.A_VOIR
    )
    interet_texte = models.TextField("conditions de cet intérêt", blank=True)

    attentes = models.TextField("attentes", blank=True)
    motivations = models.TextField("motivations propres", blank=True)
    contradictions = models.TextField("contradictions avec d’autres attentes", blank=True)
    prise_en_compte = models.TextField("prise en compte dans l’ingénierie", blank=True)

    contribution_technique = models.TextField("contribution technique", blank=True)
    contribution_financiere = models.TextField("contribution financière", blank=True)
    systeme_intervenant = models.BooleanField("prend part au « système intervenant »", default=False)
    comite_pilotage = models.BooleanField("membre du comité de pilotage", default=False)
    groupe_travail = models.BooleanField("membre du groupe de travail", default=False)
    evaluation = models.BooleanField("associé à l’évaluation", default=False)
    capitalisation = models.BooleanField("associé à la capitalisation", default=False)
    transfert = models.BooleanField("associé au transfert", default=False)
    added_at = models.DateTimeField("associé le", default=clock.now, editable=False)

    class Meta:
        verbose_name = "partenaire de l’ingénierie"
        verbose_name_plural = "partenaires de l’ingénierie"
        ordering = ["partenaire__search_text", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ingenierie", "partenaire"],
                name="partenaire_projet_once",
                violation_error_message="Ce partenaire est déjà associé à l’ingénierie.",
            ),
            models.UniqueConstraint(
                fields=["ingenierie", "prestataire"],
                name="partenaire_projet_prestataire_once",
                violation_error_message="Ce prestataire est déjà partenaire de l’ingénierie.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.partenaire)


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

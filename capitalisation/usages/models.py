"""Who used a resource, what they asked, what they reported; what the check of its link found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import Organisation, User
from capitalisation.bibliotheque.models import Ressource
from capitalisation.usages.enums import EtatLien, EtatSignalement, GenreQuestion, Motif
from core import clock
from core.models import VersionedModel
from projects.ingenierie.models import Ingenierie


def signature(user: User | None, de: str) -> str:
    """« Camille Exemple, DLA du Val »."""
    name = user.get_full_name() if user is not None else ""
    return ", ".join(part for part in (name, de) if part) or "une personne du réseau"


class Utilisation(VersionedModel):
    """« Utilisé par »: an organisation used it, most often for an ingénierie."""

    ressource = models.ForeignKey(Ressource, on_delete=models.CASCADE, related_name="usages", editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    ingenierie = models.ForeignKey(
        Ingenierie, on_delete=models.CASCADE, null=True, blank=True, related_name="ressources_utilisees",
        verbose_name="pour l’ingénierie",
    )  # fmt: skip
    note = models.CharField("ce qui a servi", max_length=300, blank=True)
    le = models.DateTimeField("le", default=clock.now, editable=False)
    par = models.CharField("par", max_length=200, editable=False)

    class Meta:
        verbose_name = "utilisation d’une ressource"
        verbose_name_plural = "utilisations d’une ressource"
        ordering = ["-le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ressource", "ingenierie"],
                name="utilisation_once",
                violation_error_message="C’est déjà noté pour cette ingénierie.",
            ),
            models.UniqueConstraint(
                fields=["ressource", "organisation"],
                condition=Q(ingenierie__isnull=True),
                name="utilisation_organisation_once",
                violation_error_message="C’est déjà noté pour votre organisation.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.ressource)


class QuestionRessource(VersionedModel):
    """A question or a remark to the author of a resource, and the answer: read by those who read the resource and are
    signed in. ``de`` is the organisation (or the prestataire) for which ``user`` asked."""

    ressource = models.ForeignKey(Ressource, on_delete=models.CASCADE, related_name="questions", editable=False)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    de = models.CharField("de la part de", max_length=200, blank=True, editable=False)
    genre = models.CharField("c’est", max_length=10, choices=GenreQuestion.choices, default=GenreQuestion.QUESTION)
    texte = models.TextField("question ou remarque", max_length=2000)
    le = models.DateTimeField("posée le", default=clock.now, editable=False)
    reponse = models.TextField("réponse", blank=True, max_length=4000)
    repondu_le = models.DateTimeField("répondue le", null=True, editable=False)
    repondu_par = models.CharField("répondue par", max_length=200, blank=True, editable=False)

    journal_redacted = frozenset({"texte", "reponse"})

    class Meta:
        verbose_name = "question sur une ressource"
        verbose_name_plural = "questions sur une ressource"
        ordering = ["-le", "-pk"]

    def __str__(self) -> str:
        return self.texte[:60]

    @property
    def signature(self) -> str:
        """Who asked, and for whom; the person is not named any more once her account is erased."""
        return signature(self.user, self.de)


class Signalement(VersionedModel):
    """A problem reported, until it is dealt with."""

    ressource = models.ForeignKey(Ressource, on_delete=models.CASCADE, related_name="signalements", editable=False)
    motif = models.CharField("motif", max_length=16, choices=Motif.choices)
    texte = models.TextField("précisions", blank=True, max_length=2000)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    de = models.CharField("de la part de", max_length=200, blank=True, editable=False)
    le = models.DateTimeField("signalé le", default=clock.now, editable=False)
    etat = models.CharField(
        "état", max_length=10, choices=EtatSignalement.choices, default=EtatSignalement.OUVERT, editable=False
    )
    suite = models.TextField("suite donnée", blank=True, max_length=2000)
    traite_le = models.DateTimeField("traité le", null=True, editable=False)
    traite_par = models.CharField("traité par", max_length=200, blank=True, editable=False)

    journal_redacted = frozenset({"texte", "suite"})

    class Meta:
        verbose_name = "signalement"
        verbose_name_plural = "signalements"
        ordering = ["-le", "-pk"]

    def __str__(self) -> str:
        return self.get_motif_display()

    @property
    def signature(self) -> str:
        """Who reported it, and for whom."""
        return signature(self.user, self.de)


class VerificationLien(models.Model):
    """What the last check of the link of a resource found; how many times in a row it failed, once a day; whether its
    author was told (``prevenu_le``)."""

    ressource = models.OneToOneField(Ressource, on_delete=models.CASCADE, related_name="verification_lien")
    adresse = models.URLField("adresse", max_length=500)
    etat = models.CharField("état", max_length=12, choices=EtatLien.choices, default=EtatLien.A_VERIFIER)
    detail = models.CharField("détail", max_length=300, blank=True)
    verifie_le = models.DateTimeField("vérifié le", null=True)
    echecs = models.PositiveSmallIntegerField("échecs de suite", default=0)
    prevenu_le = models.DateTimeField("auteur prévenu le", null=True)

    class Meta:
        verbose_name = "vérification d’un lien"
        verbose_name_plural = "vérifications de liens"

    def __str__(self) -> str:
        return self.adresse

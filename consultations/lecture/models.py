"""The reading of the propositions: the grid of a call, who reads, what each wrote, what was asked in writing (002,
« Grille de lecture des projets présentés par les prestataires »; 000, « Choisir le / les prestataires »)."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from consultations.appel.models import Appel, Invitation
from consultations.lecture.enums import Fait, Famille, Qualite
from core import clock
from core.models import VersionedModel
from core.sorting import french
from projects.structures_ciblees.models import StructureCiblee


class Grille(VersionedModel):
    """The grid of one call: that of 002, adapted until the propositions are opened."""

    appel = models.OneToOneField(Appel, on_delete=models.CASCADE, related_name="grille", editable=False)
    created_at = models.DateTimeField("commencée le", default=clock.now, editable=False)

    class Meta:
        verbose_name = "grille de lecture"
        verbose_name_plural = "grilles de lecture"

    def __str__(self) -> str:
        return "grille de lecture"


class Critere(VersionedModel):
    """One criterion. ``dont``: the points it holds, one a line. ``fait``: the application answers, nobody judges."""

    grille = models.ForeignKey(Grille, on_delete=models.CASCADE, related_name="criteres", editable=False)
    famille = models.CharField("famille", max_length=16, choices=Famille.choices)
    intitule = models.CharField("critère", max_length=300)
    dont = models.TextField("dont, un point par ligne", blank=True, max_length=2000)
    poids = models.PositiveSmallIntegerField(
        "poids",
        null=True,
        blank=True,
        validators=[
            MinValueValidator(1, "Un poids va de 1 à 10 ; sans poids, laissez vide."),
            MaxValueValidator(10, "Un poids va de 1 à 10 ; sans poids, laissez vide."),
        ],
    )
    ordre = models.PositiveSmallIntegerField("ordre", default=0, editable=False)
    fait = models.CharField("ce que l’application sait", max_length=8, choices=Fait.choices, blank=True, editable=False)

    class Meta:
        verbose_name = "critère de lecture"
        verbose_name_plural = "critères de lecture"
        ordering = ["grille", "ordre", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["grille", "famille", "intitule"],
                name="critere_once",
                violation_error_message="Ce critère est déjà dans cette famille.",
            ),
            models.CheckConstraint(
                condition=Q(poids__isnull=True) | Q(poids__gte=1, poids__lte=10),
                name="critere_poids_range",
                violation_error_message="Un poids va de 1 à 10.",
            ),
        ]

    def __str__(self) -> str:
        return self.intitule


class Evaluateur(VersionedModel):
    """Somebody who reads the propositions of a call, in the name of the DLA, of a structure, of the comité de pilotage.

    ``conflit`` is ``None`` until she has declared whether she has a conflict of interest; ``recusees`` are the
    invitations she then neither reads nor appreciates. ``enregistre_at``: when she said her reading was finished, from
    which she reads those of the others. ``entretien_le``, ``entretien_avec``: where what she said in a meeting is typed
    for her, by somebody of the team, its real day and who spoke.
    """

    grille = models.ForeignKey(Grille, on_delete=models.CASCADE, related_name="evaluateurs", editable=False)
    qualite = models.CharField("au titre de", max_length=12, choices=Qualite.choices, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    structure_ciblee = models.ForeignKey(
        StructureCiblee, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="structure", editable=False
    )
    organisme = models.CharField("organisme", max_length=200, editable=False)
    nom = models.CharField("nom", max_length=120, blank=True, editable=False)
    email = models.EmailField("adresse électronique", blank=True, editable=False)
    conflit = models.BooleanField("conflit d’intérêts", null=True, editable=False)
    conflit_mot = models.TextField("en quoi", blank=True, max_length=2000, editable=False)
    recusees = models.ManyToManyField(
        Invitation, blank=True, related_name="+", verbose_name="propositions qu’elle ne lit pas", editable=False
    )
    declare_at = models.DateTimeField("déclaré le", null=True, editable=False)
    enregistre_at = models.DateTimeField("lecture terminée le", null=True, editable=False)
    entretien_le = models.DateField("rencontrée le", null=True, editable=False)
    entretien_avec = models.CharField("qui a parlé pour elle", max_length=200, blank=True, editable=False)
    entretien_note_par = models.CharField("saisie par", max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField("ajouté le", default=clock.now, editable=False)

    journal_redacted = frozenset({"nom", "email", "conflit_mot", "entretien_avec"})

    class Meta:
        verbose_name = "lecteur des propositions"
        verbose_name_plural = "lecteurs des propositions"
        ordering = ["qualite", french("organisme"), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["grille", "user"],
                condition=Q(user__isnull=False),
                name="evaluateur_user_once",
                violation_error_message="Cette personne lit déjà les propositions.",
            ),
            models.UniqueConstraint(
                "grille",
                Lower("email"),
                condition=~Q(email=""),
                name="evaluateur_email_once",
                violation_error_message="Quelqu’un lit déjà les propositions avec cette adresse.",
            ),
            models.CheckConstraint(
                condition=Q(qualite=Qualite.DLA, user__isnull=False)
                | Q(qualite__in=[Qualite.STRUCTURE, Qualite.COPIL], user__isnull=True),
                name="evaluateur_account_is_dla",
                violation_error_message="Qui lit pour le DLA a un compte ; les autres ont un lien.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisme} ({self.get_qualite_display()})"

    @property
    def by_link(self) -> bool:
        return self.qualite != Qualite.DLA


class Lecture(VersionedModel):
    """What one evaluator wrote of one candidate: an :class:`Appreciation` per family, ratings where she gave some.

    Its texts never enter the journal, which the others read: that they were saved, and when, does.
    """

    evaluateur = models.ForeignKey(Evaluateur, on_delete=models.CASCADE, related_name="lectures", editable=False)
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="lectures", editable=False)
    at = models.DateTimeField("enregistrée le", default=clock.now, editable=False)

    class Meta:
        verbose_name = "lecture d’une proposition"
        verbose_name_plural = "lectures de propositions"
        ordering = ["evaluateur", "invitation", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluateur", "invitation"],
                name="lecture_once",
                violation_error_message="Cette proposition est déjà lue par cette personne.",
            )
        ]

    def __str__(self) -> str:
        return f"lecture de {self.evaluateur}"


class Appreciation(models.Model):
    """The appreciation of a family of criteria (002: per family and per project)."""

    lecture = models.ForeignKey(Lecture, on_delete=models.CASCADE, related_name="appreciations")
    famille = models.CharField("famille", max_length=16, choices=Famille.choices)
    texte = models.TextField("appréciation", max_length=6000)

    class Meta:
        verbose_name = "appréciation"
        ordering = ["lecture", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lecture", "famille"],
                name="appreciation_once",
                violation_error_message="Cette famille est déjà appréciée.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_famille_display()} : appréciation"


class Note(models.Model):
    """The rating, from 0 to 4, of one criterion; optional (ours: 002 asks for words)."""

    lecture = models.ForeignKey(Lecture, on_delete=models.CASCADE, related_name="notes")
    critere = models.ForeignKey(Critere, on_delete=models.CASCADE, related_name="notes")
    note = models.PositiveSmallIntegerField("note", validators=[MaxValueValidator(4)])

    class Meta:
        verbose_name = "note"
        ordering = ["lecture", "critere", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lecture", "critere"],
                name="note_once",
                violation_error_message="Ce critère est déjà noté.",
            ),
            models.CheckConstraint(
                condition=Q(note__gte=0, note__lte=4),
                name="note_range",
                violation_error_message="Une note va de 0 à 4.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.note)


class Precision(VersionedModel):
    """Something asked in writing to a candidate about its proposition, and its answer (002: « faire préciser le projet,
    par écrit, avant la signature de la convention »)."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="precisions", editable=False)
    famille = models.CharField("famille", max_length=16, choices=Famille.choices)
    question = models.TextField("ce qui est à préciser", max_length=4000)
    at = models.DateTimeField("demandée le", default=clock.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    by_label = models.CharField("demandée par", max_length=200, editable=False)
    reponse = models.TextField("réponse du prestataire", blank=True, max_length=8000)
    repondu_at = models.DateTimeField("répondue le", null=True, editable=False)
    repondu_label = models.CharField("répondue par", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "précision demandée"
        verbose_name_plural = "précisions demandées"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"précision demandée à {self.invitation.prestataire}"

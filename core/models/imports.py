"""Imports of spreadsheets: what was read of a file, line by line, and what became of each line."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core import clock
from core.actor import Actor


class ImportState(models.TextChoices):
    """Where an import stands."""

    LECTURE = "lecture", "lecture du fichier"
    VERIFICATION = "verification", "vérification des lignes"
    APERCU = "apercu", "à confirmer"
    ECRITURE = "ecriture", "import en cours"
    TERMINE = "termine", "terminé"
    REFUSE = "refuse", "refusé"
    ABANDONNE = "abandonne", "abandonné"


class Verdict(models.TextChoices):
    """What the check says a line would do."""

    LUE = "lue", "à vérifier"
    NOUVELLE = "nouvelle", "nouvelle"
    MODIFIEE = "modifiee", "modifiée"
    INCHANGEE = "inchangee", "inchangée"
    ERREUR = "erreur", "en erreur"


class Issue(models.TextChoices):
    """What the import made of a line. The codes say what was written, whatever the noun."""

    CREEE = "creee", "créée"
    MISE_A_JOUR = "mise_a_jour", "mise à jour"
    INCHANGEE = "inchangee", "inchangée"
    REFUSEE = "refusee", "refusée"


class ImportQuerySet(models.QuerySet):
    """Imports."""

    def visible_to(self, actor: Actor) -> ImportQuerySet:
        """Those the person asked for, for the organisation of the moment: nobody else reads what the file held."""
        if actor.user_id is None:
            return self.none()
        return self.filter(created_by_id=actor.user_id, organisation_id=actor.organisation_id)


class Import(models.Model):
    """One file given to be imported. ``kind`` is a code of ``core.imports.IMPORTS``.

    ``columns`` are the names of the columns that the file has, in its order; ``ignored`` the headings that say nothing
    to us. ``counts`` repeats the numbers of lines, for when the lines themselves are gone: they hold personal data and
    are kept for some weeks only. ``storage_key``: where the file is, until it is read. ``notices`` are what to know of
    how it was read, ``refusal`` why it could not be. ``include_doubtful``: the person also wants the lines that
    resemble a known object; ``choice`` is what she answered to the question of the kind, if it asks one.
    """

    kind = models.CharField("genre", max_length=60)
    state = models.CharField("état", max_length=12, choices=ImportState.choices, default=ImportState.LECTURE)
    filename = models.CharField("nom du fichier", max_length=160)
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    columns = models.JSONField("colonnes", default=list)
    ignored = models.JSONField("colonnes ignorées", default=list)
    storage_key = models.CharField("clé de stockage", max_length=200, blank=True)
    notices = models.JSONField("à savoir de la lecture", default=list)
    refusal = models.TextField("raison du refus", blank=True)
    counts = models.JSONField("décompte", default=dict)
    include_doubtful = models.BooleanField("avec les lignes à vérifier", default=False)
    choice = models.CharField("choix à la confirmation", max_length=20, blank=True)
    job_id = models.BigIntegerField("identifiant de la tâche", null=True)
    organisation_id = models.BigIntegerField("identifiant de l’organisation", null=True)
    created_by_id = models.BigIntegerField("identifiant de la personne", null=True)
    created_by_label = models.CharField("demandé par", max_length=200)
    created_at = models.DateTimeField("déposé le", default=clock.now)
    finished_at = models.DateTimeField("terminé le", null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = "import"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["created_by_id", "organisation_id", "kind", "-created_at"], name="import_asker_idx"),
            models.Index(fields=["created_at"], name="import_age_idx"),
        ]

    def __str__(self) -> str:
        return self.filename


class ImportLine(models.Model):
    """One line of the file. ``cells`` maps the names of the columns to the texts read; empty cells are left out.

    ``errors``, ``doubts`` and ``remarks`` are French sentences, ``changes`` triples (heading, before, after).
    ``object_id`` is what the line was found to be, or what it created.
    """

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="lines", verbose_name="import")
    number = models.PositiveIntegerField("ligne")
    cells = models.JSONField("cellules", default=dict)
    verdict = models.CharField("vérification", max_length=12, choices=Verdict.choices, default=Verdict.LUE)
    errors = models.JSONField("erreurs", default=list)
    doubts = models.JSONField("à vérifier", default=list)
    remarks = models.JSONField("à savoir", default=list)
    changes = models.JSONField("changements", default=list)
    doubtful = models.BooleanField("ressemble à une fiche connue", default=False)
    issue = models.CharField("résultat", max_length=12, choices=Issue.choices, blank=True)
    object_id = models.BigIntegerField("identifiant de l’objet", null=True)

    class Meta:
        verbose_name = "ligne d’import"
        verbose_name_plural = "lignes d’import"
        ordering = ["source", "number"]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="import_line_once"),
        ]
        indexes = [
            models.Index(
                fields=["source", "number"], name="import_line_to_check_idx", condition=Q(verdict=Verdict.LUE)
            ),
        ]

    def __str__(self) -> str:
        return f"ligne {self.number}"

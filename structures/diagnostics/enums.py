"""Codes and French labels of diagnostics and needs."""

from django.db import models


class EtatDiagnostic(models.TextChoices):
    """Where a diagnostic stands (domain, « Diagnostic partagé »)."""

    BROUILLON = "brouillon", "Brouillon"
    PARTAGE = "partage", "Partagé"
    CLOS = "clos", "Clos"


class Priorite(models.IntegerChoices):
    """How pressing a need is; the code sorts."""

    HAUTE = 1, "Haute"
    MOYENNE = 2, "Moyenne"
    BASSE = 3, "Basse"


class ReponseStructure(models.TextChoices):
    """What the structure says of the diagnostic that was shared with it."""

    VALIDE = "valide", "Validé"
    A_MODIFIER = "a_modifier", "Modifications demandées"


class ModeReponse(models.TextChoices):
    """How the answer of the structure reached us."""

    LIEN = "lien", "Par son lien personnel"
    ENTRETIEN = "entretien", "En entretien"
    TELEPHONE = "telephone", "Par téléphone"
    ECRIT = "ecrit", "Par écrit"

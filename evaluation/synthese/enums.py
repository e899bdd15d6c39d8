"""Words of the synthesis: where it stands, to whom it goes, what each may read of it, by which way."""

from __future__ import annotations

from django.db import models


class EtatSynthese(models.TextChoices):
    """Where a synthesis stands."""

    BROUILLON = "brouillon", "brouillon"
    PARTAGEE = "partagee", "partagée"
    ARRETEE = "arretee", "arrêtée"


class SorteDestinataire(models.TextChoices):
    """Who receives the synthesis."""

    STRUCTURE = "structure", "structure"
    COMITE = "comite", "comité de pilotage"
    PARTENAIRE = "partenaire", "partenaire"
    PRESTATAIRE = "prestataire", "prestataire"
    C2RA = "c2ra", "C2RA"
    AUTRE = "autre", "autre"


class Lecture(models.TextChoices):
    """What a recipient reads."""

    ENTIERE = "entiere", "toute la synthèse"
    SANS_COUTS = "sans_couts", "sans les montants"


class Moyen(models.TextChoices):
    """By which way it went."""

    LIEN = "lien", "lien personnel"
    LIEN_PDF = "lien_pdf", "lien personnel, PDF joint"
    REMIS = "remis", "remise en main propre ou en réunion"


#: What each kind of recipient reads unless the team says otherwise: the amounts are for those who pay or pilot.
LECTURE_PROPOSEE = {
    SorteDestinataire.STRUCTURE: Lecture.SANS_COUTS,
    SorteDestinataire.COMITE: Lecture.ENTIERE,
    SorteDestinataire.PARTENAIRE: Lecture.SANS_COUTS,
    SorteDestinataire.PRESTATAIRE: Lecture.SANS_COUTS,
    SorteDestinataire.C2RA: Lecture.ENTIERE,
    SorteDestinataire.AUTRE: Lecture.SANS_COUTS,
}

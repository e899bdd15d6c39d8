"""Words of what becomes of a filled grid."""

from __future__ import annotations

from django.db import models

from projects.enums import Cycle

#: The grid of each cycle.
INDIVIDUELLE, COLLECTIVE = "grille_individuelle", "grille_collective"
GRILLES = {Cycle.INDIVIDUELLE: INDIVIDUELLE, Cycle.COLLECTIVE: COLLECTIVE}
CODES = (INDIVIDUELLE, COLLECTIVE)

#: How many days a prestataire has to comment the filled grid. In an ingénierie collective it hands it over afterwards;
#: beyond, the chargé de mission reads it all the same.
DELAI_COMMENTAIRE = 15
#: After how many days without a word it is reminded, once.
RAPPEL_COMMENTAIRE = 8


class Destinataire(models.TextChoices):
    """To whom an evaluation is given back."""

    PRESTATAIRE = "prestataire", "prestataire"
    COMITE = "comite", "comité de pilotage"


class Moyen(models.TextChoices):
    """In what way."""

    RENCONTRE = "rencontre", "rencontre"
    TELEPHONE = "telephone", "téléphone"
    COURRIEL = "courriel", "courrier électronique"
    REUNION = "reunion", "en réunion"
    DOCUMENT = "document", "document remis"


class Position(models.TextChoices):
    """Where the filled grid is, between the DLA and the prestataire."""

    REPONSES = "reponses", "réponses en cours"
    A_REMETTRE = "a_remettre", "à remettre au prestataire"
    CHEZ_LE_PRESTATAIRE = "chez_le_prestataire", "chez le prestataire"
    RENDUE = "rendue", "rendue par le prestataire"
    TERMINEE = "terminee", "terminée"

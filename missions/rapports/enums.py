"""Codes and French labels of the final reports."""

from django.db import models


class EtatRapport(models.TextChoices):
    """Where the final report of a mission stands: received once handed over, then to complete or accepted."""

    REDACTION = "redaction", "en rédaction"
    REMIS = "remis", "reçu"
    A_COMPLETER = "a_completer", "à compléter"
    ACCEPTE = "accepte", "accepté"


#: A report that the DLA has: what the gate asks.
RECUS = (EtatRapport.REMIS, EtatRapport.ACCEPTE)
#: A report that is being written.
OUVERTS = (EtatRapport.REDACTION, EtatRapport.A_COMPLETER)


class SortePreconisation(models.TextChoices):
    """What a recommendation of a report becomes for a structure."""

    BESOIN = "besoin", "un besoin de son diagnostic"
    LIGNE = "ligne", "une ligne de son plan d’accompagnement"

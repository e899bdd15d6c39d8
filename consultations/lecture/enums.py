"""Codes and French labels of the reading of the propositions (002, « Grille de lecture »)."""

from django.db import models


class Famille(models.TextChoices):
    """The families of the grid, in its order; ``COLLECTIF`` is of an ingénierie collective only (000)."""

    CONFORMITE = "conformite", "Conformité avec la commande"
    REPONSE = "reponse", "Qualité de la réponse"
    INTERVENANTS = "intervenants", "Qualité des intervenants"
    COUTS = "couts", "Coûts"
    COLLECTIF = "collectif", "Propre à l’ingénierie collective"
    AUTRES = "autres", "Autres commentaires"


class Fait(models.TextChoices):
    """A criterion that the application answers by itself: told, never judged."""

    RECU = "recu", "reçue dans les délais"
    DATES = "dates", "dates proposées"


class Qualite(models.TextChoices):
    """In whose name somebody reads the propositions."""

    DLA = "dla", "DLA"
    STRUCTURE = "structure", "structure"
    COPIL = "copil", "comité de pilotage"


#: From the least to the most: what a rating says.
NOTES = {
    0: "absent",
    1: "insuffisant",
    2: "passable",
    3: "satisfaisant",
    4: "très satisfaisant",
}

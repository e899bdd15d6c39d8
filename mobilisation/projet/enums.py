"""Codes and French labels of the projet d'intervention."""

from django.db import models


class Registre(models.TextChoices):
    """The registers of the evaluation (000, démarche 3/4)."""

    COHERENCE = "coherence", "Cohérence"
    PERTINENCE = "pertinence", "Pertinence"
    EFFICACITE = "efficacite", "Efficacité"
    EFFICIENCE = "efficience", "Efficience"


#: What each register asks (000, démarche 4/4, reworded).
REGISTRE_QUESTION = {
    Registre.COHERENCE: "Les moyens conviennent-ils aux objectifs, et se complètent-ils ?",
    Registre.PERTINENCE: "Les objectifs répondent-ils à la problématique ?",
    Registre.EFFICACITE: "Les résultats répondent-ils aux objectifs ?",
    Registre.EFFICIENCE: "Les résultats sont-ils à la hauteur des moyens ?",
}

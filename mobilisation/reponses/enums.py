"""Codes and French labels of what a structure answers (000, fiche pratique 4, « Mobiliser les structures »)."""

from django.db import models


class Reponse(models.TextChoices):
    """The answer to one of the four questions, to an offered period, to « prendrez-vous part ? »."""

    OUI = "oui", "oui"
    EN_PARTIE = "en_partie", "en partie"
    NON = "non", "non"


class Niveau(models.TextChoices):
    """What a participant knows of the question treated."""

    DECOUVRE = "decouvre", "découvre la question"
    PRATIQUE = "pratique", "la pratique déjà"
    MAITRISE = "maitrise", "la maîtrise"


class Sort(models.TextChoices):
    """What became of a comment of a structure, examined with the partners."""

    A_EXAMINER = "a_examiner", "à examiner"
    RETENU = "retenu", "retenu"
    NON_RETENU = "non_retenu", "non retenu"


#: The four questions put to a structure that is contacted, in the words of fiche pratique 4.
QUESTIONS = {
    "concernee": "Se sentent-elles concernées par la problématique ?",
    "attentes": "Le sujet traité correspond-il bien à leurs attentes, à leurs besoins ?",
    "pertinence": "La réponse proposée leur semble-t-elle pertinente ?",
    "methode": "La méthodologie envisagée leur paraît-elle satisfaisante ?",
}
#: The same ones in few words, for the head of a column.
QUESTIONS_COURTES = {
    "concernee": "Concernée",
    "attentes": "Attentes",
    "pertinence": "Réponse pertinente",
    "methode": "Méthode",
}
#: The same ones as the structure is asked itself.
QUESTIONS_POSEES = {
    "concernee": "Vous sentez-vous concernés par la problématique ?",
    "attentes": "Le sujet traité correspond-il bien à vos attentes, à vos besoins ?",
    "pertinence": "La réponse proposée vous semble-t-elle pertinente ?",
    "methode": "La méthodologie envisagée vous paraît-elle satisfaisante ?",
}

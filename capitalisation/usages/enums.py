"""Words of what readers do with a resource."""

from __future__ import annotations

from django.db import models


class GenreQuestion(models.TextChoices):
    """What a reader writes to the author: only a question waits for an answer."""

    QUESTION = "question", "une question"
    REMARQUE = "remarque", "une remarque"


class Motif(models.TextChoices):
    """What is reported."""

    LIEN = "lien", "le lien ne mène plus où il faut"
    A_REVERIFIER = "a_reverifier", "le contenu n’est plus à jour"
    ERREUR = "erreur", "il y a une erreur"
    DROITS = "droits", "droits d’auteur, personne ou structure nommée sans accord"
    AUTRE = "autre", "autre chose"


class EtatSignalement(models.TextChoices):
    OUVERT = "ouvert", "à traiter"
    TRAITE = "traite", "traité"
    ECARTE = "ecarte", "écarté"


class EtatLien(models.TextChoices):
    """What the last check of a link found."""

    A_VERIFIER = "a_verifier", "à vérifier"
    BON = "bon", "répond"
    MORT = "mort", "ne répond plus"
    REFUSE = "refuse", "adresse refusée"

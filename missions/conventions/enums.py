"""Codes and French labels of the conventions."""

from django.db import models


class EtatConvention(models.TextChoices):
    """Where a convention stands (002 gives its reference and what is annexed to it; the states are the house's)."""

    PROJET = "projet", "projet"
    A_SIGNER = "a_signer", "à signer"
    SIGNEE = "signee", "signée"
    CLOSE = "close", "close"


#: A convention that every party has signed.
SIGNEES = (EtatConvention.SIGNEE, EtatConvention.CLOSE)


class EtatAvenant(models.TextChoices):
    """Where an avenant stands."""

    PROJET = "projet", "projet"
    A_SIGNER = "a_signer", "à signer"
    SIGNE = "signe", "signé"
    ABANDONNE = "abandonne", "abandonné"


class RolePartie(models.TextChoices):
    """What a party is in a convention."""

    DLA = "dla", "DLA"
    STRUCTURE = "structure", "Structure bénéficiaire"
    PRESTATAIRE = "prestataire", "Prestataire"
    COFINANCEUR = "cofinanceur", "Cofinanceur"


class ModeSignature(models.TextChoices):
    """How a party signed."""

    PAPIER = "papier", "sur papier"
    EN_LIGNE = "en_ligne", "en ligne"


class Changement(models.TextChoices):
    """What an avenant changes (002, « Outil de suivi »: problématique and end date first, then date, contenu,
    restitution)."""

    PROBLEMATIQUE = "problematique", "la problématique traitée"
    FIN = "fin", "la date de fin de mission"
    DATE = "date", "les dates d’une étape"
    CONTENU = "contenu", "le contenu de l’intervention"
    RESTITUTION = "restitution", "la restitution, les productions"
    PRIX = "prix", "le prix ou son paiement"
    AUTRE = "autre", "autre chose"


#: What nobody changes before a dated contact with the chargé de mission (002).
NIVEAU_A = (Changement.PROBLEMATIQUE, Changement.FIN)


class Demandeur(models.TextChoices):
    """Who asked for a change."""

    PRESTATAIRE = "prestataire", "le prestataire"
    STRUCTURE = "structure", "la structure"
    DLA = "dla", "le DLA"


class Contact(models.TextChoices):
    """How the chargé de mission was contacted before a change was asked for (002: by telephone or by appointment)."""

    TELEPHONE = "telephone", "téléphone"
    RENDEZ_VOUS = "rendez_vous", "rendez-vous"

"""Words of what is asked: who answers, in what form, by which way, where a questionnaire stands."""

from __future__ import annotations

from django.db import models


class SorteRepondant(models.TextChoices):
    """Who answers. A partner's kinds are those of fiche pratique 6."""

    CHARGE_MISSION = "charge_mission", "chargé de mission"
    STRUCTURE = "structure", "structure"
    PARTICIPANT = "participant", "participant"
    PRESTATAIRE = "prestataire", "prestataire"
    C2RA = "c2ra", "C2RA"
    CNAR = "cnar", "CNAR"
    AUTRE = "autre", "autre partenaire"
    DLA = "dla", "DLA (auto-évaluation)"


class Forme(models.TextChoices):
    """The form of an answer."""

    OUI_NON = "oui_non", "oui / non"
    OUI_EN_PARTIE_NON = "oui_en_partie_non", "oui / en partie / non"
    ECHELLE = "echelle", "échelle de 1 à 4"
    CHOIX = "choix", "un choix dans une liste"
    NOMBRE = "nombre", "nombre"
    TEXTE = "texte", "texte"


class Voie(models.TextChoices):
    """By which way an answer came."""

    LIEN = "lien", "lien personnel"
    SALLE = "salle", "en séance, par le QR code"
    ESPACE = "espace", "espace prestataire"
    VISITE = "visite", "saisie après une visite"
    TELEPHONE = "telephone", "saisie après un appel téléphonique"
    PAPIER = "papier", "saisie d’après un questionnaire papier"
    EQUIPE = "equipe", "rempli par le DLA"


#: What the team types for somebody else.
SAISIES = (Voie.VISITE, Voie.TELEPHONE, Voie.PAPIER)


class EtatQuestionnaire(models.TextChoices):
    """Where a questionnaire stands."""

    PREPARATION = "preparation", "en préparation"
    OUVERT = "ouvert", "ouvert aux réponses"
    CLOS = "clos", "réponses closes"
    TERMINE = "termine", "terminé"


class EtatRepondant(models.TextChoices):
    """Where somebody's answer stands."""

    ATTENDU = "attendu", "attendu"
    BROUILLON = "brouillon", "commencé"
    REPONDU = "repondu", "répondu"

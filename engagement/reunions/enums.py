"""Codes and French labels of the meetings."""

from django.db import models


class NatureReunion(models.TextChoices):
    """Why people are gathered."""

    COPIL = "copil", "Comité de pilotage"
    COMITE_APPUI = "comite_appui", "Comité d’appui"
    GROUPE_TRAVAIL = "groupe_travail", "Groupe de travail"
    INFORMATION = "information", "Réunion d’information"


class SourceParticipant(models.TextChoices):
    """From where in the dossier a participant comes."""

    PARTENAIRE = "partenaire", "Partenaires"
    STRUCTURE = "structure", "Structures"
    MEMBRE = "membre", "Organisations de l’ingénierie"
    AUTRE = "autre", "Autres personnes invitées"

"""Codes and French labels of the requests to change a mission."""

from django.db import models

from missions.conventions.enums import Changement


class Quoi(models.TextChoices):
    """What is asked to change (002, « Outil de suivi »): first what needs a contact before, then the others."""

    PROBLEMATIQUE = Changement.PROBLEMATIQUE.value, "la problématique traitée"
    FIN = Changement.FIN.value, "la date de fin de mission"
    DATE = Changement.DATE.value, "les dates d’une étape"
    CONTENU = Changement.CONTENU.value, "le contenu de l’intervention"
    RESTITUTION = Changement.RESTITUTION.value, "la restitution, les productions"


class EtatDemande(models.TextChoices):
    """Where a request stands: the DLA decides with the structure."""

    DEMANDEE = "demandee", "demandée"
    A_LA_STRUCTURE = "a_la_structure", "acceptée par le DLA"
    ACCEPTEE = "acceptee", "acceptée"
    REFUSEE = "refusee", "refusée"
    RETIREE = "retiree", "retirée"


#: Requests that somebody still decides.
EN_COURS = (EtatDemande.DEMANDEE, EtatDemande.A_LA_STRUCTURE)


class Avis(models.TextChoices):
    """What a structure answers."""

    OUI = "oui", "d’accord"
    NON = "non", "pas d’accord"

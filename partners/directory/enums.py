"""Codes and French labels of the directory of partners."""

from django.db import models


class Famille(models.TextChoices):
    """The families of partners of fiche pratique 3."""

    RESEAU_DLA = "reseau_dla", "Réseau du DLA"
    FINANCEURS = "financeurs", "Financeurs"
    RESEAUX_BENEFICIAIRES = "reseaux_beneficiaires", "Réseaux et partenaires des bénéficiaires"
    RESSOURCES = "ressources", "Structures et personnes ressources"

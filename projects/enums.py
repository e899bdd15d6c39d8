"""Codes and French labels of the cycle."""

from django.db import models


class Etat(models.TextChoices):
    """State of an ingénierie: the four steps of the cycle, then its two ends."""

    IDENTIFIER = "identifier", "Identifier"
    ENGAGER = "engager", "Engager"
    CONFIRMER = "confirmer", "Confirmer"
    FINALISER = "finaliser", "Finaliser"
    CLOTURE = "cloture", "Clôturée"
    ABANDONNE = "abandonne", "Abandonnée"


#: The four steps, in order.
STEPS = (Etat.IDENTIFIER, Etat.ENGAGER, Etat.CONFIRMER, Etat.FINALISER)
OPEN_STATES = STEPS


class Cycle(models.TextChoices):
    """The two forms of an ingénierie; each follows its own cycle of the methodology."""

    COLLECTIVE = "collective", "Ingénierie collective"
    INDIVIDUELLE = "individuelle", "Ingénierie individuelle"


class TypeIngenierie(models.TextChoices):
    """The types of fiche pratique 2 and of 001's fiche technique."""

    REPONSE_COLLECTIVE = "reponse_collective", "Proposer une réponse collective aux structures"
    SOLUTION_INDIVIDUELLE = "solution_individuelle", "Produire une solution individuelle avec les structures"
    SOLUTION_COLLECTIVE = "solution_collective", "Produire une solution collective avec les structures"
    SOLUTION_MIXTE = "solution_mixte", "Produire une solution individuelle et collective avec les structures"


#: Short forms for lists.
TYPE_COURT = {
    TypeIngenierie.REPONSE_COLLECTIVE: "Réponse collective",
    TypeIngenierie.SOLUTION_INDIVIDUELLE: "Solution individuelle",
    TypeIngenierie.SOLUTION_COLLECTIVE: "Solution collective",
    TypeIngenierie.SOLUTION_MIXTE: "Solution individuelle et collective",
}


class Origine(models.TextChoices):
    """Where a problématique comes from (first phase of « Identifier »)."""

    DIAGNOSTICS = "diagnostics", "Diagnostics des DLA"
    EXPERIENCE = "experience", "Expérience du dispositif DLA"
    SOLLICITATION = "sollicitation", "Sollicitation partenariale"
    DOCUMENTAIRE = "documentaire", "Sources documentaires"
    PRESTATAIRES = "prestataires", "Impression des prestataires"
    STRUCTURES = "structures", "Expression des structures"


class Legitimite(models.TextChoices):
    """What makes the DLA legitimate: one or several of these cross."""

    MISSION = "mission", "Mission"
    FONCTION = "fonction", "Fonction"
    MANDAT = "mandat", "Mandat"
    TERRITOIRE = "territoire", "Territoire couvert"


class EtatItem(models.TextChoices):
    """State of an item of the checklist."""

    A_FAIRE = "a_faire", "à faire"
    EN_COURS = "en_cours", "en cours"
    FAIT = "fait", "fait"
    SANS_OBJET = "sans_objet", "sans objet"


class EtatMobilisation(models.TextChoices):
    """Where a targeted structure stands."""

    REPEREE = "reperee", "repérée"
    CONTACTEE = "contactee", "contactée"
    INTERESSEE = "interessee", "intéressée"
    DECLINEE = "declinee", "a décliné"
    CONFIRMEE = "confirmee", "confirmée"
    RETIREE = "retiree", "retirée"


class SensEchange(models.TextChoices):
    """Who spoke to whom."""

    ENVOI = "envoi", "nous l’avons contactée"
    REPONSE = "reponse", "elle nous a répondu"


class MoyenEchange(models.TextChoices):
    """How a structure was reached, or answered."""

    COURRIEL = "courriel", "courrier électronique"
    TELEPHONE = "telephone", "téléphone"
    RENCONTRE = "rencontre", "rencontre"
    REUNION = "reunion", "réunion"
    POSTE = "poste", "courrier postal"
    LIEN = "lien", "lien personnel"
    AUTRE = "autre", "autre"


class ReponseExistant(models.TextChoices):
    """Answer to « complémentaire à l'existant ? » (fiche pratique 3)."""

    COMPLEMENTAIRE = "complementaire", "complémentaire à l’existant"
    A_RAPPROCHER = "a_rapprocher", "à rapprocher de ce qui existe"
    DOUBLON = "doublon", "fait double emploi"


class EtatMutualisation(models.TextChoices):
    """Where a proposal of pooling stands."""

    PROPOSEE = "proposee", "proposée aux DLA"
    OUVERTE = "ouverte", "ingénierie ouverte"
    ABANDONNEE = "abandonnee", "abandonnée"


class ReponseDLA(models.TextChoices):
    """What a DLA answers to a proposal of pooling."""

    EN_ATTENTE = "en_attente", "réponse attendue"
    ACCEPTE = "accepte", "accepte"
    REJOINT = "rejoint", "rejoint"
    DECLINE = "decline", "décline"


class Niveau(models.TextChoices):
    """Weight of a gate's condition."""

    BLOQUANTE = "bloquante", "bloquante"
    RECOMMANDEE = "recommandee", "recommandée"


class SensAvis(models.TextChoices):
    """An opinion, as comités d'appui and C2RA give it."""

    FAVORABLE = "favorable", "favorable"
    RESERVES = "reserves", "favorable avec réserves"
    DEFAVORABLE = "defavorable", "défavorable"
    AJOURNE = "ajourne", "ajourné"

"""Codes and French labels of the budget (000, fiches pratiques 5 and 7)."""

from decimal import Decimal

from django.db import models


class NatureCharge(models.TextChoices):
    """What is paid for: the cost of the operation (démarche 2/4) and the means of fiche pratique 5."""

    CONCEPTION = "conception", "Conception"
    REALISATION = "realisation", "Réalisation (prestations extérieures)"
    SUIVI = "suivi", "Suivi"
    LOGISTIQUE = "logistique", "Logistique"
    COMMUNICATION = "communication", "Communication"


class Unite(models.TextChoices):
    """What a quantity of a cost line counts."""

    JOUR = "jour", "jours"
    JOUR_COLLECTIF = "jour_collectif", "jours collectifs"
    JOUR_INDIVIDUEL = "jour_individuel", "jours individuels"
    DEMI_JOURNEE = "demi_journee", "demi-journées"
    SEANCE = "seance", "séances"
    FORFAIT = "forfait", "forfaits"


class Part(models.TextChoices):
    """What a funder pays of the charges, when it is a rule rather than an amount."""

    TOUT = "tout", "la totalité des charges"
    TROIS_QUARTS = "trois_quarts", "les trois quarts des charges"
    DEUX_TIERS = "deux_tiers", "les deux tiers des charges"
    MOITIE = "moitie", "la moitié des charges"
    TIERS = "tiers", "un tiers des charges"
    QUART = "quart", "un quart des charges"
    CINQUIEME = "cinquieme", "un cinquième des charges"
    SIXIEME = "sixieme", "un sixième des charges"


class NatureRessource(models.TextChoices):
    """Who pays: DLA credits, then the complementary fundings of fiche pratique 7."""

    CREDITS_DLA = "credits_dla", "Crédits d’ingénierie DLA"
    ETAT = "etat", "État, autres services que la DDETS ou la DREETS"
    DDETS = "ddets", "DDETS / DREETS (hors crédits d’ingénierie du DLA)"
    COLLECTIVITES_PONCTUEL = "collectivites_ponctuel", "Collectivités : financement ponctuel de l’ingénierie"
    COLLECTIVITES_PERMANENT = "collectivites_permanent", "Collectivités : financement permanent du DLA"
    OPCA = "opca", "OPCA (aujourd’hui OPCO), pour la formation"
    C2RA = "c2ra", "C2RA"
    STRUCTURES = "structures", "Structures bénéficiaires et leurs réseaux"
    AUTRES_DLA = "autres_dla", "Autres DLA"
    AUTRES = "autres", "Autres financeurs"
    PRIVES = "prives", "Partenaires privés (mécénat, sponsoring…)"


class ActeurValorise(models.TextChoices):
    """Whose time is valued beside the budget."""

    DLA = "dla", "DLA"
    PARTENAIRES = "partenaires", "Partenaires"
    STRUCTURES = "structures", "Structures"


#: The kinds of ressources that are DLA credits: what each associated DLA puts is read from them.
CREDITS_DES_DLA = (NatureRessource.CREDITS_DLA, NatureRessource.AUTRES_DLA)


class Regime(models.TextChoices):
    """How the amounts of a budget are counted."""

    TTC = "ttc", "TTC"
    HT = "ht", "HT"


#: Rates of TVA in force, percent: metropolitan France, then those of Guadeloupe, Martinique and La Réunion.
TAUX_TVA: list[tuple[Decimal, str]] = [
    (Decimal("20.00"), "20 %"),
    (Decimal("10.00"), "10 %"),
    (Decimal("8.50"), "8,5 % (Guadeloupe, Martinique, La Réunion)"),
    (Decimal("5.50"), "5,5 %"),
    (Decimal("2.10"), "2,1 %"),
    (Decimal("0.00"), "0 % (exonéré, non assujetti, hors champ)"),
]

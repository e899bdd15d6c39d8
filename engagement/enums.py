"""Codes and French labels of « Engager » (000, démarche 2/4, fiches pratiques 3, 5 and 7)."""

from decimal import Decimal

from django.db import models


class Verdict(models.TextChoices):
    """The answer to one of the three checks made with a partner."""

    A_VOIR = "a_voir", "à voir"
    OUI = "oui", "oui"
    NON = "non", "non"


class NatureObjectif(models.TextChoices):
    """The level of an objective."""

    STRATEGIQUE = "strategique", "stratégique"
    OPERATIONNEL = "operationnel", "opérationnel"


class ObjectifStrategique(models.TextChoices):
    """The four strategic objectives of the framework, in its words."""

    PRIORITES = "priorites", "Tenir compte des objectifs et priorités propres à l’action du DLA (ciblage)"
    CONSOLIDER = "consolider", "Consolider et développer les activités d’utilité sociale"
    COMPETENCES = (
        "competences",
        "Améliorer les compétences au sein des structures, dans des secteurs d’activités, des territoires",
    )
    DYNAMIQUES = (
        "dynamiques",
        "Renforcer l’efficacité des dynamiques territoriales et sectorielles des projets",
    )


class ObjectifOperationnel(models.TextChoices):
    """The six operational objectives of the framework, in its words."""

    TERRITOIRE = "territoire", "Prendre en compte les objectifs spécifiques au territoire"
    INNOVATION = (
        "innovation",
        "Être un espace d’innovation et d’expérimentation en terme de méthode, d’action, d’outils",
    )
    PARTENARIATS = (
        "partenariats",
        "Améliorer l’efficacité des partenariats entre les acteurs institutionnels, sectoriels, les structures",
    )
    ADAPTABILITE = (
        "adaptabilite",
        "Renforcer l’adaptabilité des structures aux mutations économiques et sociales de leur secteur, "
        "de leur territoire…",
    )
    BESOINS = (
        "besoins",
        "Développer et actualiser l’identification des besoins (individuels et collectifs) des structures",
    )
    CAPITALISATION = "capitalisation", "Capitaliser et transférer des informations, outils, méthodes…"


#: The objectives of the framework by level. Codes are unique over both levels.
CADRE: dict[str, type[models.TextChoices]] = {
    NatureObjectif.STRATEGIQUE: ObjectifStrategique,
    NatureObjectif.OPERATIONNEL: ObjectifOperationnel,
}


class NatureResultat(models.TextChoices):
    """How an expected result is appreciated."""

    QUALITATIF = "qualitatif", "qualitatif"
    QUANTITATIF = "quantitatif", "quantitatif"


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
    DEMI_JOURNEE = "demi_journee", "demi-journées"
    SEANCE = "seance", "séances"
    FORFAIT = "forfait", "forfaits"


class NatureRessource(models.TextChoices):
    """Who pays: DLA credits, then the complementary fundings of fiche pratique 7."""

    CREDITS_DLA = "credits_dla", "Crédits d’ingénierie DLA"
    ETAT = "etat", "État (hors DDETS / DDTEFP)"
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


class NatureReunion(models.TextChoices):
    """Why people are gathered."""

    COPIL = "copil", "Comité de pilotage"
    COMITE_APPUI = "comite_appui", "Comité d’appui"
    GROUPE_TRAVAIL = "groupe_travail", "Groupe de travail"
    INFORMATION = "information", "Réunion d’information"


class EtatReunion(models.TextChoices):
    """Where a meeting stands."""

    PREVUE = "prevue", "prévue"
    CONVOQUEE = "convoquee", "convoquée"
    TENUE = "tenue", "tenue"
    ANNULEE = "annulee", "annulée"


class SourceParticipant(models.TextChoices):
    """From where in the dossier a participant comes."""

    PARTENAIRE = "partenaire", "Partenaires"
    STRUCTURE = "structure", "Structures"
    MEMBRE = "membre", "Organisations de l’ingénierie"
    AUTRE = "autre", "Autres personnes invitées"


class Presence(models.TextChoices):
    """Whether a participant came."""

    A_NOTER = "", "à noter"
    PRESENT = "present", "présent"
    EXCUSE = "excuse", "excusé"
    ABSENT = "absent", "absent"


class TypeIntervention(models.TextChoices):
    """Kinds of intervention beside the structures, in the words of fiche pratique 5."""

    INFORMATION = "information", "Séances d’information"
    FORMATION = "formation", "Sessions de formation"
    ACCOMPAGNEMENT_COLLECTIF = "accompagnement_collectif", "Actions d’accompagnement : temps de travail collectif"
    ACCOMPAGNEMENT_INDIVIDUEL = "accompagnement_individuel", "Actions d’accompagnement : temps de travail individuel"


class EtatSeance(models.TextChoices):
    """Where a session of the comité d'appui stands."""

    PREPARATION = "preparation", "en préparation"
    CONVOQUEE = "convoquee", "convoquée"
    TENUE = "tenue", "tenue"
    CLOSE = "close", "close"
    ANNULEE = "annulee", "annulée"


#: States in which members, agenda and avis may still change.
SEANCE_OUVERTE = (EtatSeance.PREPARATION, EtatSeance.CONVOQUEE, EtatSeance.TENUE)


#: Rates of TVA in force, percent: metropolitan France, then those of Guadeloupe, Martinique and La Réunion.
TAUX_TVA: list[tuple[Decimal, str]] = [
    (Decimal("20.00"), "20 %"),
    (Decimal("10.00"), "10 %"),
    (Decimal("8.50"), "8,5 % (Guadeloupe, Martinique, La Réunion)"),
    (Decimal("5.50"), "5,5 %"),
    (Decimal("2.10"), "2,1 %"),
    (Decimal("0.00"), "0 % (exonéré, non assujetti, hors champ)"),
]

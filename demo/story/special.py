"""What happens to some ingénieries only: how far the attested ones are, steps back, conditions passed over."""

from __future__ import annotations

from dataclasses import dataclass

#: How far the attested ingénieries that still run are in their step (the others say it in their file).
PROGRESS = {
    "rh-sport": 0.72,
    "slot": 0.88,
    "artistiques-ruraux": 0.78,
    "mutualisation": 0.8,
    "emplois-environnement": 0.75,
    "insertion": 0.6,
}

#: Ingénieries whose cahier des charges was diffused, among the invented ones still at « Confirmer »; the others stop at
#: « validé ».
DIFFUSED = {"analytique-sport-loiret", "achats-insertion-centre", "saisonniers-pleine-nature", "donnees-sante"}

#: Of these, whose cahier was rectified by a second version.
RECTIFIED = {"saisonniers-pleine-nature"}

#: The one general objective of a cahier des charges, where the first objective of the file would not say it.
GENERAL = {
    "banque": "Donner aux responsables associatifs les repères qui leur permettent de négocier avec leur banque.",
    "mecenat": "Rendre les associations culturelles capables de mener une recherche de mécénat auprès d’entreprises.",
    "slot": "Aider les offices de tourisme à réunir les conditions d’organisation qui leur permettent d’intégrer les "
    "orientations des schémas locaux d’organisation touristique.",
    "artistiques-ruraux": "Donner aux cinq associations les moyens de bâtir et de conduire leur communication en "
    "milieu rural.",
    "emplois-environnement": "Aider les employeurs du territoire à pérenniser leurs emplois de l’environnement.",
    "recycleries": "Éclairer les cinq structures sur la fiscalité de leurs activités.",
    "insertion": "Chercher avec les trois structures une organisation commune qui pérennise l’offre d’insertion.",
    "reseau-environnement": "Bâtir avec le réseau et ses membres un projet associatif fédérateur et une offre commune.",
}


#: Opinions of comités d'appui that were not given for, by ingénierie and DLA: the opinion, why, what the pilot answered
#: (nothing yet: the step waits for it).
CONTRE = {
    ("mecenat", "dla-60"): (
        "ajourne",
        "Le comité veut voir la liste des associations intéressées avant de se prononcer.",
        "La liste est jointe : onze associations du département ont demandé à participer. Le calendrier est décalé "
        "d’un mois pour que le comité la lise.",
    ),
    ("groupement-employeurs-culture", "dla-62"): (
        "defavorable",
        "La part demandée au DLA dépasse ce qui reste de ses crédits d’ingénierie pour l’année.",
        "",
    ),
}


@dataclass(frozen=True)
class Lifted:
    """A condition that the pilot passed over to leave ``step``, with the written reason."""

    step: str
    condition: str
    reason: str


LIFTED = {
    "saisonniers-pleine-nature": Lifted(
        "identifier",
        "role_dla",
        "La saison impose de lancer le partenariat avant l’été : le rôle du DLA sera écrit avec les partenaires, "
        "qui souhaitent en débattre.",
    ),
    "mecenat-patrimoine-touraine": Lifted(
        "engager",
        "porteur",
        "Le conseil d’administration de la structure porteuse se réunit dans cinq semaines ; son bureau a donné un "
        "accord de principe oral et les structures attendent une date.",
    ),
    "cooperation-centres-sociaux": Lifted(
        "engager",
        "comite_appui",
        "Le comité d’appui n’a pas pu se tenir faute de participants ; l’avis a été demandé par courriel, trois "
        "membres sur cinq ont répondu favorablement.",
    ),
    "ecoles-musique": Lifted(
        "confirmer",
        "convention",
        "La convention est signée par le prestataire et par le DLA ; il manque la signature d’une des onze écoles, "
        "dont la présidence vient de changer.",
    ),
    "circuits-courts-cantal": Lifted(
        "finaliser",
        "capitalisation",
        "Les producteurs ont demandé un an de recul avant toute diffusion : la décision de capitaliser est reportée.",
    ),
}


@dataclass(frozen=True)
class StepBack:
    """A return to the previous step, shortly after entering ``step``."""

    step: str
    reason: str


STEPS_BACK = {
    "rapprochement-clubs": StepBack(
        "confirmer",
        "Deux clubs ont demandé que la fusion ne soit plus présentée comme une issue : les objectifs sont à revoir "
        "avec eux avant de mobiliser.",
    ),
    "radios-recettes": StepBack(
        "engager",
        "Une septième radio souhaite rejoindre le groupe : le ciblage est à reprendre avant d’engager le partenariat.",
    ),
}

#: A funder grants this much less than asked: the budget does not balance, and the page says why.
SHORT = {"aidants-loire": "1250.00"}
#: The funders share the charges equally, by a rule.
IN_SHARES = {"radios-recettes", "mediation-numerique-somme", "cooperation-centres-sociaux"}
#: The budget pays one day more than the projet d'intervention plans, and both pages say so.
ONE_DAY_MORE = {"tiers-lieux-modeles"}
#: A quotation HT in a budget TTC, without its rate.
MIXED = {"festivals-ecoconception"}


@dataclass(frozen=True)
class OtherBudget:
    """A second way of paying: its name, what sets it apart, the kind of ressources it does without, those it has."""

    name: str
    comment: str
    without: str
    instead: tuple[tuple[str, str, str], ...] = ()


OTHER_BUDGET = {
    "slot": OtherBudget(
        "Sans la participation du C2RA",
        "Si le C2RA ne peut financer la journée régionale : la Région et une fondation sont pressenties.",
        "c2ra",
        (
            ("collectivites_ponctuel", "Conseil régional", "3000.00"),
            ("prives", "Fondation d’entreprise du tourisme", "1250.00"),
        ),
    ),
    "aide-domicile-equilibre": OtherBudget(
        "Avec les crédits des DLA seuls", "Si le C2RA réserve ses crédits à une autre action.", "c2ra"
    ),
}

#: What is noted beside an action of the checklist, here and there.
NOTES = (
    "Vu en réunion d’équipe.",
    "Échange téléphonique avec chaque structure, compte rendu dans le dossier partagé.",
    "À revoir au prochain comité de pilotage si une structure se retire.",
    "Fait avec le C2RA, qui nous a transmis deux expériences voisines.",
    "Plus long que prévu : deux relances ont été nécessaires.",
    "Les partenaires ont demandé une synthèse d’une page, envoyée.",
    "Point repris dans la fiche de présentation.",
    "Voir le compte rendu de la réunion de lancement.",
)
WITHOUT_OBJECT = (
    "Le sujet ne s’y prête pas : aucune étude récente n’existe à cette échelle.",
    "Traité directement avec les structures, en nombre réduit.",
    "Déjà fait lors d’une démarche précédente, dont les conclusions restent valables.",
    "Les partenaires s’en chargent dans leur propre calendrier.",
)

#: Opinions of the C2RA: by step, favorable then with reservations.
OPINIONS = {
    "identifier": (
        "Problématique claire et bien fondée. Deux structures du même profil sont à voir dans le département voisin.",
        "Le besoin est réel ; le profil des structures gagnerait à être resserré avant l’engagement des partenaires.",
    ),
    "engager": (
        "Partenariat solide, objectifs mesurables. Pensez à associer le réseau régional à la restitution.",
        "Démarche cohérente. Le budget est un peu juste au regard du nombre de jours : prévoyez une marge de repli.",
    ),
    "confirmer": (
        "Cahier des charges précis. Le portefeuille régional compte trois prestataires sur ce thème.",
        "Deux objectifs se mêlent dans la commande : gardez celui que les structures ont placé en tête.",
    ),
    "finaliser": (
        "La synthèse montre des résultats transférables : nous proposons de la présenter aux DLA de la région.",
        "Les effets à six mois restent à vérifier avant de parler de transfert.",
    ),
}

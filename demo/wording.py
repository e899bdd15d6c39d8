"""What the data file leaves out of the invented ingénieries, drawn from their own facts.

Everything is a function of the ingénierie and of a :class:`random.Random` seeded by its key: the same each time.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from core.formats import format_days, plural
from referentiels.models import Departement, Secteur, TypePrestation

CENT = Decimal("0.01")

#: type of ingénierie → (form of the actions, rhythm, content of the démarche, why this type)
_TYPES = {
    "reponse_collective": (
        "journées d’information et de formation, ouvertes à toutes les structures du profil",
        "Une journée par quinzaine, pour laisser le temps d’essayer entre deux",
        "Des apports courts, des témoignages et des exercices sur les documents de chacun.",
        "Les besoins sont les mêmes d’une structure à l’autre : une réponse commune suffit, que chacune applique.",
    ),
    "solution_individuelle": (
        "alternance de temps communs de méthode et d’entretiens dans chaque structure",
        "Un temps commun au début et à la fin ; entre les deux, un entretien par structure et par mois",
        "Une méthode partagée, puis un travail propre à chaque structure.",
        "Le besoin est commun mais les situations diffèrent trop pour une réponse unique.",
    ),
    "solution_collective": (
        "ateliers de travail en commun jusqu’à une décision partagée",
        "Un atelier toutes les trois semaines, avec un travail préparé par les structures",
        "Un état des lieux mis en commun, des scénarios chiffrés, puis des règles écrites ensemble.",
        "Les structures veulent construire à plusieurs : la solution ne vaut que si elle leur est commune.",
    ),
    "solution_mixte": (
        "ateliers collectifs et rendez-vous dans les structures, en alternance",
        "Un atelier par mois, suivi d’un rendez-vous dans chaque structure",
        "Ce qui est commun se travaille à plusieurs, ce qui est propre à chacune se traite chez elle.",
        "Une part du besoin est commune, l’autre tient à l’histoire de chaque structure.",
    ),
}
_STAKES = (
    "Que les structures gardent la maîtrise de leur projet pendant qu’elles changent leur manière de travailler.",
    "Agir avant que les difficultés ne pèsent sur l’emploi et sur le service rendu aux habitants.",
    "Donner aux équipes le temps et la méthode que le quotidien ne leur laisse pas.",
    "Éviter que chacune cherche seule une réponse que le territoire peut trouver une fois pour toutes.",
)
_VALIDATIONS = (
    "La question a été posée à chaque structure lors d’un échange téléphonique, puis reprise avec les partenaires.",
    "Les diagnostics de l’année ont été relus ensemble par l’équipe du DLA : le même constat y revient.",
    "Une réunion d’une demi-journée avec des structures volontaires a permis de confirmer et de préciser le besoin.",
    "Un questionnaire court a été adressé aux structures ; les réponses ont été présentées aux partenaires.",
)
_PROJECTS = (
    "Structures dont le projet est écrit et porté par un conseil d’administration actif",
    "Structures en évolution, qui ont déjà engagé une réflexion sur leur projet",
    "Associations ancrées sur leur territoire, de toutes générations",
)
_WEIGHTS = (
    "De une à dix personnes salariées, budgets de 40 000 à 450 000 euros",
    "Petites équipes, financements publics pour plus de la moitié",
    "Employeuses ou sur le point de le devenir, avec une part de recettes propres",
)
_SKILLS = (
    "Une personne au moins suit le sujet dans chaque structure, sans y avoir été formée",
    "Des compétences de métier solides, une fonction de gestion souvent partagée entre bénévoles",
    "Des pratiques construites par l’expérience, peu écrites",
)
_KNOWHOW = (
    "Pouvoir participer à deux, un dirigeant bénévole et une personne de l’équipe",
    "Disposer des comptes des deux dernières années et accepter d’en parler",
    "Aucune connaissance préalable n’est demandée, une participation régulière oui",
)
_ACCESS = (
    "Le DLA connaît ces structures par leurs diagnostics et les invite directement.",
    "Les réseaux associés relaient l’invitation auprès de leurs adhérents.",
    "Une partie des structures est connue du DLA, les autres sont repérées avec les partenaires.",
)
_IDEAS = (
    "Partir de ce que chacune fait déjà, et mettre les bonnes pratiques à la portée des autres.",
    "Traiter à plusieurs ce qui revient dans chaque accompagnement individuel.",
    "Donner un cadre et un calendrier à un travail que les structures repoussent faute de temps.",
)
_COHERENCE = (
    "Aucune action semblable n’est en cours sur le territoire ; la démarche prolonge les plans d’accompagnement.",
    "La démarche complète l’offre des réseaux, vérifiée avec eux, et s’inscrit dans le programme de l’année.",
    "Le besoin figure dans plusieurs plans d’accompagnement ; le C2RA n’a pas connaissance d’une action voisine.",
)
_ROLES = {
    "financeurs": (
        ("Cofinanceur, membre du comité de pilotage", "Financement, connaissance des politiques menées"),
        ("Associé à la définition du besoin", "Données sur le territoire, avis sur l’opportunité"),
    ),
    "reseaux_beneficiaires": (
        ("Relais auprès des structures", "Mobilisation de ses adhérents, diffusion des productions"),
        ("Associé à la conception", "Connaissance du secteur, intervention lors d’un temps commun"),
    ),
    "ressources": (
        ("Appui technique", "Outils et témoignages, intervention ponctuelle"),
        ("Expertise financière", "Lecture des besoins de financement qui suivront"),
    ),
    "reseau_dla": (("Appui méthodologique", "Expériences connues dans la région"),),
}
#: themes → objectives of the framework they call for
_OPERATIONAL = {
    "mutualisation": ["territoire", "innovation", "partenariats"],
    "projet-structure": ["territoire", "adaptabilite"],
    "commercial-etude-marche": ["adaptabilite", "partenariats"],
    "communication-ntic": ["adaptabilite", "capitalisation"],
    "recherche-financements": ["partenariats", "capitalisation"],
    "gestion-financiere": ["adaptabilite", "capitalisation"],
    "management-grh": ["adaptabilite", "besoins"],
}


def _share(total: Decimal, part: str) -> Decimal:
    """A part of an amount, rounded to ten euros."""
    return (total * Decimal(part) / 10).quantize(Decimal(1), ROUND_HALF_UP) * 10


def complete(
    row: dict[str, Any],
    random: Random,
    *,
    departements: dict[str, Departement],
    secteurs: dict[str, Secteur],
    themes: dict[str, TypePrestation],
    dla_names: dict[str, str],
    partners: list[dict[str, Any]],
) -> dict[str, Any]:
    """Return an invented ingénierie in the shape of the attested ones.

    ``partners`` are those of the région; ``dla_names`` name the organisations of the budget by key.
    """
    form, rhythm, content, why = _TYPES[row["type"]]
    labels = ", ".join(secteurs[code].label.lower() for code in row["secteurs"])
    land = ", ".join(str(departements[code]) for code in row["departements"])
    number, days = row["structures"]["nombre"], Decimal(str(row["jours"]))
    several = len(row["departements"]) > 1
    chosen = _partners(row, random, partners)
    return {
        **row,
        "referent": row.get("referent"),
        "type_motif": why,
        "problematique": {
            **row["problematique"],
            "enjeux": random.choice(_STAKES),
            "validation": random.choice(_VALIDATIONS),
        },
        "ciblage": {
            "territoire": f"{'Territoire de plusieurs DLA' if several else 'Territoire du DLA'} : {land}",
            "exclusif": not several or random.random() < 0.7,
            "secteur": f"Secteur {labels}" if "tous-secteurs" not in row["secteurs"] else "Tous secteurs confondus",
            "projet": random.choice(_PROJECTS),
            "poids": random.choice(_WEIGHTS),
            "competences": random.choice(_SKILLS),
            "savoir_faire": random.choice(_KNOWHOW),
        },
        "role_dla": {
            "legitimite": random.choice((["mission", "territoire"], ["mission", "fonction", "territoire"])),
            "acces": random.choice(_ACCESS),
            "idee": random.choice(_IDEAS),
            "contenu": content,
            "modalites": f"{format_days(days)} : {form}.",
            "coherence": random.choice(_COHERENCE),
        },
        "objectifs_strategiques": random.choice((["consolider", "competences"], ["consolider", "dynamiques"])),
        "objectifs_operationnels": sorted({o for code in row["themes"] for o in _OPERATIONAL[code]})[:3],
        "evaluation": {
            "objet": f"La démarche « {row['titre']} », de la préparation aux suites données par les structures.",
            "raisons": "Savoir ce que les structures en ont gardé six mois après, et ce qui peut être repris ailleurs.",
        },
        "resultats": [
            {
                "libelle": "Structures engagées jusqu’au bout",
                "indicateur": "Nombre de structures présentes à tous les temps",
                "cible": str(number),
                "nature": "quantitatif",
            },
            *(
                {
                    "libelle": text,
                    "indicateur": "Constat partagé lors du temps de bilan",
                    "cible": "Les deux tiers des structures" if index == 0 else "Au moins une structure sur deux",
                    "nature": "qualitatif",
                }
                for index, text in enumerate(row["objectifs_propres"])
            ),
        ],
        "partenaires": chosen,
        "structures": {
            "nombre": number,
            "ventilation": _split(number, row["departements"]),
            "modele": None,
            "secteur": None,
            "note": f"{plural(number, 'structure')} du profil, sur {land}.",
            "engagees": None,
            "potentiel": None,
        },
        "jours": days,
        "demi_journees": None,
        "actions": [f"{format_days(days)} d’intervention : {form}"],
        "contenus": [themes[code].label for code in row["themes"]],
        "budget": _budget(row, random, dla_names, chosen),
        "systeme_intervenant": "Un prestataire"
        + (f", avec {chosen[-1]['nom']}" if chosen and chosen[-1]["intervenant"] else ""),
        "calendrier": f"{plural(max(2, round(days / 2)), 'mois', 'mois')} d’intervention, hors vacances scolaires",
        "rythme": rhythm,
        "points_positifs": [],
        "points_vigilance": [],
    }


def _split(number: int, departements: list[str]) -> list[dict[str, Any]]:
    each, rest = divmod(number, len(departements))
    return [{"departement": code, "nombre": each + (index < rest)} for index, code in enumerate(departements)]


def _partners(row: dict[str, Any], random: Random, known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Two to four partners of the région, those of the sector and of the départements first."""

    def near(partner: dict[str, Any]) -> tuple:
        elsewhere = partner.get("departement") and partner["departement"] not in row["departements"]
        foreign = partner.get("secteur") and partner["secteur"] not in row["secteurs"]
        own = partner.get("secteur") in row["secteurs"] or partner.get("departement") in row["departements"]
        return bool(elsewhere), bool(foreign), not own, random.random()

    ranked = sorted(known, key=near)[:6]
    number = random.randint(2, 4)
    chosen: list[dict[str, Any]] = []
    for famille in ("financeurs", "reseaux_beneficiaires", "ressources"):
        wanted = 2 if famille == "financeurs" else 1
        chosen += [partner for partner in ranked if partner["famille"] == famille][:wanted]
    told = []
    for partner in (chosen or ranked)[:number]:
        role, contribution = random.choice(_ROLES[partner["famille"]])
        told.append(
            {
                "nom": partner["nom"],
                "famille": partner["famille"],
                "role": role,
                "contribution": contribution,
                "copil": partner["famille"] == "financeurs" or random.random() < 0.5,
                "intervenant": partner["famille"] == "ressources" and random.random() < 0.6,
            }
        )
    return told


def _budget(
    row: dict[str, Any], random: Random, dla_names: dict[str, str], partners: list[dict[str, Any]]
) -> dict[str, Any]:
    """Cost and funding lines whose sums are the budget of the ingénierie, to the cent."""
    total = Decimal(row["budget"])
    charges = []
    rest = total
    for nature, libelle, part in (
        ("logistique", "Salles et accueil des groupes", "0.04"),
        ("communication", "Invitation des structures, diffusion des productions", "0.02"),
    ):
        if random.random() < 0.45:
            amount = _share(total, part)
            charges.append({"nature": nature, "libelle": libelle, "montant": str(amount)})
            rest -= amount
    libelle = f"{format_days(Decimal(str(row['jours'])))} d’intervention du prestataire"
    charges.insert(0, {"nature": "realisation", "libelle": libelle, "montant": str(rest)})

    ressources = []
    rest = total
    pilot = row["pilote"]

    def line(financeur: str, nature: str, amount: Decimal) -> None:
        nonlocal rest
        rest -= amount
        ressources.append({"financeur": financeur, "nature": nature, "demande": str(amount), "obtenu": str(amount)})

    others = [key for key in row["associes"] if key.startswith("dla-")]
    for key in others:
        nature = "autres_dla" if pilot.startswith("dla-") else "credits_dla"
        line(dla_names[key], nature, _share(total, str((Decimal("0.55") / len(others)).quantize(CENT))))
    funders = [partner["nom"] for partner in partners if partner["famille"] == "financeurs"]
    if funders and random.random() < 0.4:
        line(funders[0], "collectivites_ponctuel", _share(total, "0.15"))
    if random.random() < 0.3:
        line("Participation des structures", "structures", _share(total, "0.05"))
    nature = "credits_dla" if pilot.startswith("dla-") else "c2ra"
    financeur = f"Crédits d’ingénierie du {dla_names[pilot]}" if nature == "credits_dla" else dla_names[pilot]
    ressources.insert(0, {"financeur": financeur, "nature": nature, "demande": str(rest), "obtenu": str(rest)})
    return {"charges": charges, "ressources": ressources}

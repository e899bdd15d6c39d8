"""« Engager »: partners, shared objectives, expected results, opinions, budget."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from random import Random
from typing import Any

from core import clock
from demo.story import answers, budget, special
from demo.story.course import Event, Story
from engagement.dla import expected_porteurs
from engagement.objectifs.services import set_objectifs, set_resultats
from engagement.partenaires.services import add_partenaire
from engagement.presentation.services import update_action
from engagement.validation.services import answer_avis, record_avis, record_validation
from projects.identification.services import update_section
from referentiels import lists
from referentiels.models import DetailPrestation

#: What else is asked of each family of partners: expectations, own motivations, how they were taken into account.
_ASKED = {
    "financeurs": (
        "Des effets visibles sur l’emploi associatif du territoire.",
        "Sa politique de soutien à la vie associative.",
        "Un bilan chiffré lui est remis à la fin.",
    ),
    "reseaux_beneficiaires": (
        "Que ses adhérents soient associés dès la conception.",
        "Sa représentativité auprès des structures.",
        "Deux adhérents ont relu le profil des structures.",
    ),
    "ressources": (
        "Intervenir sur ce que les structures demandent vraiment.",
        "Faire connaître ses outils.",
        "Son intervention est placée après le recueil des questions.",
    ),
    "reseau_dla": (
        "Que la démarche ne double rien d’existant.",
        "Sa mission auprès des DLA.",
        "Les expériences voisines ont été lues avant d’écrire les objectifs.",
    ),
}
_CONTRADICTIONS = {
    "financeurs": "Souhaite des effets en un an, quand le réseau demande d’avancer au rythme des bénévoles.",
    "reseaux_beneficiaires": "Voudrait réserver l’action à ses adhérents ; les financeurs la demandent ouverte.",
    "ressources": "Intervient déjà auprès de certaines structures, à titre payant.",
    "reseau_dla": "Préférerait une action régionale, quand les structures veulent se réunir près de chez elles.",
}
#: « Nombre d’associations présentes » → what is counted.
_COUNTED = re.compile(r"Nombre d(?:e |’)(.+)")
_MEMBERS = (
    "Conseil départemental, DDETS, réseau associatif, banque partenaire",
    "Structure porteuse, Région, France Active, deux représentants d’associations",
    "DDETS, Département, mouvement associatif",
)
_RESERVES = (
    "Avis favorable, sous réserve de limiter le groupe à la taille annoncée.",
    "Le comité demande que l’action reste complémentaire des formations existantes.",
)


def events(story: Story) -> list[Event]:
    """What happens before the démarche is confirmed."""
    row = story.row
    told: list[Event] = []
    partners = row["partenaires"]
    for index, partner in enumerate(partners):
        told.append((0.05 + 0.28 * index / len(partners), lambda p=partner, i=index: _partner(story, p, i)))
    told += [
        (
            0.36,
            lambda: set_objectifs(
                story.ingenierie,
                actor=story.actor,
                strategiques=row["objectifs_strategiques"],
                operationnels=row["objectifs_operationnels"],
            ),
        ),
        (
            0.43,
            lambda: set_objectifs(story.ingenierie, actor=story.actor, propres_operationnels=row["objectifs_propres"]),
        ),
        (
            0.49,
            lambda: set_objectifs(story.ingenierie, actor=story.actor, **row["evaluation"]),
        ),
        (0.53, lambda: set_resultats(story.ingenierie, map(_result, row["resultats"]), actor=story.actor)),
        (0.55, lambda: _action(story)),
        *budget.events(story),
    ]
    told += answers.events(story)
    if story.passes_over("identifier", "role_dla"):
        # What was passed over to engage is written with the partners, as promised.
        told.append((0.34, lambda: _role(story)))
    if not story.passes_over("engager", "comite_appui"):
        asked = [key for key in story.carriers if key.startswith("dla-")]
        for index, key in enumerate(asked):
            told.append((0.67 + 0.14 * index / len(asked), lambda k=key: _comite(story, k)))
    if not story.passes_over("engager", "porteur"):
        told.append((0.84, lambda: _porteur(story)))
    return told


def _result(row: dict[str, Any]) -> dict[str, Any]:
    """A result of the data files with its target in number, and how it will be measured."""
    if row["nature"] == "quantitatif" and row["cible"].isdigit():
        counted = _COUNTED.match(row["indicateur"])
        return {
            **row,
            "cible": "",
            "cible_nombre": Decimal(row["cible"]),
            "cible_unite": counted[1][:80] if counted else "",
            "mesure": "Comptage",
            "mesure_source": "Feuilles d’émargement",
            "mesure_quand": "à chaque temps de travail",
            "mesure_qui": "prestataire",
        }
    return {
        **row,
        "mesure": "Questionnaire",
        "mesure_source": "Structures participantes",
        "mesure_quand": "à la fin, puis à six mois",
        "mesure_qui": "chargé de mission",
    }


def _role(story: Story) -> None:
    update_section(story.ingenierie, "role_dla", actor=story.actor, expected_version=None, values=story.row["role_dla"])


def _partner(story: Story, partner: dict[str, Any], index: int) -> None:
    organisation = story.actor.organisation
    departement = story.row["departements"][0] if organisation.is_dla else None
    kept = story.directories.partner(
        partner["nom"],
        partner["famille"],
        story.actor,
        departement=departement,
        region=None if departement else story.row["region"],
    )
    attentes, motivations, suite = _ASKED[partner["famille"]]
    heard = index < 2 or story.random.random() < 0.7
    values: dict[str, Any] = {
        "famille": partner["famille"],
        "roles": partner["role"],
        "contribution_technique": partner["contribution"],
        "comite_pilotage": partner["copil"],
        "systeme_intervenant": partner["intervenant"],
        "problematique_partagee": "oui",
    }
    if heard:
        values |= {
            "complementaire": "oui",
            "interet": "oui",
            "attentes": attentes,
            "motivations": motivations,
            "prise_en_compte": suite,
            "evaluation": partner["copil"],
        }
    own = Random(f"{story.key}/{partner['nom']}")
    values["groupe_travail"] = heard and own.random() < 0.4
    if heard and own.random() < 0.12:
        values["contradictions"] = _CONTRADICTIONS[partner["famille"]]
        if own.random() < 0.5:
            values["prise_en_compte"] = ""
    if not heard and own.random() < 0.3:
        values["problematique_partagee"] = own.choice(("a_voir", "non"))
    add_partenaire(story.ingenierie, kept, actor=story.actor, values=values)


_INTERVENTIONS = {
    "reponse_collective": ["information", "formation"],
    "solution_individuelle": ["accompagnement_individuel"],
    "solution_collective": ["accompagnement_collectif"],
    "solution_mixte": ["formation", "accompagnement_collectif", "accompagnement_individuel"],
}


def _action(story: Story) -> None:
    """What the structures will live, as the comité d'appui reads it."""
    row, random = story.row, story.random
    themes = {theme.pk for theme in story.themes()}
    details = [d for d in lists.items(DetailPrestation) if d.type_prestation_id in themes]
    update_action(
        story.ingenierie,
        {
            "types_intervention": _INTERVENTIONS.get(row["type"], ["accompagnement_collectif"]),
            "jours": Decimal(str(row["jours"])),
            "duree": random.choice(("Quatre mois", "Six mois, hors période estivale", "Un trimestre")),
            "rythme": random.choice(
                (
                    "Une journée par mois",
                    "Une journée toutes les trois semaines",
                    "Deux journées, puis un retour individuel",
                )
            ),
            "animation": random.choice(
                ("Un comité de pilotage au début, au milieu et à la fin", "Un point mensuel avec les partenaires")
            ),
        },
        actor=story.actor,
        details=details[:: max(1, len(details) // 4)],
    )


def _comite(story: Story, key: str) -> None:
    reserved = story.random.random() < 0.2
    sens, why, answer = special.CONTRE.get(
        (story.key, key), ("reserves", story.random.choice(_RESERVES), "") if reserved else ("favorable", "", "")
    )
    avis = record_avis(
        story.ingenierie,
        story.organisation(key),
        {
            "date": clock.today() - dt.timedelta(days=story.random.randint(0, 4)),
            "membres": story.random.choice(_MEMBERS),
            "sens": sens,
            "commentaires": why,
        },
        actor=story.member(key),
    )
    if answer:
        answer_avis(avis, answer, actor=story.actor)


def _porteur(story: Story) -> None:
    day = clock.today()
    for organisation in expected_porteurs(story.ingenierie):
        record_validation(
            story.ingenierie,
            organisation,
            {
                "validee": True,
                "date": day - dt.timedelta(days=1),
                "commentaires": "Inscrite au programme d’activité du DLA.",
                "financeurs_date": day,
                "financeurs_texte": "Les financeurs de la structure porteuse ont confirmé leur accord par courriel.",
            },
            actor=story.actor,
        )

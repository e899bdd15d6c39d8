"""« Engager »: partners, shared objectives, expected results, opinions, budget."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import Any

from core import clock
from demo.story.course import Event, Story
from engagement import services
from engagement.models import LigneRessource, PartenaireProjet
from projects import services as projects

#: Natures of the data files that the application words more finely.
_NATURES = {"collectivites": "collectivites_ponctuel"}
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
            lambda: services.set_objectifs(
                story.ingenierie,
                actor=story.actor,
                strategiques=row["objectifs_strategiques"],
                operationnels=row["objectifs_operationnels"],
            ),
        ),
        (
            0.43,
            lambda: services.set_objectifs(
                story.ingenierie, actor=story.actor, propres_operationnels=row["objectifs_propres"]
            ),
        ),
        (
            0.49,
            lambda: services.set_objectifs(story.ingenierie, actor=story.actor, **row["evaluation"]),
        ),
        (0.53, lambda: services.set_resultats(story.ingenierie, row["resultats"], actor=story.actor)),
        (0.56, lambda: _charges(story)),
        (0.61, lambda: _ressources(story)),
        (0.9, lambda: _granted(story)),
    ]
    if story.passes_over("identifier", "role_dla"):
        # What was passed over to engage is written with the partners, as promised.
        told.append((0.34, lambda: _role(story)))
    if story.random.random() < 0.6:
        told.append((0.64, lambda: _time_given(story)))
    if not story.passes_over("engager", "comite_appui"):
        asked = [key for key in story.carriers if key.startswith("dla-")]
        for index, key in enumerate(asked):
            told.append((0.67 + 0.14 * index / len(asked), lambda k=key: _comite(story, k)))
    if not story.passes_over("engager", "porteur"):
        told.append((0.84, lambda: _porteur(story)))
    return told


def _role(story: Story) -> None:
    projects.update_section(
        story.ingenierie, "role_dla", actor=story.actor, expected_version=None, values=story.row["role_dla"]
    )


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
    services.add_partenaire(story.ingenierie, kept, actor=story.actor, values=values)


def _phase(line: dict[str, Any]) -> str:
    return f"Phase {line['phase']}" if "phase" in line else ""


def _charges(story: Story) -> None:
    budget = story.row["budget"]
    services.update_budget(
        story.ingenierie,
        {
            "regime": "ttc",
            "non_superposition": "Aucun des financements demandés ne porte déjà sur la même action.",
        },
        actor=story.actor,
    )
    several = len(budget["charges"]) > 1
    for line in budget["charges"]:
        values = {
            "nature": line["nature"],
            "libelle": line["libelle"][:200],
            "phase": _phase(line),
            "montant": Decimal(line["montant"]),
        }
        if line["nature"] == "realisation" and not (several and "phase" in line):
            values |= {"quantite": Decimal(str(story.row["jours"])), "unite": "jour"}
        services.add_charge(story.ingenierie, values, actor=story.actor)


def _ressources(story: Story) -> None:
    partners = {
        str(row.partenaire.name): row
        for row in PartenaireProjet.objects.filter(ingenierie=story.ingenierie).select_related("partenaire")
    }
    for line in story.row["budget"]["ressources"]:
        partner = partners.get(line["financeur"])
        services.add_ressource(
            story.ingenierie,
            {
                "nature": _NATURES.get(line["nature"], line["nature"]),
                "partenaire": partner,
                "financeur": "" if partner else line["financeur"],
                "demande": Decimal(line["demande"]),
            },
            actor=story.actor,
        )


def _granted(story: Story) -> None:
    """The funders answer, when the file says so."""
    lines = LigneRessource.objects.filter(ingenierie=story.ingenierie).order_by("position", "pk")
    for line, told in zip(lines, story.row["budget"]["ressources"], strict=True):
        if told["obtenu"] is not None:
            services.update_ligne(
                line,
                {
                    "obtenu": Decimal(told["obtenu"]),
                    "date_decision": clock.today() - dt.timedelta(days=story.random.randint(1, 6)),
                },
                actor=story.actor,
                expected_version=None,
            )


def _time_given(story: Story) -> None:
    days = Decimal(str(story.row["jours"]))
    services.add_valorisation(
        story.ingenierie,
        {
            "acteur": "dla",
            "qui": "Préparation et suivi par le chargé de mission",
            "jours": (days / 2).quantize(Decimal("0.5")) or Decimal("0.5"),
            "taux_jour": Decimal("310.00"),
        },
        actor=story.actor,
    )
    if story.random.random() < 0.5:
        services.add_valorisation(
            story.ingenierie,
            {"acteur": "structures", "qui": "Participation des bénévoles et des salariés", "jours": days * 2},
            actor=story.actor,
        )


def _comite(story: Story, key: str) -> None:
    reserved = story.random.random() < 0.2
    services.record_avis(
        story.ingenierie,
        story.organisation(key),
        {
            "date": clock.today() - dt.timedelta(days=story.random.randint(0, 4)),
            "membres": story.random.choice(_MEMBERS),
            "sens": "reserves" if reserved else "favorable",
            "commentaires": story.random.choice(_RESERVES) if reserved else "",
        },
        actor=story.member(key),
    )


def _porteur(story: Story) -> None:
    day = clock.today()
    services.record_validation(
        story.ingenierie,
        {
            "validee": True,
            "date": day - dt.timedelta(days=1),
            "commentaires": "Inscrite au programme d’activité du DLA.",
            "financeurs_date": day,
            "financeurs_texte": "Les financeurs de la structure porteuse ont confirmé leur accord par courriel.",
        },
        actor=story.actor,
    )

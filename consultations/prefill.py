"""What a cahier des charges takes from the project: proposed, told with its source, never forced on what was typed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.urls import reverse

from consultations.enums import FUSEAU_DE, Fuseau
from consultations.models import CahierDesCharges
from core.journal import plain
from engagement import summary
from engagement.enums import NatureCharge, Regime
from mobilisation.models import CadreEvaluation, ProjetIntervention, Scenario, draft_of
from projects.models import Ciblage, Ingenierie, Problematique, RoleDLA

GUIDE = "modèle de rédaction"


@dataclass(frozen=True)
class Proposal:
    """What the project proposes for a field: the value, where it comes from, where to change it there."""

    field: str
    value: Any
    source: str
    url: str = ""


#: Drafts that do not come from the project (002, « Préciser la commande en terme de contenu attendu »; the criteria are
#: those of 002's « grille de lecture », the collective ones those of 000).
DEFAULTS: dict[str, str] = {
    "contenu_attendu": (
        "Le prestataire remet une note méthodologique précise, qui permet au chargé de mission et aux structures de "
        "comprendre comment il atteindra les objectifs, étape par étape.\n"
        "Pour chaque étape, il indique le contenu et la durée prévisionnelle."
    ),
    "appropriation": (
        "Le prestataire présente les modalités par lesquelles les structures intègrent la démarche : qui y est "
        "associé, à quels moments, ce qui leur permet de continuer seules après la mission."
    ),
    "hors_site": (
        "Si une part du travail se fait hors site et que son financement est demandé, le prestataire en présente le "
        "contenu précis et les productions qui y sont attachées."
    ),
    "productions": (
        "À la fin de la mission, les structures possèdent les documents suivants :\n"
        "- le rapport final de mission, remis aussi au DLA ;"
    ),
    "proposition_attendue": (
        "- compréhension des enjeux et de la problématique ;\n"
        "- étapes de l’intervention : intitulé, objectif, contenu, durée, outils, productions (par qui, avec qui, "
        "comment) ;\n"
        "- prise en compte des spécificités associatives ;\n"
        "- modalités d’appropriation de la démarche par les structures ;\n"
        "- intervenants, expériences sur le même thème et la même filière ;\n"
        "- nombre de journées sur site et hors site, contenu du travail hors site ;\n"
        "- coût et justification de ce coût au regard du projet ;\n"
        "- calendrier."
    ),
    "criteres_conformite": (
        "- respect de l’échéance de réponse\n- possibilité d’intervention dans l’échéancier proposé"
    ),
    "criteres_reponse": (
        "- compréhension des enjeux et de la problématique\n"
        "- cohérence de la démarche proposée avec les objectifs à atteindre : lisibilité des étapes de l’appui, "
        "pertinence des outils proposés, prise en compte des spécificités associatives dans la démarche et les outils\n"
        "- pertinence des modalités d’appropriation de la démarche par les structures\n"
        "- description des productions remises, en cours et en fin de mission ; explicitation des modalités de ces "
        "productions (par qui, avec qui, comment)"
    ),
    "criteres_intervenants": (
        "- expériences du prestataire sur le même thème, la même filière\n"
        "- cohérence entre la prestation demandée et les compétences du consultant"
    ),
    "criteres_couts": "- nombre de journées proposé, sur site et hors site\n- justification des coûts",
    "criteres_collectif": (
        "- qualité des contenus, formes des apports méthodologiques et pratiques\n"
        "- niveau d’engagement demandé aux structures\n"
        "- modalités d’échanges et d’animation : phases de rencontres collectives, individuelles\n"
        "- modalités d’enquête et de recueil d’informations préalables à l’animation"
    ),
}


def _join(*parts: str) -> str:
    return "\n\n".join(part.strip() for part in parts if part and part.strip())


def _labelled(*parts: tuple[str, str]) -> str:
    return _join(*(f"{label} : {text.strip()}" for label, text in parts if text and text.strip()))


def _bullets(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items if item)


def _contacts(ingenierie: Ingenierie) -> str:
    def block(organisation, role: str) -> str:
        lines = [f"{organisation.name} ({role})"]
        if organisation.structure_porteuse:
            lines.append(f"Structure porteuse : {organisation.structure_porteuse}")
        lines.append(organisation.address.strip())
        lines.append(" · ".join(part for part in (organisation.email, organisation.phone) if part))
        return "\n".join(line for line in lines if line)

    told = [block(ingenierie.pilote, "pilote")]
    person = ingenierie.charge_mission
    if person:
        reach = " · ".join(part for part in (person.email, person.phone) if part)
        name = f"{person.get_full_name()}, {person.fonction}" if person.fonction else person.get_full_name()
        told.append(f"Votre interlocuteur : {name}\n{reach}")
    if ingenierie.referent_id and ingenierie.referent_id != ingenierie.pilote_id:
        told.append(block(ingenierie.referent, "DLA référent"))
    skipped = {ingenierie.pilote_id, ingenierie.referent_id}
    others = [o.name for o in sorted(ingenierie.associes.all(), key=lambda o: o.name) if o.pk not in skipped]
    if others:
        told.append("Organisations associées : " + ", ".join(others))
    return _join(*told)


def _results(ingenierie: Ingenierie) -> str:
    lines = []
    for row in summary.resultats(ingenierie.pk):
        details = [f"indicateur : {row.indicateur}"] if row.indicateur else []
        if row.cible:
            details.append(f"cible : {row.cible}")
        lines.append(row.libelle + (f" ({' ; '.join(details)})" if details else ""))
    return _bullets(lines)


def fuseau_of(ingenierie: Ingenierie) -> str:
    """The time zone of the territory; Paris when it spans several."""
    zones = {FUSEAU_DE.get(code, Fuseau.PARIS) for code in ingenierie.departements.values_list("code", flat=True)}
    return zones.pop().value if len(zones) == 1 else Fuseau.PARIS.value


def proposals(ingenierie: Ingenierie) -> dict[str, Proposal]:
    """Everything the project proposes now, by field; fields it has nothing for are absent."""
    problematique = draft_of(Problematique, ingenierie)
    ciblage = draft_of(Ciblage, ingenierie)
    role = draft_of(RoleDLA, ingenierie)
    projet = draft_of(ProjetIntervention, ingenierie)
    cadre = draft_of(CadreEvaluation, ingenierie)
    scenario = Scenario.objects.filter(ingenierie=ingenierie, retenu=True).first()
    found: list[Proposal] = []

    def add(field: str, value: Any, source: str, route: str) -> None:
        if value not in (None, "", []):
            found.append(Proposal(field, value, source, reverse(route, args=[ingenierie.pk])))

    carte, intervention = "la carte d’identité de l’ingénierie", "le projet d’intervention"
    add("titre", ingenierie.titre, carte, "projects:identite")
    add("accroche", ingenierie.accroche, carte, "projects:identite")
    add("contacts", _contacts(ingenierie), "le pilote et les organisations associées", "projects:detail")
    add(
        "origine_demande",
        _join(
            f"Origine du constat : {', '.join(problematique.origines_labels)}." if problematique.origines else "",
            problematique.origines_precisions,
        ),
        "la problématique (origines)",
        "projects:problematique",
    )
    add(
        "contexte",
        _join(problematique.contexte, problematique.enjeux, problematique.besoins),
        "la problématique (contexte, enjeux, besoins)",
        "projects:problematique",
    )
    add("demarche", _join(role.idee, role.contenu, role.modalites), "le rôle du DLA", "projects:role_dla")
    add("plan_accompagnement", role.coherence, "la cohérence de la démarche (rôle du DLA)", "projects:role_dla")
    add(
        "structures_presentation",
        _labelled(
            ("Territoire", ciblage.territoire),
            ("Secteur d’activité", ciblage.secteur),
            ("Projet", ciblage.projet),
            ("Poids économique et social", ciblage.poids),
            ("Compétences", ciblage.competences),
        ),
        "le ciblage des structures",
        "projects:ciblage",
    )
    steering = [p.nom for family in summary.partenaires(ingenierie.pk) for p in family.partenaires if p.comite_pilotage]
    add("comite_pilotage", _bullets(steering), "les partenaires du projet", "engagement:partenaires")
    add("type_ingenierie", ingenierie.type_ingenierie, "le type d’ingénierie choisi", "projects:type")
    add("type_motif", ingenierie.type_motif, "le type d’ingénierie choisi", "projects:type")
    add("themes", list(ingenierie.themes.all()), carte, "projects:identite")
    goals = summary.objectifs(ingenierie.pk)
    strategic = [o.texte for o in goals.strategiques]
    add("objectif_general", "\n".join(strategic), "les objectifs stratégiques", "engagement:objectifs")
    operational = _bullets(o.texte for o in goals.operationnels)
    add("objectifs_operationnels", operational, "les objectifs opérationnels", "engagement:objectifs")
    add("resultats_attendus", _results(ingenierie), "les résultats attendus", "engagement:objectifs")
    told_scenario = _labelled(*scenario.lines) if scenario else ""
    add(
        "conditions",
        _join(
            told_scenario,
            _labelled(("Système intervenant", projet.systeme_intervenant), ("Présence du pilote", projet.temps_pilote)),
        ),
        "le projet d’intervention et le scénario retenu",
        "mobilisation:projet",
    )
    if cadre.participation_intervenants.strip():
        add(
            "role_evaluation",
            _join(
                cadre.participation_intervenants,
                _labelled(
                    ("Objet de l’évaluation", cadre.objet or goals.objet),
                    ("Outils et indicateurs", cadre.outils),
                ),
            ),
            "le cadre de l’évaluation",
            "mobilisation:projet",
        )
    add("jours_min", projet.jours, intervention, "mobilisation:projet")
    add("jours_max", projet.jours, intervention, "mobilisation:projet")
    budget = summary.budget(ingenierie.pk)
    spent = sum((c.montant for c in budget.charges if c.nature_code == NatureCharge.REALISATION), Decimal("0.00"))
    if spent and projet.jours:
        mean = (spent / projet.jours).quantize(Decimal("0.01"), ROUND_HALF_UP)
        add("cout_jour", mean, "le budget (réalisation, divisée par les jours)", "engagement:budget")
        regime = next(code for code, label in Regime.choices if label == budget.regime)
        add("regime", regime, "le budget", "engagement:budget")
    add("date_debut", ingenierie.date_debut, carte, "projects:identite")
    add("date_fin", ingenierie.date_fin, carte, "projects:identite")
    for field, text in DEFAULTS.items():
        found.append(Proposal(field, text, GUIDE))
    contact = ingenierie.charge_mission.email if ingenierie.charge_mission else ingenierie.pilote.email
    if contact:
        found.append(
            Proposal(
                "modalites_reponse",
                f"La proposition est adressée à {contact}, avec la référence de ce cahier des charges. "
                "Les questions sont posées à la même adresse ; question et réponse sont données à tous les candidats.",
                GUIDE,
            )
        )
    return {proposal.field: proposal for proposal in found}


def value_of(cahier: CahierDesCharges, field: str) -> Any:
    """The present value of a field, lists of objects included."""
    value = getattr(cahier, field)
    return list(value.all()) if cahier._meta.get_field(field).many_to_many else value


def is_empty(cahier: CahierDesCharges, field: str) -> bool:
    """Nothing was typed there yet (a choice left at its default counts as nothing)."""
    value = value_of(cahier, field)
    if isinstance(value, str):
        return not value.strip() or (field == "regime" and cahier.cout_jour is None)
    return value in (None, [])


def same(one: Any, other: Any) -> bool:
    """Do two values of a field say the same thing?"""
    if isinstance(one, list) or isinstance(other, list):
        return {o.pk for o in one or []} == {o.pk for o in other or []}
    if isinstance(one, str) and isinstance(other, str):
        return one.strip() == other.strip()
    return one == other


def fingerprint(found: Iterable[Proposal]) -> str:
    """A short mark of proposals: what was shown is what will be taken."""
    told = [[p.field, plain(p.value)] for p in found]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]

"""The sections of a cahier des charges, as data: pages, completeness and warnings derive from it.

Sources: 002, « Le cahier des charges : ses contenus principaux »; 000, « Rédiger le cahier des charges ».
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from consultations.cahier import annexes
from consultations.cahier.enums import Diagnostic
from consultations.cahier.models import REPARTITION, CahierDesCharges
from consultations.regles.models import regle_of
from core import clock
from core.formats import format_days, format_money_plain, plural
from engagement.budget import summary
from engagement.budget.jours import Jours, JoursAilleurs


@dataclass(frozen=True)
class Section:
    """One section: its fields in order, those a complete cahier needs, and what it is for."""

    code: str
    titre: str
    fields: tuple[str, ...]
    required: tuple[str, ...]
    help: str = ""


@dataclass(frozen=True)
class Manque:
    """Something missing: in which section, and its name."""

    section: Section
    label: str
    field: str


SECTIONS: tuple[Section, ...] = (
    Section(
        "titre",
        "Titre et contacts",
        ("titre", "accroche", "contacts"),
        ("titre", "contacts"),
        "Ce que le prestataire lit d’abord, et à qui il s’adresse.",
    ),
    Section(
        "demande",
        "Origine et contexte",
        ("origine_demande", "contexte", "demarche", "plan_accompagnement"),
        ("origine_demande", "contexte", "demarche", "plan_accompagnement"),
        "De qui émane la demande, dans quelle démarche d’ensemble elle se place, et ce que le plan d’accompagnement "
        "attend d’ailleurs : le prestataire se centre sur sa mission.",
    ),
    Section(
        "structures",
        "Structures bénéficiaires",
        ("structures_presentation", "portee", "structures_choisies", "details"),
        ("structures",),
        "Une fiche par structure, tirée de l’annuaire. Aucune donnée sur une personne n’est diffusée.",
    ),
    Section(
        "partenaires",
        "Partenaires et comité de pilotage",
        ("comite_pilotage", "partenaires_presentation"),
        ("partenaires",),
        "La liste des partenaires est celle du dossier ; ajoutez ce que le prestataire doit en savoir.",
    ),
    Section(
        "objectifs",
        "Type, thème, objectifs et résultats",
        (
            "type_ingenierie", "type_motif", "themes", "finalite", "objectif_general", "objectifs_operationnels",
            "resultats_attendus",
        ),
        ("type_ingenierie", "themes", "finalite", "objectif_general", "objectifs_operationnels", "resultats_attendus"),
        "Un thème, un but, un objectif général : en mélanger deux empêche d’évaluer la mission.",
    ),
    Section(
        "contenu",
        "Contenu et productions attendus",
        ("contenu_attendu", "appropriation", "hors_site", "productions"),
        ("contenu_attendu", "appropriation", "productions"),
        "La commande, précisée en termes de contenu puis de productions.",
    ),
    Section(
        "conditions",
        "Conditions et évaluation",
        ("conditions", "role_evaluation", "clauses"),
        ("conditions",),
        "Ce qui s’impose au prestataire, sa part dans l’évaluation, et les clauses que votre organisation met dans "
        "tous ses cahiers des charges.",
    ),
    Section(
        "calendrier",
        "Durée, coût et calendrier",
        (
            "jours_min", "jours_max", *REPARTITION, "cout_jour", "regime", "cout_precisions", "date_restitution",
            "calendrier",
        ),
        ("jours_min", "jours_max", "jours_collectifs_site", "cout_jour", "date_debut", "date_fin"),
        "Vous donnez une fourchette, et comment ces jours se répartissent : avec plusieurs structures ou une à la "
        "fois, sur site ou hors site ; le prestataire y justifie son nombre de jours, étape par étape, et son coût.",
    ),
    Section(
        "proposition",
        "Proposition et critères de choix",
        (
            "proposition_attendue", "criteres_conformite", "criteres_reponse", "criteres_intervenants",
            "criteres_couts", "criteres_collectif", "criteres_autres",
        ),
        (
            "proposition_attendue", "criteres_conformite", "criteres_reponse", "criteres_intervenants",
            "criteres_couts",
        ),
        "Les familles sont celles de la grille de lecture, qui servira à lire les propositions.",
    ),
    Section(
        "reponse",
        "Réponse",
        ("date_limite", "fuseau", "modalites_reponse"),
        ("date_limite", "modalites_reponse"),
        "Quand et comment répondre.",
    ),
    Section(
        "annexes",
        "Diagnostic et annexes",
        ("diagnostic", "diagnostic_synthese"),
        ("diagnostic",),
        "Le diagnostic complet est plus parlant que sa synthèse. Ce que vous dites joindre est pris dans "
        "l’application, ou déposé ; rien d’une structure ne part sans son accord.",
    ),
)  # fmt: skip
BY_CODE: dict[str, Section] = {section.code: section for section in SECTIONS}

#: What only several structures call for: left out of the cahier of an ingénierie individuelle.
COLLECTIVE_ONLY = frozenset(
    {
        "demarche", "portee", "structures_choisies", "comite_pilotage", "partenaires_presentation", "partenaires",
        "type_ingenierie", "type_motif", "criteres_collectif", "jours_collectifs_site", "jours_collectifs_hors",
    }
)  # fmt: skip
_INDIVIDUELLE = {
    "demande": {
        "help": "De qui émane la demande, dans quel contexte, et ce que le plan d’accompagnement attend d’ailleurs : "
        "le prestataire se centre sur sa mission."
    },
    "structures": {
        "titre": "Structure bénéficiaire",
        "help": "Sa fiche, tirée de l’annuaire. Aucune donnée sur une personne n’est diffusée.",
    },
    "objectifs": {"titre": "Thème, objectifs et résultats"},
    "calendrier": {
        "required": ("jours_min", "jours_max", "jours_individuels_site", "cout_jour", "date_debut", "date_fin"),
        "help": "Vous donnez une fourchette, et comment ces jours se répartissent, sur site et hors site ; le "
        "prestataire y justifie son nombre de jours, étape par étape, et son coût.",
    },
}


def _for_one(section: Section) -> Section:
    kept = {
        name: tuple(field for field in getattr(section, name) if field not in COLLECTIVE_ONLY)
        for name in ("fields", "required")
    }
    return replace(section, **{**kept, **_INDIVIDUELLE.get(section.code, {})})


#: The sections of the cahier of an ingénierie individuelle: the same, without what several structures call for.
SECTIONS_INDIVIDUELLE: tuple[Section, ...] = tuple(found for s in SECTIONS if (found := _for_one(s)).fields)


def sections_for(cahier: CahierDesCharges) -> tuple[Section, ...]:
    """The sections of this cahier, in order."""
    return SECTIONS_INDIVIDUELLE if cahier.ingenierie.is_individuelle else SECTIONS


def section_for(cahier: CahierDesCharges, code: str) -> Section | None:
    """One of them by its code, ``None`` when this cahier has no such section."""
    return next((section for section in sections_for(cahier) if section.code == code), None)


def _label(field: str) -> str:
    return str(CahierDesCharges._meta.get_field(field).verbose_name)


def _has_structures(cahier: CahierDesCharges) -> bool:
    return cahier.nombre_structures > 0


def _has_partners(cahier: CahierDesCharges) -> bool:
    if cahier.comite_pilotage.strip() or cahier.partenaires_presentation.strip():
        return True
    return cahier.ingenierie.partenaires_projet.exists()


def _lacks_diagnostic(cahier: CahierDesCharges) -> str:
    """What the cahier says is annexed of the diagnostic is really there: a complete one for each structure (the
    application's or a file) with its consent; of a synthesis, its text or its file."""
    if not cahier.diagnostic:
        return "ce qui est annexé du diagnostic"
    with_file = annexes.has_file(cahier)
    if lacking := annexes.lacks(cahier, with_file=with_file):
        told = [f"{cible.structure} ({lack})" for cible, lack in lacking[:LACKS]]
        more = f" et {plural(len(lacking) - LACKS, 'autre')}" if len(lacking) > LACKS else ""
        return f"les annexes de {', '.join(told)}{more}"
    if cahier.diagnostic != Diagnostic.SYNTHESE or cahier.diagnostic_synthese.strip() or with_file:
        return ""
    if cahier.annexes_structures.filter(diagnostic=Diagnostic.SYNTHESE).exists():
        return ""
    return "la synthèse du diagnostic, écrite ou en fichier"


def _lacks_days(cahier: CahierDesCharges) -> str:
    """The four figures add up to a number of days of the range."""
    total, least, most = cahier.jours_repartis, cahier.jours_min, cahier.jours_max
    if not total:
        return "la répartition des jours"
    if least is not None and most is not None and not least <= total <= most:
        return f"une répartition des jours dans la fourchette (ils font {format_days(total)})"
    return ""


#: Structures named among those whose annexes are not complete.
LACKS = 3

#: name → what is lacking, in words, or nothing.
_SPECIAL: dict[str, Callable[[CahierDesCharges], str]] = {
    "structures": lambda cahier: "" if _has_structures(cahier) else "une structure au moins",
    "partenaires": lambda cahier: "" if _has_partners(cahier) else "un partenaire, ou ce qu’il faut en savoir",
    "date_debut": lambda cahier: "" if cahier.date_debut else "début de l’intervention",
    "date_fin": lambda cahier: "" if cahier.date_fin else "fin de l’intervention",
    "themes": lambda cahier: "" if cahier.liste_themes else "le thème",
    "diagnostic": _lacks_diagnostic,
    "jours_collectifs_site": _lacks_days,
    "jours_individuels_site": _lacks_days,
}


def missing(cahier: CahierDesCharges) -> list[Manque]:
    """What a complete cahier still needs, in the order of the sections."""
    found = []
    for section in sections_for(cahier):
        for name in section.required:
            if name in _SPECIAL:
                label = _SPECIAL[name](cahier)
            else:
                value = getattr(cahier, name)
                present = bool(value.strip()) if isinstance(value, str) else value is not None
                label = "" if present else _label(name)
            if label:
                found.append(Manque(section, label, name))
    return found


_BULLET = re.compile(r"^\s*(?:[-–—•*·▪◦‣●■]|\d+[.)])\s*")


#: A result as the dossier writes it (:func:`consultations.cahier.prefill`): what it is, then how one will know.
_RESULTAT = re.compile(r"^(?P<libelle>.+?) \((?P<details>(?:indicateur|cible|mesure) : .+)\)$")
_DETAIL = re.compile(r"(?:^|(?<= ; ))(indicateur|cible|mesure) : (.*?)(?= ; (?:indicateur|cible|mesure) : |$)")


def read_resultat(line: str) -> tuple[str, str, str, str]:
    """A line of the expected results: what is expected, its indicator, its target, how it is measured."""
    found = _RESULTAT.match(line.replace("\u00a0", " "))
    if found is None:
        return line, "", "", ""
    details = dict(_DETAIL.findall(found["details"]))
    return found["libelle"], details.get("indicateur", ""), details.get("cible", ""), details.get("mesure", "")


def lines_of(text: str) -> list[str]:
    """The lines of a list typed in a text, without their dashes."""
    return [line for raw in text.splitlines() if (line := _BULLET.sub("", raw).strip())]


def warnings(cahier: CahierDesCharges) -> list[tuple[Section, str]]:
    """What deserves a second look, without preventing anything: (section, sentence)."""
    told: list[tuple[Section, str]] = []
    themes = [str(theme) for theme in cahier.liste_themes]
    if len(themes) > 1:
        told.append(
            (
                BY_CODE["objectifs"],
                f"Deux thèmes ou plus sont cochés ({', '.join(themes)}) : mieux vaut ne pas en mélanger. "
                "Gardez celui que la mission traite d’abord, ou séparez les commandes.",
            )
        )
    if len(lines_of(cahier.objectif_general)) > 1:
        told.append(
            (
                BY_CODE["objectifs"],
                "L’objectif général semble en contenir plusieurs : gardez-en un, les autres sont des objectifs "
                "opérationnels ou une autre mission.",
            )
        )
    if cahier.date_limite and cahier.date_limite <= clock.now():
        told.append((BY_CODE["reponse"], f"La date limite de réponse est passée : {cahier.date_limite_texte}."))
    deadline = cahier.date_limite.astimezone(cahier.zone).date() if cahier.date_limite else None
    if deadline and cahier.date_debut and deadline > cahier.date_debut:
        told.append((BY_CODE["reponse"], "La date limite de réponse vient après le début de l’intervention."))
    if cahier.date_restitution and cahier.date_debut and cahier.date_restitution < cahier.date_debut:
        told.append((BY_CODE["calendrier"], "La restitution précède le début de l’intervention."))
    if cahier.jours_max:
        paid = summary.budget_of(cahier.ingenierie_id).jours
        asked = JoursAilleurs("ce cahier", cahier.jours_min or cahier.jours_max, cahier.jours_max, "")
        if asked.differs(paid):
            told.append(
                (
                    BY_CODE["calendrier"],
                    f"Le budget paie {paid.phrase} d’intervention ; ce cahier en demande {asked.dits}. Accordez-les, "
                    "ou dites pourquoi ils diffèrent.",
                )
            )
        told += _told_apart(cahier, paid)
    rule = regle_of(cahier.ingenierie.pilote.region_id)
    same = cahier.regime == rule.regime and cahier.cout_jour == rule.cout_jour
    if cahier.cout_jour and rule.cout_jour and not same and not cahier.cout_precisions.strip():
        told.append(
            (
                BY_CODE["calendrier"],
                f"Le coût moyen d’une journée constaté dans la région est de {format_money_plain(rule.cout_jour)} "
                f"{rule.regime.upper()} : dites, dans les précisions sur le coût, pourquoi ce cahier en rappelle "
                "un autre.",
            )
        )
    if cahier.jours_max and cahier.cout_jour:
        # What cannot be told HT or TTC as the cahier does is not compared.
        planned = summary.realisation_of(cahier.ingenierie_id, cahier.regime)
        most = (cahier.jours_max * cahier.cout_jour).quantize(Decimal("0.01"))
        if planned and most > planned:
            told.append(
                (
                    BY_CODE["calendrier"],
                    f"Au plus haut de la fourchette, la mission coûterait {format_money_plain(most)} pour "
                    f"{format_money_plain(planned)} prévus au budget (réalisation).",
                )
            )
    return told


def _told_apart(cahier: CahierDesCharges, paid: Jours) -> list[tuple[Section, str]]:
    """The collective and individual days, when the budget tells them apart otherwise."""
    if not (paid.collectifs or paid.individuels):
        return []
    asked = {
        word: sum((getattr(cahier, name) or Decimal(0) for name in REPARTITION if word in name), Decimal(0))
        for word in ("collectifs", "individuels")
    }
    return [
        (
            BY_CODE["calendrier"],
            f"Le budget paie {format_days(there) or 'aucun jour'} en {word} ; ce cahier en demande "
            f"{format_days(here) or 'aucun'}.",
        )
        for word, there in (("collectifs", paid.collectifs), ("individuels", paid.individuels))
        if (here := asked[word]) != there
    ]


def progress(cahier: CahierDesCharges, lacking: list[Manque]) -> dict[str, Any]:
    """How far the writing of ``cahier`` is: done, total, whole percent."""
    total = sum(len(section.required) for section in sections_for(cahier))
    done = total - len(lacking)
    return {"done": done, "total": total, "percent": done * 100 // total}

"""What the dossier knows for each rubrique of the monographie of an ingénierie collective (001, III).

Figures that conflict are proposed as they are told, each where it is told, with a note.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from capitalisation.recits.connus_actions import ACTIONS
from capitalisation.recits.connus_evaluation import EVALUATION
from capitalisation.recits.dossier import Dossier, bullets, lines
from capitalisation.recits.proposition import Proposition
from core.formats import NBSP, plural
from engagement.partenaires.enums import Genre
from engagement.partenaires.models import PartenaireProjet
from partners.directory.enums import Famille
from projects.enums import Origine, TypeIngenierie
from projects.ingenierie.mobilisation import Mobilisation
from projects.ingenierie.models import Ingenierie

Lecteur = Callable[[Dossier], Proposition | None]
_PARTENAIRES = "engagement:partenaires"


def sous_titre(ingenierie: Ingenierie) -> str:
    """The subtitle that its type asks for (001)."""
    if ingenierie.type_ingenierie == TypeIngenierie.REPONSE_COLLECTIVE:
        return "Réponse collective aux structures d’un même territoire"
    return "Production d’une solution collective avec les structures" if ingenierie.type_ingenierie else ""


def _secteurs(d: Dossier) -> str:
    told = ", ".join(d.secteurs).lower()
    return f"Secteur{'s' if len(d.secteurs) > 1 else ''}{NBSP}: {told}" if told else ""


def _nombres(d: Dossier) -> str:
    """What the numbers of structures say, when they differ."""
    m = Mobilisation.of(d.i)
    told = {m.annoncees or 0: "annoncées", m.reperees: "repérées", m.confirmees: "confirmées"}
    told.pop(0, None)
    if len(told) < 2:
        return ""
    return (
        f"Les nombres diffèrent : {', '.join(f'{n} {word}' for n, word in told.items())} ; ils sont gardés comme dits."
    )


def beneficiaires(d: Dossier) -> Proposition | None:
    m = Mobilisation.of(d.i)
    points = []
    if m.confirmees:
        wider = max(m.reperees, m.annoncees or 0)
        among = f", sur {wider} qui pouvaient l’être" if wider > m.confirmees else ""
        points.append(f"{plural(m.confirmees, 'structure engagée', 'structures engagées')}{among}")
    elif m.reperees or m.annoncees:
        points.append(plural(m.reperees or m.annoncees, "structure visée", "structures visées"))
    place = d.ciblage.territoire.strip() or ", ".join(str(one) for one in d.departements)
    points += [text for text in (f"Territoire{NBSP}: {place}" if place else "", _secteurs(d)) if text]
    if not points:
        return None
    return Proposition(points, "structures et ciblage", d.url("projects:structures"), _nombres(d))


def problematique(d: Dossier) -> Proposition | None:
    p = d.problematique
    text = lines(p.contexte, p.besoins, p.enjeux)
    return Proposition(text, "problématique", d.url("projects:problematique")) if text else None


def origine(d: Dossier) -> Proposition | None:
    """« Ressort des diagnostics », or a need that is common: both may be said, the diagnostics first."""
    found = d.problematique.origines
    if Origine.DIAGNOSTICS in found:
        code = "diagnostics"
    elif {Origine.STRUCTURES, Origine.SOLLICITATION} & set(found):
        code = "besoin_commun"
    else:
        return None
    told = ", ".join(label[:1].lower() + label[1:] for label in d.problematique.origines_labels)
    return Proposition(
        {"code": code, "precision": f"dit dans le dossier : {told}" if len(found) > 1 else ""},
        "origine des besoins", d.url("projects:problematique"),
    )  # fmt: skip


def objectifs(d: Dossier) -> Proposition | None:
    found = [one.texte for one in d.objectifs.operationnels]
    return Proposition(found, "objectifs opérationnels", d.url("engagement:objectifs")) if found else None


# --- Moyens ---


def _intervenants(d: Dossier) -> list[PartenaireProjet]:
    return [one for one in d.partenaires if one.systeme_intervenant]


def moyens(d: Dossier) -> Proposition | None:
    points = [d.projet.systeme_intervenant] if d.projet.systeme_intervenant.strip() else []
    if not points and d.missions:
        points.append(plural(len({one.choix.prestataire_id for one in d.missions}), "prestataire"))
    points += [f"{one}{NBSP}: {one.roles}" if one.roles else str(one) for one in _intervenants(d)]
    pilots = [str(one) for one in d.partenaires if one.comite_pilotage]
    if pilots:
        points.append(f"Un comité de pilotage{NBSP}: {', '.join(pilots)}")
    points = [" ".join(point.split()) for point in points]
    return Proposition(points, "projet d’intervention et partenaires", d.url("mobilisation:projet")) if points else None


def systeme(d: Dossier) -> Proposition | None:
    count = len({one.choix.prestataire_id for one in d.missions}) + len(_intervenants(d))
    if not count:
        return None
    code = "un" if count == 1 else "plusieurs"
    return Proposition({"code": code, "precision": ""}, "missions et partenaires", d.url(_PARTENAIRES))


def fonctions(d: Dossier) -> Proposition | None:
    told = [f"{d.i.pilote} (pilote){NBSP}: {d.projet.temps_pilote}"] if d.projet.temps_pilote.strip() else []
    told += [f"{one}{NBSP}: {one.roles}" for one in d.partenaires if one.roles]
    return Proposition(bullets(told), "temps du pilote et rôles des partenaires", d.url(_PARTENAIRES)) if told else None


# --- Pilotage, construction partenariale ---


def pilotage(d: Dossier) -> Proposition:
    dla = any(one.is_dla for one in d.carriers)
    c2ra = any(one.is_c2ra for one in d.carriers)
    code = "dlas_c2ra" if dla and c2ra else ("c2ra" if c2ra else "dlas")
    names = ", ".join(str(one) for one in d.carriers)
    return Proposition({"code": code, "precision": names}, "carte d’identité", d.url("projects:detail"))


def type_(d: Dossier) -> Proposition | None:
    if not d.i.type_ingenierie:
        return None
    collective = d.i.type_ingenierie == TypeIngenierie.REPONSE_COLLECTIVE
    value = {"code": "reponse_collective" if collective else "solution", "precision": ""}
    return Proposition(value, "type d’ingénierie", d.url("projects:type"))


def _kind(partner: PartenaireProjet) -> str:
    """What a partner is in the words of the key."""
    if partner.genre == Genre.C2RA:
        return "c2ra"
    if partner.genre == Genre.PRESTATAIRE or partner.prestataire_id:
        return "prestataire"
    return {
        Famille.RESEAU_DLA: "dla",
        Famille.FINANCEURS: "financeur",
        Famille.RESEAUX_BENEFICIAIRES: "reseau_beneficiaires",
        Famille.RESSOURCES: "reseau_territorial",
    }.get(partner.famille, "autre")


def _conception(d: Dossier) -> list[PartenaireProjet]:
    """Those who took part in thinking it: in the working group, or who said what they know of the problématique."""
    return [one for one in d.partenaires if one.groupe_travail or one.problematique_texte or one.contribution_technique]


def _mise_en_oeuvre(d: Dossier) -> list[PartenaireProjet]:
    return [one for one in d.partenaires if one.comite_pilotage or one.systeme_intervenant]


def _codes(d: Dossier, partners: list[PartenaireProjet], *more: str) -> Proposition | None:
    found = {"c2ra" if one.is_c2ra else "dla" for one in d.carriers}
    found |= {_kind(one) for one in partners} | set(more)
    order = ("dla", "c2ra", "reseau_beneficiaires", "reseau_territorial", "financeur", "prestataire", "autre")
    value = {"codes": [code for code in order if code in found], "precision": ""}
    return Proposition(value, "partenaires et leurs rôles", d.url(_PARTENAIRES))


def cle_conception(d: Dossier) -> Proposition | None:
    return _codes(d, _conception(d))


def cle_mise_en_oeuvre(d: Dossier) -> Proposition | None:
    return _codes(d, _mise_en_oeuvre(d), *(["prestataire"] if d.missions else []))


def _roles(partners: list[PartenaireProjet], contribution: bool) -> str:
    told = []
    for one in partners:
        said = [one.roles, one.contribution_technique if contribution else one.contribution_financiere]
        said = [" ".join(text.split()).rstrip(".") for text in said if text.strip()]
        told.append(f"{one}{NBSP}: {' ; '.join(said)}" if said else str(one))
    return bullets(told)


def construction_conception(d: Dossier) -> Proposition | None:
    carriers = f"Portée par {', '.join(str(one) for one in d.carriers)}."
    text = lines(carriers, _roles(_conception(d), contribution=True))
    return Proposition(text, "pilote, associés et partenaires", d.url(_PARTENAIRES))


def construction_mise_en_oeuvre(d: Dossier) -> Proposition | None:
    text = _roles(_mise_en_oeuvre(d), contribution=False)
    return Proposition(text, "partenaires et leurs rôles", d.url(_PARTENAIRES)) if text else None


# --- Bénéficiaires, in the key ---


def nombre(d: Dossier) -> Proposition | None:
    m = Mobilisation.of(d.i)
    count = m.confirmees or m.reperees or m.annoncees
    if not count:
        return None
    value: dict[str, Any] = {"valeur": count, "precision": "" if m.confirmees else "visées"}
    return Proposition(value, "structures", d.url("projects:structures"), _nombres(d))


def echelle(d: Dossier) -> Proposition | None:
    if not d.departements:
        return None
    regions = {one.region_id for one in d.departements}
    code = "departemental" if len(d.departements) == 1 else "interdepartemental"
    precision = ", ".join(str(one) for one in d.departements)
    if len(regions) > 1:
        precision += f" ({plural(len(regions), 'région')})"
    return Proposition({"code": code, "precision": precision}, "carte d’identité", d.url("projects:detail"))


def secteur(d: Dossier) -> Proposition | None:
    return Proposition(list(d.secteurs), "carte d’identité", d.url("projects:detail")) if d.secteurs else None


LECTEURS: dict[str, Lecteur] = {
    "beneficiaires": beneficiaires,
    "problematique": problematique,
    "objectifs": objectifs,
    "moyens": moyens,
    "construction_conception": construction_conception,
    "construction_mise_en_oeuvre": construction_mise_en_oeuvre,
    **ACTIONS,
    **EVALUATION,
    "cle_pilotage": pilotage,
    "cle_type": type_,
    "cle_construction_conception": cle_conception,
    "cle_construction_mise_en_oeuvre": cle_mise_en_oeuvre,
    "cle_problematique": origine,
    "cle_systeme": systeme,
    "cle_fonctions": fonctions,
    "cle_nombre": nombre,
    "cle_echelle": echelle,
    "cle_secteur": secteur,
}


def propositions(ingenierie: Ingenierie) -> dict[str, Proposition]:
    """By rubrique, what the dossier of ``ingenierie`` knows."""
    dossier = Dossier(ingenierie)
    return {code: found for code, read in LECTEURS.items() if (found := read(dossier)) is not None}

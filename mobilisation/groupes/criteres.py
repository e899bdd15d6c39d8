"""What is in view where groups are composed (000, fiche pratique 4 and « La démarche » 3/4), and what the sheets and
the answers let one notice: said, never decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

from core.formats import format_money_plain, format_number, plural
from core.text import shortened
from mobilisation.reponses.enums import Niveau, Reponse
from mobilisation.reponses.models import ReponseStructure
from projects.structures_ciblees.models import StructureCiblee
from referentiels import lists
from referentiels.models import Branche, Departement, Secteur

#: The columns one may choose: the five criteria of fiche pratique 4, the profile of « La démarche » 3/4.
CRITERES = {
    "secteur": "Secteur d’activité",
    "branche": "Branche professionnelle",
    "territoire": "Territoire",
    "projet": "Complémentarité des projets",
    "poids": "Poids économique et social",
    "competences": "Compétences, individualités présentes",
    "concurrence": "Risque de concurrence",
}
#: Those shown until one chooses.
DEFAUT = ("secteur", "branche", "territoire", "concurrence")
#: So many pairs are named; the others are counted.
PAIRS = 3


def chosen(codes: Sequence[str]) -> list[str]:
    """Those of ``codes`` that exist, in their order; the default ones when none was chosen."""
    return [code for code in CRITERES if code in codes] or list(DEFAUT)


def reponse_of(ciblee: StructureCiblee) -> ReponseStructure:
    """What it answered (``select_related("reponse")``), or nothing."""
    return getattr(ciblee, "reponse", None) or ReponseStructure()


def said(ciblee: StructureCiblee, code: str, others: Sequence[StructureCiblee]) -> str:
    """What one structure shows under a criterion; ``others`` are those of its group. No query."""
    structure, reponse = ciblee.structure, reponse_of(ciblee)
    if code == "secteur":
        return str(lists.by_id(Secteur, structure.secteur_id))
    if code == "branche":
        return str(lists.by_id(Branche, structure.branche_id)) if structure.branche_id else ""
    if code == "territoire":
        place = [structure.commune, str(lists.by_id(Departement, structure.departement_id))]
        return " · ".join(filter(None, [*place, shortened(structure.territoire)]))
    if code == "projet":
        return " · ".join(filter(None, [shortened(structure.projet), shortened(reponse.projets)]))
    if code == "poids":
        return " · ".join(
            filter(
                None,
                [
                    f"{format_number(structure.etp)} ETP" if structure.etp is not None else "",
                    plural(structure.benevoles, "bénévole") if structure.benevoles is not None else "",
                    format_money_plain(structure.budget) if structure.budget is not None else "",
                ],
            )
        )
    if code == "competences":
        return " · ".join(filter(None, [shortened(structure.competences), ", ".join(reponse.participants_dits)]))
    return ", ".join(str(o.structure) for o in others if o.pk != ciblee.pk and rivals(ciblee, o))


def rivals(one: StructureCiblee, other: StructureCiblee) -> bool:
    """Do two structures work in one trade (their branche, else their sector) and in one place (their commune when both
    tell it, else their département)?"""
    a, b = one.structure, other.structure
    trade = a.secteur_id == b.secteur_id and a.branche_id == b.branche_id
    place = a.departement_id == b.departement_id and (
        not a.commune or not b.commune or a.commune.casefold() == b.commune.casefold()
    )
    return trade and place


def _attentes(members: Sequence[StructureCiblee]) -> str:
    found = Counter(value for m in members if (value := reponse_of(m).attentes))
    if len(found) < 2:
        return ""
    told = ", ".join(f"{found[code]} {Reponse(code).label}" for code in Reponse.values if found[code])
    return f"Le sujet correspond-il à leurs attentes ? Les réponses diffèrent : {told}."


def _concurrence(members: Sequence[StructureCiblee]) -> str:
    pairs = [(a, b) for a, b in combinations(members, 2) if rivals(a, b)]
    if not pairs:
        return ""
    named = " ; ".join(f"{a.structure} et {b.structure}" for a, b in pairs[:PAIRS])
    more = f" ; et {plural(len(pairs) - PAIRS, 'autre paire', 'autres paires')}" if len(pairs) > PAIRS else ""
    return f"Même métier, même lieu : {named}{more}."


def _similitude(members: Sequence[StructureCiblee]) -> str:
    if len(members) < 2:
        return ""
    secteurs = {m.structure.secteur_id for m in members}
    places = {m.structure.departement_id for m in members}
    trade = "un seul secteur" if len(secteurs) == 1 else f"{len(secteurs)} secteurs"
    where = "un seul département" if len(places) == 1 else f"{len(places)} départements"
    return f"Elles relèvent de {trade}, de {where}."


def _competences(members: Sequence[StructureCiblee]) -> str:
    found: Counter[str] = Counter()
    for member in members:
        for participant in reponse_of(member).participants:
            if participant.get("niveau"):
                found[participant["niveau"]] += int(participant.get("nombre") or 1)
    if len(found) < 2:
        return ""
    told = ", ".join(f"{found[code]} {Niveau(code).label}" for code in Niveau.values if found[code])
    return f"Les niveaux des participants annoncés diffèrent : {told}."


#: The four vigilance points of fiche pratique 4, by field of a group, and what may be noticed of each.
SIGNAUX = {
    "vigilance_attentes": _attentes,
    "vigilance_concurrence": _concurrence,
    "vigilance_similitude": _similitude,
    "vigilance_competences": _competences,
}


def noticed(members: Sequence[StructureCiblee]) -> dict[str, str]:
    """By vigilance point, what the sheets and the answers of these structures say."""
    return {name: text for name, find in SIGNAUX.items() if (text := find(members))}


def balance(sizes: Sequence[tuple[str, int]]) -> str:
    """Said when one group is at least twice another; ``sizes``: (name, structures) of each."""
    if len(sizes) < 2:
        return ""
    small, large = min(sizes, key=lambda s: s[1]), max(sizes, key=lambda s: s[1])
    if large[1] < 2 * small[1] or large[1] - small[1] < 2:
        return ""
    return (
        f"Les groupes sont de tailles inégales : « {large[0]} » réunit {plural(large[1], 'structure')}, "
        f"« {small[0]} » {plural(small[1], 'structure')}."
    )

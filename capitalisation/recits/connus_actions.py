"""What the dossier knows of the actions of an ingénierie: contents by the four axes, days and cost, stages, method."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from capitalisation.recits.dossier import Dossier, bullets, enumerated, lines
from capitalisation.recits.proposition import Proposition
from core.formats import NBSP, format_date, format_days, format_number, plural
from engagement.budget.enums import NatureCharge, Regime
from engagement.budget.jours import jours_dits
from engagement.presentation.enums import TypeIntervention
from referentiels import lists
from referentiels.models import Domaine, ThemeAccompagnement

#: The four axes of 001: their code in the reference list, then that of their rubrique and of the key.
AXES = {
    "developpement-strategie-organisation": "strategie",
    "gestion-financiere-axe": "gestion",
    "communication-partenariat": "communication",
    "gestion-ressources-humaines": "rh",
}
_ACTION = "engagement:action"
_INDIVIDUEL = TypeIntervention.ACCOMPAGNEMENT_INDIVIDUEL


# --- Contents ---


def _axe_of(d: Dossier) -> dict[int, str]:
    """By type de prestation Enée, the axis where most of its themes are: the list says it, no table of ours."""
    domaines = {pk: AXES.get(one.code, "") for pk, one in lists.mapping(Domaine).items()}
    counted: dict[int, dict[str, int]] = {}
    for theme in lists.items(ThemeAccompagnement):
        axe = domaines.get(theme.domaine_id, "")
        if axe:
            counts = counted.setdefault(theme.type_prestation_id, {})
            counts[axe] = counts.get(axe, 0) + 1
    return {prestation: max(counts, key=lambda axe: counts[axe]) for prestation, counts in counted.items()}


def _contenus(axe: str) -> Callable[[Dossier], Proposition | None]:
    def read(d: Dossier) -> Proposition | None:
        axes = _axe_of(d)
        points = [str(one) for one in d.details if axes.get(one.type_prestation_id) == axe]
        told = {one.type_prestation_id for one in d.details}
        points += [str(one) for one in d.themes if axes.get(one.pk) == axe and one.pk not in told]
        # What is typed freely belongs to the axis of the first theme.
        if d.themes and axes.get(d.themes[0].pk) == axe:
            points += enumerated(d.action.contenus)
        return Proposition(points, "contenus et thèmes de l’action", d.url(_ACTION)) if points else None

    return read


def contenus(d: Dossier) -> Proposition | None:
    axes = _axe_of(d)
    found = {axes.get(one.pk) for one in d.themes} | {axes.get(one.type_prestation_id) for one in d.details}
    codes = [axe for axe in AXES.values() if axe in found]
    return Proposition({"codes": codes, "precision": ""}, "thèmes", d.url("projects:detail")) if codes else None


# --- Days and cost ---


def _jours(d: Dossier) -> list[tuple[str, Decimal]]:
    """The days of the intervention, by who tells them, in the order of the dossier."""
    agreed = sum((one.jours for one in d.missions if one.jours), Decimal(0))
    told = (
        ("l’action envisagée", d.action.jours or Decimal(0)),
        ("le projet d’intervention", d.projet.jours or Decimal(0)),
        ("le budget", d.budget.jours.total),
        ("la convention" if len(d.missions) < 2 else "les conventions", agreed),
        ("les étapes de la mission", sum((one.duree for one in d.etapes if one.duree), Decimal(0))),
        ("les séances tenues", d.jours_tenus),
    )
    return [(who, days) for who, days in told if days]


def _ecarts(d: Dossier) -> str:
    """Who tells other days than the others; nothing when all agree."""
    by_days: dict[Decimal, list[str]] = {}
    for who, days in _jours(d):
        by_days.setdefault(days, []).append(who)
    if len(by_days) < 2:
        return ""
    told = f"{NBSP}; ".join(f"{format_days(days)} ({', '.join(who)})" for days, who in by_days.items())
    return f"Les jours diffèrent{NBSP}: {told}. Gardés comme dits."


def cout(d: Dossier) -> Proposition | None:
    """The price of each mission, avenants included; before any is signed, what the budget pays the prestataire."""
    rows = []
    for mission in d.missions:
        prix = d.termes[mission.pk].prix
        amount, taxes = (prix.ttc, "TTC") if prix.ttc is not None else (prix.ht, "HT")
        if amount is not None:
            phase = f"Phase {mission.phase}" if mission.phase.isdigit() else mission.phase
            rows.append(_montant(phase, amount, taxes, mission.jours))
    url, source = d.url("missions:conventions"), "prix convenu"
    if not rows:
        url, source = d.url("engagement:budget"), "budget"
        several = len({c.phase for c in d.budget.charges if c.nature == NatureCharge.REALISATION}) > 1
        for charge in d.budget.charges:
            if charge.nature == NatureCharge.REALISATION:
                phase = charge.phase_dite[:1].upper() + charge.phase_dite[1:]
                label = phase if several and phase else charge.libelle
                rows.append(_montant(label, charge.montant, Regime(charge.base).label, None))
        if len(rows) == 1:
            rows[0] |= {"libelle": "", "jours": _plain(d.projet.jours or d.action.jours)}
    return Proposition(rows, source, url, _ecarts(d)) if rows else None


def _plain(days: Decimal | None) -> str | None:
    return None if days is None else str(days)


def _montant(libelle: str, montant: Decimal, taxes: str, jours: Decimal | None) -> dict[str, str | None]:
    return {"libelle": libelle, "montant": f"{montant:.2f}", "taxes": taxes, "jours": _plain(jours)}


def _total(d: Dossier) -> tuple[Decimal | None, Decimal | None, str, str]:
    """Days in all and individual ones, by whom, where: the convention's, else the projet's, else those envisaged."""
    agreed = [one for one in d.missions if one.jours]
    if agreed:
        alone = [one.jours_individuels for one in agreed]
        individuels = None if None in alone else sum(alone, Decimal(0))
        return sum((one.jours for one in agreed), Decimal(0)), individuels, "convention", "missions:conventions"
    if d.projet.jours:
        return d.projet.jours, d.projet.jours_individuels, "projet d’intervention", "mobilisation:projet"
    return d.action.jours, d.action.jours_individuels, "action envisagée", _ACTION


def nombre_journees(d: Dossier) -> Proposition | None:
    total, individuels, source, route = _total(d)
    told = [f"{jours_dits(total, individuels=individuels)}."] if total else []
    if d.seances:
        count = plural(len(d.seances), "séance tenue", "séances tenues")
        told.append(f"{count}, soit {format_days(d.jours_tenus)}.")
    if not told:
        return None
    return Proposition(" ".join(told), f"{source}, séances" if d.seances else source, d.url(route), _ecarts(d))


def cle_journees(d: Dossier) -> Proposition | None:
    total, individuels, source, route = _total(d)
    if not total:
        return None
    precision = f"dont {format_number(individuels)} individuels" if individuels else ""
    return Proposition({"valeur": str(total), "precision": precision}, source, d.url(route), _ecarts(d))


# --- Course and method ---


def _when(first: dt.datetime, last: dt.datetime) -> str:
    """« du 3 mars au 5 mai 2026 », « le 3 mars 2026 »."""
    start, end = format_date(first), format_date(last)
    return f"le {start}" if start == end else f"du {start} au {end}"


def mode_intervention(d: Dossier) -> Proposition | None:
    told = list(d.action.types_labels)
    period = ""
    if d.seances:
        first, last = d.seances[0]["debut"], d.seances[-1]["debut"]
        alone = sum(1 for row in d.seances if row["structure"])
        kinds = [(len(d.seances) - alone, "séance collective", "séances collectives"),
                 (alone, "séance individuelle", "séances individuelles")]  # fmt: skip
        counted = " et ".join(plural(n, one, many) for n, one, many in kinds if n)
        period = f"{counted}, {_when(first, last)}."
    text = lines(bullets(told), period, f"Rythme{NBSP}: {d.action.rythme}" if d.action.rythme else "")
    if not text:
        return None
    if d.seances:
        return Proposition(text, "action et séances", d.url("missions:seances", d.missions[0].pk))
    return Proposition(text, "action envisagée", d.url(_ACTION))


def mode(d: Dossier) -> Proposition | None:
    """One séance is « ponctuelle », several on more than a month are « étalées »."""
    if not d.seances:
        return None
    first, last = d.seances[0]["debut"], d.seances[-1]["debut"]
    code = "etalee" if len(d.seances) > 1 and (last - first).days > 31 else "ponctuelle"
    precision = f"{plural(len(d.seances), 'séance')}, {_when(first, last)}"
    return Proposition({"code": code, "precision": precision}, "séances", d.url("missions:seances", d.missions[0].pk))


def methode(d: Dossier) -> Proposition | None:
    alone = any(row["structure"] for row in d.seances) or _INDIVIDUEL in d.action.types_intervention
    alone = alone or bool(_total(d)[1])
    if not d.seances and not d.action.types_intervention:
        return None
    value = {"code": "alternance" if alone else "collectif", "precision": ""}
    return Proposition(value, "action et séances", d.url(_ACTION))


_TYPES = {
    TypeIntervention.INFORMATION: "information",
    TypeIntervention.FORMATION: "formation",
    TypeIntervention.ACCOMPAGNEMENT_COLLECTIF: "accompagnement-production",
    TypeIntervention.ACCOMPAGNEMENT_INDIVIDUEL: "accompagnement-production",
}


def types(d: Dossier) -> Proposition | None:
    codes = list(dict.fromkeys(_TYPES[code] for code in TypeIntervention.values if code in d.action.types_intervention))
    if any(theme.code == "mutualisation" for theme in d.themes):
        codes.append("accompagnement-reseau")
    return Proposition({"codes": codes, "precision": ""}, "types d’intervention", d.url(_ACTION)) if codes else None


def etapes(d: Dossier) -> Proposition | None:
    rows = []
    for one in d.etapes:
        told = d.racontees.get(one.pk)
        rows.append(
            {
                "titre": one.intitule,
                "jours": _plain(one.duree),
                "attendus": lines(one.objectif, one.productions),
                "methodes": (told.methodes if told else "") or one.outils,
                "texte": (told.contenu if told else "") or one.contenu,
            }
        )
    if not rows:
        return None
    total = sum((one.duree for one in d.etapes if one.duree), Decimal(0))
    agreed = sum((one.jours for one in d.missions if one.jours), Decimal(0))
    note = ""
    if total and agreed and total != agreed:
        told = f"Les étapes totalisent {format_days(total)}, la convention en dit {format_number(agreed)}"
        note = f"{told} : gardés comme dits."
    source = "étapes de la convention" + (" et rapport final" if d.racontees else "")
    return Proposition(rows, source, d.url("missions:conventions"), note)


def deroulement(d: Dossier) -> Proposition | None:
    text = lines(*(one.deroulement for one in d.rapports))
    if not text:
        return None
    return Proposition(text, "rapport final", d.url("missions:rapport", d.rapports[0].convention_id))


def lien_plan(d: Dossier) -> Proposition | None:
    """What each structure's plan said; the words of a plan are quoted where the pilot keeps it."""
    told = []
    for link in d.lignes:
        ligne = link.ligne
        said = (ligne.action or ligne.difficulte) if ligne.organisation_id == d.i.pilote_id else ""
        told.append(f"{ligne.plan.structure}{NBSP}: {said or 'une ligne de son plan est rattachée à l’ingénierie'}")
    if not told:
        return None
    return Proposition(bullets(told), "plans d’accompagnement rattachés", d.url("projects:structures"))


ACTIONS: dict[str, Callable[[Dossier], Proposition | None]] = {
    "cout": cout,
    **{f"contenus_{axe}": _contenus(axe) for axe in AXES.values()},
    "mode_intervention": mode_intervention,
    "etapes": etapes,
    "deroulement": deroulement,
    "nombre_journees": nombre_journees,
    "cle_contenus": contenus,
    "cle_journees": cle_journees,
    "cle_mode": mode,
    "cle_methode": methode,
    "cle_types": types,
    "cle_lien_plan": lien_plan,
}

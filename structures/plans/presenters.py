"""Plans put into words for pages and exports: everything is formatted here, once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date, format_datetime
from structures.diagnostics.presenters import answer_words
from structures.plans.content import echeance_of
from structures.plans.enums import EtatLigne
from structures.plans.models import LignePlan, MissionPreconisee, PlanAccompagnement, ReponsePlan, SuiviLigne
from structures.plans.registry import LIGNE_ACTIONS, links_of

LIGNE_TAGS = {
    EtatLigne.A_FAIRE: "tag-neutral",
    EtatLigne.EN_COURS: "tag-accent",
    EtatLigne.FAIT: "tag-ok",
    EtatLigne.ABANDONNE: "tag-neutral",
}
#: A row is due when its term is within these days.
DUE = dt.timedelta(days=14)


def when(ligne: LignePlan, today: dt.date) -> tuple[str, str]:
    """« en retard » or « sous 14 jours » with its tag; empty for a row that is neither, or that is settled."""
    if not ligne.is_open or ligne.echeance is None:
        return "", ""
    if ligne.echeance < today:
        return "En retard", "tag-bad"
    return ("Sous 14 jours", "tag-warn") if ligne.echeance <= today + DUE else ("", "")


def ligne_rows(lignes: Sequence[LignePlan], actor: Actor, *, can_write: bool) -> list[dict[str, Any]]:
    """The rows of one plan (loaded with their ``besoin``), with what each led to and what may be done."""
    today = clock.today()
    links = links_of(lignes, actor)
    rows = []
    for number, ligne in enumerate(lignes, 1):
        label, tag = when(ligne, today)
        found = links.get(ligne.pk, [])
        rows.append(
            {
                "pk": ligne.pk,
                "number": number,
                "first": number == 1,
                "last": number == len(lignes),
                "difficulte": ligne.difficulte,
                "cause": ligne.cause,
                "action": ligne.action,
                "echeance": echeance_of(ligne),
                "when": label,
                "when_tag": tag,
                "nature": ligne.get_nature_moyen_display() if ligne.nature_moyen else "",
                "moyens": ligne.moyens,
                "resultats": ligne.resultats_attendus,
                "etat": ligne.get_etat_display(),
                "etat_tag": LIGNE_TAGS[EtatLigne(ligne.etat)],
                "links": found,
                "actions": ligne_actions(ligne, actor, linked=bool(found)) if can_write else [],
                "url": reverse("structures:ligne", args=[ligne.pk]),
                "edit_url": reverse("structures:ligne_modifier", args=[ligne.pk]),
                "move_url": reverse("structures:ligne_deplacer", args=[ligne.pk]),
            }
        )
    return rows


def ligne_actions(ligne: LignePlan, actor: Actor, *, linked: bool) -> list[dict[str, str]]:
    """The ways to carry out a row that its means call for."""
    if not ligne.is_open:
        return []
    return [
        {"label": a.label, "icon": a.icon, "url": reverse(a.route, args=[ligne.pk])}
        for a in LIGNE_ACTIONS
        if ligne.nature_moyen in a.natures and a.linked == linked and a.why_not(actor, ligne) is None
    ]


def mission_rows(missions: Iterable[MissionPreconisee]) -> list[dict[str, Any]]:
    """The missions préconisées, loaded with their row."""
    return [
        {
            "pk": m.pk,
            "contexte": m.contexte,
            "objectif": m.objectif_general,
            "objectifs": m.liste_objectifs,
            "ligne": str(m.ligne) if m.ligne_id else "",
            "ligne_url": reverse("structures:ligne", args=[m.ligne_id]) if m.ligne_id else "",
            "url": reverse("structures:mission", args=[m.pk]),
        }
        for m in missions
    ]


def actualisation_rows(plan: PlanAccompagnement) -> list[dict[str, Any]]:
    """The actualisations, newest first."""
    return [
        {
            "label": _named(a.numero),
            "url": reverse("structures:plan_actualisation", args=[plan.pk, a.numero]),
            "quand": format_datetime(a.le),
            "par": a.par,
            "motif": a.motif,
        }
        for a in plan.actualisations.defer("contenu")
    ]


def _named(numero: int) -> str:
    """« Établissement du plan », « Actualisation n° 2 »."""
    return "Établissement du plan" if numero == 1 else f"Actualisation n° {numero - 1}"


def reponse_rows(plan: PlanAccompagnement) -> list[dict[str, Any]]:
    """What the structure answered, newest first. One query."""
    found = ReponsePlan.objects.filter(actualisation__plan=plan.pk).select_related("actualisation")
    return [
        {
            **answer_words(r),
            "sur": _named(r.actualisation.numero).lower(),
            "commentaires": [("Ses remarques", r.commentaire)] if r.commentaire else [],
        }
        for r in found.defer("actualisation__contenu")
    ]


def suivi_rows(suivis: Iterable[SuiviLigne]) -> list[dict[str, Any]]:
    """What was noted of a row, newest first."""
    return [
        {
            "etat": s.get_etat_display(),
            "tag": LIGNE_TAGS[EtatLigne(s.etat)],
            "quand": format_datetime(s.date),
            "par": s.par,
            "note": s.note,
        }
        for s in suivis
    ]


# --- The list of terms ----------------------------------------------------------------------------------------------


def echeance_rows(lignes: Sequence[LignePlan], actor: Actor) -> list[dict[str, Any]]:
    """Rows of « Plans d'accompagnement : échéances », from ``with_list_related_data()``."""
    today = clock.today()
    rows = []
    for ligne in lignes:
        label, tag = when(ligne, today)
        structure = ligne.plan.structure
        rows.append(
            {
                "url": reverse("structures:ligne", args=[ligne.pk]),
                "difficulte": str(ligne),
                "action": ligne.action if len(ligne.action) <= 120 else f"{ligne.action[:119].rstrip()}…",
                "structure": structure.name,
                "structure_url": reverse("structures:plan", args=[ligne.plan_id]),
                "echeance": echeance_of(ligne) or "sans échéance",
                "when": label,
                "when_tag": tag,
                "nature": ligne.get_nature_moyen_display() if ligne.nature_moyen else "",
                "etat": ligne.get_etat_display(),
                "etat_tag": LIGNE_TAGS[EtatLigne(ligne.etat)],
                "suivi_par": (ligne.plan.suivi_par.get_full_name() if ligne.plan.suivi_par_id else ""),
                "organisation": ligne.organisation.name,
            }
        )
    return rows


EXPORT_HEADER = [
    "Structure",
    "Département",
    "Difficulté rencontrée",
    "Cause supposée",
    "Action envisagée",
    "Échéance",
    "Échéance en toutes lettres",
    "Moyens à mobiliser",
    "Précisions sur les moyens",
    "Résultats attendus",
    "État",
    "En retard",
    "Suivi par",
    "Plan tenu par",
]


def export_rows(queryset) -> Iterator[list[Any]]:
    """Rows of the export, read in chunks."""
    today = clock.today()
    for ligne in queryset.select_related("plan__structure__departement").iterator(chunk_size=500):
        yield [
            ligne.plan.structure.name,
            str(ligne.plan.structure.departement),
            ligne.difficulte,
            ligne.cause,
            ligne.action,
            ligne.echeance,
            ligne.echeance_texte,
            ligne.get_nature_moyen_display() if ligne.nature_moyen else "",
            ligne.moyens,
            ligne.resultats_attendus,
            ligne.get_etat_display(),
            when(ligne, today)[0] == "En retard",
            ligne.plan.suivi_par.get_full_name() if ligne.plan.suivi_par_id else "",
            ligne.organisation.name,
        ]


def plan_label(plan: PlanAccompagnement) -> str:
    """« Plan d’accompagnement du 3 mars 2026 »."""
    return f"Plan d’accompagnement du {format_date(plan.created_at)}"

"""The comparison: candidates as columns, families and criteria as rows, ready for the page and for the PDF."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from consultations.appel.models import Appel
from consultations.lecture.candidats import Candidat, asked, candidats, fait
from consultations.lecture.enums import NOTES, Qualite
from consultations.lecture.lire import en_bref
from consultations.lecture.modele import modele
from consultations.lecture.models import Appreciation, Critere, Evaluateur, Note, Precision
from core.formats import format_date, format_datetime, format_number, plural

_TENTH = Decimal("0.1")


def nom_de(evaluateur: Evaluateur) -> str:
    """Who wrote, as the team reads it: the person for the DLA, the body for the others."""
    if evaluateur.qualite == Qualite.DLA:
        return f"{evaluateur.user} ({evaluateur.organisme})"
    return evaluateur.organisme


def entretien_dit(evaluateur: Evaluateur) -> str:
    """« dit le 3 décembre 2026 par la présidente », where it was typed after a meeting; else nothing."""
    if evaluateur.entretien_le is None:
        return ""
    return f"dit le {format_date(evaluateur.entretien_le)} par {evaluateur.entretien_avec}"


def moyenne(notes: Sequence[int]) -> str:
    """« 3,2 », or nothing."""
    return format_number((Decimal(sum(notes)) / len(notes)).quantize(_TENTH)) if notes else ""


def _told(notes: Sequence[int]) -> str:
    """« de 2 à 4, 12 notes »."""
    count = plural(len(notes), "note")
    low, high = min(notes), max(notes)
    return count if len(notes) == 1 else f"{count}, toutes à {low}" if low == high else f"de {low} à {high}, {count}"


def build(
    appel: Appel, *, evaluateurs: Sequence[Evaluateur] | None = None, mine: Evaluateur | None = None
) -> dict[str, Any]:
    """The grid filled by those who finished, and by ``mine`` (the candidates she set aside left out).

    The caller has asked whether the reader may. ``evaluateurs``: those of the call, when the page has read them.
    Six queries, whatever there is to show.
    """
    readers = list(
        Evaluateur.objects.filter(grille__appel=appel).select_related("user") if evaluateurs is None else evaluateurs
    )
    shown = {row.pk: row for row in readers if row.enregistre_at or (mine is not None and row.pk == mine.pk)}
    aside = set(mine.recusees.values_list("pk", flat=True)) if mine is not None and mine.conflit else set()
    columns = [c for c in candidats(appel) if c.invitation.pk not in aside]
    criteres = list(Critere.objects.filter(grille__appel=appel)) or _unsaved(appel)
    texts, notes = _texts(shown), _notes(shown)
    precisions = _precisions(appel)
    demande = asked(appel)
    families = []
    for family in modele(individuelle=appel.ingenierie.is_individuelle):
        rows = [c for c in criteres if c.famille == family.code]
        families.append(
            {
                "code": family.code.value,
                "label": family.code.label,
                "criteres": [_row(c, columns, notes, appel, demande) for c in rows],
                "cells": [
                    {
                        "numero": c.numero,
                        "appreciations": texts.get((c.invitation.pk, family.code.value), []),
                        "precisions": precisions.get((c.invitation.pk, family.code.value), []),
                    }
                    for c in columns
                ],
            }
        )
    weighted = any(c.poids for c in criteres)
    return {
        "colonnes": [_column(c, criteres, notes) for c in columns],
        "familles": families,
        "pondere": weighted,
        "lecteurs": len(shown),
        "attendus": len(readers),
        "notes": NOTES,
    }


def _unsaved(appel: Appel) -> list[Critere]:
    """The criteria of 002, of a grid that nobody began."""
    rows = []
    for family in modele(individuelle=appel.ingenierie.is_individuelle):
        for row in family.criteres:
            rows.append(
                Critere(famille=family.code.value, intitule=row.intitule, dont="\n".join(row.dont), fait=row.fait)
            )
    return rows


def criteres_of(appel: Appel) -> list[dict[str, Any]]:
    """The grid without its columns: each family with its criteria (those of 002 while nobody began it)."""
    rows = list(Critere.objects.filter(grille__appel=appel).select_related("grille")) or _unsaved(appel)
    return [
        {"code": f.code.value, "label": f.code.label, "criteres": [c for c in rows if c.famille == f.code]}
        for f in modele(individuelle=appel.ingenierie.is_individuelle)
    ]


def _texts(shown: dict[int, Evaluateur]) -> dict[tuple[int, str], list[dict[str, Any]]]:
    found: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    rows = Appreciation.objects.filter(lecture__evaluateur__in=shown).select_related("lecture").order_by("lecture")
    by_reader = sorted(rows, key=lambda row: list(shown).index(row.lecture.evaluateur_id))
    for row in by_reader:
        reader = shown[row.lecture.evaluateur_id]
        found[row.lecture.invitation_id, row.famille].append(
            {
                "qui": ", ".join(filter(None, (nom_de(reader), entretien_dit(reader)))),
                "qualite": reader.qualite,
                "texte": row.texte,
                "apres": bool(reader.enregistre_at and row.lecture.at > reader.enregistre_at),
            }
        )
    return found


def _notes(shown: dict[int, Evaluateur]) -> dict[tuple[int, int], list[int]]:
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    rows = Note.objects.filter(lecture__evaluateur__in=shown).order_by("pk")
    for invitation, critere, note in rows.values_list("lecture__invitation", "critere", "note"):
        found[invitation, critere].append(note)
    return found


def _precisions(appel: Appel) -> dict[tuple[int, str], list[dict[str, Any]]]:
    found: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for row in Precision.objects.filter(invitation__appel=appel):
        found[row.invitation_id, row.famille].append(
            {
                "pk": row.pk,
                "question": row.question,
                "reponse": row.reponse,
                "demandee": f"demandée le {format_datetime(row.at)}",
                "repondue": f"répondu le {format_datetime(row.repondu_at)}" if row.repondu_at else "",
            }
        )
    return found


def _row(
    critere: Critere,
    columns: Sequence[Candidat],
    notes: dict[tuple[int, int], list[int]],
    appel: Appel,
    demande: dict[str, Any],
) -> dict[str, Any]:
    cells = []
    for column in columns:
        given = notes.get((column.invitation.pk, critere.pk), []) if critere.pk else []
        cells.append(
            {
                "numero": column.numero,
                "fait": fait(column, critere.fait, appel, demande) if critere.fait else "",
                "moyenne": moyenne(given),
                "detail": _told(given) if given else "",
            }
        )
    return {
        "intitule": critere.intitule,
        "dont": [line for line in critere.dont.splitlines() if line.strip()],
        "poids": critere.poids,
        "fait": critere.fait,
        "cells": cells,
    }


def _column(candidat: Candidat, criteres: Sequence[Critere], notes: dict[tuple[int, int], list[int]]) -> dict[str, Any]:
    total = weights = Decimal(0)
    for critere in criteres:
        given = notes.get((candidat.invitation.pk, critere.pk), []) if critere.pk else []
        if given:
            weight = Decimal(critere.poids or 1)
            total += weight * sum(given) / len(given)
            weights += weight
    return {
        "numero": candidat.numero,
        "pk": candidat.invitation.pk,
        "nom": candidat.nom,
        "proposition": candidat.proposition.pk if candidat.proposition is not None else None,
        "bref": en_bref(candidat.contenu),
        "moyenne": format_number((total / weights).quantize(_TENTH)) if weights else "",
    }

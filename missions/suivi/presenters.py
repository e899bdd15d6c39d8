"""The fiche de suivi ready to read: on its two pages and on its PDF, the same words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core import clock
from core.formats import format_date, format_datetime, plural
from core.outbox import unsent
from missions.conventions.models import Convention
from missions.conventions.prefill import beneficiaires
from missions.suivi.enums import Besoin
from missions.suivi.models import EtapeSuivi, FicheSuivi
from missions.suivi.services import en_retard, envoi_keys, etapes_of, manques_prevus
from mobilisation.projet.periode import periode_dite
from structures.diagnostics.models import Diagnostic

#: The headings of 002, word for word.
COLONNES = (
    "Étapes",
    "Dates et personnes (fonctions) à rencontrer prévues",
    "État de réalisation : date et personnes rencontrées ; production remise, si prévue",
    "Commentaires du prestataire si utile (systématiques en cas de modification par rapport à la commande initiale)",
)
#: How many structures are named before they are counted.
NOMMEES = 6


def structures_dites(convention: Convention) -> str:
    """« Intervention auprès de la structure »: its name, or theirs."""
    names = [str(row.structure) for row in beneficiaires(convention.ingenierie)]
    told = ", ".join(names[:NOMMEES])
    left = len(names) - NOMMEES
    return f"{told} et {plural(left, 'autre structure', 'autres structures')}" if left > 0 else told


def entete(convention: Convention, fiche: FicheSuivi | None) -> list[tuple[str, str]]:
    """The four lines of the header."""
    return [
        ("Prestataire", str(convention.choix.prestataire)),
        ("Consultant", fiche.consultant if fiche else ""),
        ("Référence de la convention", convention.titre),
        ("Intervention auprès de la structure", structures_dites(convention)),
    ]


def _prevu(row: EtapeSuivi) -> str:
    if row.prevu_debut and row.prevu_fin and row.prevu_debut != row.prevu_fin:
        return periode_dite(row.prevu_debut, row.prevu_fin)
    return format_date(row.prevu_fin or row.prevu_debut)


def told(row: EtapeSuivi, today: dt.date) -> dict[str, Any]:
    """One row, in words."""
    late = en_retard(row, today)
    days = (today - row.prevu_fin).days if late and row.prevu_fin else 0
    return {
        "pk": row.pk,
        "version": row.version,
        "titre": row.titre,
        "objectif": row.objectif,
        "prevu": _prevu(row),
        "personnes": row.personnes_prevues,
        "fait": format_date(row.fait_le),
        "rencontrees": row.personnes_rencontrees,
        "production": row.production_remise,
        "production_prevue": row.etape.productions if row.etape_id else "",
        "commentaire": row.commentaire,
        "modifiee": row.modifiee,
        "rendue": format_datetime(row.rendue_le),
        "rendue_par": f"{row.rendue_par} (équipe, pour le prestataire)" if row.rendue_equipe else row.rendue_par,
        "retard": plural(days, "jour de retard", "jours de retard") if late else "",
        "relancee": format_date(row.relancee_le) if late else "",
        "signalee": format_date(row.signalee_le) if late else "",
    }


def resume(convention: Convention) -> str:
    """Where the fiche stands, in one line: one query."""
    rows, today = etapes_of(convention), clock.today()
    if not rows:
        return "À préparer."
    if rows[0].fiche.prevue_le is None:
        return "Prévisions à remplir par le prestataire."
    done = sum(1 for row in rows if row.rendue_le)
    late = sum(1 for row in rows if en_retard(row, today))
    text = f"{plural(done, 'étape rendue', 'étapes rendues')} sur {len(rows)}"
    text = f"{text}, {late} en retard." if late else f"{text}."
    changed = rows[0].fiche.besoin_actuel == Besoin.NON
    return f"{text} Le besoin n’est plus celui du diagnostic." if changed else text


def diagnostics_dits(convention: Convention) -> str:
    """The date of the diagnostic of each structure of the mission, as the pilot keeps it; or empty."""
    ingenierie = convention.ingenierie
    ids = [row.structure_id for row in beneficiaires(ingenierie)]
    keepers = [pk for pk in (ingenierie.pilote_id, ingenierie.referent_id) if pk]
    rows = Diagnostic.objects.filter(structure__in=ids, organisation__in=keepers).order_by("structure", "-date", "-pk")
    last: dict[int, dt.date] = {}
    for structure, day in rows.values_list("structure", "date"):
        last.setdefault(structure, day)
    days = sorted(last.values())
    if not days:
        return ""
    if len(days) == 1:
        return f"Diagnostic du {format_date(days[0])}."
    if days[0] == days[-1]:
        return f"{len(days)} diagnostics, du {format_date(days[0])}."
    return f"{len(days)} diagnostics, du {format_date(days[0])} au {format_date(days[-1])}."


def besoin(fiche: FicheSuivi, convention: Convention) -> dict[str, Any]:
    """The check at the start."""
    return {
        "diagnostics": diagnostics_dits(convention),
        "reponse": fiche.get_besoin_actuel_display() if fiche.besoin_actuel else "",
        "change": fiche.besoin_actuel == Besoin.NON,
        "commentaire": fiche.besoin_commentaire,
        "le": format_date(fiche.besoin_le),
        "par": fiche.besoin_par,
    }


def page(convention: Convention) -> dict[str, Any]:
    """What both pages show."""
    rows = etapes_of(convention)
    fiche = rows[0].fiche if rows else None
    context: dict[str, Any] = {"fiche": fiche, "entete": entete(convention, fiche), "colonnes": COLONNES}
    if fiche is None:
        return context
    today = clock.today()
    return context | {
        "etapes": [told(row, today) for row in rows],
        "retards": sum(1 for row in rows if en_retard(row, today)),
        "besoin": besoin(fiche, convention),
        "envoyee": format_datetime(fiche.envoyee_le),
        "non_parti": bool(unsent(envoi_keys(fiche))),
        "prevue": format_datetime(fiche.prevue_le),
        "prevue_par": f"{fiche.prevue_par} (équipe, pour le prestataire)" if fiche.prevue_equipe else fiche.prevue_par,
        "manques": [] if fiche.prevue_le else manques_prevus(fiche, rows),
    }

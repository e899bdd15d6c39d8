"""The requests of changes ready to read."""

from __future__ import annotations

from typing import Any

from core.formats import format_date, plural
from missions.conventions.models import Convention
from missions.modifications.enums import Avis, EtatDemande
from missions.modifications.models import AccordStructure, DemandeModification
from missions.modifications.services import en_cours


def line(demande: DemandeModification) -> dict[str, Any]:
    """One request in a list."""
    return {
        "pk": demande.pk,
        "titre": f"{demande.numero}. {demande.get_quoi_display().capitalize()}",
        "etat": demande.get_state_display(),
        "tag": demande.state_tag,
        "demande": f"demandée le {format_date(demande.demande_le)} par {demande.get_demandeur_display()}",
        "etape": demande.etape.titre if demande.etape_id else "",
        "hint": demande.state_hint,
    }


def contact_dit(demande: DemandeModification) -> str:
    if demande.contact_le is None:
        return ""
    return f"le {format_date(demande.contact_le)}, {demande.get_contact_moyen_display()}"


def rows_of(demande: DemandeModification) -> list[tuple[str, str]]:
    """What was asked, by label."""
    rows = [
        ("Ce qui changerait", demande.get_quoi_display()),
        ("Étape", demande.etape.titre if demande.etape_id else ""),
        ("Nouvelle date de fin", format_date(demande.nouvelle_fin)),
        ("Demandé par", f"{demande.get_demandeur_display()}, le {format_date(demande.demande_le)}"),
        ("Contact avec le chargé de mission", contact_dit(demande)),
        ("Décision du DLA", _dla(demande)),
        ("Motif", demande.motif),
    ]
    return [row for row in rows if row[1]]


def _dla(demande: DemandeModification) -> str:
    if demande.dla_le is None:
        return "attendue" if demande.state == EtatDemande.DEMANDEE else ""
    refused = demande.state == EtatDemande.REFUSEE and bool(demande.motif)
    return f"{'refusée' if refused else 'acceptée'} le {format_date(demande.dla_le)}"


def accord(row: AccordStructure) -> dict[str, Any]:
    """What one structure answered."""
    how = "par lien" if row.par_lien else f"noté par {row.par}" if row.par else ""
    return {
        "pk": row.pk,
        "obj": row,
        "structure": str(row.structure),
        "avis": row.get_avis_display() if row.avis else "",
        "tag": {Avis.OUI: "tag-ok", Avis.NON: "tag-bad"}.get(row.avis, "tag-neutral"),
        "le": format_date(row.le),
        "nom": row.nom,
        "how": how,
        "commentaire": row.commentaire,
    }


def resume(convention: Convention) -> str:
    """Where the requests stand, in one line: one query."""
    count = en_cours(convention).count()
    return plural(count, "demande en cours", "demandes en cours") + "." if count else ""

"""What the pages show of the séances, prepared in Python."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from core.formats import format_date, format_datetime, format_days, plural
from engagement.rendezvous.documents import told_counts
from engagement.rendezvous.enums import EtatRendezvous, Presence
from missions.conventions.models import Convention
from missions.conventions.prefill import beneficiaires
from missions.seances import documents, summary
from missions.seances.models import ParticipantSeance, Seance
from missions.seances.registry import ajouts
from missions.seances.services.seances import of_convention
from missions.seances.summary import PART
from missions.seances.vigilance import vigilances
from projects.structures_ciblees.models import StructureCiblee

_PILOTE = {True: "présent", False: "absent", None: "à noter"}


def list_context(
    convention: Convention,
    address: Callable[[Seance], str],
    watch: Callable[[list[Seance]], list[str]] = vigilances,
) -> dict[str, Any]:
    """The séances to come and past, what deserves attention (``watch``), the days planned and given. Seven queries."""
    seances = of_convention(convention)
    expected = Q(retire_le__isnull=True)
    who = {
        row["seance"]: row
        for row in ParticipantSeance.objects.filter(expected, seance__convention=convention)
        .order_by()
        .values("seance")
        .annotate(
            attendus=Count("pk"),
            venus=Count("pk", filter=Q(presence__in=list(PART))),
            a_noter=Count("pk", filter=Q(presence=Presence.A_NOTER)),
        )
    }
    to_come = [_row(row, who.get(row.pk), address) for row in seances if row.is_to_come]
    done = [_row(row, who.get(row.pk), address) for row in seances if not row.is_to_come][::-1]
    return {
        "groups": [("a-venir", "À tenir", to_come), ("passees", "Passées ou annulées", done)],
        "total": len(seances),
        "vigilances": watch(seances),
        **_days(convention, seances),
    }


def _row(seance: Seance, who: dict[str, int] | None, address: Callable[[Seance], str]) -> dict[str, Any]:
    expected, came = (who["attendus"], who["venus"]) if who else (0, 0)
    if seance.state == EtatRendezvous.TENUE and came:
        told = f"{plural(came, 'présent')} sur {plural(expected, 'attendu')}"
    else:
        told = plural(expected, "participant attendu", "participants attendus")
    more = (
        f"pour {seance.pour_qui}",
        format_days(seance.jours),
        told,
        "présences à noter" if seance.state == EtatRendezvous.TENUE and who and who["a_noter"] else "",
        "compte rendu écrit" if seance.compte_rendu else "",
    )
    return {
        "url": address(seance),
        "nature": seance.get_nature_display(),
        "objet": seance.titre,
        "quand": seance.quand,
        "lieu": seance.ou or "Lieu à préciser",
        "etat": seance.get_state_display(),
        "tag": seance.state_tag,
        "facts": " · ".join(filter(None, more)),
    }


def _days(convention: Convention, seances: list[Seance]) -> dict[str, Any]:
    """Days of the convention, of the séances planned and held; per structure, planned, given, and how it came."""
    told = summary.presences(convention)
    structures = {row.pk: row for row in beneficiaires(convention.ingenierie)}
    if gone := set(told) - set(structures):
        structures |= StructureCiblee.objects.filter(pk__in=gone).select_related("structure").in_bulk()
    rows = []
    for pk, structure in structures.items():
        of = told.get(pk, summary.Venues())
        rows.append(
            {
                "nom": str(structure),
                "prevus": format_days(of.jours_prevus) or "0 jour",
                "donnes": format_days(of.jours_donnes) or "0 jour",
                "venues": f"{of.venues} sur {of.attendues}" if of.attendues else "—",
                "details": _details(of),
            }
        )
    standing = summary.standing(seances)
    return {
        "jours_convention": format_days(convention.jours),
        "jours_planifies": format_days(sum((row.jours for row in standing), Decimal(0))),
        "jours_donnes": format_days(
            sum((row.jours for row in standing if row.state == EtatRendezvous.TENUE), Decimal(0))
        ),
        "structures": rows,
        "regle": summary.REGLE,
    }


def _details(of: summary.Venues) -> str:
    named = ((of.en_partie, "en partie"), (of.excuse, "excusée"), (of.absent, "absente"), (of.a_noter, "à noter"))
    return ", ".join(f"{count} fois {word}" for count, word in named if count)


def detail_context(seance: Seance, participants: list[ParticipantSeance]) -> dict[str, Any]:
    """What both pages of one séance show of it."""
    held = seance.state == EtatRendezvous.TENUE
    return {
        "seance": seance,
        "page_title": str(seance),
        "nature": seance.get_nature_display(),
        "etat": seance.get_state_display(),
        "tag": seance.state_tag,
        "hint": seance.state_hint,
        "quand": seance.quand,
        "jours": format_days(seance.jours),
        "convoquee": format_datetime(seance.convoquee_le),
        "pilote": _PILOTE[seance.pilote_present] if held else "",
        "intervenants": seance.intervenants.splitlines(),
        "count": len(participants),
        "counts": told_counts(participants) if held else "",
        "held": held,
        "ajouts": ajouts(seance),
        "emargement": documents.FEUILLE_SEANCE,
        "compte_rendu": documents.COMPTE_RENDU,
        "le": format_date(seance.date),
    }

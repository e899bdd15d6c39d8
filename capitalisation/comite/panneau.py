"""What the page of a resource shows of its committee: where the examination stands, what was decided and why."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.permissions import why_not_author
from capitalisation.bibliotheque.presenters import changed_since
from capitalisation.comite.enums import DU_COMITE, Decision
from capitalisation.comite.models import AvisEditorial, Examen
from capitalisation.comite.permissions import decides, reads_avis, seat_of
from capitalisation.comite.services.examens import attendus
from core import clock
from core.actor import Actor
from core.formats import format_date, plural

TEMPLATE = "capitalisation/comite/panneau.html"
_TAGS = {
    Decision.PUBLIEE: "tag-ok",
    Decision.PROMUE: "tag-ok",
    Decision.A_COMPLETER: "tag-warn",
    Decision.DECLINEE: "tag-neutral",
}
QUALITE_TAGS = {"favorable": "tag-ok", "reserve": "tag-warn", "defavorable": "tag-bad"}


def avis_lines(examen: Examen) -> list[dict[str, str]]:
    """The avis of an examination, by quality, without any name."""
    rows = AvisEditorial.objects.filter(examen=examen).select_related("membre").order_by("rendu_le", "pk")
    return [
        {
            "qui": row.membre.qualite,
            "qualite": row.get_qualite_display(),
            "tag": QUALITE_TAGS[row.qualite],
            "portee": row.get_portee_display().lower(),
            "texte": row.texte,
            "le": format_date(row.rendu_le),
        }
        for row in rows
    ]


def of_ressource(ressource: Ressource, actor: Actor) -> tuple[str, dict[str, Any]] | None:
    """The panel, or ``None`` before any examination. Readers know that a committee read it, and when; its author, its
    members and who decides, the rest."""
    rows = list(Examen.objects.filter(ressource=ressource).select_related("comite__region"))
    if not rows:
        return None
    courant = next((row for row in rows if row.clos_le is None), None)
    dernier = next((row for row in rows if row.decision in DU_COMITE), None)
    relue = next((row for row in rows if row.decision in (Decision.PUBLIEE, Decision.PROMUE)), None)
    author = actor.is_system or (actor.kind == "user" and not why_not_author(actor, ressource))
    shown: dict[str, Any] = {
        "relue": _relue(ressource, relue) if relue and ressource.est_publiee else "",
        "courant": _courant(courant, actor, author) if courant is not None else None,
        "dernier": None,
    }
    if dernier is not None and (author or _inside(actor, dernier)):
        shown["dernier"] = {
            "comite": str(dernier.comite),
            "decision": dernier.get_decision_display(),
            "tag": _TAGS[Decision(dernier.decision)],
            "motif": dernier.motif,
            "par": dernier.decide_par,
            "le": format_date(dernier.clos_le),
            "avis": avis_lines(dernier),
        }
    return (TEMPLATE, shown) if any(shown.values()) else None


def _inside(actor: Actor, examen: Examen) -> bool:
    return actor.kind == "user" and (seat_of(actor, examen) is not None or decides(actor, examen.comite))


def _relue(ressource: Ressource, examen: Examen) -> str:
    """What the committee read is what it was sent: what changed after that, it did not read."""
    count = AvisEditorial.objects.filter(examen=examen).count()
    which = "national " if examen.comite.region_id is None else ""
    told = f"Relue par le comité éditorial {which}({plural(count, 'avis', 'avis')}) le {format_date(examen.clos_le)}."
    if (changed := changed_since(ressource, examen.ouvert_le)) is None:
        return told
    return f"{told} Elle a été modifiée le {format_date(changed)} : le comité n’a pas relu ce changement."


def _courant(examen: Examen, actor: Actor, author: bool) -> dict[str, Any] | None:
    seat = seat_of(actor, examen)
    decider = actor.kind == "user" and decides(actor, examen.comite)
    if not (author or seat is not None or decider):
        return None
    given = examen.avis.count()
    mine = seat is not None and examen.avis.filter(membre=seat).exists()
    shows = (seat is not None or decider) and reads_avis(actor, examen, seat, mine)
    return {
        "comite": str(examen.comite),
        "nombre": plural(given, "avis", "avis"),
        "quorum": examen.comite.quorum,
        "atteint": given >= examen.comite.quorum,
        "echeance": format_date(examen.echeance),
        "tard": examen.echeance < clock.today(),
        "decideur": examen.comite.decideur,
        "avis": avis_lines(examen) if shows else [],
        "attendus": [membre.qui for membre in attendus(examen)] if decider else [],
        "url": reverse("bibliotheque:examen", args=[examen.pk]) if seat is not None or decider else "",
        "a_moi": seat is not None and not mine,
    }

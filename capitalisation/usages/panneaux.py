"""What the page of a resource shows of its uses: where it stands, who uses it, questions, reports."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from capitalisation.bibliotheque.enums import EtatRessource
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.permissions import why_not_author
from capitalisation.bibliotheque.registry import PANNEAUX
from capitalisation.usages.enums import EtatLien, EtatSignalement
from capitalisation.usages.models import QuestionRessource, Signalement, Utilisation
from capitalisation.usages.permissions import (
    why_not_ask,
    why_not_change_use,
    why_not_handle,
    why_not_use,
    why_not_verify,
)
from capitalisation.usages.services import liens, utilisations, verification
from capitalisation.usages.services.signalements import REUNIS
from core.actor import Actor
from core.formats import format_date
from projects.ingenierie.models import Ingenierie

Panneau = tuple[str, dict[str, Any]] | None
#: Lines shown at most; the rest is counted.
LINES = 20


def etat(ressource: Ressource, actor: Actor) -> Panneau:
    """What a reader must know first: its link is dead; to its author, when it is to be verified again."""
    if not ressource.est_publiee:
        return None
    lien = liens.state_of(ressource) if ressource.lien else None
    verifies = not why_not_verify(actor, ressource)
    moment = verification.stage_of(ressource)
    mort = lien is not None and lien.etat == EtatLien.MORT
    refuse = lien is not None and lien.etat == EtatLien.REFUSE and verifies
    if not (mort or refuse or verifies):
        return None
    day = ressource.a_reverifier_le
    return "capitalisation/usages/panneau_etat.html", {
        "pk": ressource.pk,
        "passee": moment == "passee" and verifies,
        "bientot": moment == "bientot" and verifies,
        "date": format_date(day) if day else "",
        "verifies": verifies,
        "mort": mort,
        "refuse": refuse,
        "detail": lien.detail if lien is not None else "",
        "vu_le": format_date(lien.verifie_le) if lien is not None and lien.verifie_le else "",
    }


def usages(ressource: Ressource, actor: Actor) -> Panneau:
    """Who uses it, and the button: the title of an ingénierie only to who may list it."""
    if not ressource.est_publiee and ressource.state != EtatRessource.ARCHIVEE:
        return None
    signed_in = actor.kind == "user"
    uses = not why_not_use(actor, ressource)
    if not uses and not ressource.utilisations:
        return None
    rows = _rows(ressource, actor) if signed_in else []
    alone = uses and not any(row["sienne"] and not row["ingenierie"] for row in rows)
    return "capitalisation/usages/panneau_usages.html", {
        "pk": ressource.pk,
        "total": ressource.utilisations,
        "rows": rows,
        "autres": max(ressource.utilisations - len(rows), 0) if signed_in else 0,
        "utilise": uses,
        "groupes": utilisations.choices(actor, ressource) if uses else [],
        "organisation": str(actor.organisation) if alone else "",
    }


def _rows(ressource: Ressource, actor: Actor) -> list[dict[str, Any]]:
    """The last uses, one's own first: two queries."""
    found = Utilisation.objects.filter(ressource=ressource).select_related(
        "organisation__region", "ingenierie__pilote__region"
    )
    uses = sorted(found[: 10 * LINES], key=lambda use: use.organisation_id != actor.organisation_id)[:LINES]
    keys = [use.ingenierie_id for use in uses if use.ingenierie_id]
    listed = set(Ingenierie.objects.listed_for(actor).filter(pk__in=keys).values_list("pk", flat=True))
    whole = set(Ingenierie.objects.visible_to(actor).filter(pk__in=keys).values_list("pk", flat=True))
    return [
        {
            "pk": use.pk,
            "version": use.version,
            "qui": _who(use, listed),
            "ingenierie": use.ingenierie_id if use.ingenierie_id in whole else None,
            "note": use.note,
            "le": use.le,
            "sienne": not why_not_change_use(actor, use),
        }
        for use in uses
    ]


def _who(use: Utilisation, listed: set[int]) -> str:
    if use.ingenierie is None:
        return str(use.organisation)
    if use.ingenierie_id in listed:
        return use.ingenierie.titre
    region = use.ingenierie.pilote.region
    return f"une ingénierie, région {region}" if region is not None else "une ingénierie"


def questions(ressource: Ressource, actor: Actor) -> Panneau:
    """Questions, remarks and answers, to whoever is signed in."""
    if actor.kind != "user":
        return None
    asks = not why_not_ask(actor, ressource)
    rows = list(QuestionRessource.objects.filter(ressource=ressource).select_related("user")[: 5 * LINES])
    if not asks and not rows:
        return None
    return "capitalisation/usages/panneau_questions.html", {
        "pk": ressource.pk,
        "rows": rows,
        "ecrit": asks,
        "repond": not why_not_author(actor, ressource),
        "retire": not why_not_handle(actor, ressource),
    }


def signalements(ressource: Ressource, actor: Actor) -> Panneau:
    """The way to report; what was reported, to who deals with it and to who reported it."""
    if actor.kind != "user":
        return None
    reports = not why_not_ask(actor, ressource)
    handles = not why_not_handle(actor, ressource)
    rows = Signalement.objects.filter(ressource=ressource).select_related("user")
    if not handles:
        rows = rows.filter(user=actor.user_id)
    shown = list(rows[:LINES])
    if not reports and not shown:
        return None
    gathered = dict(
        Signalement.objects.filter(ressource=ressource, etat=EtatSignalement.OUVERT, motif__in=REUNIS)
        .order_by()
        .values_list("motif")
        .annotate(Count("pk"))
    )
    for row in shown:
        row.avec = gathered.get(row.motif, 1) if row.etat == EtatSignalement.OUVERT else 1
        row.ouvert = row.etat == EtatSignalement.OUVERT
    return "capitalisation/usages/panneau_signalements.html", {
        "pk": ressource.pk,
        "rows": shown,
        "signale": reports,
        "traite": handles,
    }


def register() -> None:
    """Called once by :func:`capitalisation.usages.providers.register`."""
    PANNEAUX.register("usages.etat", etat, order=10)
    PANNEAUX.register("usages.utilisations", usages, order=60)
    PANNEAUX.register("usages.questions", questions, order=70)
    PANNEAUX.register("usages.signalements", signalements, order=80)

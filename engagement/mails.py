"""What the mails of « Engager » say, from ids, when they are sent."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.journal import entries_for
from core.outbox import mail_context
from engagement import seances
from engagement.enums import EtatSeance
from engagement.models import MembreComite, ReponsePartenaire


@mail_context("engagement/reponse_partenaire")
def answer_received(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A partner answered; nothing to say once its answer was taken up, or if the partner was taken out."""
    answer = (
        ReponsePartenaire.objects.to_treat()
        .select_related("partenaire_projet__partenaire", "partenaire_projet__ingenierie")
        .filter(pk=ids["reponse"])
        .first()
    )
    if answer is None:
        return None
    row = answer.partenaire_projet
    return {
        "partenaire": str(row.partenaire),
        "titre": row.ingenierie.titre,
        "who": answer.repondant,
        "url": reverse("engagement:reponse", args=[row.ingenierie_id, row.pk, answer.pk]),
    }


@mail_context("engagement/seance_annulee")
def session_cancelled(ids: dict[str, Any]) -> dict[str, Any] | None:
    """A session of the comité d'appui will not take place; nothing to say to who left it meanwhile."""
    membre = (
        MembreComite.objects.select_related("seance__organisation")
        .filter(pk=ids["membre"], seance=ids["seance"], seance__state=EtatSeance.ANNULEE)
        .first()
    )
    if membre is None:
        return None
    seance = membre.seance
    entry = entries_for(seance).filter(verb="engagement.seance.annuler").first()
    return {
        "name": membre.nom,
        "when": seances.when(seance),
        "organisation": str(seance.organisation),
        "reason": entry.reason if entry else "",
        "reply_to": seance.organisation.email or None,
    }

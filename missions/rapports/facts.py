"""Facts of the final reports, as SQL annotations of ``Ingenierie``, and how the gate and the démarche read them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.formats import format_date, plural
from missions.conventions.models import Convention
from missions.rapports.enums import RECUS, EtatRapport
from missions.rapports.models import RapportFinal
from projects.evidence import Evidence
from projects.facts import Answer, count_of, first_of


def url(pk: int) -> str:
    return reverse("missions:missions", args=[pk])


def rapports() -> dict[str, Any]:
    """How many missions there are, how many reports were received, how many accepted, and the last one handed over."""
    missions = Convention.objects.signed().standing().order_by()
    ours = RapportFinal.objects.filter(convention__in=missions.values("pk")).order_by()
    link = "convention__ingenierie"
    last = ours.exclude(remis_le=None).order_by("-remis_le", "-pk")
    return {
        "rap_missions": count_of(missions),
        "rap_recus": count_of(ours.filter(state__in=RECUS), link),
        "rap_acceptes": count_of(ours.filter(state=EtatRapport.ACCEPTE), link),
        "rap_a_completer": count_of(ours.filter(state=EtatRapport.A_COMPLETER), link),
        "rap_remis_le": first_of(last, "remis_le", link),
    }


def read(values: dict[str, Any], ingenierie: Any) -> Answer:
    """The condition « Le rapport final de chaque mission est reçu »: every signed mission whose prestataire is still
    retained, its report received or accepted (domain.md says « reçu »: accepting comes after)."""
    missions, received = values["rap_missions"], values["rap_recus"]
    if not missions:
        return Answer(False, "aucune mission : la convention n’est pas signée")
    if received < missions:
        told = f"{plural(received, 'rapport reçu', 'rapports reçus')} sur {missions}"
        return Answer(False, f"{told}, {values['rap_a_completer']} à compléter" if values["rap_a_completer"] else told)
    accepted = values["rap_acceptes"]
    told = f"{plural(received, 'rapport reçu', 'rapports reçus')} le {format_date(values['rap_remis_le'])}"
    return Answer(True, f"{told}, {plural(accepted, 'accepté')}" if accepted else told)


def evidence(values: dict[str, Any], ingenierie: Any) -> Evidence | None:
    received = values["rap_recus"]
    if not received:
        return None
    accepted = values["rap_acceptes"]
    told = plural(received, "rapport final reçu", "rapports finaux reçus")
    return Evidence(f"{told}, {plural(accepted, 'accepté')}" if accepted else told, url(ingenierie.pk))

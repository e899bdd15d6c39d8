"""Facts of the séances, as SQL annotations of ``Ingenierie``, and what they show of the actions of the démarche."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from core.formats import format_date, plural
from engagement.rendezvous.enums import EtatRendezvous
from missions.conventions.enums import SIGNEES
from missions.seances.enums import NatureSeance
from missions.seances.models import Seance
from projects.evidence import Evidence
from projects.facts import count_of, first_of

_LINK = "convention__ingenierie"


def seances() -> dict[str, Any]:
    rows = Seance.objects.filter(convention__state__in=SIGNEES, convention__choix__retire_at__isnull=True)
    standing = rows.exclude(state=EtatRendezvous.ANNULEE)
    held = standing.filter(state=EtatRendezvous.TENUE)
    first, last = standing.order_by("debut", "pk"), standing.order_by("-debut", "-pk")
    return {
        "seances_prevues": count_of(standing, _LINK),
        "seances_tenues": count_of(held, _LINK),
        "seances_lancement": first_of(
            held.filter(nature=NatureSeance.LANCEMENT).order_by("debut", "pk"), "date", _LINK
        ),
        "seances_restitution": first_of(
            held.filter(nature=NatureSeance.RESTITUTION).order_by("-debut", "-pk"), "date", _LINK
        ),
        "seances_premiere": first_of(first, "state", _LINK),
        "seances_premiere_pilote": first_of(first, "pilote_present", _LINK),
        "seances_derniere": first_of(last, "state", _LINK),
        "seances_derniere_pilote": first_of(last, "pilote_present", _LINK),
    }


def _url(ingenierie: Any) -> str:
    return reverse("missions:missions", args=[ingenierie.pk])


def coordination(values: dict[str, Any], ingenierie: Any) -> Evidence | None:
    """The launch meeting, or that there was none; how many séances."""
    if not values["seances_prevues"]:
        return None
    launch = values["seances_lancement"]
    told = f"réunion de lancement tenue le {format_date(launch)}" if launch else "pas de réunion de lancement tenue"
    planned = plural(values["seances_prevues"], "séance fixée", "séances fixées")
    return Evidence(f"{told[:1].upper()}{told[1:]}, {planned}", _url(ingenierie))


def suivi(values: dict[str, Any], ingenierie: Any) -> Evidence | None:
    """Was the pilot at the first and at the last séance; was there a restitution."""
    if not values["seances_tenues"]:
        return None
    told = [plural(values["seances_tenues"], "séance tenue", "séances tenues")]
    for name, word in (("premiere", "première"), ("derniere", "dernière")):
        if values[f"seances_{name}"] != EtatRendezvous.TENUE:
            continue
        there = values[f"seances_{name}_pilote"]
        how = {True: "présent", False: "absent", None: "non noté"}[there]
        told.append(f"pilote {how} à la {word}")
    if restitution := values["seances_restitution"]:
        told.append(f"restitution le {format_date(restitution)}")
    return Evidence(", ".join(told), _url(ingenierie))

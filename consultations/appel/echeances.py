"""The deadline of a call and the meeting of its candidates, in the échéancier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse

from consultations.appel.enums import EN_COURS, EtatAppel
from consultations.appel.models import Appel, Rencontre
from core.actor import Actor
from core.echeances import ECHEANCES, Echeance, EcheanceSource, Window
from projects.echeances import concerned


def _deadlines(actor: Actor, window: Window) -> Iterator[Echeance]:
    found = Appel.objects.filter(
        ingenierie__in=concerned(actor, window).values("pk"),
        date_limite__date__range=(window.since, window.until),
        state__in=EN_COURS,
    ).exclude(state=EtatAppel.PREPARATION)
    title = "Date limite de l’appel aux prestataires"
    for pk, ingenierie, titre, when, fuseau, state in found.order_by("date_limite", "pk").values_list(
        "pk", "ingenierie_id", "ingenierie__titre", "date_limite", "fuseau", "state"
    ):
        url = reverse("consultations:appel", args=[ingenierie, pk])
        yield Echeance(f"appel-{pk}", title, titre, url, when, done=state != EtatAppel.OUVERT, fuseau=fuseau)


def _meetings(actor: Actor, window: Window) -> Iterator[Echeance]:
    found = Rencontre.objects.filter(
        appel__ingenierie__in=concerned(actor, window).values("pk"),
        date__range=(window.since, window.until),
        appel__state__in=EN_COURS,
    ).select_related("appel__ingenierie")
    for row in found.order_by("date", "pk"):
        appel = row.appel
        when, until = row.date, None
        if row.heure_debut:
            when = dt.datetime.combine(row.date, row.heure_debut, appel.zone)
            until = dt.datetime.combine(row.date, row.heure_fin, appel.zone) if row.heure_fin else None
        yield Echeance(
            f"rencontre-{row.pk}",
            "Rencontre des candidats avec les structures",
            appel.ingenierie.titre,
            reverse("consultations:appel", args=[appel.ingenierie_id, appel.pk]) + "#rencontre",
            when,
            until,
            row.lieu,
            done=bool(row.compte_rendu),
            fuseau=appel.fuseau if row.heure_debut else "",
        )


def register() -> None:
    """Called once by :func:`consultations.appel.providers.register`."""
    ECHEANCES.register("appels", EcheanceSource("Appels aux prestataires", _deadlines), order=61)
    ECHEANCES.register("rencontres", EcheanceSource("Rencontres des candidats", _meetings), order=62)

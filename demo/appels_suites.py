"""Calls of the two other kinds: a prestataire pre-selected in the simplified mode, one alone without competition.

Written last, for the second phase of ingénieries at « Finaliser » that no other call needs.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from accounts.services import actor_for
from consultations.appel.enums import ModeAppel, MotifDeclin
from consultations.appel.models import Appel
from consultations.appel.services import cycle, preparation, reponses, simplifiee
from consultations.cahier.models import VersionDiffusee
from consultations.choix.models import ChoixPrestataire
from consultations.propositions.services import deposit, save_draft
from core import clock
from demo import appels
from demo.marks import Marks
from partners.portfolio.prestataire.models import Membre, Prestataire
from partners.portfolio.publication.retenue import may_be_retained
from projects.enums import Etat
from projects.ingenierie.models import Ingenierie

_JUSTIFICATION = (
    "Suite directe d’une mission conduite l’an passé par le même prestataire, qui connaît les outils mis en place : un "
    "autre aurait d’abord à les reprendre."
)
_ANSWER = {
    "positionne": True,
    "rencontre_possible": True,
    "coherence": "Huit ans d’appui à des associations employeuses de cette taille ; nous partons de leurs outils.",
    "prix_demi_journee": Decimal("410.00"),
}
_TEXT = {
    "comprehension": "La structure sait ce qu’elle veut tenir elle-même à la fin : nous partons de là, et de ce qui "
    "est resté en place depuis la première mission.",
    "etapes": [
        {"intitule": "Reprise", "objectif": "Voir ce qui sert encore, et pourquoi le reste ne sert plus", "duree": "1"},
        {"intitule": "Travail avec l’équipe", "objectif": "Refaire à plusieurs ce qui manque", "duree": "4"},
        {"intitule": "Restitution", "objectif": "Rendre compte au conseil d’administration", "duree": "1"},
    ],
    "jours_site": "5",
    "jours_hors_site": "1",
    "tva": "20.00",
    "prix_ttc": "5160.00",
    "calendrier": "Une rencontre par mois, le mardi.",
}


def load(marks: Marks) -> None:
    """Write what is not there yet."""
    tellers = (_preselected, _alone)
    places = iter(_free())
    for teller in tellers:
        key = f"appel:{teller.__name__}"
        ingenierie = None if key in marks else next(places, None)
        if ingenierie is None:
            continue
        with transaction.atomic():
            made = teller(ingenierie)
            if made is not None:
                marks.set(key, made)


def _free() -> list[Ingenierie]:
    """Ingénieries at « Finaliser » with a diffused cahier, for which nobody was called in the application."""
    found = Ingenierie.objects.filter(
        Exists(VersionDiffusee.objects.filter(cahier__ingenierie=OuterRef("pk"))),
        ~Exists(Appel.objects.filter(ingenierie=OuterRef("pk"))),
        state=Etat.FINALISER,
        charge_mission__isnull=False,
    )
    return list(found.select_related("pilote__region", "charge_mission").order_by("pk"))


def _since(ingenierie: Ingenierie, days: int) -> dt.datetime:
    """So many days ago, after the version left."""
    left = VersionDiffusee.objects.filter(cahier__ingenierie=ingenierie).aggregate(last=Max("le"))["last"]
    return max(appels.day(-days), left + dt.timedelta(hours=1))


def _same(ingenierie: Ingenierie) -> list[Prestataire]:
    """The prestataire of the first phase, if it may be retained today and has somebody who answers; else another."""
    choix = ChoixPrestataire.objects.standing().filter(ingenierie=ingenierie).select_related("prestataire").first()
    found = choix.prestataire if choix is not None else None
    tended = found is not None and Membre.objects.active().filter(prestataire=found).exists()
    if tended and may_be_retained(found, ingenierie.pilote.region):
        return [found]
    return appels.held(ingenierie, 1)


def _preselected(ingenierie: Ingenierie) -> Appel | None:
    """Two were asked, one positioned itself: it has the cahier, and builds its project with the DLA."""
    since = _since(ingenierie, 6)
    values = appels.first_meeting()
    appel = appels.call(
        ingenierie, ModeAppel.SIMPLIFIEE, since=since, until=appels.deadline(3), count=2, **values
    )  # fmt: skip
    if appel is None:
        return None
    first, second = appel.invitations.select_related("prestataire").order_by("pk")
    share = (clock.now() - since) / 4
    with clock.replay(since + share):
        reponses.position(first, _ANSWER, actor=appels.answers_for(first))
    with clock.replay(since + 2 * share):
        reponses.decline(second, {"motif_declin": MotifDeclin.HORS_CHAMPS}, actor=appels.answers_for(second))
    with clock.replay(since + 3 * share):
        fresh = type(first).objects.select_related("appel__ingenierie", "prestataire").get(pk=first.pk)
        reason = "Il est libre à ces dates, connaît la filière et son prix est celui de la région."
        return simplifiee.preselect(fresh, reason=reason, actor=actor_for(ingenierie.charge_mission))


def _alone(ingenierie: Ingenierie) -> Appel | None:
    """One alone, for a reason that is written; its proposition is read as soon as it is deposited."""
    prestataires = _same(ingenierie)
    if not prestataires:
        return None
    actor, since = actor_for(ingenierie.charge_mission), _since(ingenierie, 5)
    values = {
        "mode": ModeAppel.SANS_CONCURRENCE, "justification": _JUSTIFICATION, "date_limite": appels.deadline(12),
        "motif_nombre": "Sans mise en concurrence : un seul.",
    }  # fmt: skip
    with clock.replay(since):
        appel = preparation.prepare(ingenierie, values, actor=actor)
        preparation.invite(appel, prestataires, actor=actor)
        appel.refresh_from_db()
        appel = cycle.open_call(appel, actor=actor)
    invitation = appel.invitations.select_related("appel__ingenierie", "prestataire").get()
    writer = appels.answers_for(invitation)
    with clock.replay(since + (clock.now() - since) / 2):
        save_draft(invitation, _TEXT, writer)
        deposit(invitation, writer)
    return appel

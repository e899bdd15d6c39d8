"""What the séances put among what waits for a person: to hold, to tell; for the team and for the prestataire."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from core import clock
from core.actor import Actor
from engagement.rendezvous.enums import EtatRendezvous, Presence
from missions.conventions.enums import SIGNEES
from missions.seances.models import ParticipantSeance, Seance
from partners.portfolio.espace.registry import ATTENTES, Attente
from partners.portfolio.prestataire.models import Prestataire
from projects.dashboard import LIMIT, TODOS, Todo, carried
from projects.enums import OPEN_STATES

_AHEAD = dt.timedelta(days=14)
_FIELDS = (
    "pk", "titre", "nature", "state", "date", "heure_debut", "heure_fin", "fuseau", "debut", "convention_id",
    "convention__ingenierie_id", "convention__ingenierie__titre",
)  # fmt: skip


def _waiting(ahead: dt.timedelta | None) -> QuerySet[Seance]:
    """Those to come (within ``ahead``), past without being told, and held without their presences."""
    unsaid = ParticipantSeance.objects.expected().filter(seance=OuterRef("pk"), presence=Presence.A_NOTER)
    to_come = Q(state__in=(EtatRendezvous.PREVUE, EtatRendezvous.CONVOQUEE))
    if ahead is not None:
        to_come &= Q(debut__lte=clock.now() + ahead)
    return Seance.objects.filter(
        to_come | Q(Exists(unsaid), state=EtatRendezvous.TENUE),
        convention__state__in=SIGNEES,
        convention__choix__retire_at__isnull=True,
    ).order_by("debut", "pk")


def _read(row: dict) -> tuple[Seance, str, bool]:
    """The séance (not saved), what waits, and whether it is late."""
    names = ("titre", "nature", "date", "heure_debut", "heure_fin", "fuseau")
    seance = Seance(**{name: row[name] for name in names})
    if row["state"] == EtatRendezvous.TENUE:
        return seance, "Il reste à noter qui est venu.", True
    if row["debut"] <= clock.now():
        return seance, "A-t-elle eu lieu ? Notez qui est venu.", True
    convened = row["state"] == EtatRendezvous.CONVOQUEE
    return seance, "" if convened else "Les participants ne sont pas encore convoqués.", False


def todos(actor: Actor) -> list[Todo]:
    """Of the ingénieries the actor carries, oldest first. One query."""
    rows = _waiting(_AHEAD).filter(**carried(actor, "convention__ingenierie__")).values(*_FIELDS)[:LIMIT]
    found = []
    for row in rows:
        seance, rest, late = _read(row)
        args = [row["convention__ingenierie_id"], row["convention_id"], row["pk"]]
        found.append(
            Todo(
                title=row["convention__ingenierie__titre"],
                detail=f"{seance.get_nature_display()}, {seance.quand}. {rest}".strip(),
                url=reverse("missions:seance", args=args),
                date=row["date"],
                late=late,
            )
        )
    return found


def attentes(prestataire: Prestataire, actor: Actor) -> list[Attente]:
    """Of its missions: the séances it is convened to, those to tell. One query."""
    rows = (
        _waiting(None)
        .filter(convention__choix__prestataire=prestataire, convention__ingenierie__state__in=OPEN_STATES)
        .exclude(state=EtatRendezvous.PREVUE, debut__gt=clock.now())
        .values(*_FIELDS)[:30]
    )
    found = []
    for row in rows:
        seance, rest, late = _read(row)
        found.append(
            Attente(
                f"{row['convention__ingenierie__titre']} : {seance.titre}",
                f"{seance.get_nature_display()}, {seance.quand}. {rest}".strip(),
                reverse("mission:seance", args=[row["convention_id"], row["pk"]]),
                when=None if late else row["debut"],
                waits=late,
            )
        )
    return found


def register() -> None:
    """Called once by :func:`missions.seances.providers.register`."""
    TODOS.register("seances_mission", todos, order=16)
    ATTENTES.register("seances_mission", attentes)

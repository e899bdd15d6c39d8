"""The editorial committees of the demonstration: one in each of the three régions, and the national one; their avis.

Their members by account are people of the network; the others, invented, answer by link. Whoever was only invited for
one reading sits that day, then leaves: what she said stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services import actor_for
from accounts.services.links import holder
from capitalisation.comite.models import ComiteEditorial, Examen, MembreComite
from capitalisation.comite.services import avis, comites, invitations
from core import clock
from core.actor import Actor
from demo import dates
from demo.marks import Marks
from demo.people import World, address_of
from partners.portfolio.prestataire.models import Membre
from referentiels import lists
from referentiels.models import Region

#: Région (none: the national one) → the key of the organisation that settles it, its quorum, the accounts that sit
#: (quality, key of the organisation), those who sit by link (quality, first name, name). Invented.
COMITES: dict[str, dict[str, Any]] = {
    "24": {
        "par": "c2ra-24", "quorum": 3,
        "comptes": (("DLA du comité", "dla-28"), ("CNAR", "cnar-culture")),
        "liens": (
            ("Expert-comptable", "Philéas", "Grandlivre"),
            ("Avocat", "Hermine", "Baudrier"),
            ("Réseau associatif régional", "Octave", "Prémery"),
        ),
    },
    "32": {
        "par": "c2ra-32", "quorum": 3,
        "comptes": (("DLA du comité", "dla-59"), ("C2RA", "c2ra-32"), ("CNAR", "cnar-environnement")),
        "liens": (("Service de l’État", "Capucine", "Houblonnière"), ("Prestataire", "Anicet", "Beaurevoir")),
    },
    "84": {
        "par": "c2ra-84", "quorum": 2,
        "comptes": (("DLA du comité", "dla-63"), ("C2RA", "c2ra-84"), ("CNAR", "cnar-sport")),
        "liens": (("Financeur public", "Zéphyrine", "Montmorin"), ("Avocat", "Eudes", "Chastel")),
    },
    "": {
        "par": "avise", "quorum": 3,
        "comptes": (("DLA du comité", "dla-37"), ("C2RA", "c2ra-24"), ("CNAR", "cnar-insertion")),
        "liens": (
            ("Avocat", "Sixtine", "Dampierre"),
            ("Tête de réseau culturelle", "Virgile", "Hauteloge"),
            ("Réseau associatif national", "Domitille", "Orgeval"),
        ),
    },
}  # fmt: skip
#: Invited for one reading, in turn.
INVITES = (
    ("Aubin", "Fontcouverte"), ("Berthe", "Lavaudieu"), ("Cyr", "Malicorne"), ("Delphin", "Noirlac"),
    ("Edmée", "Ozouer"), ("Firmin", "Prunay"), ("Gersende", "Rocamour"), ("Hyacinthe", "Savigné"),
    ("Iseult", "Tournebride"), ("Jocelyn", "Urçay"), ("Léopoldine", "Vauluisant"), ("Médéric", "Yèvre"),
)  # fmt: skip
#: Since when they sit, in days before the load.
DEPUIS = 700
ACTOR = Actor.system("démonstration")


def load(world: World, marks: Marks) -> None:
    """Compose the committees, before anything is proposed to them."""
    since = dates.moment(dates.next_working_day(clock.today() - dt.timedelta(days=DEPUIS)), 60)
    for number, (code, told) in enumerate(COMITES.items()):
        key = f"comite_editorial:{code}"
        if key in marks:
            continue
        with clock.replay(since + dt.timedelta(minutes=7 * number)), transaction.atomic():
            marks.set(key, _compose(world, code, told))


def _compose(world: World, code: str, told: Mapping[str, Any]) -> ComiteEditorial:
    actor = world.writers[told["par"]][0]
    comite = comites.ensure_comite(lists.by_code(Region)[code] if code else None, actor=actor)
    comite = comites.update_reglages(comite, {"quorum": told["quorum"]}, actor=actor, expected_version=None)
    for qualite, key in told["comptes"]:
        values = {"user": world.writers[key][-1].user, "qualite": qualite}
        comites.add_membre(comite, values, actor=actor)
    for qualite, first, last in told["liens"]:
        values = {"nom": f"{first} {last}", "email": address_of(first, last), "qualite": qualite}
        comites.add_membre(comite, values, actor=actor)
    consultant = _consultant(comite) if code == "24" else None
    if consultant is not None:
        comites.add_membre(comite, {"user": consultant, "qualite": "Prestataire"}, actor=actor)
    return comite


def _consultant(comite: ComiteEditorial) -> User | None:
    rows = Membre.objects.active().filter(prestataire__region=comite.region_id).select_related("user")
    found = rows.order_by("pk").first()
    return found.user if found else None


def membre_pour(examen: Examen, qualite: str) -> tuple[MembreComite, bool]:
    """Who sits as ``qualite`` and did not deposit the resource; or somebody invited now, by link (``True``)."""
    comite = examen.comite
    found = comite.membres.pour(examen.ressource).filter(qualite=qualite).first()
    if found is not None:
        return found, False
    first, last = INVITES[comite.membres.count() % len(INVITES)]
    email = address_of(first, f"{last} {comite.membres.count()}")
    values = {"nom": f"{first} {last}", "email": email, "qualite": qualite}
    return comites.add_membre(comite, values, actor=ACTOR), True


def donner(examen: Examen, rows: Iterable[Mapping[str, Any]]) -> None:
    """The avis of ``rows`` (qui, qualite, portee, jours before the load, texte), each on its day, on an examination
    that was opened before."""
    for number, row in enumerate(sorted(rows, key=lambda row: -row["jours"])):
        day = dates.next_working_day(clock.today() - dt.timedelta(days=row["jours"]))
        at = max(dates.moment(min(day, dates.yesterday()), 80 + 23 * number), examen.ouvert_le + dt.timedelta(hours=1))
        with clock.replay(at), transaction.atomic():
            membre, invite = membre_pour(examen, row["qui"])
            said = {name: row[name] for name in avis.FIELDS}
            avis.give(examen, membre, said, actor=_who(examen, membre))
            if invite:
                comites.leave(membre, actor=ACTOR)


def _who(examen: Examen, membre: MembreComite) -> Actor:
    if membre.user is not None:
        return actor_for(membre.user)
    grant = invitations.grant_of(examen, membre.email)
    return holder(grant) if grant is not None else ACTOR

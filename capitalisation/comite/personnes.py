"""The people of the network, among whom a committee is composed: members of organisations, consultants."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Membership, User
from capitalisation.comite.models import ComiteEditorial
from core.sorting import french
from core.text import normalise
from partners.portfolio.prestataire.models import Membre

#: How many are shown; beyond, one types more.
MONTREES = 12


@dataclass(frozen=True, slots=True)
class Personne:
    """Somebody who may be chosen: her name, and where she belongs."""

    pk: int
    nom: str
    ou: str


def du_reseau(comite: ComiteEditorial | None) -> QuerySet[User]:
    """The accounts of the network, less those that sit in the committee already."""
    belongs = Exists(Membership.objects.active().filter(user=OuterRef("pk"))) | Exists(
        Membre.objects.active().filter(user=OuterRef("pk"))
    )
    found = User.objects.filter(belongs, is_active=True, efface_le=None)
    if comite is not None and comite.pk:
        found = found.exclude(pk__in=comite.membres.actifs().filter(user__isnull=False).values("user"))
    return found


def chercher(comite: ComiteEditorial | None, query: str) -> list[Personne]:
    """Those whose name or organisation holds every word of ``query``, accents or not; one more than is shown when there
    are others."""
    words = normalise(query).split()[:6]
    if not words:
        return []
    rows = du_reseau(comite).order_by(french("last_name"), french("first_name"), "pk")
    found: list[Personne] = []
    places = belongings(rows)
    for user in rows:
        told = normalise(f"{user.get_full_name()} {places.get(user.pk, '')}")
        if all(word in told for word in words):
            found.append(Personne(user.pk, str(user), places.get(user.pk, "")))
            if len(found) > MONTREES:
                break
    return found


def belongings(users: QuerySet[User]) -> dict[int, str]:
    """Where each of these people belongs: two queries."""
    told: dict[int, list[str]] = {}
    for row in Membership.objects.active().filter(user__in=users.order_by()).select_related("organisation"):
        told.setdefault(row.user_id, []).append(str(row.organisation))
    for row in Membre.objects.active().filter(user__in=users.order_by()).select_related("prestataire"):
        told.setdefault(row.user_id, []).append(str(row.prestataire))
    return {pk: ", ".join(dict.fromkeys(names)) for pk, names in told.items()}


def d_une_seule_organisation(comite: ComiteEditorial) -> str:
    """The organisation to which all those who sit belong, or ``""``: a committee has several actors."""
    seats = list(comite.membres.actifs().values_list("user", flat=True))
    if len(seats) < 2 or None in seats:
        return ""
    common: set[str] | None = None
    places: dict[int, set[str]] = {}
    rows = Membership.objects.active().filter(user__in=seats).select_related("organisation")
    for row in rows:
        places.setdefault(row.user_id, set()).add(str(row.organisation))
    for row in Membre.objects.active().filter(user__in=seats).select_related("prestataire"):
        places.setdefault(row.user_id, set()).add(str(row.prestataire))
    for user in seats:
        mine = places.get(user, set())
        common = mine if common is None else common & mine
    return min(common) if common else ""

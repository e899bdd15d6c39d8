"""Those whom a dossier knows and who could be expected: the contacts of a fiche, the members of an organisation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Membership


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be expected. ``key`` is « partenaire-12 », or « contact-5 » for another contact of a partner
    than the main one; ``values`` are the fields of the participant that say from where in the dossier they come."""

    key: str
    source: Any
    organisme: str
    personne: str
    fonction: str
    email: str
    note: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def of_card(
    card: Any,
    source: Any,
    values: Mapping[str, Any],
    *,
    key: str,
    contact: str,
    field: str = "",
    note: str = "",
    others: str = "",
) -> Iterator[Candidate]:
    """The main contact of ``card`` (a structure, a partner), then its other contacts, already fetched.

    ``contact`` begins the keys of the others, ``field`` is the field of the participant that names which one;
    ``note`` is said of the main one, ``others`` of those of which nothing else is said.
    """
    name = str(card)
    yield Candidate(key, source, name, card.contact_name, card.contact_function, card.contact_email, note, values)
    for c in card.contacts.all():
        named = {**values, field: c.pk} if field else values
        yield Candidate(f"{contact}-{c.pk}", source, name, c.name, c.function, c.email, c.note or others, named)


def of_members(organisations: Collection[int | None], source: Any, *, field: str = "") -> Iterator[Candidate]:
    """The members of these organisations, of whom ``field`` names the membership. One query."""
    members = Membership.objects.active().filter(organisation__in={pk for pk in organisations if pk})
    for row in members.select_related("user", "organisation"):
        user = row.user
        values = {field: row.pk} if field else {}
        yield Candidate(
            f"membre-{row.pk}",
            source,
            str(row.organisation),
            user.get_full_name(),
            user.fonction,
            user.email,
            "",
            values,
        )

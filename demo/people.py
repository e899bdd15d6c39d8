"""Organisations and people of the demonstration: invented, all at @demo.example, one password for all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import services
from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from core import clock, journal
from core.actor import Actor
from core.text import normalise
from demo import data, dates, logos
from demo.marks import Marks
from referentiels import lists
from referentiels.models import Departement, Region, Secteur

PASSWORD = "demonstration-dla"  # noqa: S105 (printed on purpose)
DOMAIN = "demo.example"
ADMINISTRATOR = ("Administration", "Démonstration", f"administration@{DOMAIN}")
#: Since when these organisations use the application.
OPENED = dt.date(2023, 9, 4)
ROLES = {"R": Role.RESPONSABLE, "C": Role.CHARGE_MISSION, "L": Role.LECTURE}
#: (key of the organisation, who invites is its responsable, address, role, days ago)
INVITATIONS = (
    ("dla-37", "prunelle.sansregret", Role.CHARGE_MISSION, 3),
    ("dla-37", "hector.latournelle", Role.LECTURE, 40),
)


def phone(number: int) -> str:
    """A number of a range that nobody has: « 01 99 00 12 34 »."""
    return f"019900{number // 100 % 100:02d}{number % 100:02d}"


def address_of(first_name: str, last_name: str) -> str:
    """« Alix Belleroche » → ``alix.belleroche@demo.example``."""
    return f"{normalise(first_name)}.{normalise(last_name)}@{DOMAIN}".replace(" ", "-").replace("’", "")


@dataclass
class World:
    """Who acts in the demonstration, by key of organisation."""

    administrator: Actor
    organisations: dict[str, Organisation] = field(default_factory=dict)
    writers: dict[str, list[Actor]] = field(default_factory=dict)
    responsables: dict[str, Actor] = field(default_factory=dict)

    def dla_of(self, departement: str) -> str:
        """Key of the DLA of a département."""
        return f"dla-{departement}"

    def c2ra_of(self, region: str) -> str:
        """Key of the C2RA of a région."""
        return f"c2ra-{region}"


def open_account(first_name: str, last_name: str, email: str, password: str, admin: Actor | None, **fields) -> User:
    """Open the account of somebody invented."""
    user = User.objects.create_user(email, None, first_name=first_name, last_name=last_name, **fields)
    # One hash for everybody: a slow one is slow by design, and the password is the same.
    user.password = password
    user.save(update_fields=["password"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    journal.record(admin or Actor.for_user(user), "person.opened", user)
    return user


def _administrator(marks: Marks, password: str) -> Actor:
    key = "personne:administration"
    if key not in marks:
        first, last, email = ADMINISTRATOR
        with transaction.atomic():
            user = open_account(
                first, last, email, password, None, is_staff=True, is_superuser=True, fonction="Exploitation"
            )
            marks.set(key, user)
    return Actor.for_user(User.objects.get(pk=marks.id_of(key)))


def _organisation(row: dict, number: int, admin: Actor) -> Organisation:
    departements = [lists.by_code(Departement)[row["departement"]]] if "departement" in row else []
    organisation = Organisation(
        kind=row["kind"],
        name=row["nom"],
        structure_porteuse=row["porteuse"],
        region=lists.by_code(Region)[row["region"]] if "region" in row else None,
        secteur=lists.by_code(Secteur)[row["secteur"]] if "secteur" in row else None,
        address=row["adresse"],
        email=f"{row['key']}@{DOMAIN}",
        phone=phone(number),
    )
    return services.create_organisation(organisation, actor=admin, departements=departements)


def load(marks: Marks) -> World:
    """Open what is not open yet, and return who may act."""
    password = make_password(PASSWORD)
    start = dates.moment(OPENED + dates.offset())
    with clock.replay(start):
        admin = _administrator(marks, password)
    world = World(admin)
    rows = data.organisations()
    for number, row in enumerate(rows):
        key = f"organisation:{row['key']}"
        with clock.replay(start + dt.timedelta(minutes=20 * (number + 1))), transaction.atomic():
            if key not in marks:
                opened = _organisation(row, 10 * (number + 1), admin)
                marks.set(key, opened)
                logos.put(opened, number, admin)
            for place, (first, last, role, fonction) in enumerate(row["personnes"]):
                _person(marks, row["key"], first, last, ROLES[role], fonction, password, 10 * number + place, admin)
    _gather(world, marks)
    for key, name, role, days in INVITATIONS:
        _invitation(marks, world, key, f"{name}@{DOMAIN}", role, days)
    return world


def _person(
    marks: Marks, org: str, first: str, last: str, role: str, fonction: str, password: str, number: int, admin: Actor
) -> None:
    email = address_of(first, last)
    person, member = f"personne:{email}", f"appartenance:{org}:{email}"
    if person not in marks:
        user = open_account(first, last, email, password, admin, fonction=fonction, phone=phone(2000 + number))
        marks.set(person, user)
    if member not in marks:
        user = User.objects.get(pk=marks.id_of(person))
        organisation = Organisation.objects.get(pk=marks.id_of(f"organisation:{org}"))
        marks.set(member, services.add_member(user, organisation, role, actor=admin))


def _gather(world: World, marks: Marks) -> None:
    keys = {pk: key for key, pk in marks.starting("organisation:").items()}
    memberships = Membership.objects.select_related("user", "organisation__region", "organisation__secteur")
    for membership in memberships.filter(pk__in=marks.starting("appartenance:").values()).order_by("pk"):
        key = keys[membership.organisation_id]
        world.organisations[key] = membership.organisation
        actor = Actor.for_user(membership.user, membership)
        if membership.writes:
            world.writers.setdefault(key, []).append(actor)
        if membership.manages:
            world.responsables.setdefault(key, actor)


def _invitation(marks: Marks, world: World, org: str, email: str, role: str, days: int) -> None:
    key = f"invitation:{email}"
    if key in marks:
        return
    sent = dates.moment(clock.today() - dt.timedelta(days=days), 95)
    with clock.replay(sent), transaction.atomic():
        marks.set(key, services.invite(world.organisations[org], email, role, actor=world.responsables[org]))

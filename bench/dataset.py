"""The data the pages are measured on: one full ingénierie written by the services, then its rows copied to ``size``.

The DLA of the five first régions, a hundred at most, pilot as many ingénieries each: fifty at the smallest size, more
than two pages. :data:`PEOPLE` people, of the twenty first DLA, carry :data:`CARRIED` of them each, at every size. Every
ingénierie has its 46 actions, sections, structures, partners, objectives and budget lines: the rows are copied in SQL,
model by model.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from accounts.models import Membership, Organisation, User
from accounts.services import actor_for
from bench import portefeuille
from core import clock
from core.text import search_text
from engagement.budget.services.lignes import add_charge, add_ressource
from engagement.objectifs.services import add_resultat, set_objectifs
from engagement.partenaires.services import add_partenaire
from partners.directory.models import Partenaire
from projects.cycle.services import perform_action
from projects.demarche.services import set_item
from projects.enums import Etat
from projects.identification.services import update_section
from projects.ingenierie.models import Ingenierie, IngenierieScope
from projects.ouverture.services import create_ingenierie
from projects.structures_ciblees.models import StructureCiblee
from referentiels.models import Region, Secteur, TypePrestation
from structures.annuaire.models import Structure

EMAIL = "mesure{}@example.org"
BATCH = 5_000
PEOPLE = 50
#: DLA whose people are measured: two or three of each.
THEIR_DLAS = 20
#: Ingénieries that each person carries, at every size.
CARRIED = 16
#: Different ingénieries that are visited.
OBJECTS = 300
#: First words of the names of structures.
NAMES = ("Club", "Atelier", "Maison", "Compagnie", "Relais")


@dataclass(frozen=True)
class Visit:
    """One page opened: by whom (primary key), on which ingénierie that this person may read, the how manieth."""

    number: int
    user: int
    ingenierie: int


def _organisations(size: int) -> list[Organisation]:
    regions = list(Region.objects.order_by("code")[:5])
    return [
        Organisation.objects.create(kind="dla", name=f"DLA de mesure {n:03}", region=region)
        for n, region in zip(range(min(100, size // 50)), itertools.cycle(regions), strict=False)
    ]


def _people(organisations: list[Organisation]) -> list[User]:
    """One in ten answers for the whole of the DLA, the others carry their own ingénieries."""
    people = []
    for n in range(PEOPLE):
        user = User.objects.create_user(EMAIL.format(n), first_name="Camille", last_name=f"Mesure {n}")
        user.active_membership = Membership.objects.create(
            user=user,
            organisation=organisations[n % THEIR_DLAS],
            role="responsable" if n % 10 == 9 else "charge_mission",
        )
        user.save(update_fields=["active_membership"])
        people.append(user)
    return people


def _template(user: User) -> Ingenierie:
    """One ingénierie at « Engager », as full as a real one."""
    actor = actor_for(user)
    dla = actor.organisation
    ingenierie = create_ingenierie(
        actor=actor,
        values={
            "titre": "Mieux gérer ses ressources humaines dans le secteur associatif et sportif",
            "accroche": "Employeur associatif, un métier qui s’apprend",
            "date_debut": clock.today() - dt.timedelta(days=200),
        },
        secteurs=Secteur.objects.filter(code="sport"),
        themes=TypePrestation.objects.filter(code="management-grh"),
        departements=dla.region.departements.all()[:2],
    )
    paragraph = "Les petites associations manquent de temps et de repères pour tenir leur rôle d’employeur. " * 5
    for section, values in {
        "problematique": {"contexte": paragraph, "besoins": paragraph, "origines": ["diagnostics", "structures"]},
        "ciblage": {"territoire": paragraph, "secteur": paragraph, "projet": paragraph},
        "role_dla": {"legitimite": ["mission"], "idee": paragraph, "coherence": paragraph},
    }.items():
        update_section(ingenierie, section, actor=actor, expected_version=None, values=values)
    departement, sport = ingenierie.departements.first(), Secteur.objects.get(code="sport")
    for n in range(12):
        structure = Structure(organisation=dla, name=f"Club {n:02}", departement=departement, secteur=sport)
        structure.save()
        StructureCiblee.objects.create(ingenierie=ingenierie, structure=structure)
    ingenierie.refresh_from_db(fields=["version"])
    ingenierie = perform_action(
        ingenierie, "engager", actor=actor, expected_state="identifier", version=ingenierie.version
    )
    for n, famille in enumerate(("reseau_dla", "financeurs", "reseaux_beneficiaires", "ressources")):
        partenaire = Partenaire.objects.create(organisation=dla, name=f"Partenaire de mesure {n}", famille=famille)
        add_partenaire(ingenierie, partenaire, actor=actor, values={"roles": "Participe au comité de pilotage."})
    set_objectifs(
        ingenierie,
        actor=actor,
        strategiques=["competences"],
        operationnels=["innovation", "partenariats"],
        objet="La démarche.",
        raisons="Savoir si les objectifs sont atteints.",
    )
    for n in range(3):
        add_resultat(ingenierie, {"libelle": f"Résultat {n}", "nature": "qualitatif"}, actor=actor)
        add_charge(ingenierie, {"nature": "realisation", "libelle": f"Journées {n}", "montant": "3000.00"}, actor=actor)
        add_ressource(ingenierie, {"nature": "credits_dla", "financeur": f"DLA {n}", "demande": "3000.00"}, actor=actor)
    for item in ingenierie.checklist.all()[:17]:
        set_item(item, actor=actor, state="fait")
    return Ingenierie.objects.get(pk=ingenierie.pk)


def _belongings() -> list[type[models.Model]]:
    """Models whose rows belong to one ingénierie and refer to nothing else that would have to be copied."""
    found = []
    for model in apps.get_models():
        if model is IngenierieScope or model._meta.app_label == "consultations":
            continue
        fields = {f.name: f for f in model._meta.concrete_fields}
        link = fields.get("ingenierie")
        if link is not None and link.is_relation and link.related_model is Ingenierie:
            found.append(model)
    # What lines refer to is copied before them.
    return sorted(found, key=lambda model: len(_within(model, found)))


def _within(model: type[models.Model], belongings: list[type[models.Model]]) -> list[models.Field]:
    """The links of ``model`` to something else of the same ingénierie (a line to its scenario)."""
    return [f for f in model._meta.concrete_fields if f.is_relation and not f.null and f.related_model in belongings]


def _copy(model: type[models.Model], template: int, first: int) -> None:
    """Give every ingénierie from ``first`` on the rows of the template, in one statement."""
    quote = connection.ops.quote_name
    columns = [f.column for f in model._meta.concrete_fields if not f.primary_key]
    link = model._meta.get_field("ingenierie").column
    # The template has one such row: the copy's own is the one that its ingénierie has.
    within = {
        f.column: f"(SELECT w.{quote('id')} FROM {quote(f.related_model._meta.db_table)} w "  # noqa: S608
        f"WHERE w.{quote('ingenierie_id')} = i.{quote('id')})"
        for f in _within(model, _belongings())
    }
    chosen = [f"i.{quote('id')}" if column == link else within.get(column, f"t.{quote(column)}") for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) "  # noqa: S608
            f"SELECT {', '.join(chosen)} FROM {quote(model._meta.db_table)} t "
            f"CROSS JOIN {quote(Ingenierie._meta.db_table)} i WHERE t.{quote(link)} = %s AND i.{quote('id')} >= %s",
            [template, first],
        )


def fill(size: int, say: Callable[[str], None]) -> None:
    """Fill an empty, migrated database with ``size`` ingénieries."""
    say("portefeuille")
    portefeuille.fill(3_000 if size <= 1_000 else 30_000)
    organisations = _organisations(size)
    people = _people(organisations)
    template = _template(people[0])
    say("structures")
    _structures(organisations, max(6_000, size * 60 // 100))
    say("ingénieries")
    now = clock.now()
    made: list[Ingenierie] = []
    copied = [f for f in Ingenierie._meta.concrete_fields if not f.primary_key]
    for n in range(1, size):
        rank, of = divmod(n, len(organisations))
        members = people[of::THEIR_DLAS] if of < THEIR_DLAS else []
        carries = members[rank % len(members)].pk if rank < CARRIED * len(members) else None
        values: dict[str, Any] = {f.attname: getattr(template, f.attname) for f in copied}
        values |= {
            "titre": f"{template.titre} {n}",
            "search_text": f"{template.search_text} {n}",
            "pilote_id": organisations[of].pk,
            "state": Etat.values[rank % 4],
            "charge_mission_id": carries,
            "last_activity_at": now - dt.timedelta(minutes=7 * n),
        }
        made.append(Ingenierie(**values))
    with transaction.atomic():
        made = Ingenierie.objects.bulk_create(made, batch_size=BATCH)
        region_of = {o.pk: o.region_id for o in organisations}
        sport = Secteur.objects.get(code="sport").pk
        IngenierieScope.objects.bulk_create(
            (
                IngenierieScope(ingenierie_id=i.pk, key=key, last_activity_at=i.last_activity_at, step=i.state)
                for i in made
                for key in (f"o{i.pilote_id}", f"r{region_of[i.pilote_id]}", f"s{sport}")
            ),
            batch_size=BATCH,
        )
        for name in ("secteurs", "themes", "departements"):
            through = getattr(Ingenierie, name).through
            column = next(f.attname for f in through._meta.concrete_fields if f.is_relation and f.name != "ingenierie")
            chosen = list(through.objects.filter(ingenierie=template).values_list(column, flat=True))
            through.objects.bulk_create(
                (through(ingenierie_id=i.pk, **{column: pk}) for i in made for pk in chosen), batch_size=BATCH
            )
        for model in _belongings():
            say(str(model._meta.verbose_name_plural))
            _copy(model, template.pk, made[0].pk)


def _structures(organisations: list[Organisation], count: int) -> None:
    """Give the directories ``count`` structures, as many each: 60,000 for the country of 100,000 ingénieries."""
    secteurs = [Secteur.objects.get(code="sport"), Secteur.objects.exclude(code="sport").first()]
    departements = {o.pk: list(o.region.departements.order_by("pk")) for o in organisations}
    made = []
    for n in range(count):
        organisation = organisations[n % len(organisations)]
        choices = departements[organisation.pk]
        rank = n // len(organisations)
        name = f"{NAMES[rank % 5]} de mesure {n:06}"
        structure = Structure(
            organisation=organisation,
            name=name,
            sigle=f"CM{n}",
            commune=f"Commune {n % 997}",
            departement=choices[rank % len(choices)],
            secteur=secteurs[rank // 5 % 2],
            etp=n % 40,
            budget=1000 * (n % 900),
        )
        structure.search_text = search_text(name, structure.sigle, structure.commune)
        made.append(structure)
    Structure.objects.bulk_create(made, batch_size=BATCH)


def visits() -> list[Visit]:
    """:data:`OBJECTS` visits, each of another ingénierie; the people come one after the other."""
    people = list(
        User.objects.filter(email__startswith=EMAIL.split("{")[0]).order_by("pk").values_list("pk", flat=True)
    )
    carried: dict[int, list[int]] = {pk: [] for pk in people}
    for user, pk in (
        Ingenierie.objects.filter(charge_mission__in=people).order_by("pk").values_list("charge_mission_id", "pk")
    ):
        carried[user].append(pk)
    each = -(-OBJECTS // PEOPLE)
    turns = [(user, carried[user][turn]) for turn in range(each) for user in people]
    return [Visit(number, user, pk) for number, (user, pk) in enumerate(turns)]

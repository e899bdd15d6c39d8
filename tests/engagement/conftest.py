"""An ingénierie of two DLA of one région, the people around it, and two near misses."""

from __future__ import annotations

import copy
import datetime as dt
from types import SimpleNamespace

import pytest
from django.urls import reverse

from engagement.comite.services.seances import add_membre, add_point, create_seance
from tests.factories import OrganisationFactory, PartenaireFactory, RegionFactory, actor_of, engaged, member


def _build() -> SimpleNamespace:
    """``pilote``, ``associe`` carry ``ingenierie``; ``voisin`` is of the région, ``loin`` of another one, both with an
    ingénierie of their own; ``c2ra`` is the région's. A person for each, ``lecture`` reads for the pilot."""
    pilote = OrganisationFactory(name="DLA Pilote", structure_porteuse="Porteuse du Pilote")
    associe = OrganisationFactory(name="DLA Associé")
    voisin = OrganisationFactory(name="DLA Voisin")
    loin = OrganisationFactory(name="DLA Lointain", region=RegionFactory(bretagne=True))
    c2ra = OrganisationFactory(c2ra=True, name="C2RA Essai")
    ingenierie = engaged(pilote, associes=[associe], titre="Mutualiser la paie")
    other = engaged(voisin, titre="Une autre")
    far = engaged(loin, titre="Au loin")
    users = {
        "pilote": member(pilote, first_name="Camille", last_name="Pilote"),
        "associe": member(associe, first_name="Alix", last_name="Associé"),
        "lecture": member(pilote, "lecture"),
        "voisin": member(voisin),
        "loin": member(loin),
        "c2ra": member(c2ra),
    }
    return SimpleNamespace(
        pilote=pilote,
        associe=associe,
        voisin=voisin,
        loin=loin,
        c2ra=c2ra,
        ingenierie=ingenierie,
        other=other,
        far=far,
        users=users,
    )


@pytest.fixture(scope="module")
def _world(shared):
    return shared(_build)


@pytest.fixture
def world(db, _world):
    """See :func:`_build`; ``actor("pilote")`` is a person of it, acting."""
    found = copy.deepcopy(_world)
    found.actor = lambda who: actor_of(found.users[who])
    return found


@pytest.fixture
def ingenierie(world):
    return world.ingenierie


@pytest.fixture
def actor(world):
    """A chargé de mission of the pilot."""
    return world.actor("pilote")


@pytest.fixture
def client(client_for, world):
    """The browser of a chargé de mission of the pilot."""
    return client_for(world.users["pilote"])


@pytest.fixture
def as_(client_for, world):
    """``as_("c2ra")``: the browser of one of the people of ``world``."""
    return lambda who: client_for(world.users[who])


@pytest.fixture
def partenaire(world):
    """A partner in the directory of the pilot."""
    return PartenaireFactory(organisation=world.pilote, name="Conseil départemental", famille="financeurs")


def url(route: str, ingenierie, *args) -> str:
    return reverse(f"engagement:{route}", args=[ingenierie.pk, *args])


def text(answer) -> str:
    """The page with ordinary spaces."""
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def comite(world, clock_at):
    """A session of « DLA Pilote » on 3 December: its ingénierie, one where it is associated, two members."""
    clock_at("2026-11-21 10:00")
    actor = world.actor("pilote")
    seance = create_seance(
        world.pilote,
        {"debut": dt.datetime(2026, 12, 3, 14, tzinfo=dt.UTC), "lieu": "Maison des associations"},
        actor=actor,
    )
    shared = engaged(world.associe, associes=[world.pilote], titre="Chez l’associé")
    points = [add_point(seance, i, actor=actor) for i in (world.ingenierie, shared)]
    membres = [
        add_membre(
            seance, {"nom": f"Nom Secret {n}", "organisme": organisme, "email": f"m{n}@example.org"}, actor=actor
        )
        for n, organisme in enumerate(("Conseil départemental", "France Active"))
    ]
    return SimpleNamespace(seance=seance, points=points, membres=membres, shared=shared, actor=actor, clock_at=clock_at)

"""A call and its three prestataires, each with somebody who answers for it."""

from __future__ import annotations

import datetime as dt

import pytest

from consultations.appel.enums import ModeAppel
from consultations.appel.models import Invitation
from consultations.appel.services import cycle, preparation
from consultations.cahier.content import build
from consultations.cahier.models import VersionDiffusee
from consultations.cahier.services import create_cahier
from core.actor import Actor
from core.canonical import canonical
from partners.portfolio.prestataire.models import Membre
from projects.cycle import services
from tests.factories import (
    OrganisationFactory,
    UserFactory,
    actor_of,
    engaged,
    fulfil_engager,
    member,
    shown_prestataire,
)

SYSTEM = Actor.system("recette")
#: 8 December 2026 at 17:00 in Paris.
DEADLINE = dt.datetime(2026, 12, 8, 16, 0, tzinfo=dt.UTC)
TITRE = "Ingénierie de la commune de Brizay"


def diffuse(ingenierie, numero=1, motif="", date_limite=DEADLINE):
    """A diffused version of its cahier des charges."""
    cahier = create_cahier(ingenierie, SYSTEM)
    cahier.numero = numero
    return VersionDiffusee.objects.create(
        cahier=cahier,
        numero=numero,
        contenu=canonical(build(cahier)),
        le=dt.datetime(2026, 11, 18, 9, 0, tzinfo=dt.UTC),
        par="Recette",
        motif=motif,
        date_limite=date_limite,
    )


def at_confirmer(dla):
    found = fulfil_engager(engaged(dla))
    found = services.perform_action(found, "confirmer", actor=SYSTEM, expected_state="engager", version=found.version)
    type(found).objects.filter(pk=found.pk).update(titre=TITRE)
    found.refresh_from_db()
    return found


def sheet(**values):
    return {
        "secteur": "sport",
        "taille": "6 salariés, 25 bénévoles",
        "problematique": "Une trésorerie qui se tend.",
        "theme": "Gestion financière",
        "objectif": "Rétablir l’équilibre",
        "duree": "4 jours",
        "echeance": "fin juin 2027",
        "rencontre_du": dt.date(2027, 1, 5),
        "rencontre_au": dt.date(2027, 1, 15),
        **values,
    }


def yes(**values):
    return {
        "positionne": True, "rencontre_possible": True, "rencontre_des": None,
        "coherence": "Dix ans dans le sport.", "prix_demi_journee": 450, **values,
    }  # fmt: skip


@pytest.fixture
def dla(db):
    return OrganisationFactory()


@pytest.fixture
def user(dla):
    return member(dla)


@pytest.fixture
def actor(user):
    return actor_of(user)


@pytest.fixture
def dossier(dla, user, clock_at):
    clock_at("2026-11-21 10:00")
    found = at_confirmer(dla)
    type(found).objects.filter(pk=found.pk).update(charge_mission=user)
    found.refresh_from_db()
    return found


def held(name, region):
    """A prestataire published in its région, and its référent."""
    found = shown_prestataire(name=name, region=region)
    Membre.objects.create(prestataire=found, user=UserFactory(), role="referent")
    return found


@pytest.fixture
def three(dossier, clock_at):
    """Three prestataires whose fiche is published in the région."""
    clock_at("2026-11-10 10:00")
    found = [held(f"Cabinet {letter}", dossier.pilote.region) for letter in "ABC"]
    clock_at("2026-11-21 10:00")
    return found


def of(prestataire):
    """Who answers for it."""
    return actor_of(prestataire.membres.get().user)


@pytest.fixture
def version(dossier):
    return diffuse(dossier)


@pytest.fixture
def prepared(dossier, actor, three, version):
    """A call in complete mode, three invited, nothing sent."""
    appel = preparation.prepare(dossier, {"mode": ModeAppel.COMPLETE, "date_limite": DEADLINE}, actor=actor)
    preparation.invite(appel, three, actor=actor)
    appel.refresh_from_db()
    return appel


@pytest.fixture
def opened(prepared, actor):
    """The same, open."""
    return cycle.open_call(prepared, actor=actor)


@pytest.fixture
def simple(dossier, actor, three):
    """A simplified call, open, three invited; no cahier des charges is diffused."""
    values = {"mode": ModeAppel.SIMPLIFIEE, "date_limite": DEADLINE, **sheet()}
    appel = preparation.prepare(dossier, values, actor=actor)
    preparation.invite(appel, three, actor=actor)
    appel.refresh_from_db()
    return cycle.open_call(appel, actor=actor)


@pytest.fixture
def invitations(opened):
    return list(Invitation.objects.filter(appel=opened).order_by("prestataire__name"))


@pytest.fixture
def asked(simple):
    return list(Invitation.objects.filter(appel=simple).order_by("prestataire__name"))

"""The worlds of the walks of « Capitaliser », made by the services: a mission that is over, a committee of several
actors, a resource that the network reads; and what nobody would do again each time."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

from django.db.models import QuerySet

from accounts.models import Organisation, User
from capitalisation.bibliotheque.enums import Verdict
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.services.ressources import reindex
from capitalisation.comite.models import ComiteEditorial
from capitalisation.comite.services import comites
from consultations.choix import services as choices
from core import clock
from missions.seances.services.participants import add_participants
from missions.seances.services.seances import create_seance
from projects.identification.services import update_section
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import touch
from referentiels.models import Region
from structures.annuaire.models import Structure
from tests.browser import finish_worlds
from tests.browser.call_worlds import artistic_world
from tests.browser.walking import attested
from tests.capitalisation.bibliotheque.recits import poured
from tests.evaluation.grilles.world import fresh_convention
from tests.factories import (
    OrganisationFactory,
    RegionFactory,
    SecteurFactory,
    TypePrestationFactory,
    actor_of,
    ingenierie_of,
    member,
)
from tests.missions import mission

SYSTEM = finish_worlds.SYSTEM
#: The two structures of the mission: the first consents to be named, the other does not answer.
NOMMEE, TUE = "Les Fileuses", "Théâtre du Pré"
VERIFIEE = dt.date(2027, 7, 2)
ATELIERS = (dt.date(2027, 3, 9), dt.date(2027, 3, 30), dt.date(2027, 4, 20))


# --- « Communication de projets artistiques » -----------------------------------------------------------------------


def artistic_dossier() -> SimpleNamespace:
    """The dossier at « Confirmer », with its problématique as its case says it; its cahier des charges is diffused."""
    world = artistic_world()
    for name, email in ((NOMMEE, "fileuses@example.org"), (TUE, "theatre@example.org")):
        QuerySet(Structure).filter(name=name).update(contact_name="Alix Modèle", contact_email=email)
    told = attested("artistiques-ruraux")["problematique"]
    contexte = f"{told['contexte']} {NOMMEE} joue sous les halles ; {TUE} joue dans les granges."
    values = {"contexte": contexte, "besoins": told["besoins"], "origines": told["origines"]}
    update_section(world.dossier, "problematique", actor=SYSTEM, expected_version=None, values=values)
    world.c2ra = OrganisationFactory(c2ra=True, region=world.dla.region, name="C2RA Centre")
    world.avise = OrganisationFactory(avise=True, name="Avise")
    return world


def artistic_mission(world: SimpleNamespace) -> None:
    """Its convention signed, its three days held; the ingénierie is closed."""
    dossier = Ingenierie.objects.select_related("pilote__region", "charge_mission").get(pk=world.dossier.pk)
    choices.retain(dossier, world.halles, {**mission.CHOIX, "date": clock.today()}, actor=SYSTEM)
    convention = mission.complete(
        dossier,
        termes={"jours": Decimal(3), "prix": Decimal("3600.00"), "base": "ttc", "taux_tva": Decimal("20.00")},
        etapes=[{"intitule": "Trois ateliers", "duree": Decimal(3), "debut": ATELIERS[0], "fin": ATELIERS[-1]}],
        paiements=(("Au rapport final", "3600.00"),),
    )
    world.convention = fresh_convention(mission.signed(mission.to_sign(convention)))
    QuerySet(Ingenierie).filter(pk=dossier.pk).update(state="finaliser", state_since=clock.now())
    world.convention = fresh_convention(world.convention)
    for number, day in enumerate(ATELIERS, 1):
        atelier(world, number, day)
    touch(dossier.pk, structures=True)
    # The ways from « Confirmer » to the end are walked elsewhere.
    QuerySet(Ingenierie).filter(pk=dossier.pk).update(state="cloture", state_since=clock.now())


def atelier(world: SimpleNamespace, number: int, day: dt.date) -> None:
    """A day of the mission, held: both structures came."""
    she = actor_of(world.pilot)
    values = {
        "nature": "collective",
        "titre": f"Atelier {number}",
        "date": day,
        "heure_debut": dt.time(9),
        "heure_fin": dt.time(17),
        "lieu": "Châteauroux",
    }
    with clock.replay(finish_worlds.at(day)):
        seance = create_seance(world.convention, values, actor=she)
        rows = world.dossier.structures_ciblees.values_list("pk", flat=True)
        add_participants(seance, [f"structure-{pk}" for pk in rows], actor=she)
        finish_worlds.note(seance, she)


# --- Committees -----------------------------------------------------------------------------------------------------


def committee(region: Region | None, seated: User, quorum: int = 2) -> ComiteEditorial:
    """A committee of an account and of somebody by link, each of its own world."""
    comite = comites.ensure_comite(region, actor=SYSTEM)
    comites.add_membre(comite, {"user": seated, "qualite": "réseau associatif"}, actor=SYSTEM)
    values = {"nom": "Ombeline Essai", "email": address(region), "qualite": "expert-comptable"}
    comites.add_membre(comite, values, actor=SYSTEM)
    QuerySet(ComiteEditorial).filter(pk=comite.pk).update(quorum=quorum)
    return ComiteEditorial.objects.get(pk=comite.pk)


def address(region: Region | None) -> str:
    """Where the member by link of that committee receives her mails."""
    return f"ombeline.{region.code if region else 'national'}@example.org".lower()


# --- What the network reads -----------------------------------------------------------------------------------------


def published(dla: Organisation, author: User, **values) -> Ressource:
    """A fiche expérience of ``dla`` that the network reads: how five associations made themselves known."""
    told = {
        "titre": "Communication de projets artistiques en milieu rural",
        "resume": "Cinq associations écrivent ensemble leur plan de communication, avec un prestataire.",
        "auteur": author,
        "verdict": Verdict.SOURCE_INSPIRATION,
        "teste_sur": "Indre, 2027",
        "mots_cles": ["artistique", "spectateurs"],
    }
    return poured(dla, **{**told, **values})


def two_regions() -> SimpleNamespace:
    """The resource of a DLA, read by the network; elsewhere, a chargée de mission with the same difficulty."""
    culture, theme = SecteurFactory(label="Culture"), TypePrestationFactory(label="Communication")
    dla = OrganisationFactory(name="DLA de l’Indre")
    author = member(dla, first_name="Ysaline", last_name="Brandemare")
    ressource = published(dla, author)
    ressource.secteurs.set([culture])
    ressource.themes.set([theme])
    reindex(ressource)
    far = OrganisationFactory(name="DLA de la Meuse", region=RegionFactory(label="Grand Est"))
    reader = member(far, first_name="Malika", last_name="Essai")
    dossier = ingenierie_of(
        far, titre="Faire venir le public", charge_mission=reader, secteurs=[culture], themes=[theme]
    )
    return SimpleNamespace(ressource=ressource, author=author, reader=reader, dossier=dossier)


def to_promote() -> SimpleNamespace:
    """A resource published in its région; its C2RA; two people of the Avise; the national committee of two."""
    dla = OrganisationFactory()
    c2ra, avise = OrganisationFactory(c2ra=True, region=dla.region), OrganisationFactory(avise=True)
    seated = member(OrganisationFactory(), first_name="Noa", last_name="Essai")
    committee(None, seated)
    return SimpleNamespace(
        ressource=published(dla, member(dla)),
        decider=member(c2ra, first_name="Camille", last_name="Berthier"),
        seated=seated,
        deciders=[member(avise, first_name=name, last_name="Essai") for name in ("Sacha", "Dominique")],
    )

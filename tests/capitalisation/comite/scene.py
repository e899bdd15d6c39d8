"""A committee of three (an account, two links) and a resource proposed to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.models import Grant, Organisation, User
from accounts.services.links import holder
from capitalisation.bibliotheque.enums import EtatRessource
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.services import ressources
from capitalisation.comite.models import ComiteEditorial, Examen, MembreComite
from capitalisation.comite.services import avis, comites
from capitalisation.comite.services.invitations import LIEN
from core.actor import Actor
from tests.capitalisation.scene import SYSTEM, ressource
from tests.factories import OrganisationFactory, actor_of, member

FAVORABLE = {"qualite": "favorable", "portee": "territoriale", "texte": ""}
RESERVE = {"qualite": "reserve", "portee": "territoriale", "texte": "Dire d’où viennent les chiffres."}


@dataclass
class Scene:
    """Who is there: an author of a DLA, the C2RA that decides, somebody of another DLA who sits, two by link."""

    dla: Organisation
    c2ra: Organisation
    author: User
    decider: User
    seated: User
    comite: ComiteEditorial
    compte: MembreComite
    liens: list[MembreComite]
    ressource: Ressource

    @property
    def examen(self) -> Examen:
        return Examen.objects.select_related("comite__region", "ressource").get(ressource=self.ressource, clos_le=None)

    def act(self, action: str, actor: Actor | User = SYSTEM, reason: str = "") -> Ressource:
        self.ressource = act(self.ressource, action, actor, reason)
        return self.ressource

    def give(self, *values: dict[str, Any]) -> None:
        """The first members say this, by the application."""
        for membre, said in zip([self.compte, *self.liens], values, strict=False):
            avis.give(self.examen, membre, said, actor=SYSTEM)


def act(row: Ressource, action: str, actor: Actor | User = SYSTEM, reason: str = "") -> Ressource:
    who = actor if isinstance(actor, Actor) else actor_of(actor)
    fresh = Ressource.objects.get(pk=row.pk)
    return ressources.perform_action(fresh, action, actor=who, expected_state=fresh.state, reason=reason)


def committee(region, user: User | None, qualite: str = "réseau associatif") -> ComiteEditorial:
    """A committee: ``user`` by account, an accountant and a funder by link."""
    comite = comites.ensure_comite(region, actor=SYSTEM)
    name = f"r{region.pk}" if region else "national"
    if user is not None:
        comites.add_membre(comite, {"user": user, "qualite": qualite}, actor=SYSTEM)
    for nom, qui in (("Ombeline Essai", "expert-comptable"), ("Gontran Essai", "financeur public")):
        email = f"{nom.split()[0].lower()}.{name}@example.org"
        comites.add_membre(comite, {"nom": nom, "email": email, "qualite": qui}, actor=SYSTEM)
    return comite


def proposed(*, dla: Organisation | None = None) -> Scene:
    """The committee is there, the resource is proposed: its examination is open."""
    dla = dla or OrganisationFactory()
    c2ra = OrganisationFactory(c2ra=True, region=dla.region)
    seated = member(OrganisationFactory(region=dla.region))
    author = member(dla)
    comite = committee(dla.region, seated)
    row = ressource(dla, EtatRessource.BROUILLON, auteur=author)
    scene = Scene(
        dla, c2ra, author, member(c2ra), seated, comite,
        comite.membres.get(user=seated), list(comite.membres.filter(user=None).order_by("pk")), row,
    )  # fmt: skip
    scene.act("proposer", author)
    return scene


def lue(row: Ressource) -> None:
    """The committee that examines it has as many favorable avis as it needs."""
    examen = Examen.objects.select_related("comite__region").get(ressource=row, clos_le=None)
    for number in range(examen.comite.quorum):
        values = {"nom": "Une personne", "email": f"m{number}.{examen.pk}@example.org", "qualite": "financeur"}
        membre = comites.add_membre(examen.comite, values, actor=SYSTEM)
        avis.give(examen, membre, FAVORABLE, actor=SYSTEM)


def link_of(examen: Examen, membre: MembreComite) -> Grant:
    return Grant.objects.of(examen, LIEN).get(recipient_email=membre.email)


def by_link(examen: Examen, membre: MembreComite) -> Actor:
    return holder(link_of(examen, membre))


def of_rights(a: Organisation, people: dict[str, User]) -> dict[str, Any]:
    """What the table of rights needs: a resource of A's neighbour is examined by a committee where the responsable of A
    sits, and « ancien » sat; « loin » sits in the committee of another région."""
    comite = committee(a.region, people["responsable"])
    gone = comites.add_membre(comite, {"user": people["ancien"], "qualite": "DLA"}, actor=SYSTEM)
    comites.leave(gone, actor=SYSTEM)
    committee(people["loin"].active_membership.organisation.region, people["loin"])
    row = ressource(OrganisationFactory(region=a.region), EtatRessource.BROUILLON, titre="Ressource à l’examen")
    act(row, "proposer")
    return {
        "examen": Examen.objects.select_related("ressource").get(ressource=row),
        "membre_editorial": comite.membres.filter(user=None).first(),
    }

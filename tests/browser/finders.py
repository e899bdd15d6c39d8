"""How the pages to visit find their objects in the demonstration data, and who visits them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.urls import reverse
from django.utils import timezone

from projects.enums import OPEN_STATES

ANONYME = "anonyme"
#: The chargé de mission of the ingénierie that the address names (``pk``).
PILOTE = "pilote"

OPEN = {"ingenierie__state__in": OPEN_STATES}
CONFIRMER = {"ingenierie__state": "confirmer"}


@dataclass(frozen=True)
class Visit:
    """One page to visit as ``role``. ``kwargs`` gets the world (tests/browser/world.py) and returns the parts of the
    address."""

    role: str
    route: str
    kwargs: Callable[[Any], dict] = field(default=lambda world: {})
    query: str = ""
    label: str = ""
    #: More of the query, found in the world.
    ticked: Callable[[Any], str] = field(default=lambda world: "")

    def __str__(self) -> str:
        return f"{self.role}-{self.route}{self.query}{self.label and '-' + self.label}"

    def path(self, world: Any) -> str:
        return reverse(self.route, kwargs=self.kwargs(world)) + self.query + self.ticked(world)


def _project(world: Any) -> dict:
    return {"pk": world.project.pk}


def _one(label: str, role: str = "charge_mission") -> Callable[[Any], dict]:
    """The first object of a model that this person may see."""
    return lambda world: {"pk": world.first(label, role).pk}


def _own(label: str) -> Callable[[Any], dict]:
    """The first object of a model that the chargé de mission's own organisation keeps."""
    return lambda world: {"pk": world.first(label, organisation=world.project.pilote).pk}


def _draft(**parts: str) -> Callable[[Any], dict]:
    """A diagnostic being written by the chargé de mission's own organisation."""
    return lambda world: {**_own_in(world, "structures.Diagnostic", state="brouillon"), **parts}


def _shared(world: Any) -> dict:
    """A diagnostic that a structure has to answer."""
    return _own_in(world, "structures.Diagnostic", state="partage")


def _need(world: Any) -> dict:
    """A need of a diagnostic being written."""
    return _own_in(world, "structures.Besoin", diagnostic__state="brouillon")


def _plan(world: Any) -> dict:
    """A plan in hand of the chargé de mission's own organisation."""
    return _own_in(world, "structures.PlanAccompagnement", state="en_cours")


def _actualised(world: Any) -> dict:
    """A plan that changed since it was settled."""
    return _own_in(world, "structures.PlanAccompagnement", numero__gte=2)


def _row(world: Any) -> dict:
    return _own_in(world, "structures.LignePlan", plan__state="en_cours", etat="en_cours")


def _mission(world: Any) -> dict:
    pilote = world.project.pilote
    return {"pk": world.first("structures.MissionPreconisee", plan__organisation=pilote, plan__state="en_cours").pk}


def _own_in(world: Any, label: str, **filters: Any) -> dict:
    return {"pk": world.first(label, organisation=world.project.pilote, **filters).pk}


def _own_contact(label: str, owner: str) -> Callable[[Any], dict]:
    """Another contact of a sheet that the chargé de mission's own organisation keeps."""

    def found(world: Any) -> dict:
        contact = world.first(label, **{f"{owner}__organisation": world.project.pilote})
        return {"pk": getattr(contact, f"{owner}_id"), "contact": contact.pk}

    return found


def _neighbour(world: Any) -> dict:
    """An ingénierie of another DLA of the région: its summary only."""
    from projects.ingenierie.models import Ingenierie

    actor = world.actor("charge_mission")
    hidden = Ingenierie.objects.visible_to(actor).values("pk")
    return {"pk": Ingenierie.objects.listed_for(actor).exclude(pk__in=hidden).order_by("pk").first().pk}


def _section(code: str) -> Callable[[Any], dict]:
    """A section of a cahier des charges still being written."""
    return lambda world: {
        "pk": world.in_any_project("consultations.CahierDesCharges", state="brouillon").ingenierie_id,
        "code": code,
    }


def _annexe(world: Any) -> dict:
    """A structure presented by a cahier des charges still being written."""
    cahier = world.in_any_project("consultations.CahierDesCharges", state="brouillon")
    return {"pk": cahier.ingenierie_id, "cible_pk": cahier.structures_presentees().order_by("pk").first().pk}


def _differences(world: Any) -> dict:
    """A version that rectified another."""
    version = world.first("consultations.VersionDiffusee", "avise", numero=2)
    return {"pk": version.cahier.ingenierie_id, "numero": 2}


def _version(world: Any) -> dict:
    version = world.first("consultations.VersionDiffusee", "c2ra")
    return {"pk": version.cahier.ingenierie_id, "numero": version.numero}


def _budget_version(world: Any) -> dict:
    """The budget as a comité d'appui saw it."""
    version = world.in_any_project("engagement.VersionBudget")
    return {"pk": version.ingenierie_id, "numero": version.numero}


def _own_organisation(role: str) -> Callable[[Any], dict]:
    return lambda world: {"pk": world.user(role).active_membership.organisation_id}


def _passation(world: Any) -> dict:
    """Something that the chargé de mission was handed over."""
    return {"pk": world.first("accounts.Passation", to_user=world.user("charge_mission")).pk}


def _in_project(name: str, label: str, **filters: Any) -> Callable[[Any], dict]:
    """An ingénierie and one of its objects, under ``name`` in the address."""

    def find(world: Any) -> dict:
        found = world.in_any_project(label, **filters)
        return {"pk": found.ingenierie_id, name: found.pk}

    return find


def _of_meeting(name: str, related: str) -> Callable[[Any], dict]:
    """A meeting already held, and one of its participants or decisions."""

    def find(world: Any) -> dict:
        held = world.in_any_project("engagement.Reunion", state="tenue", **OPEN)
        return {"pk": held.ingenierie_id, "reunion": held.pk, name: getattr(held, related).order_by("pk").first().pk}

    return find


def _answer(world: Any) -> dict:
    """The answer of a partner, in an ingénierie that is still open."""
    row = world.in_any_project("engagement.PartenaireProjet", reponses__sent_at__isnull=False, **OPEN)
    return {"pk": row.ingenierie_id, "partenaire": row.pk, "reponse": row.reponses.received().first().pk}


def _questionnaire(world: Any) -> dict:
    return {"code": "questionnaire-partenaire", "object_id": world.project.partenaires_projet.order_by("pk").first().pk}


def _link(**filters: Any) -> Callable[[Any], dict]:
    """A link on something of an ingénierie that is still open."""

    def find(world: Any) -> dict:
        from accounts.models import Grant
        from accounts.services import link_token
        from core import clock
        from engagement.partenaires.models import PartenaireProjet

        rows = PartenaireProjet.objects.filter(**OPEN).values("pk")
        mine = Grant.objects.filter(purpose="questionnaire-partenaire", object_id__in=rows)
        waiting = mine.filter(expires_at__gt=clock.now(), **filters)
        return {"token": link_token(waiting.order_by("pk").first())}

    return find


def _seance(state: str, *parts: str) -> Callable[[Any], dict]:
    """A session of the comité d'appui of the chargé de mission's DLA, and one of its members, of its points."""

    def find(world: Any) -> dict:
        seance = world.first("engagement.SeanceComite", state=state)
        found = {"pk": seance.pk}
        if "membre" in parts:
            found["membre"] = seance.membres.first().pk
        if "point" in parts:
            found["point"] = seance.points.first().pk
        return found

    return find


def _diagnostic_link(world: Any) -> dict:
    """The personal link of a structure that has a diagnostic to read."""
    from accounts.models import Grant
    from accounts.services import link_token

    return {"token": link_token(Grant.objects.filter(purpose="validation-diagnostic").order_by("pk").first())}


def _avis_against(world: Any) -> dict:
    """An opinion that waits for the pilot's answer."""
    avis = world.in_any_project("engagement.AvisComite", sens="defavorable", **OPEN)
    return {"pk": avis.ingenierie_id, "organisation": avis.organisation_id}


def _plan_link(world: Any) -> dict:
    """The personal link of a structure that has a plan to read."""
    from accounts.models import Grant
    from accounts.services import link_token
    from structures.plans.models import PlanAccompagnement

    plans = PlanAccompagnement.objects.exclude(state="clos")
    found = Grant.objects.filter(purpose="validation-plan", object_id__in=plans.values("pk")).order_by("pk").first()
    found.expires_at = timezone.now() + dt.timedelta(days=365)  # it was sent long before
    found.save(update_fields=["expires_at"])
    return {"token": link_token(found)}


def _avis_link(world: Any) -> dict:
    """The personal link of a member of a session to come."""
    from accounts.models import Grant
    from accounts.services import link_token

    membre = world.first("engagement.SeanceComite", state="convoquee").membres.first()
    return {"token": link_token(Grant.objects.get(purpose="avis-comite", object_id=membre.pk))}


def _pair(annuaire: Any) -> Callable[[Any], dict]:
    """Two sheets of the chargé de mission's directory that its page of duplicates signals first."""

    def found(world: Any) -> dict:
        pair = annuaire.pairs(world.actor("charge_mission"))[0]
        return {"pk": pair.one.pk, "autre": pair.other.pk}

    return found


CHOIX = "consultations.ChoixPrestataire"
CHOSEN = {"retire_at": None, "ingenierie__state__in": ("confirmer", "finaliser")}


def _chosen(world: Any) -> dict:
    """An ingénierie whose prestataire is retained and that is still open."""
    return {"pk": world.in_any_project(CHOIX, **CHOSEN).ingenierie_id}


CONSULTE = "consultations.PrestataireConsulte"


def _consulted(world: Any) -> dict:
    """An open ingénierie with prestataires consulted."""
    return {"pk": world.in_any_project(CONSULTE, **CHOSEN).ingenierie_id}


def _ticked_prestataires(world: Any) -> str:
    """Four prestataires of the chargé de mission's région, for her ingénierie."""
    region = world.project.pilote.region_id
    found = import_module("partners.portfolio.publication.models").Publication.objects.filter(
        region=region, state="publiee"
    )
    keys = found.order_by("pk").values_list("prestataire_id", flat=True)[:4]
    return "".join(f"&p={pk}" for pk in keys) + f"&ingenierie={world.project.pk}"


def _published(world: Any) -> dict:
    """A fiche that a région shows."""
    return {"pk": world.first("portfolio.Publication", state="publiee").pk}


def _chosen_prestataire(world: Any) -> dict:
    choix = world.in_any_project(CHOIX, **CHOSEN)
    return {"pk": choix.ingenierie_id, "prestataire_pk": choix.prestataire_id}


CONVENTION = "missions.Convention"


def _convention_being_written(**parts: str) -> Callable[[Any], dict]:
    """A convention that is a draft, and a part of it."""

    def found(world: Any) -> dict:
        convention = world.in_any_project(CONVENTION, state="projet", **OPEN)
        return {"pk": convention.ingenierie_id, "convention": convention.pk, **parts}

    return found


def _partie(world: Any) -> dict:
    """A party of a convention that is a draft."""
    convention = world.in_any_project(CONVENTION, state="projet", **OPEN)
    place = {"pk": convention.ingenierie_id, "convention": convention.pk, "genre": "parties"}
    return {**place, "ligne": convention.parties.first().pk}


def _acte(world: Any) -> dict:
    """A text that some have signed and that others are to sign."""
    convention = world.in_any_project(CONVENTION, state="a_signer", ingenierie__state="confirmer")
    return {"pk": convention.ingenierie_id, "convention": convention.pk, "acte": convention.actes.get().pk}


def _avenant(**filters: Any) -> Callable[[Any], dict]:
    """An avenant of an open ingénierie."""

    def found(world: Any) -> dict:
        states = {f"avenants__{name}": value for name, value in filters.items()}
        convention = world.in_any_project(CONVENTION, avenants__isnull=False, **states, **OPEN)
        avenant = convention.avenants.filter(**filters).first()
        return {"pk": convention.ingenierie_id, "convention": convention.pk, "avenant": avenant.pk}

    return found


def _waiting_link(purpose: str) -> dict:
    from accounts.models import Grant
    from accounts.services import link_token

    return {"token": link_token(Grant.objects.filter(purpose=purpose, revoked_at=None).order_by("-pk").first())}


def _signature_link(world: Any) -> dict:
    """The personal link of somebody who has not signed yet."""
    return _waiting_link("signature-convention")


def _signed_link(world: Any) -> dict:
    """The personal link to a signed convention."""
    return _waiting_link("convention-signee")

"""A call open to two prestataires, by its rows: what the tests of the propositions share."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

from consultations.appel.models import Appel, Invitation
from consultations.cahier.models import VersionDiffusee
from consultations.cahier.services import create_cahier
from core import clock
from core.actor import Actor
from core.canonical import canonical
from partners.portfolio.prestataire.models import Membre
from projects.cycle.services import perform_action
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
DEADLINE = dt.datetime(2026, 12, 1, 11, 0, tzinfo=dt.UTC)
CAHIER = {
    "titre": "Appui à la réorganisation de l’accueil",
    "jours_min": "6",
    "jours_max": "8",
    "cout_jour": "850.00",
    "regime": "ttc",
    "date_debut": "2027-01-04",
    "date_fin": "2027-06-30",
    "role_evaluation": "",
    "partenaires": [],
}
ETAPE = {
    "intitule": "État des lieux",
    "objectif": "Comprendre l’organisation présente",
    "contenu": "Entretiens avec l’équipe et le bureau.",
    "duree": "2",
    "productions": "Une note de deux pages",
}
MARKER = "Amaryllis-Quetzal"


def candidate(appel: Appel, name: str) -> SimpleNamespace:
    """A prestataire invited to the call, and its référent."""
    prestataire = shown_prestataire(name=name)
    user = UserFactory()
    Membre.objects.create(prestataire=prestataire, user=user, role="referent")
    invitation = Invitation.objects.create(
        appel=appel, prestataire=prestataire, envoyee_at=clock.now(), by_label="Le pilote"
    )
    return SimpleNamespace(prestataire=prestataire, user=user, actor=Actor.for_user(user), invitation=invitation)


def monde(*, mode: str = "complete", **values) -> SimpleNamespace:
    """The pilot, the call (open until the 1st of December at noon in Paris), its two candidates A and B."""
    dla = OrganisationFactory()
    user = member(dla)
    dossier = fulfil_engager(engaged(dla))
    dossier = perform_action(dossier, "confirmer", actor=SYSTEM, expected_state="engager", version=dossier.version)
    version = VersionDiffusee.objects.create(
        cahier=create_cahier(dossier, SYSTEM),
        numero=1,
        contenu=canonical(CAHIER),
        le=clock.now(),
        par="Recette",
        date_limite=DEADLINE,
    )
    asked = {"justification": "Un seul sait le faire."} if mode == "sans_concurrence" else {}
    appel = Appel.objects.create(
        ingenierie=dossier,
        version_diffusee=version,
        mode=mode,
        state="ouvert",
        date_limite=DEADLINE,
        ouvert_at=clock.now(),
        **asked,
        **values,
    )
    return SimpleNamespace(
        dla=dla,
        user=user,
        actor=actor_of(user),
        dossier=dossier,
        appel=appel,
        a=candidate(appel, "Cabinet des Halles"),
        b=candidate(appel, "Coopérative Ressort"),
    )

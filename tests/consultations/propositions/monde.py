"""A call open to two prestataires, by its rows: what the tests of the propositions share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace

from accounts.models import Organisation
from consultations.appel.models import Appel, Invitation
from consultations.cahier.models import VersionDiffusee
from consultations.cahier.services import create_cahier
from consultations.propositions.services import deposit, open_call, save_draft
from core import clock
from core.actor import Actor
from core.canonical import canonical
from partners.portfolio.prestataire.models import Membre
from projects.enums import Etat
from projects.ingenierie.models import Ingenierie
from tests.factories import (
    OrganisationFactory,
    UserFactory,
    actor_of,
    ingenierie_of,
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


def monde(*, mode: str = "complete", dla: Organisation | None = None, **values) -> SimpleNamespace:
    """The pilot, the call (open until the 1st of December at noon in Paris), its two candidates A and B."""
    dla = dla or OrganisationFactory()
    user = member(dla)
    dossier = ingenierie_of(dla)
    # How it came to « Confirmer » is told elsewhere.
    Ingenierie._base_manager.filter(pk=dossier.pk).update(state=Etat.CONFIRMER)
    dossier = Ingenierie.objects.get(pk=dossier.pk)
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


def plis(dla: Organisation, before: Callable[[SimpleNamespace], object] = lambda w: None) -> SimpleNamespace:
    """Of that pilot, a call past its deadline with one proposition still sealed, and another whose one is opened;
    ``before`` adds what each deposit holds."""
    made = [monde(dla=dla) for _ in range(2)]
    for w in made:
        save_draft(w.a.invitation, {"note": "Notre note.", "etapes": [ETAPE]}, SYSTEM)
        before(w)
        w.depot = deposit(w.a.invitation, SYSTEM)
        Appel.objects.filter(pk=w.appel.pk).update(date_limite=clock.now())
    sealed, opened = made
    open_call(Appel.objects.get(pk=opened.appel.pk), SYSTEM)
    return SimpleNamespace(pli=sealed, ouverte=opened.appel.propositions_ouvertes.get())

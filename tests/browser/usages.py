"""Where the pages of the uses of the library are found in the demonstration data, and who reads them."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from tests.browser.finders import Visit

#: Somebody of the organisation that deposited a resource which readers asked about and reported.
DEPOSANT = "deposant"
#: Somebody who carries an ingénierie that uses a resource.
USER = "utilisatrice"


def _reported() -> Any:
    from capitalisation.usages.models import Signalement

    row = Signalement.objects.filter(etat="ouvert", ressource__questions__isnull=False).order_by("pk").first()
    assert row, "les données de démonstration n’ont aucune ressource à la fois signalée et questionnée"
    return row


def person() -> Any:
    """The role « deposant » (tests/browser/world.py)."""
    from accounts.models import Membership

    found = Membership.objects.active().filter(
        organisation=_reported().ressource.contributeur_id, user__active_membership=F("pk")
    )
    return found.exclude(role="lecture").order_by("pk").first().user


def own(world: Any) -> dict:
    return {"pk": _reported().ressource_id}


def asked(world: Any) -> dict:
    ressource = _reported().ressource
    return {"pk": ressource.pk, "question": ressource.questions.order_by("pk").first().pk}


def reported(world: Any) -> dict:
    row = _reported()
    return {"pk": row.ressource_id, "signalement": row.pk}


def _use() -> Any:
    """A use that the chargé de mission of its ingénierie may change."""
    from capitalisation.usages.models import Utilisation

    path = "ingenierie__charge_mission__active_membership__organisation"
    row = Utilisation.objects.filter(**{path: F("organisation")}, ressource__state="publiee").order_by("pk").first()
    assert row, "les données de démonstration n’ont aucune utilisation"
    return row


def user() -> Any:
    """The role « utilisatrice » (tests/browser/world.py)."""
    return _use().ingenierie.charge_mission


def use(world: Any) -> dict:
    row = _use()
    return {"pk": row.ressource_id, "utilisation": row.pk}


def used(world: Any) -> dict:
    return {"pk": _use().ressource_id}


def dossier(world: Any) -> dict:
    return {"pk": _use().ingenierie_id}


def without(world: Any) -> dict:
    """An ingénierie that uses nothing."""
    return {"pk": world.project.pk}


VISITS = (
    Visit(USER, "bibliotheque:utiliser", own),
    Visit(USER, "bibliotheque:utilisation", use),
    Visit(USER, "bibliotheque:question", own),
    Visit(DEPOSANT, "bibliotheque:question_repondre", asked),
    Visit(DEPOSANT, "bibliotheque:question_retirer", asked),
    Visit(USER, "bibliotheque:signaler", own),
    Visit(DEPOSANT, "bibliotheque:signalement", reported),
    Visit(DEPOSANT, "bibliotheque:verifiee", own),
    Visit(DEPOSANT, "bibliotheque:ressource", own, label="signalee"),
    Visit(USER, "bibliotheque:ressource", used, label="utilisee"),
    Visit("charge_mission", "capitalisation:ressources", without, label="rien"),
    Visit(USER, "capitalisation:ressources", dossier),
)

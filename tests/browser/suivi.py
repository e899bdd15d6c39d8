"""Where the pages of a mission are found in the demonstration data, and who reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def _asked(state: str) -> Any:
    """A request in that state."""
    from missions.modifications.models import DemandeModification

    found = DemandeModification.objects.filter(state=state).select_related("convention").order_by("pk").first()
    assert found, f"les données de démonstration n’ont aucune modification « {state} »"
    return found


def _mission() -> Any:
    """A mission planned, whose change is asked: a stage of it is still to return."""
    return _asked("demandee").convention


def _etape() -> Any:
    return _mission().fiche_suivi.etapes.filter(rendue_le=None).first()


def consultant() -> Any:
    """Somebody of the prestataire of that mission."""
    return _mission().choix.prestataire.membres.active().order_by("role", "pk").first().user


def dossier(world: Any) -> dict:
    return {"pk": _mission().ingenierie_id}


def mission(world: Any) -> dict:
    return {"pk": _mission().ingenierie_id, "convention": _mission().pk}


modification_list = mission


def etape(world: Any) -> dict:
    return {**mission(world), "etape": _etape().pk}


def modification(state: str) -> Callable[[Any], dict]:
    """A request in that state, under its mission."""

    def found(world: Any) -> dict:
        demande = _asked(state)
        return {"pk": demande.convention.ingenierie_id, "convention": demande.convention_id, "demande": demande.pk}

    return found


def accord(world: Any) -> dict:
    """A structure that did not answer yet."""
    row = _asked("a_la_structure").accords.filter(avis="").first()
    return {**modification("a_la_structure")(world), "accord": row.pk}


def espace(world: Any) -> dict:
    return {"convention": _mission().pk}


def espace_etape(world: Any) -> dict:
    return {**espace(world), "etape": _etape().pk}


def espace_modification(world: Any) -> dict:
    return {**espace(world), "demande": _asked("demandee").pk}


def link(world: Any) -> dict:
    """The personal link of a structure that is asked."""
    from accounts.models import Grant
    from accounts.services import link_token

    rows = _asked("a_la_structure").accords.filter(avis="").values("pk")
    found = Grant.objects.filter(purpose="modification-structure", object_id__in=rows).order_by("pk").first()
    return {"token": link_token(found)}

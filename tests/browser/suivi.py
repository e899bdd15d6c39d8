"""Where the pages of a mission are found in the demonstration data, and who reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.finders import ANONYME, PILOTE, Visit


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
    """One whose mission did not begin: where there is one alone, its page opens at once."""
    from projects.ingenierie.models import Ingenierie

    waiting = Ingenierie.objects.filter(state="confirmer", cycle="collective").exclude(conventions__state="signee")
    return {"pk": waiting.order_by("pk").first().pk}


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


VISITS = [
    # --- The mission, for its team and for its prestataire
    Visit(PILOTE, "missions:missions", dossier, label="mission"),
    Visit(PILOTE, "missions:mission", mission),
    Visit(PILOTE, "missions:suivi", mission),
    Visit(PILOTE, "missions:suivi_consultant", mission),
    Visit(PILOTE, "missions:suivi_besoin", mission),
    Visit(PILOTE, "missions:suivi_etape", etape),
    Visit(PILOTE, "missions:suivi_prevu", etape),
    Visit(PILOTE, "missions:modifications", modification_list),
    Visit(PILOTE, "missions:modification_demander", mission),
    Visit(PILOTE, "missions:modification", modification("demandee"), label="demandée"),
    Visit(PILOTE, "missions:modification", modification("a_la_structure"), label="à la structure"),
    Visit(PILOTE, "missions:modification", modification("acceptee"), label="acceptée"),
    Visit(PILOTE, "missions:modification_corriger", modification("demandee")),
    Visit(PILOTE, "missions:modification_structures", modification("demandee")),
    Visit(PILOTE, "missions:modification_accord", accord),
    Visit("consultant", "mission:missions"),
    Visit("consultant", "mission:mission", espace),
    Visit("consultant", "mission:suivi", espace),
    Visit("consultant", "mission:suivi_consultant", espace),
    Visit("consultant", "mission:suivi_besoin", espace),
    Visit("consultant", "mission:suivi_etape", espace_etape),
    Visit("consultant", "mission:suivi_prevu", espace_etape),
    Visit("consultant", "mission:modifications", espace),
    Visit("consultant", "mission:modification_demander", espace, query="?quoi=problematique"),
    Visit("consultant", "mission:modification", espace_modification),
    Visit("consultant", "mission:modification_corriger", espace_modification),
    Visit(ANONYME, "lien", link, label="modification"),
]

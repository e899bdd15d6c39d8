"""Where the pages of the séances of a mission are found in the demonstration data, and who visits them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.finders import PILOTE, Visit


def _held_by_somebody() -> tuple[Any, Any]:
    """A held séance of a running mission, and somebody of its prestataire."""
    from missions.seances.models import Seance
    from partners.portfolio.prestataire.models import Membre

    held = Seance.objects.filter(state="tenue", convention__ingenierie__state="finaliser")
    rows = Membre.objects.active().filter(prestataire__in=held.values("convention__choix__prestataire"))
    member = rows.select_related("user").order_by("pk").first()
    assert member, "les données de démonstration n’ont aucune séance tenue avec un prestataire inscrit"
    return held.filter(convention__choix__prestataire=member.prestataire_id).order_by("pk").first(), member.user


def person() -> Any:
    """Somebody of that prestataire (the role ``en_mission``)."""
    return _held_by_somebody()[1]


def _of(state: str = "tenue", *, participant: bool = False) -> Callable[[Any], dict]:
    """The page of a séance for the team."""

    def found(world: Any) -> dict:
        from missions.seances.models import Seance

        rows = Seance.objects.filter(state=state, convention__ingenierie__state="finaliser")
        seance = rows.exclude(participants=None).select_related("convention").order_by("pk").first()
        place = {"pk": seance.convention.ingenierie_id, "convention": seance.convention_id, "seance": seance.pk}
        if participant:
            place["participant"] = seance.participants.expected().order_by("pk").first().pk
        return place

    return found


def _mission(world: Any) -> dict:
    """A mission that has séances."""
    return {name: pk for name, pk in _of()(world).items() if name != "seance"}


def _theirs(world: Any) -> dict:
    """The séance, for the people of its prestataire."""
    seance = _held_by_somebody()[0]
    return {"convention": seance.convention_id, "seance": seance.pk}


VISITS = [
    Visit(PILOTE, "missions:seances", _mission),
    Visit(PILOTE, "missions:seance_nouvelle", _mission),
    Visit(PILOTE, "missions:seance", _of(), label="tenue"),
    Visit(PILOTE, "missions:seance", _of("convoquee"), label="convoquee"),
    Visit(PILOTE, "missions:seance_modifier", _of("convoquee")),
    Visit(PILOTE, "missions:seance_presences", _of()),
    Visit(PILOTE, "missions:seance_compte_rendu", _of()),
    Visit(PILOTE, "missions:seance_participants", _of("convoquee")),
    Visit(PILOTE, "missions:seance_participant", _of("convoquee", participant=True)),
    Visit("en_mission", "mission:seances", lambda world: {"convention": _theirs(world)["convention"]}),
    Visit("en_mission", "mission:seance", _theirs),
    Visit("en_mission", "mission:seance_presences", _theirs),
    Visit("en_mission", "mission:seance_compte_rendu", _theirs),
]

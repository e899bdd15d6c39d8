"""Where the searches of the library are found in the demonstration data, and who reads them."""

from __future__ import annotations

from typing import Any

from tests.browser.finders import ANONYME, Visit


def _kept(world: Any) -> dict:
    from capitalisation.recherche.models import RechercheEnregistree

    found = RechercheEnregistree.objects.filter(user=world.user("charge_mission")).order_by("pk").first()
    assert found, "les données de démonstration n’ont aucune recherche gardée"
    return {"pk": found.pk}


def _near(world: Any) -> str:
    return f"?pour={world.project.pk}"


VISITS = (
    Visit("charge_mission", "bibliotheque:recherche"),
    Visit("charge_mission", "bibliotheque:recherche", label="pour", ticked=_near),
    Visit("charge_mission", "bibliotheque:recherche", query="?q=introuvable&theme=x", label="rien"),
    Visit("c2ra", "bibliotheque:recherche", query="?toutes=1&sorte=documentaire&tri=recentes"),
    Visit(ANONYME, "bibliotheque:recherche"),
    Visit("charge_mission", "bibliotheque:recherches"),
    Visit("nouveau", "bibliotheque:recherches", label="rien"),
    Visit("charge_mission", "bibliotheque:recherche_garder", query="?q=tr%C3%A9sorerie"),
    Visit("charge_mission", "bibliotheque:recherche_modifier", _kept),
)
